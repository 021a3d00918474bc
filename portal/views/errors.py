"""The pages for what went wrong outside any view of ours."""

from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from portal.logs import request_reference
from portal.presenters.frame import bare_frame
from portal.problems import PageProblem, forbidden_page, not_found_page, problem_page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read."""
    says = "What your browser sent could not be read."
    if isinstance(exception, RequestDataTooBig):
        says = _too_large(request.META.get("CONTENT_LENGTH") or "")
    return problem_page(
        request,
        PageProblem(
            status=HTTPStatus.BAD_REQUEST,
            heading="This could not be read",
            says=(says, "Go back and try again."),
        ),
    )


def _too_large(length: str) -> str:
    # No machine has more octets than have 18 digits; of such a length it is not said how much.
    is_number = length.isascii() and length.isdigit() and len(length) <= 18  # noqa: PLR2004
    sent = f"{int(length):,} bytes" if is_number else "too much"
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return (
        f"Your browser sent {sent} in one form. At most {most:,} are read, so nothing of it was. "
        "Choose a smaller file."
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for what the person may not open."""
    del exception
    return forbidden_page(request)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for an address at which there is nothing."""
    del exception
    return not_found_page(request)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that broke something of ours.

    Asks nothing that may be what is broken: no database, so not who is signed in either.
    """
    del request
    heading = "Sorry, there is a problem with the service"
    page = render_to_string(
        "errors/fault.html",
        {
            "frame": bare_frame(),
            "heading": heading,
            "title": heading,
            "reference": request_reference(),
        },
    )
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that does not prove that it comes from a page of ours."""
    del reason
    return problem_page(
        request,
        PageProblem(
            status=HTTPStatus.FORBIDDEN,
            heading="Sorry, this page has expired",
            says=(
                "Nothing was changed. Go back, reload the page and try again.",
                (
                    "This happens when a page was open for a long time, when you signed in or "
                    "out in another tab, or when cookies are switched off."
                ),
            ),
        ),
    )
