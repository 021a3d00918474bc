"""What the runtime checker is asked: one message, and what only the asker knows about it."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from rules.identifiers import Eui64
from rules.register.checkpoints import DSP, Checkpoint

_S1SP = re.compile(r"s1sp:[A-Za-z0-9][A-Za-z0-9._-]{0,62}", re.ASCII)


class Generation(StrEnum):
    """The generation of the Device that a message is for."""

    SMETS1 = "SMETS1"
    SMETS2_PLUS = "SMETS2+"


class Purpose(StrEnum):
    """Why a decision is asked; the answer is the same, what may be counted is not."""

    ENFORCEMENT = "enforcement"
    DIAGNOSIS = "diagnosis"


class QuestionError(ValueError):
    """A question is not one that the checker can be asked; the message names the value."""


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint: `dsp`, or `s1sp:` and a name of letters, digits, `.`, `_` and `-`.

    Raises:
        QuestionError: The text is neither.
    """
    if text != DSP and not _S1SP.fullmatch(text):
        raise QuestionError(f"`{text[:80]}` is not a checkpoint such as dsp or s1sp:NAME")
    return Checkpoint(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """What the asker knows of the Device; None where it did not say.

    A rule that needs a fact which was not said ceases the message with a reason of its own.
    """

    registered_user_ids: frozenset[Eui64] | None = None
    """Who is registered for the Device at that moment."""
    hub_import_supplier_ids: frozenset[Eui64] | None = None
    """The Import Suppliers of a Communications Hub that it shares (SRPD 6.2 (a) and (b))."""
    s1sp: str | None = None
    certificate_owner: Eui64 | None = None
    """Whose certificate the Device holds (S1SR 4.2)."""
    notified_critical_supplier_id: Eui64 | None = None


NOTHING_SAID = DeviceFacts()


class Question(NamedTuple):
    """One message to decide. Give its fields by name.

    A tuple, since one is made for every message and a frozen dataclass takes twice as long.
    """

    message: bytes
    """The XML as it was received, to the last octet."""
    generation: Generation
    received_at: datetime
    """The moment for which to decide, aware."""
    is_about_now: bool = False
    """Whether the asker gave no moment, so that `received_at` is what the clock says: then every
    revocation and withdrawal that is recorded counts (`rules.periods.known_by`)."""
    checkpoint: Checkpoint = DSP
    purpose: Purpose = Purpose.ENFORCEMENT
    device: DeviceFacts = NOTHING_SAID
