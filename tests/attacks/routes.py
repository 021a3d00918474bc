"""Every route there is, taken from the URL configuration itself, and what each is open to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.views import View

from portal.api.views import ApiView, PublicView
from portal.gate import is_api_view
from portal.openings import Opening, opening_of

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")


@dataclass(frozen=True)
class Route:
    """One address."""

    name: str
    """As `reverse` knows it, with its namespace; empty where it has none."""
    pattern: str
    view: Any
    arguments: tuple[str, ...]
    """The names of what varies in it."""

    @property
    def is_api(self) -> bool:
        return is_api_view(self.view)

    def address(self, things: dict[str, object]) -> str:
        """Return the address for these things; each argument must be among them."""
        if not self.name or self.name.endswith("nothing-here"):
            return "/api/v1/nothing"
        return reverse(self.name, kwargs={name: things[name] for name in self.arguments})


def routes(urlconf: str | None = None) -> list[Route]:
    """Return every route of a URL configuration; of the portal's own where none is named."""
    return list(_routes(get_resolver(urlconf).url_patterns, "", ""))


def _routes(patterns: list[Any], prefix: str, namespace: str) -> Iterator[Route]:
    for pattern in patterns:
        here = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _routes(pattern.url_patterns, here, inner)
        elif isinstance(pattern, URLPattern):
            name = f"{namespace}{pattern.name}" if pattern.name else ""
            arguments = tuple(pattern.pattern.converters)
            yield Route(name, here, pattern.callback, arguments)


def page_routes() -> list[Route]:
    return [route for route in routes() if not route.is_api]


def api_routes() -> list[Route]:
    return [route for route in routes() if route.is_api]


def api_calls() -> list[tuple[Route, str]]:
    """Return every call of the API that asks for a scope, with its method."""
    return [
        (route, method)
        for route in api_routes()
        for method in sorted(getattr(route.view.cls, "scopes", {}))
    ]


def unclassified(urlconf: str | None = None) -> list[str]:
    """Return the routes of which nobody has said whom they are open to, by their pattern."""
    return [
        route.pattern for route in routes(urlconf) if not (_page_says(route) or _api_says(route))
    ]


def _page_says(route: Route) -> bool:
    opening = opening_of(route.view)
    return not route.is_api and isinstance(opening, Opening)


def _api_says(route: Route) -> bool:
    if not route.is_api or not issubclass(route.view.cls, ApiView):
        return False
    of: type[ApiView] = route.view.cls
    if issubclass(of, PublicView):
        return not of.scopes
    handled = {
        method.upper()
        for method in of.http_method_names
        if hasattr(of, method) and getattr(of, method) is not getattr(View, method, None)
    }
    return bool(of.scopes) and handled - {"HEAD"} == set(of.scopes)
