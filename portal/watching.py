"""Pages that show something moving: they refresh until it stands still.

By a header, so without script; and whoever is disturbed by it can stop it (WCAG 2.2.2).
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

SECONDS = 5
"""Between two refreshes."""

_STILL = "still"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Whether what a page shows is moving, and whether the page refreshes."""

    is_moving: bool
    is_stopped: bool
    """Its reader has stopped it."""
    seconds: int = SECONDS

    @classmethod
    def of(cls, request: HttpRequest, *, is_moving: bool) -> "Watch":
        """Return it for the page that was asked for."""
        return cls(is_moving=is_moving, is_stopped=_STILL in request.GET)

    @property
    def is_refreshing(self) -> bool:
        """Whether the page refreshes."""
        return self.is_moving and not self.is_stopped


def watched(response: HttpResponse, watch: Watch) -> HttpResponse:
    """Have a page refresh where it shows something that moves."""
    if watch.is_refreshing:
        response.headers["Refresh"] = str(watch.seconds)
    return response
