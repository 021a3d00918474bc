"""Reads a question to the checker from the fields that somebody gave, whichever edge they used.

The API's JSON, its query and the options of `check_message` have the same fields by the same
names, so they are read here once. Everything that is wrong with them is said at once.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from rules.identifiers import Eui64, IdentifierError, parse_eui64
from rules.register.checkpoints import DSP, Checkpoint
from rules.service_requests.question import (
    NOTHING_SAID,
    DeviceFacts,
    Generation,
    Purpose,
    Question,
    QuestionError,
    parse_checkpoint,
)

AS_OF_AFTER = timedelta(minutes=5)
"""A question for a moment further away from now is one "as of" that moment."""

DEVICE = "device."
"""What the names of the fields about the Device begin with."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", re.ASCII)
_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
_SHOWN = 60
_LONGEST_REMEMBERED = 64
MOST_FAULTS = 100
"""Faults of one question that are said; of more, how many they are. A question has few fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFault:
    """What is wrong with one field."""

    field: str
    code: str
    """`field-missing`, `field-unknown`, `field-repeated` or `field-malformed`."""
    says: str


class UnreadableQuestionError(Exception):
    """The fields are not a question that the checker can be asked."""

    code = "question-malformed"
    """Stable, for machines."""

    def __init__(self, faults: tuple[FieldFault, ...]) -> None:
        says = " ".join(fault.says for fault in faults[:MOST_FAULTS])
        if len(faults) > MOST_FAULTS:
            says += f" And {len(faults) - MOST_FAULTS:,} more are wrong."
        super().__init__(says)
        self.says = says
        """What is wrong, in sentences for people."""
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a question beside the message itself."""

    name: str
    read: Callable[[Any], Any]
    """From the text or texts that were given; raises a `ValueError` whose message ends a sentence
    that begins with the field's name."""
    is_list: bool = False
    says: str
    """What it means, for documentation."""


def read_question(
    message: bytes,
    fields: Mapping[str, object],
    *,
    at: datetime,
    purpose: Purpose = Purpose.ENFORCEMENT,
) -> Question:
    """Read a question.

    Args:
        message: The XML as it was received.
        fields: By the names of `FIELDS`: a text, or a list of texts where the field is a list.
            None is the same as leaving a field out.
        at: Now; for when the message was received, where no moment is given.
        purpose: Why it is asked, where the fields do not say.

    Raises:
        UnreadableQuestionError: Fields are missing, unknown or malformed; names each.
    """
    faults = [_unknown(name) for name in fields if name not in FIELDS]
    read: dict[str, Any] = {}
    for name, value in fields.items():
        if value is None or name not in FIELDS:
            continue
        try:
            read[name] = _read(FIELDS[name], value)
        except ValueError as fault:
            faults.append(
                FieldFault(field=name, code="field-malformed", says=f"`{name}` {fault}.")
            )
    if fields.get("generation") is None:
        faults.append(missing("generation"))
    if faults:
        raise UnreadableQuestionError(tuple(faults))
    said = {name[len(DEVICE) :]: v for name, v in read.items() if name.startswith(DEVICE)}
    return Question(
        message=message,
        generation=read["generation"],
        received_at=read.get("received_at", at),
        is_about_now="received_at" not in read,
        checkpoint=read.get("checkpoint", DSP),
        purpose=read.get("purpose", purpose),
        device=DeviceFacts(**said) if said else NOTHING_SAID,
    )


def missing(name: str) -> FieldFault:
    """Return the fault of a field that must be given and was not."""
    return FieldFault(field=name, code="field-missing", says=f"`{name}` is missing; give it.")


def asks_as_of(question: Question, *, at: datetime) -> bool:
    """Tell whether a question is for a moment more than five minutes from now."""
    return abs(question.received_at - at) > AS_OF_AFTER


def _unknown(name: str) -> FieldFault:
    return FieldFault(
        field=name[:_SHOWN],
        code="field-unknown",
        says=f"`{name[:_SHOWN]}` is not a field of a question; leave it out.",
    )


