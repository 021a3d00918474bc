"""What a proposal holds: its facts and words gathered, stored as canonical JSON, and compared."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from registry.evidence.history import canonical_json
from registry.pairs.kinds import Facts, Kinds, Line, Part, Shown
from rules.pairs.acts import holds_from

if TYPE_CHECKING:
    from registry.models import Proposal


MOMENT: Final = "moment"
"""What differs where the moment that a proposal names has passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is stored of a proposal, each as canonical JSON."""

    parts: str
    facts: str
    words: str

    @property
    def digest(self) -> str:
        """SHA-256 over all of it, in hexadecimal."""
        return sha256(f"{self.parts}\n{self.facts}\n{self.words}".encode()).hexdigest()


def content_of(parts: Sequence[Part], facts: Sequence[Facts], kinds: Kinds) -> Content:
    """Return what is stored of these acts, which rest on these facts."""
    shown = [
        kinds[part.act].shown(part.payload, fact) for part, fact in zip(parts, facts, strict=True)
    ]
    return Content(
        parts=canonical_json(
            [
                {"act": part.act, "format": part.rule.format, "payload": part.payload}
                for part in parts
            ]
        ),
        facts=canonical_json([dict(fact) for fact in facts]),
        words=canonical_json([_stored(each) for each in shown]),
    )


def lock_subjects(parts: Sequence[Part], kinds: Kinds) -> tuple[str, ...]:
    """Lock what the acts are about until the transaction ends, and return the keys in order.

    There need not be a row of it, so these are advisory locks.
    """
    keys = sorted({key for part in parts for key in kinds[part.act].subjects(part.payload)})
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"proposal:{key}"]
            )
    return tuple(keys)


def gathered(parts: Sequence[Part], kinds: Kinds) -> tuple[Facts, ...]:
    """Return the facts that each act rests on now."""
    return tuple(kinds[part.act].gather(part.payload) for part in parts)


def moments_of(
    parts: Sequence[Part], kinds: Kinds, *, at: datetime
) -> tuple[datetime, ...] | None:
    """Return from when each act would hold, confirmed now; None where one of them cannot."""
    moments = [
        holds_from(part.rule.moment, named=kinds[part.act].named(part.payload), confirmed_at=at)
        for part in parts
    ]
    known = tuple(moment for moment in moments if moment is not None)
    return known if len(known) == len(moments) else None


def shown_words(proposal: "Proposal") -> tuple[Shown, ...]:
    """Return what a proposal was shown as, also where this version no longer knows its acts."""
    return tuple(
        Shown(
            title=each["title"],
            lines=tuple(_line(line) for line in each["lines"]),
            harm=each["harm"],
            after=each["after"],
        )
        for each in json.loads(proposal.words)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One fact that is not as it was."""

    what: str
    """Where it stands: `mpid:ABCD.party`."""
    then: Any
    now: Any


def past(proposal: "Proposal", *, at: datetime) -> Difference:
    """Return that the moment that a proposal names has passed."""
    named = proposal.named.isoformat() if proposal.named is not None else None
    return Difference(what=MOMENT, then=named, now=at.isoformat())


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The facts of a proposal then and now."""

    differing: tuple[Difference, ...]
    ended: tuple[str, ...]
    """Members of a set that have ended, which are left out."""
    is_nothing_left: bool
    """Whether every member of some part has ended, so that there is nothing to do of it."""


def compared(then: Sequence[Facts], now: Sequence[Facts]) -> Comparison:
    """Compare the facts of a proposal with those of now."""
    differing: list[Difference] = []
    ended: list[str] = []
    is_nothing_left = len(then) != len(now)
    for old, new in zip(then, now, strict=False):
        gone = [name for name in old if old[name] is not None and new.get(name) is None]
        ended.extend(gone)
        is_nothing_left |= bool(gone) and all(value is None for value in new.values())
        for name in sorted({*old, *new} - {*gone}):
            differing.extend(_differences(name, old.get(name), new.get(name)))
    return Comparison(
        differing=tuple(differing),
        ended=tuple(ended),
        is_nothing_left=is_nothing_left,
    )


def stored_facts(proposal: "Proposal") -> tuple[Facts, ...]:
    """Return the facts that a proposal was made on."""
    return tuple(json.loads(proposal.facts))


def as_json(value: Any) -> Any:
    """Return a value as it comes back from storage, so that it can be compared with what did."""
    return json.loads(canonical_json(value))


def _differences(what: str, then: Any, now: Any) -> list[Difference]:
    if then == now:
        return []
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        return [
            difference
            for key in sorted({*then, *now})
            for difference in _differences(f"{what}.{key}", then.get(key), now.get(key))
        ]
    return [Difference(what=what, then=then, now=now)]


def _stored(shown: Shown) -> dict[str, Any]:
    return {
        "title": shown.title,
        "lines": [
            {"label": line.label, "text": line.text, "at": line.at.isoformat() if line.at else ""}
            for line in shown.lines
        ],
        "harm": shown.harm,
        "after": shown.after,
    }


def _line(stored: Mapping[str, str]) -> Line:
    at = datetime.fromisoformat(stored["at"]) if stored["at"] else None
    return Line(label=stored["label"], text=stored["text"], at=at)
