"""A person at the pages: opens them, reads them, fills in their forms. Knows only HTTP."""

import re
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin

from lxml import html

if TYPE_CHECKING:
    from lxml.html import HtmlElement

TIMEOUT = 30.0
"""Seconds to wait for a page."""
LONGEST_TEXT = 4000
"""Characters of a page that are looked at."""
LONGEST_QUOTE = 300
"""Characters of a page that an error quotes; what is wrong comes first on a page."""


class PageError(Exception):
    """A page did not answer as it should, or has not what was looked for; says which and what."""


class Page:
    """A page that was opened."""

    def __init__(self, address: str, status: int, body: bytes) -> None:
        self.address = address
        self.status = status
        self._document: HtmlElement = html.fromstring(body or b"<html></html>", base_url=address)

    @property
    def heading(self) -> str:
        """The page's h1."""
        return " ".join(str(self._document.xpath("string((//h1)[1])")).split())

    @property
    def text(self) -> str:
        """What the page's main part begins with, white space folded."""
        return " ".join(self._document.xpath("string((//main)[1])").split())[:LONGEST_TEXT]

    @property
    def quote(self) -> str:
        """The beginning of the text, for an error that says what the page said."""
        return self.text[:LONGEST_QUOTE]

    def has_form(self, action: str) -> bool:
        """Tell whether the page has a form whose address ends so."""
        return any(self._action(form).endswith(action) for form in self._document.forms)

    def form(self, action: str) -> tuple[str, dict[str, str]]:
        """Return where a form goes and what it holds before anybody fills it in.

        Raises:
            PageError: There is no form whose address ends so.
        """
        for form in self._document.forms:
            if self._action(form).endswith(action):
                held = dict(form.form_values())
                return self._action(form), {name: value or "" for name, value in held.items()}
        raise PageError(f"{self.address} has no form for {action}: {self.heading}")

    def links(self, pattern: re.Pattern[str]) -> list[str]:
        """Return the addresses of the links in which a pattern is found."""
        targets = (urljoin(self.address, target) for target in self._document.xpath("//a/@href"))
        return [target for target in targets if pattern.search(target)]

    def _action(self, form: "HtmlElement") -> str:
        return str(urljoin(self.address, form.get("action") or self.address))


class Visitor:
    """Somebody with a browser of their own, signed in or not."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def open(self, address: str, *, expect: int = HTTPStatus.OK) -> Page:
        """Open a page.

        Raises:
            PageError: It answers with another status.
        """
        return Page(*self._fetch(urllib.request.Request(self._full(address)), expect=expect))  # noqa: S310 -- our own address

    def fetch(self, address: str) -> bytes:
        """Return what lies at an address, such as a download.

        Raises:
            PageError: It does not answer 200.
        """
        request = urllib.request.Request(self._full(address))  # noqa: S310 -- our own address
        return self._fetch(request, expect=HTTPStatus.OK)[2]

    def send(
        self,
        page: Page,
        action: str,
        filled: Mapping[str, str],
        *,
        expect: int = HTTPStatus.OK,
    ) -> Page:
        """Fill in a form of a page and send it, and return the page that answers.

        Raises:
            PageError: There is no such form, or it answers with another status.
        """
        address, held = page.form(action)
        request = urllib.request.Request(  # noqa: S310 -- our own address
            address,
            data=urlencode(held | dict(filled)).encode(),
            headers={"Referer": page.address},
        )
        return Page(*self._fetch(request, expect=expect))

    def sign_in(self, email: str, password: str, code: Callable[[], str]) -> Page:
        """Sign in with a password and a one-time code.

        Raises:
            PageError: The sign-in was refused.
        """
        asked = self.send(
            self.open("/sign-in"), "/sign-in", {"email": email, "password": password}
        )
        home = self.send(asked, "/sign-in/code", {"code": code()})
        if "/sign-in" in home.address:
            raise PageError(f"{email} could not sign in: {home.quote}")
        return home

    def _full(self, address: str) -> str:
        return urljoin(self._base, address)

    def _fetch(self, request: urllib.request.Request, *, expect: int) -> tuple[str, int, bytes]:
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                address, status, body = answer.url, answer.status, answer.read()
        except urllib.error.HTTPError as answer:
            address, status, body = answer.url, answer.code, answer.read()
        except OSError as fault:
            raise PageError(f"{request.full_url} does not answer: {fault}") from fault
        if status != expect:
            said = Page(address, status, body).quote
            raise PageError(f"{request.full_url} answered {status}, not {expect}: {said}")
        return address, status, body