def _read(field: Field, value: object) -> object:
    if not field.is_list:
        return field.read(_text(value))
    if not isinstance(value, list | tuple):
        raise ValueError("must be a list")  # noqa: TRY004 -- the fault of an asker, not of ours
    # One empty text is how a query or an option says that there is nobody.
    texts = [_text(item) for item in value]
    return frozenset(field.read(text) for text in ([] if texts == [""] else texts))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")  # noqa: TRY004 -- the fault of an asker, not of ours
    return value


def _generation(text: str) -> Generation:
    if text == "SMETS2 ":
        raise ValueError("is `SMETS2 `; in a query a + is written %2B, as in SMETS2%2B")
    try:
        return Generation(text)
    except ValueError:
        raise ValueError(f"is `{text[:_SHOWN]}`; it is SMETS1 or SMETS2+") from None


def _checkpoint(text: str) -> Checkpoint:
    try:
        return parse_checkpoint(text)
    except QuestionError:
        raise ValueError(f"is `{text[:_SHOWN]}`; it is dsp or s1sp:NAME") from None


def _purpose(text: str) -> Purpose:
    try:
        return Purpose(text)
    except ValueError:
        raise ValueError(f"is `{text[:_SHOWN]}`; it is enforcement or diagnosis") from None


def read_moment(text: str) -> datetime:
    """Read a moment as RFC 3339 has it, with its zone.

    Raises:
        ValueError: The text is none; the message ends a sentence that begins with the field.
    """
    moment = _rfc3339(text)
    if moment is None:
        raise ValueError(f"is `{text[:_SHOWN]}`; write a moment such as 2026-11-20T09:00:00Z")
    return moment


def _rfc3339(text: str) -> datetime | None:
    # `fromisoformat` alone would take weeks, days without a time and times without a zone.
    if not _RFC3339.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_eui64(text: str) -> Eui64:
    """Read an EUI-64 in any usual spelling.

    Raises:
        ValueError: The text is none; the message ends a sentence that begins with the field.
    """
    try:
        # With white space around it a text may be of any length, and would stay in a cache.
        return _parsed_eui64(text) if len(text) <= _LONGEST_REMEMBERED else parse_eui64(text)
    except IdentifierError:
        raise ValueError(
            f"has `{text[:_SHOWN]}`; write an EUI-64 such as 90-B3-D5-1F-30-01-00-00"
        ) from None


@lru_cache(maxsize=4_096)
def _parsed_eui64(text: str) -> Eui64:
    return parse_eui64(text)


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError(f"is `{text[:_SHOWN]}`; write the S1SP's name")
    return text


FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field(
            name="generation",
            read=_generation,
            says="The generation of the Device: SMETS1 or SMETS2+. Required.",
        ),
        Field(
            name="checkpoint",
            read=_checkpoint,
            says="Where the message is checked: dsp, which is the default, or s1sp:NAME.",
        ),
        Field(
            name="purpose",
            read=_purpose,
            says="Why it is asked: enforcement, or diagnosis, which is counted nowhere.",
        ),
        Field(
            name="received_at",
            read=read_moment,
            says="The moment for which to decide, RFC 3339; now where it is left out.",
        ),
        Field(
            name="device.registered_user_ids",
            read=read_eui64,
            is_list=True,
            says="The User IDs that are registered for the Device at that moment.",
        ),
        Field(
            name="device.hub_import_supplier_ids",
            read=read_eui64,
            is_list=True,
            says="The Import Suppliers of a Communications Hub that the Device shares.",
        ),
        Field(name="device.s1sp", read=_name, says="The Device's S1SP."),
        Field(
            name="device.certificate_owner",
            read=read_eui64,
            says="The User ID whose certificate the Device holds.",
        ),
        Field(
            name="device.notified_critical_supplier_id",
            read=read_eui64,
            says="The Notified Critical Supplier ID of the Device.",
        ),
    )
}
"""Every field of a question beside the message, by name."""
