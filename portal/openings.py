"""Who may open a view, as the view says it. The gate (`portal.gate`) holds it to that."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpResponseBase

from rules.duties import Act, PersonRole, Sight, roles_of

View = Callable[..., HttpResponseBase]


class Audience(StrEnum):
    """How far somebody must have come to open a view."""

    ANYBODY = "anybody"
    HALF_SIGNED_IN = "half-signed-in"
    """The password was right; the second factor may still be owed."""
    SIGNED_IN = "signed-in"
    """Password and second factor, and a role that may do or see what the view is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Who may open a view."""

    audience: Audience
    purposes: tuple[Act | Sight, ...] = ()
    """What signed-in people do or see there."""

    @property
    def roles(self) -> frozenset[PersonRole]:
        """The roles that may do or see at least one of these."""
        return frozenset().union(*(roles_of(purpose) for purpose in self.purposes))


def opening_of(view: View) -> Opening | None:
    """Return who may open a view; None for one that does not say."""
    opening = getattr(view, "opening", None)
    return opening if isinstance(opening, Opening) else None
