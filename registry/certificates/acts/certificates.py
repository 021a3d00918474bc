"""What people do with certificates."""

from datetime import datetime

from registry import access
from registry.errors import ConflictError
from registry.evidence import history
from registry.models import OrganisationCertificate, Person
from registry.parties.acts.mpid_claims import lock_mpids
from registry.written import written_reason
from rules.duties import Act
from rules.workflow import RevocationReason


def revoke_certificate(
    certificate_id: int, *, actor: Person, reason: RevocationReason, note: str, at: datetime
) -> OrganisationCertificate:
    """Revoke a certificate as an officer. It stops counting for decisions at this very moment.

    Raises:
        NotFoundError: There is no such certificate.
        NotPermittedError: The person is no officer.
        RefusedActError: What happened is not said (`reason-missing`), or at too great a length
            (`reason-too-long`).
        ConflictError: It is revoked already (`already-revoked`).
    """
    subject = f"organisationcertificate:{certificate_id}"
    with history.acting(Act.REVOKE_CERTIFICATE, actor=actor, at=at, subject=subject) as act:
        access.require(actor, Act.REVOKE_CERTIFICATE)
        certificate = access.find(actor, OrganisationCertificate, certificate_id, lock=True)
        if certificate.revoked_at is not None:
            raise ConflictError("already-revoked", "This certificate has been revoked already.")
        words = written_reason(note, missing="Enter what happened.")
        lock_mpids([*certificate.mpids, *certificate.name_tokens])
        certificate.revoked_at = at
        certificate.revocation_reason = reason
        certificate.revocation_note = words
        certificate.revoked_by = actor
        certificate.save(
            update_fields=["revoked_at", "revocation_reason", "revocation_note", "revoked_by"]
        )
        act.done(
            certificate,
            issuer=certificate.issuer,
            serial=certificate.serial_number,
            reason=reason,
            note=words,
        )
        return certificate
