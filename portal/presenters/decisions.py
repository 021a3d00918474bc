"""A decision on a message for a person: what would happen, why, and what was read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from portal.presenters.cells import (
    Row,
    Tag,
    certificate_link,
    identifier,
    moment,
    row,
    text,
)
from portal.presenters.certificate_names import CertificateName
from portal.presenters.findings import FindingsView, findings_view
from portal.presenters.moments import IN_SENTENCES
from portal.presenters.octets import OctetsView, octets_view
from portal.presenters.words import NO_CERTIFICATE_NAMED, lasting
from rules.findings import Finding
from rules.messages.examining import SignatureOctets
from rules.service_requests.decision import Action, Decision, Mode, Signer
from rules.service_requests.reader import Reader
from rules.service_requests.reasons import REASONS

if TYPE_CHECKING:
    from registry.models import Person
    from registry.observations.acts.deciding import Decided

_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """A decision as a page shows it."""

    is_processed: bool
    tag: Tag
    says: str
    """What would happen, in one sentence."""
    monitored: str
    """What will change once MP104 is enforced; empty where nothing will."""
    s1sp: str
    """What the Device's S1SP would refuse it for; empty where it would not."""
    rows: tuple[Row, ...]
    findings: FindingsView
    octets: OctetsView | None
    """What was digested and signed; None where there is no signature of the right form."""


def decision_view(  # noqa: PLR0913 -- what was asked, by whom and when, beside the answer
    decided: "Decided",
    *,
    reader: "Person",
    at: datetime,
    name: CertificateName | None,
    octets: SignatureOctets | None,
    size: int,
    digest: str,
    generation: str,
    labels: Mapping[str, str],
) -> DecisionView:
    """Return a decision for its reader, who is told of another Party only that it is another.

    Args:
        decided: What was decided, and how old the register was.
        reader: Who is told.
        at: When it was decided.
        name: Of the certificate that signed it, where the reader sees it in the register.
        octets: What was digested and signed, where that could be read.
        size: Of the message, in octets.
        digest: The SHA-256 of the message, in hexadecimal.
        generation: Of the Device, as it was chosen.
        labels: What the form calls each field that a reason may ask for, by the API's name.
    """
    decision = decided.decision
    is_processed = decision.decision is Action.PROCESS
    told_to = _told_to(reader)
    findings = decision.findings(told_to)
    return DecisionView(
        is_processed=is_processed,
        tag=Tag(words="Process", colour="green")
        if is_processed
        else Tag(words="Cease", colour="red"),
        says=_says(decision, findings),
        monitored=_monitored(decision),
        s1sp=_s1sp(decision, told_to),
        rows=(
            *_message_rows(decision, labels),
            *_signer_rows(decision.signer, name, told_to),
            row("Generation", text(generation)),
            row("Bytes received", text(f"{size:,}"), identifier(digest, hint="their SHA-256")),
            row("Decided at", moment(at)),
            row(
                "Register version",
                text(decision.snapshot_version, hint=_confirmed(decided.snapshot_age)),
            ),
        ),
        findings=findings_view(findings),
        octets=None if octets is None else octets_view(octets),
    )


def _confirmed(seconds: float) -> str:
    """Say how long before the decision the register was confirmed; in minutes where it is long."""
    if seconds < 1:
        return "confirmed at that moment"
    if seconds < _MINUTE:
        return f"confirmed {seconds:.0f} seconds before"
    return f"not confirmed for {lasting(seconds // _MINUTE * _MINUTE)}"


def _says(decision: Decision, findings: tuple[Finding, ...]) -> str:
    if decision.decision is Action.PROCESS:
        return "The DCC would process this message."
    because = next((f.says for f in findings if f.reason == decision.reason), "")
    return f"The DCC would cease processing this message. {because}".strip()


def _monitored(decision: Decision) -> str:
    if decision.mode is Mode.ENFORCE or decision.would_be is decision.decision:
        return ""
    return "MP104 is being monitored only. Once it is enforced, this message will cease."


def _s1sp(decision: Decision, told_to: Reader) -> str:
    refusal = decision.s1sp_would_refuse(told_to)
    if refusal is None:
        return ""
    return (
        f"The S1SP {refusal.s1sp} would refuse it with an S1SP Alert ({refusal.reason}). "
        f"{refusal.says}"
    )


def _message_rows(decision: Decision, labels: Mapping[str, str]) -> tuple[Row, ...]:
    header = decision.header
    if header is None:
        return (row("Message", text("It could not be read")), *_reason_rows(decision, labels))
    return (
        row("RequestID", identifier(header.request_id_text)),
        row("Service Reference Variant", text(header.service_reference_variant)),
        row("Command Variant", text(str(header.command_variant))),
        row("Business Originator ID", identifier(header.business_originator_id)),
        *_reason_rows(decision, labels),
    )


def _reason_rows(decision: Decision, labels: Mapping[str, str]) -> tuple[Row, ...]:
    """Return the reason for which it ceases, with what the catalogue says to do about it."""
    if decision.reason is None:
        return ()
    entry = REASONS[decision.reason]
    asked = [label for name, label in labels.items() if f"`{name}`" in entry.do]
    hint = "".join(f"Here it is the field “{label}”." for label in asked)
    rows = (
        row("Reason code", identifier(decision.reason)),
        row("What to do", text(entry.do, hint=hint)),
    )
    if entry.duis_code is None:
        return rows
    nearest = text(entry.duis_code, hint="closest match; not sent by the DCC")
    return (*rows, row("DUIS response code", nearest))


def _signer_rows(
    signer: Signer | None, name: CertificateName | None, told_to: Reader
) -> tuple[Row, ...]:
    if signer is None:
        return (
            row(
                "Signed with",
                text(NO_CERTIFICATE_NAMED),
            ),
        )
    rows = [
        row(
            "Certificate named",
            identifier(signer.issuer, hint="issuer"),
            identifier(str(signer.serial), hint="serial number"),
        )
    ]
    if name is not None:
        rows.append(row("In the register", certificate_link(name)))
    if signer.user_id is not None:
        rows.append(row("User ID of the signer", identifier(signer.user_id)))
        is_known = told_to.sees(signer.party_reference)
        party = signer.party or "" if is_known else "Another Party"
        rows.append(row("Party of the signer", text(party)))
        if is_known:
            rows.append(row("MPIDs in the certificate", text(", ".join(signer.mpids) or "None")))
    return tuple(rows)


def _told_to(reader: "Person") -> Reader:
    """Return what a person may see: of another Party only that it is another."""
    return Reader(
        party_reference=None if reader.party is None else reader.party.reference,
        sees_every_party=reader.is_staff_of_dcc,
        clock=IN_SENTENCES,
    )
