"""What pages and mail call a proposal and the facts that it rests on."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from registry.pairs.content import MOMENT, shown_words

if TYPE_CHECKING:
    from registry.models import Proposal
    from registry.pairs.kinds import Kinds

_OF_EVERY_ACT: Final = {MOMENT: "The moment that the proposal names has passed"}


def title_of(proposal: "Proposal") -> str:
    """Return what a proposal is to do, in a few words."""
    return "; ".join(part.title for part in shown_words(proposal))


def fact_called(what: str, kinds: "Kinds") -> str:
    """Return what people call a fact; one that no act has a name for is called by its place."""
    if what in _OF_EVERY_ACT:
        return _OF_EVERY_ACT[what]
    _, _, inside = what.partition(".")
    return next(
        (each.facts_called[inside] for each in kinds.values() if inside in each.facts_called), what
    )


def fact_value(value: Any) -> datetime | str:
    """Return a stored fact as a moment where it is one, else as words."""
    if value is None:
        return "None"
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
