"""Doing the acts of a proposal, in their order, in the transaction that is open."""

from collections.abc import Mapping, Sequence
from typing import Any

from registry.pairs.kinds import Doing, Facts, Kinds, Part


def applied(
    parts: Sequence[Part], facts: Sequence[Facts], kinds: Kinds, doings: Sequence[Doing]
) -> Mapping[str, Any]:
    """Do each act and return what the event says of them.

    Args:
        parts: The acts.
        facts: What each rests on now; a member that is None has ended and is left out.
        kinds: How each act is done.
        doings: By whom each is done, and from when it holds.
    """
    return {
        "did": [
            {
                "act": part.act,
                "holds_from": doing.holds_from.isoformat(),
                **kinds[part.act].apply(part.payload, left(fact), doing),
            }
            for part, fact, doing in zip(parts, facts, doings, strict=True)
        ]
    }


def undone(
    parts: Sequence[Part], facts: Sequence[Facts], kinds: Kinds, doing: Doing
) -> Mapping[str, Any]:
    """Undo each act, the last one first, and return what the event says of them."""
    pairs = list(zip(parts, facts, strict=True))
    return {
        "undid": [
            {"act": part.act, **kinds[part.act].undo(part.payload, fact, doing)}
            for part, fact in reversed(pairs)
        ]
    }


def left(facts: Facts) -> Facts:
    """Return the facts of the members that have not ended."""
    return {name: value for name, value in facts.items() if value is not None}
