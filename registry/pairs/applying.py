"""Doing the acts of a proposal, in their order, in the transaction that is open."""

from collections.abc import Mapping, Sequence
from typing import Any

from registry.pairs.kinds import Doing, Facts, Kinds, Part


def applied(
    parts: Sequence[Part], facts: Sequence[Facts], kinds: Kinds, doing: Doing
) -> Mapping[str, Any]:
    """Do each act and return what the event says of them.

    Args:
        parts: The acts.
        facts: What each rests on now; a member that is None has ended and is left out.
        kinds: How each act is done.
        doing: By whom, and from when it holds.
    """
    did = [
        dict(kinds[part.act].apply(part.payload, _left(fact), doing))
        for part, fact in zip(parts, facts, strict=True)
    ]
    return {
        "did": [{"act": part.act, **details} for part, details in zip(parts, did, strict=True)],
        "holds_from": doing.holds_from.isoformat(),
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


def _left(facts: Facts) -> Facts:
    return {name: value for name, value in facts.items() if value is not None} or facts
