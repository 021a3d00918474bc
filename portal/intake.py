"""Removes or rejects what no browser or client of ours would send, before Django reads it.

Each of these would end in a fault of ours, or be read without any limit: a codec of Python for a
character set, a session key with a zero octet, an upload of any size.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_header_parameters

from portal.gate import is_api_view

Environment = dict[str, Any]
Application = Callable[[Environment, Callable[..., Any]], Iterable[bytes]]

_SESSION_KEY = re.compile(r"[a-z0-9]{32}", re.ASCII)
"""As Django makes them; another text is nobody's and need not be looked up."""
_HEADERS = frozenset(
    f"HTTP_{name}"
    for name in (
        *("ACCEPT", "ACCEPT_ENCODING", "ACCEPT_LANGUAGE", "AUTHORIZATION", "CONTENT_ENCODING"),
        *("COOKIE", "HOST", "IDEMPOTENCY_KEY", "IF_MATCH", "IF_MODIFIED_SINCE", "IF_NONE_MATCH"),
        *("IF_UNMODIFIED_SINCE", "ORIGIN", "RANGE", "REFERER", "TRANSFER_ENCODING"),
        *("USER_AGENT", "X_REQUEST_ID", "X_REQUESTED_WITH"),
    )
)
"""Names, as WSGI has them, of the headers that anything here reads."""
_LONGEST_LENGTH = 18
"""Digits of a length in octets; no machine has more."""


class PlainContentType:
    """Takes from the Content-Type what nothing here needs; only a form's `boundary` stays.

    Django decodes the query and the form by a `charset` there, with whatever codec of Python has
    that name, and does so where nothing catches what comes of it. Everything that is taken here
    is UTF-8: JSON has no such parameter (RFC 8259, 11), nor has a form (RFC 7578), and a message
    says itself how it is encoded.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(
        self, environ: Environment, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer the request with a plain Content-Type."""
        given = environ.get("CONTENT_TYPE", "")
        if ";" in given:
            environ["CONTENT_TYPE"] = _plain(given)
        return self.application(environ, start_response)


def _plain(given: str) -> str:
    try:
        media_type, parameters = parse_header_parameters(given)
    except (ValueError, LookupError):
        return given.partition(";")[0].strip()
    boundary = parameters.get("boundary", "")
    if media_type != "multipart/form-data" or not boundary:
        return media_type
    escaped = boundary.replace("\\", "\\\\").replace('"', '\\"')
    return f'{media_type}; boundary="{escaped}"'


class KnownHeaders:
    """Drops every header but those that something here reads, by name.

    Whoever asks can send what a proxy sends to tell how a request came, and what reads one
    believes it: another host, another path, another scheme, another address. Those that the
    settings take from the proxy in front (`TAKEN_FROM_PROXY`) stay.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(
        self, environ: Environment, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer the request as one that came without the others."""
        known = _HEADERS | settings.TAKEN_FROM_PROXY
        for name in [name for name in environ if name.startswith("HTTP_") and name not in known]:
            del environ[name]
        # Django takes its own address from these; the portal has the whole of its host.
        environ.pop("SCRIPT_URL", None)
        environ.pop("REDIRECT_URL", None)
        environ["SCRIPT_NAME"] = ""
        return self.application(environ, start_response)


class IntakeMiddleware:
    """Rejects an upload that is too large, and drops a session key that cannot be one of ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request without a session key that cannot be one."""
        name = settings.SESSION_COOKIE_NAME
        if not _SESSION_KEY.fullmatch(request.COOKIES.get(name, "")):
            request.COOKIES.pop(name, None)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        """Refuse a form that is too large to be read; the API limits its own bodies.

        Raises:
            RequestDataTooBig: It has more than `DATA_UPLOAD_MAX_MEMORY_SIZE` octets, of which
                Django itself does not count files.
        """
        del args, kwargs
        if is_api_view(view) or request.content_type != "multipart/form-data":
            return
        length = request.META.get("CONTENT_LENGTH") or "0"
        if len(length) > _LONGEST_LENGTH or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("the form is larger than is read at all")
