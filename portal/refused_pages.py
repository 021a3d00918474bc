"""Recording that a signed-in person was refused a page, in whichever place it was refused."""

from django.http import HttpRequest

from portal.asker import moment_of, person_of
from registry.evidence.pages import PageAsked, record_refused_page


def record_refusal(request: HttpRequest, *, reason: str) -> None:
    """Record that the person who asks was refused the page, by the page's name.

    The page is the subject and never what it is about: the history of a Party's request must not
    tell of strangers who tried it.

    Raises:
        TypeError: The address leads to no page.
    """
    match = request.resolver_match
    if match is None:
        raise TypeError("a page that is refused has an address")
    page = PageAsked(
        name=match.url_name or match.route, method=request.method or "", named=match.kwargs
    )
    record_refused_page(person_of(request), page, reason=reason, at=moment_of(request))
