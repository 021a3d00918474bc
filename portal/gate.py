"""Who may open which page: each view says so itself, and a view that does not is closed.

The gate stands in front of every view. It knows three kinds of people: anybody; somebody whose
password was right but who still owes a one-time code; and a person who has given both. Views of
the API are Django REST framework's, which authenticates machines itself.

A signed-in person who is refused leaves an event in the evidence; one who asks for what is not
theirs to see does too (`portal.problems`). Who is sent to sign in leaves none: nobody has been
refused yet.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from rest_framework.views import APIView

from portal.asker import is_verified, person_of
from portal.openings import Audience, Opening, View, opening_of
from portal.problems import answer_problems, forbidden_page
from portal.refused_pages import record_refusal
from registry import access
from registry.errors import NotPermittedError
from rules.duties import Act, Sight

if TYPE_CHECKING:
    from registry.models import Party

UNDONE = "undone"
"""In the address of a sign-in page: a form was sent while nobody was signed in."""


def opens_for(*what: Act | Sight) -> Callable[[View], View]:
    """Open a view to signed-in people whose role may do or see what it is for.

    Args:
        what: The acts that are done on the page or the sights that it shows; whoever may do or see
            one of them may open it.
    """
    return _opened(Opening(audience=Audience.SIGNED_IN, purposes=what))


def opens_to_anybody(view: View) -> View:
    """Open a view to the whole world."""
    return _opened(Opening(audience=Audience.ANYBODY))(view)


def opens_half_signed_in(view: View) -> View:
    """Open a view to people who owe the second factor, and to those who have given it."""
    return _opened(Opening(audience=Audience.HALF_SIGNED_IN))(view)


def _opened(opening: Opening) -> Callable[[View], View]:
    def opened(view: View) -> View:
        answering = answer_problems(view)

        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = answering(request, *args, **kwargs)
            # A shared machine must not show the last person's pages to the next.
            add_never_cache_headers(response)
            return response

        wrapped.opening = opening  # type: ignore[attr-defined]  # as Django marks its views
        return wrapped

    return opened


def require_for_page(request: HttpRequest, act: Act, *, party: "Party") -> None:
    """Return quietly where the person may do, for a Party, what the page is for.

    Raises:
        NotPermittedError: As `registry.access.require`; the refusal is in the evidence.
    """
    with _refusals_recorded(request):
        access.require(person_of(request), act, party=party)


def party_for_page(request: HttpRequest) -> "Party":
    """Return the Party that the person acts for.

    Raises:
        NotPermittedError: As `registry.access.party_acted_for`; the refusal is in the evidence.
    """
    with _refusals_recorded(request):
        return access.party_acted_for(person_of(request))


@contextmanager
def _refusals_recorded(request: HttpRequest) -> Iterator[None]:
    try:
        yield
    except NotPermittedError as refusal:
        record_refusal(request, reason=refusal.code)
        raise


def is_api_view(view: View) -> bool:
    """Tell whether a view is of the API, which authenticates its callers itself."""
    of = getattr(view, "cls", None)
    return isinstance(of, type) and issubclass(of, APIView)


class GateMiddleware:
    """Lets a request through to its view only when the view says that it opens to this person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the gate itself is `process_view`.

        What no view answered, as "page not found", names the person in its frame too, so that no
        browser may keep it either.
        """
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    def process_view(
        self, request: HttpRequest, view: View, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Answer in the view's place where the person may not open it."""
        del args, kwargs
        if is_api_view(view):
            return None
        opening = opening_of(view)
        if opening is None:
            return _refused(request, reason="page-opens-to-nobody")
        if opening.audience is Audience.ANYBODY:
            return None
        return _answer_to_person(request, opening)


def _answer_to_person(request: HttpRequest, opening: Opening) -> HttpResponse | None:
    if not request.user.is_authenticated:
        return _sent_to(request, "sign-in")
    if opening.audience is Audience.HALF_SIGNED_IN:
        return None
    if not is_verified(request):
        return _sent_to(request, "second-factor")
    is_open = person_of(request).person_role in opening.roles
    return None if is_open else _refused(request, reason="role-may-not")


def _refused(request: HttpRequest, *, reason: str) -> HttpResponse:
    if is_verified(request):
        record_refusal(request, reason=reason)
    return forbidden_page(request)


def _sent_to(request: HttpRequest, name: str) -> HttpResponse:
    """Lead to signing in, and to the page that was asked for afterwards.

    A form that was sent is not sent again: the page of the sign-in says so. Every address that
    takes a form opens as a link too, so that the way back leads to the form.
    """
    asked = request.get_full_path()
    query = {"next": asked} if asked != "/" else {}
    if request.method not in {"GET", "HEAD"}:
        query[UNDONE] = "form"
    response = redirect(reverse(name, query=query or None))
    add_never_cache_headers(response)
    return response
