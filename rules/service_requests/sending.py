"""Can a User ID still send, and if not, why? By the rules that its messages meet.

Nothing here knows what makes a certificate fit: the signer's rules of the checker are asked, of
every certificate that a User ID could sign with, as they would be of a message that came now.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rules.certificates.keys import key_x, published_keys
from rules.identifiers import Eui64
from rules.periods import known_by
from rules.register.snapshot import (
    Notification,
    Snapshot,
    SnapshotCertificate,
    SnapshotUserId,
)
from rules.roles import XML_SIGN, UserRole
from rules.service_requests.case import Sender, is_enforced
from rules.service_requests.outcomes import Failed, NotAsked
from rules.service_requests.reason_codes import CheckReason, Reason, counting
from rules.service_requests.signer_rules import SIGNER_RULES

_LACK: Final[Mapping[str, int]] = {
    CheckReason.CERTIFICATE_NOT_NOTIFIED: 0,
    CheckReason.CERTIFICATE_NOT_YET_VALID: 1,
    CheckReason.NOTIFICATION_WITHDRAWN: 2,
    CheckReason.CERTIFICATE_EXPIRED: 4,
    CheckReason.CERTIFICATE_REVOKED: 5,
}
"""How much it takes to put a reason right, the least first; of any other reason it is 3."""


_BEFORE_IT_COUNTS: Final = frozenset(
    {
        CheckReason.CERTIFICATE_NOT_NOTIFIED,
        CheckReason.CERTIFICATE_NOT_YET_VALID,
        CheckReason.NOTIFICATION_WITHDRAWN,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """A certificate that a User ID cannot sign with now."""

    certificate: SnapshotCertificate
    reason: Reason
    """Of the reasons for which a message signed with it would cease, the hardest to put right."""
    since: datetime | None
    """When it ended; None where it did not end."""
    counts_from: datetime | None
    """From when its notification counts, where it was made for later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CannotSend:
    """A User ID with a User Role for which no certificate passes the signer's rules."""

    user: SnapshotUserId
    stopped: Unfit | None
    """The certificate that ended last; None where none was ever fit to sign."""
    nearest: Unfit | None
    """The xmlSign certificate that lacks the least; None where none was issued."""


def why_unfit(
    certificate: SnapshotCertificate, snapshot: Snapshot, *, at: datetime
) -> tuple[Reason, ...]:
    """Return the reasons for which a message signed with this certificate now would cease.

    Empty where there are none: it is fit to sign. Only the signer's rules are asked, since nothing
    is known of the message.
    """
    sender = Sender(certificate, snapshot, at, known_by(at, is_about_now=True))
    failures: list[Reason] = []
    for rule in SIGNER_RULES:
        outcome = rule.check(sender)
        if outcome is not None and not isinstance(outcome, NotAsked):
            failures.append(outcome.reason if isinstance(outcome, Failed) else outcome)
    # What is sent as SolrContingency is relaxed in nothing, and it has no other User Role.
    is_for_contingency = sender.user is not None and sender.user.roles_at(at) <= {
        UserRole.SOLR_CONTINGENCY
    }
    is_relaxed = not is_enforced(snapshot, at) and not is_for_contingency
    return tuple(counting(failures, is_relaxed=is_relaxed))


def fit_to_sign(
    eui64: Eui64, snapshot: Snapshot, *, at: datetime
) -> tuple[SnapshotCertificate, ...]:
    """Return the certificates that a User ID can sign with now, those that end last first."""
    fit = [
        certificate
        for certificate in snapshot.certificates.values()
        if certificate.eui64 == eui64 and not why_unfit(certificate, snapshot, at=at)
    ]
    return tuple(sorted(fit, key=lambda each: (-each.not_after.timestamp(), each.serial)))


def cannot_send(
    user: SnapshotUserId,
    certificates: Iterable[SnapshotCertificate],
    snapshot: Snapshot,
    *,
    at: datetime,
) -> CannotSend | None:
    """Return why a User ID cannot send now; None where it can, or has no User Role to send in.

    Args:
        user: The User ID.
        certificates: Those with its EUI-64.
        snapshot: What the rules are asked against: it has the User ID, these certificates, and
            every other one with a key of theirs.
        at: Now.
    """
    if not (user.holds(at) and user.roles_at(at)):
        return None
    unfit = []
    for certificate in certificates:
        reasons = why_unfit(certificate, snapshot, at=at)
        if not reasons:
            return None
        # Another Party's, in a register that has such a thing, is not for this one's eyes.
        if (certificate.party_reference, certificate.remote_party_role) == (
            user.party_reference,
            XML_SIGN,
        ):
            unfit.append(_unfit(certificate, reasons, user))
    ended = [one for one in unfit if one.since is not None]
    return CannotSend(
        user=user,
        stopped=max(ended, key=lambda one: _ended_last(one, user), default=None),
        nearest=min(unfit, key=_farness, default=None),
    )


def worst_first(found: Iterable[CannotSend]) -> tuple[CannotSend, ...]:
    """Order them: those that could send before, the latest first; then those that never could."""
    by_name = sorted(found, key=lambda one: (one.user.party, one.user.eui64))
    return tuple(sorted(by_name, key=_stopped_at, reverse=True))


def _stopped_at(one: CannotSend) -> float:
    stopped = one.stopped
    return stopped.since.timestamp() if stopped and stopped.since else float("-inf")


def _unfit(
    certificate: SnapshotCertificate, reasons: tuple[Reason, ...], user: SnapshotUserId
) -> Unfit:
    reason = max(reasons, key=_lack)
    moments: Mapping[Reason, datetime | None] = {
        CheckReason.CERTIFICATE_REVOKED: certificate.revoked_at,
        CheckReason.CERTIFICATE_EXPIRED: certificate.not_after,
        CheckReason.NOTIFICATION_WITHDRAWN: max(_withdrawals(certificate, user), default=None),
    }
    return Unfit(
        certificate=certificate,
        reason=reason,
        since=moments.get(reason),
        counts_from=_planned(certificate, user) if reason in _BEFORE_IT_COUNTS else None,
    )


def _planned(certificate: SnapshotCertificate, user: SnapshotUserId) -> datetime | None:
    """Return from when a certificate that is not in force yet will be notified."""
    standing = (one for one in _notifications(certificate, user) if one.withdrawn_at is None)
    return min((one.notified_at for one in standing), default=None)


def _farness(one: Unfit) -> tuple[int, bool, float, int]:
    """Order by what is lacking; one that anybody can sign with comes after all that lack as much.

    The serial number ends every tie, so that the same is named each time.
    """
    certificate = one.certificate
    is_published = key_x(certificate.public_key) in published_keys()
    return _lack(one.reason), is_published, -certificate.not_after.timestamp(), certificate.serial


def _lack(reason: Reason) -> int:
    return _LACK.get(reason, 3)


def _withdrawals(certificate: SnapshotCertificate, user: SnapshotUserId) -> Iterator[datetime]:
    for notification in _notifications(certificate, user):
        if notification.withdrawn_at is not None:
            yield notification.withdrawn_at


def _notifications(
    certificate: SnapshotCertificate, user: SnapshotUserId
) -> Iterator[Notification]:
    named = (certificate.issuer, certificate.serial)
    return (each for each in user.notifications if each.certificate == named)


def _ended_last(one: Unfit, user: SnapshotUserId) -> tuple[bool, float]:
    """Put those that were notified last: one that never was did not stop the User ID."""
    was_notified = any(_notifications(one.certificate, user))
    return was_notified, one.since.timestamp() if one.since else 0.0
