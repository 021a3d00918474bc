"""Long lists, in pages of 25."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

PER_PAGE = 25
Item = TypeVar("Item", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """One page of a list, or the gap between pages that are not shown."""

    number: int = 0
    href: str = ""
    is_current: bool = False
    is_gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging(Generic[Item]):
    """One page of a list and the way to the others; filters stay in the links."""

    items: tuple[Item, ...]
    total: int
    first: int
    """The number of the first item on this page, from 1; 0 where there is none."""
    until: int
    number: int
    """Of this page, from 1."""
    last: int
    """The number of the last page."""
    previous: str
    next: str
    pages: tuple[PageLink, ...]


def page_of(items: "QuerySet[Item]", request: HttpRequest) -> Paging[Item]:
    """Return the page of a list that the query asks for; the nearest one where it is not there."""
    paginator = Paginator(items, PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    return Paging(
        items=tuple(page.object_list),
        total=paginator.count,
        first=page.start_index(),
        until=page.end_index(),
        number=page.number,
        last=paginator.num_pages,
        previous=_href(request, page.number - 1) if page.has_previous() else "",
        next=_href(request, page.number + 1) if page.has_next() else "",
        pages=tuple(
            _link(request, number, current=page.number)
            for number in paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        ),
    )


def _link(request: HttpRequest, number: int | str, *, current: int) -> PageLink:
    if not isinstance(number, int):
        return PageLink(is_gap=True)
    return PageLink(number=number, href=_href(request, number), is_current=number == current)


def _href(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"
