"""Reads what clients report: a list of entries, each a JSON object with members of known kinds.

Everything that is wrong with every entry is said at once, up to `MOST_FAULTS`, naming the entry,
the member and the value.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from registry.observations.acts.observations import day_in_great_britain
from rules.identifiers import IdentifierError, parse_request_id
from rules.messages.names import IssuerNameError, normalise_issuer
from rules.service_requests.question import Generation, QuestionError, parse_checkpoint
from rules.service_requests.questions import (
    FieldFault,
    UnreadableQuestionError,
    read_eui64,
    read_moment,
)
from rules.service_requests.reasons import REASONS

MOST_FAULTS = 100
"""Faults that are listed at once."""

DAYS_BACK = 400
"""A report may lie this many days back: more than a year."""

AHEAD = timedelta(minutes=5)
"""By how much another machine's clock may be ahead of ours."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SERIAL = re.compile(r"[1-9][0-9]{0,48}", re.ASCII)
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of an entry."""

    name: str
    read: Callable[[Any], Any]
    """Raises a `ValueError` whose message ends a sentence that begins with the member's name."""
    is_required: bool = False
    default: Any = None
    """What a member is that is left out or null."""


class EntryFaultError(ValueError):
    """Two members of an entry do not go together; names the one that is at fault."""

    def __init__(self, member: str, says: str) -> None:
        super().__init__(says)
        self.member = member


def read_entries(
    document: Mapping[str, Any],
    *,
    name: str,
    members: Mapping[str, Member],
    most: int,
    finish: Callable[[dict[str, Any]], Any],
) -> list[Any]:
    """Read the one list that a document consists of.

    Args:
        document: The JSON object as it was sent.
        name: What the list is called.
        members: What an entry may have, by name.
        most: How many entries there may be.
        finish: Makes what is wanted of the members of an entry that are each well; raises an
            `EntryFaultError` where they do not go together.

    Raises:
        UnreadableQuestionError: Something is missing, unknown, malformed or contradictory.
    """
    strays = [_unknown(each) for each in document if each != name]
    entries = document.get(name)
    if not isinstance(entries, list) or not 1 <= len(entries) <= most:
        says = f"must be a list of 1 to {most} objects"
        raise UnreadableQuestionError((*strays[:MOST_FAULTS], _malformed(name, says)))
    faults = strays
    read = []
    for place, entry in enumerate(entries):
        found = _read_entry(entry, f"{name}[{place}]", members)
        if isinstance(found, dict):
            try:
                read.append(finish(found))
            except EntryFaultError as fault:
                faults.append(_malformed(f"{name}[{place}].{fault.member}", str(fault)))
        else:
            faults += found
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        raise UnreadableQuestionError(tuple(faults[:MOST_FAULTS]))
    return read


def _read_entry(
    entry: object, place: str, members: Mapping[str, Member]
) -> dict[str, Any] | list[FieldFault]:
    if not isinstance(entry, dict):
        return [_malformed(place, "must be an object")]
    faults = [_unknown(f"{place}.{name[:_SHOWN]}") for name in entry if name not in members]
    read: dict[str, Any] = {}
    for name, member in members.items():
        value = entry.get(name)
        if value is None:
            if member.is_required:
                says = f"`{place}.{name}` is missing; give it."
                faults.append(FieldFault(field=f"{place}.{name}", code="field-missing", says=says))
            read[name] = member.default
            continue
        try:
            read[name] = member.read(value)
        except ValueError as fault:
            faults.append(_malformed(f"{place}.{name}", str(fault)))
    return faults or read


def _malformed(place: str, says: str) -> FieldFault:
    return FieldFault(field=place, code="field-malformed", says=f"`{place}` {says}.")


def _unknown(place: str) -> FieldFault:
    return FieldFault(
        field=place[:_SHOWN],
        code="field-unknown",
        says=f"`{place[:_SHOWN]}` is not a member; leave it out.",
    )


# --- kinds of member -------------------------------------------------------------------------


def read_text(value: object) -> str:
    """Return a text.

    Raises:
        ValueError: It is something else.
    """
    if not isinstance(value, str):
        raise ValueError("must be text")  # noqa: TRY004 -- the fault of a client, not of ours
    return value


def one_of(*words: str) -> Callable[[object], str]:
    """Return what reads one of some words."""

    def read(value: object) -> str:
        text = read_text(value)
        if text not in words:
            raise ValueError(f"is `{text[:_SHOWN]}`; it is one of {', '.join(words)}")
        return text

    return read


def number(least: int, most: int) -> Callable[[object], int]:
    """Return what reads a whole number within limits."""

    def read(value: object) -> int:
        # JSON's true is Python's 1.
        if type(value) is not int or not least <= value <= most:
            raise ValueError(
                f"is `{str(value)[:_SHOWN]}`; write a whole number from {least} to {most}"
            )
        return value

    return read


def read_generation(value: object) -> str:
    """Return a generation of Devices."""
    return one_of(*(generation.value for generation in Generation))(value)


def read_checkpoint(value: object) -> str:
    """Return a checkpoint."""
    text = read_text(value)
    try:
        return parse_checkpoint(text)
    except QuestionError:
        raise ValueError(f"is `{text[:_SHOWN]}`; it is dsp or s1sp:NAME") from None


def read_user_id(value: object) -> str:
    """Return an EUI-64 as DUIS writes it."""
    return read_eui64(read_text(value))


def read_reason(value: object) -> str:
    """Return a reason code of the catalogue."""
    text = read_text(value)
    if text not in REASONS:
        raise ValueError(f"is `{text[:_SHOWN]}`; it is a code of the catalogue of reasons")
    return text


def read_issuer(value: object) -> str:
    """Return an issuer's name in the one spelling that certificates are kept by."""
    text = read_text(value)
    try:
        return normalise_issuer(text)
    except IssuerNameError:
        raise ValueError(f"is `{text[:_SHOWN]}`; write a name such as CN=Z1,OU=07") from None


def read_serial(value: object) -> str:
    """Return a certificate's serial number, in decimal."""
    text = read_text(value)
    if not _SERIAL.fullmatch(text):
        raise ValueError(f"is `{text[:_SHOWN]}`; write it in decimal, as KeyInfo has it")
    return text


def read_request_id(value: object) -> str:
    """Return a RequestID as DUIS writes it."""
    text = read_text(value)
    try:
        return str(parse_request_id(text))
    except IdentifierError:
        raise ValueError(
            f"is `{text[:_SHOWN]}`; give originator, target and counter, apart by colons"
        ) from None


def day_until(at: datetime) -> Callable[[object], date]:
    """Return what reads a day in Great Britain that is not ahead and not long past."""
    today = day_in_great_britain(at + AHEAD)
    first = today - timedelta(days=DAYS_BACK)

    def read(value: object) -> date:
        text = read_text(value)
        try:
            day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
        except ValueError:
            day = None
        if day is None:
            raise ValueError(f"is `{text[:_SHOWN]}`; write a day such as 2026-11-20")
        if not first <= day <= today:
            raise ValueError(f"is {day}; it must be from {first} to {today}")
        return day

    return read


def moment_until(at: datetime) -> Callable[[object], datetime]:
    """Return what reads a moment that is not ahead and not long past."""
    last = at + AHEAD
    first = at - timedelta(days=DAYS_BACK)

    def read(value: object) -> datetime:
        moment = read_moment(read_text(value))
        if not first <= moment <= last:
            raise ValueError(
                f"is {moment:%Y-%m-%dT%H:%M:%SZ}; it must not be ahead and "
                f"not lie back more than {DAYS_BACK} days"
            )
        return moment

    return read
