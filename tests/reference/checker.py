"""The runtime checker once more: slow, and as plain as the requirements.

Written from the requirements, the decision records and the list of reason codes alone. It shares
nothing with the checker but the shapes of the question and of the snapshot. It remembers nothing,
keeps no index and asks every question anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules.register.snapshot import Snapshot, SnapshotCertificate
from rules.service_requests.question import Question
from tests.reference.canonical import canonical
from tests.reference.contents import content_faults
from tests.reference.contingencies import contingency_faults
from tests.reference.devices import device_faults
from tests.reference.documents import document
from tests.reference.failing import Fails, unless
from tests.reference.issuer_names import Name, issuer_name
from tests.reference.payloads import payload_faults
from tests.reference.requests import Request, request
from tests.reference.senders import Matter, certificate_faults, is_contingency, user_faults
from tests.reference.signatures import digest_matches, point, signature, verifies

RELAXED = {
    "certificate-not-xmlsign",
    "certificate-not-notified",
    "key-serves-two-user-ids",
    "key-used-towards-devices",
    "originator-other-user-id",
}
"""What MP104 adds: noted, and no more, until it is live (decision 60); of MP134B nothing is."""

SIZE_LIMIT = 16 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """What is to be done with a message, and why."""

    decision: str
    reason: str | None
    would_be_reason: str | None
    reasons: tuple[str, ...]
    s1sp_would_refuse: str | None = None
    """For what the Device's S1SP would refuse it, where the DSP lets it pass (SECMP0107-2)."""


def check(question: Question, snapshot: Snapshot, *, size_limit: int = SIZE_LIMIT) -> Answer:
    """Decide one message."""
    matter: list[Matter] = []
    reasons = tuple(faults(question, snapshot, size_limit, matter))
    live = snapshot.enforced_from
    is_enforced = live is not None and question.received_at >= live
    is_enforced |= any(map(is_contingency, matter))
    counting = [reason for reason in reasons if is_enforced or reason not in RELAXED]
    return Answer(
        decision="cease" if counting else "process",
        reason=counting[0] if counting else None,
        would_be_reason=reasons[0] if reasons else None,
        reasons=reasons,
        s1sp_would_refuse=None if counting else s1sp_refusal(matter[0]),
    )


def faults(
    question: Question, snapshot: Snapshot, size_limit: int, proven: list[Matter]
) -> Iterator[str]:
    """Yield the reason for everything that is wrong, in the order of the documents.

    Once it is proven who signed, what is judged is put into `proven`.
    """
    try:
        read = request(document(question.message, size_limit))
        certificate = signer(read, snapshot)
    except Fails as fails:
        yield fails.reason
        return
    matter = Matter(question, snapshot, read, certificate)
    proven.append(matter)
    yield from certificate_faults(matter)
    yield from user_faults(matter)
    yield from content_faults(matter)
    yield from payload_faults(matter)
    yield from contingency_faults(matter)
    yield from device_faults(matter)


def s1sp_refusal(matter: Matter) -> str | None:
    """Ask of the Device once more, as its S1SP would. What was not said, that one knows."""
    question = matter.question
    is_for_smets1 = question.generation == "SMETS1" and matter.request.command_variant != "8"
    if question.checkpoint != "dsp" or question.device.s1sp is None or not is_for_smets1:
        return None
    there = replace(matter, question=question._replace(checkpoint=f"s1sp:{question.device.s1sp}"))
    told = [reason for reason in device_faults(there) if not reason.endswith("-not-supplied")]
    return told[0] if told else None


def signer(read: Request, snapshot: Snapshot) -> SnapshotCertificate:
    """Return the certificate with whose key the message is proven to be signed."""
    signed = signature(read.root)
    certificate = named(snapshot, signed.issuer, signed.serial)
    unless(certificate, "certificate-unknown")
    assert certificate is not None
    unless(digest_matches(read.root, signed), "digest-mismatch")
    key = point(certificate.public_key)
    unless(key, "certificate-key-unusable")
    assert key is not None
    signed_info = canonical(signed.signed_info, exclusive=True)
    unless(verifies(key, signed.value, signed_info), "signature-invalid")
    return certificate


def named(snapshot: Snapshot, issuer: Name, serial: int) -> SnapshotCertificate | None:
    for certificate in snapshot.certificates.values():
        if certificate.serial == serial and issuer_name(certificate.issuer) == issuer:
            return certificate
    return None
