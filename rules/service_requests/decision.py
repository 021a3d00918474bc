"""What the runtime checker answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rules.findings import Finding
from rules.identifiers import Eui64, RequestId


class Action(StrEnum):
    """What is to be done with a message."""

    PROCESS = "process"
    CEASE = "cease"


class Mode(StrEnum):
    """Whether MP104 was live at the moment of the question (the decision on its go-live)."""

    MONITOR = "monitor"
    ENFORCE = "enforce"


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the Header of a message says."""

    request_id: RequestId
    command_variant: int
    service_reference: str
    service_reference_variant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signed, by the certificate that KeyInfo names."""

    issuer: str
    serial: int
    is_proven: bool
    """Whether the signature verified. Where it did not, the rest is None or empty."""
    user_id: Eui64 | None
    party: str | None
    party_reference: str | None
    mpids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer to one question."""

    decision: Action
    would_be: Action
    """What it would be with everything enforced."""
    mode: Mode
    reason: str | None
    """Why it ceases; None where it is processed."""
    would_be_reason: str | None
    duis_code: str | None
    """The nearest DUIS response code, a suggestion; None where there is none."""
    header: Header | None
    """None where the message could not be read."""
    signer: Signer | None
    """None where no certificate was named in the form that DUIS 3.3 has."""
    snapshot_version: str

    def findings(self) -> tuple[Finding, ...]:
        """Return every rule's finding in order, in words. Made when asked for."""
        raise NotImplementedError

    def as_dict(self, *, checked_at: datetime) -> dict[str, object]:
        """Return the answer in the JSON shape of `POST /api/v1/checks`."""
        raise NotImplementedError
