"""Notifying which certificate a User ID signs with (DUIS 3.3.1)."""

from datetime import datetime

from registry import access, history
from registry.errors import ConflictError
from registry.models import OrganisationCertificate, Person, SigningNotification, UserId
from registry.services.keys import lock_key
from rules.duties import Act
from rules.findings import Report
from rules.identifiers import Eui64
from rules.notifying import NotifyingFacts, check_notifying


def notify_certificate(
    eui64: str, certificate_id: int, *, actor: Person, at: datetime
) -> SigningNotification:
    """Notify a certificate for a User ID. Others notified for it stay, so that keys can roll.

    The same certificate notified again while it is notified returns that notification.

    Raises:
        NotFoundError: There is no such User ID or certificate for this person.
        NotPermittedError: The person does not act for the Party.
        RefusedError: The certificate cannot be notified for the User ID; the report says why.
    """
    subject = f"userid:{eui64[:40]}"
    with history.acting(Act.NOTIFY_CERTIFICATE, actor=actor, at=at, subject=subject) as act:
        user_id = access.access_user_id(actor, eui64, lock=True)
        access.require(actor, Act.NOTIFY_CERTIFICATE, party=user_id.party)
        certificate = access.access_certificate(actor, certificate_id, lock=True)
        lock_key(certificate.spki_sha256)
        current = SigningNotification.objects.filter(
            user_id=user_id, certificate=certificate, withdrawn_at__isnull=True
        ).first()
        if current is not None:
            act.done(f"userid:{user_id.eui64}", repeated=True, notification=current.pk)
            return current
        check_certificate(user_id, certificate, at=at).require_clear()
        notification = SigningNotification.objects.create(
            user_id=user_id,
            certificate=certificate,
            eui64=certificate.eui64,
            spki_sha256=certificate.spki_sha256,
            notified_at=at,
            notified_by=actor,
        )
        act.done(
            f"userid:{user_id.eui64}",
            notification=notification.pk,
            issuer=certificate.issuer,
            serial=certificate.serial_number,
        )
        return notification


def withdraw_notification(
    notification_id: int, *, actor: Person, at: datetime
) -> SigningNotification:
    """Withdraw a notification: from now on messages signed with it cease under MP104.

    Raises:
        NotFoundError: There is no such notification for this person.
        NotPermittedError: The person does not act for the Party.
        ConflictError: It has been withdrawn already (`already-withdrawn`).
    """
    subject = f"notification:{notification_id}"
    with history.acting(Act.WITHDRAW_NOTIFICATION, actor=actor, at=at, subject=subject) as act:
        notification = access.access_notification(actor, notification_id, lock=True)
        access.require(actor, Act.WITHDRAW_NOTIFICATION, party=notification.user_id.party)
        if notification.withdrawn_at is not None:
            raise ConflictError(
                "already-withdrawn", "This notification has been withdrawn already."
            )
        notification.withdrawn_at = at
        notification.withdrawn_by = actor
        notification.save(update_fields=["withdrawn_at", "withdrawn_by"])
        act.done(f"userid:{notification.eui64}", notification=notification.pk)
        return notification


def check_certificate(
    user_id: UserId, certificate: OrganisationCertificate, *, at: datetime
) -> Report:
    """Ask every rule whether a certificate can be notified for a User ID. Stores nothing."""
    key_serves_another = (
        SigningNotification.objects.filter(spki_sha256=certificate.spki_sha256)
        .exclude(eui64=user_id.eui64)
        .exists()
    )
    facts = NotifyingFacts(
        user_id=Eui64(user_id.eui64),
        certificate_eui64=Eui64(certificate.eui64),
        remote_party_role=certificate.remote_party_role,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        revoked_at=certificate.revoked_at,
        is_withheld=certificate.is_withheld,
        key_serves_another_user_id=key_serves_another,
        at=at,
    )
    return check_notifying(facts, catalogue=CATALOGUE_VERSION)
