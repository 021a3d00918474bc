"""What staff have arranged, as far as decisions rest on it, each with the time for which it holds.

Periods are ours: they include their beginning and not their end; an end of None is no end.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rules.identifiers import Eui64
from rules.periods import is_within
from rules.register.checkpoints import Checkpoint
from rules.roles import UserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """When something holds: `[valid_from, valid_until)`."""

    valid_from: datetime
    valid_until: datetime | None

    def holds(self, at: datetime) -> bool:
        """Tell whether it holds at a moment."""
        return is_within(at, start=self.valid_from, end=self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """How long something is so, where either end may be open: `[valid_from, valid_until)`."""

    valid_from: datetime | None = None
    """None: since before anything was recorded."""
    valid_until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Tell whether it is so at a moment."""
        return not self.is_still_to_come(at) and (
            self.valid_until is None or at < self.valid_until
        )

    def is_still_to_come(self, at: datetime) -> bool:
        """Tell whether it has not begun yet at a moment."""
        return self.valid_from is not None and at < self.valid_from


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRole(Term):
    """A User Role that a User ID has."""

    user_role: UserRole


class NotActive(StrEnum):
    """How a Party stands that is not active (docs/decisions/0094)."""

    SUSPENDED = "suspended"
    CEASED = "ceased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inactivity(Period):
    """When a Party is not active, and why."""

    standing: NotActive


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction(Period):
    """An instruction of the Authority that a Shared Resource Provider act for a failed Supplier.

    One that was withdrawn ends at that moment (MP134B 2.7).
    """

    reference: str
    """Which it is."""
    supplier_reference: str
    provider_reference: str
    """Both are references of Parties."""
    service_reference_variants: frozenset[str]
    """For which it is; for no other."""
    last_resort_references: frozenset[str] = frozenset()
    """Of the Parties that are Suppliers of Last Resort by it: a Device of the failed Supplier may
    be registered to one of them by now (docs/decisions/0095)."""


class ThresholdAuthor(StrEnum):
    """Who set a threshold."""

    USER = "user"
    DCC = "dcc"
    """A level of the DCC's own, which has a life of its own."""


class Window(StrEnum):
    """In what messages are counted: one of the calendar in Great Britain."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold(Period):
    """How much of a Service Reference Variant a User ID may send (SEC Appendix AA).

    Where a level is to be zero again, as when an instruction of the Authority has ended, its
    period ends.
    """

    failed_supplier_reference: str | None
    """Of the Party of the failed Supplier for which it is; None: it is for none."""
    author: ThresholdAuthor
    window: Window
    warning: int | None
    """From how many messages on somebody is warned; None: from none on."""
    quarantine: int | None
    """How many may pass; None: no limit."""

    def __post_init__(self) -> None:
        if self.quarantine is not None and (
            self.warning is not None and self.warning > self.quarantine
        ):
            raise ValueError("a warning is above its quarantine")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceProvider(Period):
    """The Shared Resource Provider of a Supplier, and where what is for it is sent."""

    provider: str
    """The name of the Party."""
    provider_reference: str
    user_id: Eui64


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationSwitch:
    """Whether a checkpoint applies exception (d) of SRPD 6.2 (SECMP0107), and since when."""

    checkpoint: Checkpoint
    turned_on_at: datetime | None
    """From that very moment on; None: it is off."""
    alert_code: str | None = None
    """What an S1SP's Alert calls a refusal for want of registration, where that is known."""

    def is_on(self, at: datetime) -> bool:
        """Tell whether it was on at a moment."""
        return self.turned_on_at is not None and at >= self.turned_on_at
