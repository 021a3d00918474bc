"""What the spool says: how one process notes a decision there and another reads it again.

The text of a line says in which way a message was decided; of one that ceased, something about
the message itself stands besides. Both have their fields apart by tabs, and none of these can hold
one: every text of ours is of a closed set, and what is read from a message was refused where it
has a control character.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from registry.notices.acts.ceased import Ceased
from registry.observations.acts.observations import (
    GENERATIONS,
    ISSUER_LENGTH,
    KINDS,
    OUTCOMES,
    Observed,
)

_SEPARATOR = "\t"
_TRUTH = {"0": False, "1": True}
_MOST = {
    "user_id": 23,
    "party": 60,
    "issuer": ISSUER_LENGTH,
    "serial_number": 49,
    "srv": 10,
    "supplier_id": 23,
    "checkpoint": 70,
    "reason": 60,
    "would_be_reason": 60,
    "request_id": 68,
}
"""How many characters the register takes."""


_GAP = "gap"
"""What a line begins with that tells of decisions which are not in the spool. No day does."""


class DamagedLineError(ValueError):
    """A line does not say what a process of ours says."""


class Gap(NamedTuple):
    """Decisions that were answered and could not be noted (docs/decisions/0067)."""

    decisions: int
    since: datetime
    until: datetime
    """The first and the last of the moments that were decided for."""


@dataclass(slots=True)
class Tally:
    """What a spool says, counted."""

    counts: dict[Observed, int] = field(default_factory=dict)
    ceased: list[Ceased] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    damaged: int = 0
    """Lines that could not be read."""


def observed_text(observed: Observed) -> str:
    """Return what is noted of the way in which a message was decided."""
    told = observed._asdict()
    told.update(day=observed.day.isoformat(), is_proven=str(int(observed.is_proven)))
    return _SEPARATOR.join(told.values())


def ceased_text(*, request_id: str, at: datetime, command_variant: int, srv: str) -> str:
    """Return what is noted besides of a message that ceased; `srv` is as the message says it."""
    return _SEPARATOR.join((request_id, at.isoformat(), str(command_variant), srv))


def gap_text(gap: Gap) -> str:
    """Return what is noted, once there is room again, of what could not be noted before."""
    return _SEPARATOR.join(
        (_GAP, str(gap.decisions), gap.since.isoformat(), gap.until.isoformat())
    )


def tally_of(times: Mapping[tuple[bytes, bytes], int]) -> Tally:
    """Read what was said how often, each with what was said besides."""
    tally = Tally()
    for (text, besides), count in times.items():
        try:
            fields = text.decode().split(_SEPARATOR)
            if fields[0] == _GAP:
                tally.gaps += [_gap(fields, besides)] * count
                continue
            observed = _observed(fields)
            if (observed.outcome == "cease") != bool(besides):
                raise DamagedLineError("only of what ceased there is something besides")
            ceased = [_ceased(observed, besides.decode().split(_SEPARATOR))] if besides else []
        except ValueError:
            tally.damaged += count
            continue
        tally.counts[observed] = tally.counts.get(observed, 0) + count
        tally.ceased += ceased * count
    return tally


def _observed(fields: list[str]) -> Observed:
    if len(fields) != len(Observed._fields):
        raise DamagedLineError("fields are missing")
    named = dict(zip(Observed._fields, fields, strict=True))
    known = {"generation": GENERATIONS, "kind": KINDS, "outcome": OUTCOMES, "would_be": OUTCOMES}
    if any(named[name] not in values for name, values in known.items()):
        raise DamagedLineError("a value is not known")
    _require_short(named)
    is_proven = _TRUTH.get(named.pop("is_proven"))
    if is_proven is None:
        raise DamagedLineError("neither proven nor unproven")
    if is_proven != bool(named["user_id"]) or (named["party"] and not is_proven):
        raise DamagedLineError("a signer is proven and known, or neither")
    if (named["outcome"] == "cease") != bool(named["reason"]):
        raise DamagedLineError("what ceases has a reason, and nothing else")
    if (named["would_be"] == "cease") != bool(named["would_be_reason"]):
        raise DamagedLineError("what would cease has a reason, and nothing else")
    day = date.fromisoformat(named.pop("day"))
    return Observed(day=day, is_proven=is_proven, **named)


def _ceased(observed: Observed, fields: list[str]) -> Ceased:
    request_id, at, command_variant, srv = fields
    _require_short({"request_id": request_id, "srv": srv})
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None:
        raise DamagedLineError("a moment without its zone")
    return Ceased(
        request_id=request_id,
        at=moment,
        user_id=observed.user_id,
        reason=observed.reason,
        party=observed.party,
        issuer=observed.issuer,
        serial_number=observed.serial_number,
        generation=observed.generation,
        checkpoint=observed.checkpoint,
        command_variant=int(command_variant),
        srv=srv,
    )


def _gap(fields: list[str], besides: bytes) -> Gap:
    _, decisions, since, until = fields
    gap = Gap(int(decisions), datetime.fromisoformat(since), datetime.fromisoformat(until))
    if besides or gap.decisions < 1 or None in {gap.since.tzinfo, gap.until.tzinfo}:
        raise DamagedLineError("a gap has decisions, and moments with their zone")
    return gap


def _require_short(named: dict[str, str]) -> None:
    if any(len(named.get(name, "")) > most for name, most in _MOST.items()):
        raise DamagedLineError("a value is longer than any of ours")
