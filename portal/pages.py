"""Renders a page inside the frame that every page has."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.presenters.frame import Crumb, frame_for
from portal.presenters.paging import Paging


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One line of the summary of what is wrong, at the top of a page."""

    says: str
    href: str = ""
    """A link to what to correct on the page, like `#id_code`; empty where it is not one thing."""


def render_page(  # noqa: PLR0913 -- what every page has
    request: HttpRequest,
    template: str,
    *,
    heading: str,
    title: str = "",
    crumbs: tuple[Crumb, ...] = (),
    troubles: tuple[Trouble, ...] = (),
    status: HTTPStatus = HTTPStatus.OK,
    **context: Any,
) -> HttpResponse:
    """Return a page with its heading, the way back, and what is wrong at the top.

    Args:
        request: Who asks; the frame says so.
        template: The page's own template, which extends `page.html`.
        heading: The page's `h1`.
        title: The window's title. It begins as the heading does and distinguishes pages that share
            one; empty where the heading is enough. Where a list has several pages, the number of
            this one is added.
        crumbs: The pages above this one, the highest first.
        troubles: What is wrong with what was entered; the title says that there is something.
        status: The HTTP status.
        context: What else the template is told.
    """
    return render(
        request,
        template,
        {
            "frame": frame_for(request),
            "heading": heading,
            "title": (title or heading) + _which_of(context.get("paging")),
            "crumbs": crumbs,
            "troubles": troubles,
            **context,
        },
        status=status,
    )


def _which_of(paging: Paging[Any] | None) -> str:
    if paging is None or paging.last == 1:
        return ""
    return f" (page {paging.number} of {paging.last})"
