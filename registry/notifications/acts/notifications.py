"""Notifying which certificate a User ID signs with (DUIS 3.3.1)."""

from datetime import datetime
from typing import Any

from registry import access
from registry.certificates.acts.keys import lock_key
from registry.certificates.reads.facts import notifying_facts
from registry.errors import ConflictError
from registry.evidence import history
from registry.models import (
    CertificateRequest,
    OrganisationCertificate,
    Person,
    SigningNotification,
    UserId,
)
from rules.duties import Act
from rules.findings import RefusedError
from rules.notifying import check_notifying
from rules.periods import in_words


def notify_certificate(
    eui64: str,
    certificate_id: int,
    *,
    actor: Person,
    at: datetime,
    counts_from: datetime | None = None,
) -> SigningNotification:
    """Notify a certificate for a User ID. Others notified for it stay, so that keys can roll.

    The same certificate notified again while it is notified returns that notification.

    Args:
        eui64: The User ID.
        certificate_id: The certificate.
        actor: Who notifies it.
        at: Now.
        counts_from: From when it counts; now where it is left out.

    Raises:
        NotFoundError: There is no such User ID or certificate for this person.
        NotPermittedError: The person does not act for the Party.
        RefusedError: The certificate cannot be notified for the User ID; the report says why.
        ConflictError: It is notified from another moment ahead (`notification-planned`).
    """
    subject = f"userid:{eui64[:40]}"
    with history.acting(Act.NOTIFY_CERTIFICATE, actor=actor, at=at, subject=subject) as act:
        user_id = access.find(actor, UserId, eui64, lock=True)
        access.require(actor, Act.NOTIFY_CERTIFICATE, party=user_id.party)
        certificate = access.find(actor, OrganisationCertificate, certificate_id, lock=True)
        lock_key(certificate.key_x)
        current = SigningNotification.objects.filter(
            user_id=user_id, certificate=certificate, withdrawn_at__isnull=True
        ).first()
        if current is not None:
            _require_same(current, counts_from=counts_from or at, at=at)
            act.done(f"userid:{user_id.eui64}", repeated=True, notification=current.pk)
            return current
        facts = notifying_facts(user_id, certificate, at=at, counts_from=counts_from)
        check_notifying(facts).require_clear()
        notification = _store(user_id, certificate, by=actor, at=at, counts_from=facts.counts_from)
        act.done(
            f"userid:{user_id.eui64}",
            notification=notification.pk,
            issuer=certificate.issuer,
            serial=certificate.serial_number,
            counts_from=facts.counts_from.isoformat(),
        )
        return notification


def notify_with_request(
    request: CertificateRequest, certificate: OrganisationCertificate, *, at: datetime
) -> None:
    """Notify a certificate in the transaction that records its issue, as its request asked.

    It counts from then on, or from when it becomes valid. Where it cannot be notified after all,
    the evidence says why, and the certificate waits for its Party as any other.
    """
    lock_key(certificate.key_x)
    counts_from = max(at, certificate.not_before)
    report = check_notifying(
        notifying_facts(request.user_id, certificate, at=at, counts_from=counts_from)
    )
    details: dict[str, Any] = {
        "request": request.reference,
        "asked_by": history.subject_of(request.submitted_by),
        "issuer": certificate.issuer,
        "serial": certificate.serial_number,
    }
    if report.is_clear:
        notification = _store(
            request.user_id, certificate, by=request.submitted_by, at=at, counts_from=counts_from
        )
        details |= {"notification": notification.pk, "counts_from": counts_from.isoformat()}
    else:
        details |= history.refusal_details(RefusedError(report))
    history.append(
        kind=Act.NOTIFY_CERTIFICATE,
        actor=None,
        at=at,
        subject=f"userid:{certificate.eui64}",
        result="done" if report.is_clear else "refused",
        details=details,
    )


def _store(
    user_id: UserId,
    certificate: OrganisationCertificate,
    *,
    by: Person,
    at: datetime,
    counts_from: datetime,
) -> SigningNotification:
    return SigningNotification.objects.create(
        user_id=user_id,
        certificate=certificate,
        eui64=certificate.eui64,
        key_x=certificate.key_x,
        notified_at=counts_from,
        recorded_at=at,
        notified_by=by,
    )


def _require_same(current: SigningNotification, *, counts_from: datetime, at: datetime) -> None:
    """Return quietly where what stands is what is asked for again."""
    # By a clock that was set back since, what was made to count at once lies ahead.
    is_planned = current.notified_at > max(at, current.recorded_at)
    if is_planned and current.notified_at != counts_from:
        raise ConflictError(
            "notification-planned",
            f"This certificate is notified already, from {in_words(current.notified_at)} on. To "
            "have it count from another moment, stop using its key first, and notify it again.",
        )


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
        notification = access.find(actor, SigningNotification, notification_id, lock=True)
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
