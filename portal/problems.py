"""From an error to its page: the one table that knows which status an error has on a page.

What is not in the table is a fault of ours: it is logged, and shown without any detail.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed

from portal.asker import is_verified
from portal.openings import opening_of
from portal.pages import Trouble, render_page
from portal.presenters.acts import ACT_OF_MOVE, ACTS
from portal.presenters.findings import finding_words
from portal.presenters.words import many_of_role_words, state_words
from portal.refused_pages import record_refusal
from registry.errors import (
    ConflictError,
    NotFoundError,
    NotPermittedError,
    RefusedActError,
    RegistryError,
    RoleMayNotError,
)
from rules.duties import Act, PersonRole, roles_of
from rules.findings import RefusedError
from rules.words import listed
from rules.workflow import IllegalMoveError

STATUSES: dict[type[Exception], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    NotPermittedError: HTTPStatus.FORBIDDEN,
    ConflictError: HTTPStatus.CONFLICT,
    IllegalMoveError: HTTPStatus.CONFLICT,
    RefusedActError: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
}
"""The errors that a page is told of, and their status. Those that only the API answers (a register
too old to decide by, changes that are gone) are in `portal.api.problems`."""

_HEADINGS = {
    HTTPStatus.NOT_FOUND: "Page not found",
    HTTPStatus.FORBIDDEN: "You cannot do this",
    HTTPStatus.CONFLICT: "This can no longer be done",
    HTTPStatus.UNPROCESSABLE_ENTITY: "This was refused",
}


_WHERE_NOTHING_IS = (
    "If you typed the address, check that it is correct.",
    "If you followed a link, the item may not exist or you may not have access to it.",
)
"""The same words for what is not there and for what is not the asker's to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageProblem:
    """What a page says of an error."""

    status: HTTPStatus
    heading: str
    says: tuple[str, ...]

    def troubles(self, href: str = "") -> tuple[Trouble, ...]:
        """Return the lines of an error summary, each leading to the same place."""
        return tuple(Trouble(says=line, href=href) for line in self.says)


def problem_of(error: Exception) -> PageProblem:
    """Return what a page says of an error that was raised on purpose.

    Raises:
        TypeError: It is none of those.
    """
    for kind, status in STATUSES.items():
        if isinstance(error, kind):
            return PageProblem(status=status, heading=_HEADINGS[status], says=_says(error))
    raise TypeError(f"`{type(error).__name__}` is not raised on purpose") from error


def _says(error: Exception) -> tuple[str, ...]:
    if isinstance(error, NotFoundError):
        return (error.says, *_WHERE_NOTHING_IS)
    if isinstance(error, RefusedError):
        return tuple(finding_words(finding) for finding in error.report.blocking)
    if isinstance(error, IllegalMoveError):
        done = ACTS[ACT_OF_MOVE[error.move]].done
        return (f"This request is {state_words(error.state)}, so it cannot be {done}.",)
    if isinstance(error, RoleMayNotError) and isinstance(error.purpose, Act):
        return (f"{ACTS[error.purpose].attempt} is for {_many_of(roles_of(error.purpose))}.",)
    if isinstance(error, RegistryError):
        return (error.says,)
    raise TypeError(f"`{type(error).__name__}` has no words for people") from error


def answer_problems(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return the view with the errors that the registry raises on purpose shown as pages.

    A signed-in person who asks for what is not there for them leaves an event in the evidence,
    whether it is another Party's or nobody's: from outside the two cannot be told apart.
    """

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except tuple(STATUSES) as error:
            if isinstance(error, NotFoundError) and is_verified(request):
                record_refusal(request, reason=error.code)
            return problem_page(request, problem_of(error))
        if isinstance(response, HttpResponseNotAllowed):
            return _not_allowed_page(request, response)
        return response

    return answering


def problem_page(request: HttpRequest, problem: PageProblem) -> HttpResponse:
    """Return a page that says what is wrong and leads back."""
    return render_page(
        request,
        "errors/problem.html",
        heading=problem.heading,
        status=problem.status,
        says=problem.says,
    )


def forbidden_page(request: HttpRequest) -> HttpResponse:
    """Return the page for what the person's role does not open."""
    return problem_page(
        request,
        PageProblem(
            status=HTTPStatus.FORBIDDEN,
            heading="You cannot open this page",
            says=(f"You do not have permission to see this page.{_whose(request)}",),
        ),
    )


def _whose(request: HttpRequest) -> str:
    """Return for whom the page is, as a sentence; nothing where no role opens it."""
    opening = None if request.resolver_match is None else opening_of(request.resolver_match.func)
    roles = frozenset() if opening is None else opening.roles
    if not roles:
        return ""
    return f" It is for {_many_of(roles)}."


def _many_of(roles: frozenset[PersonRole]) -> str:
    return listed([many_of_role_words(role) for role in PersonRole if role in roles])


def not_found_page(request: HttpRequest) -> HttpResponse:
    """Return the page for an address at which there is nothing."""
    return problem_page(
        request,
        PageProblem(
            status=HTTPStatus.NOT_FOUND,
            heading="Page not found",
            says=_WHERE_NOTHING_IS,
        ),
    )


def _not_allowed_page(request: HttpRequest, response: HttpResponseNotAllowed) -> HttpResponse:
    page = problem_page(
        request,
        PageProblem(
            status=HTTPStatus.METHOD_NOT_ALLOWED,
            heading="You cannot open this page directly",
            says=("Go back to the page before it and use the button there.",),
        ),
    )
    page["Allow"] = response["Allow"]
    return page
