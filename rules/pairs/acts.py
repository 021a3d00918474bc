"""Which acts need two persons: who is first and second, who may act alone, and from when it holds.

One entry for each act that goes through a proposal. Whoever makes another act one of these adds
its entry here and its part in `registry.paired_acts`; a test holds the two to each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from rules.duties import Act, PersonRole


class Moment(StrEnum):
    """From when an act holds that a second person has confirmed."""

    AT_ONCE = "at-once"
    """From the confirmation on."""
    LATER_OF = "later-of"
    """From the moment that is named or from the confirmation on, whichever is later."""
    NAMED = "named"
    """From the moment that is named; where that has passed, the proposal is void."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairAct:
    """An act that needs two natural persons."""

    act: Act
    format: int
    """The version of what is stored of it; a proposal of another version cannot be confirmed."""
    first: frozenset[PersonRole]
    """Who may propose it."""
    second: frozenset[PersonRole]
    """Who may confirm or refuse it, and review what one did alone."""
    moment: Moment
    is_alone_in_emergency: bool = False
    """Whether one person may do it at once, for another to review."""
    has_inverse: bool = False
    """Whether a review can undo it."""


_OFFICER = frozenset({PersonRole.OFFICER})

PAIR_ACTS: Final[Mapping[Act, PairAct]] = {
    each.act: each
    for each in (
        PairAct(
            act=Act.SET_ENFORCEMENT,
            format=1,
            first=_OFFICER,
            second=_OFFICER,
            moment=Moment.NAMED,
        ),
        PairAct(
            act=Act.POSTPONE_ENFORCEMENT,
            format=1,
            first=_OFFICER,
            second=_OFFICER,
            moment=Moment.AT_ONCE,
            is_alone_in_emergency=True,
            has_inverse=True,
        ),
    )
}
"""The acts that need two persons, by the act."""


def pair_act(act: str, format_: int) -> PairAct | None:
    """Return the entry of a stored act; None where this version has none, or another format."""
    try:
        found = PAIR_ACTS.get(Act(act))
    except ValueError:
        return None
    return found if found is not None and found.format == format_ else None


def holds_from(
    moment: Moment, *, named: datetime | None, confirmed_at: datetime
) -> datetime | None:
    """Return from when a confirmed act holds; None where it no longer can, so that it is void.

    Args:
        moment: As the act has it.
        named: The moment that the proposal names, if it names one.
        confirmed_at: When the second person confirmed.
    """
    if named is None or moment is Moment.AT_ONCE:
        return confirmed_at
    if moment is Moment.LATER_OF:
        return max(named, confirmed_at)
    return named if named >= confirmed_at else None
