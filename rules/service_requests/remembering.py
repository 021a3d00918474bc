"""Caches the outcomes of the rules about a sender, so that they are not run for every message.

They rest on the certificate, the Business Originator ID, the Service Reference Variant and the
snapshot, and on the moment only in that something may begin or end. So for one sender and variant
they come to the same at every moment between two such moments. That is remembered for the snapshot
that was decided by last: with another one everything is forgotten, so that nothing outlives what
it rests on. A sender sends many messages, and looking these things up again takes longer than all
other rules together, since verifying a signature has driven them out of the processor's caches.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from rules.register.arrangements import Period, Term
from rules.register.snapshot import Snapshot, SnapshotUserId
from rules.roles import UserRole
from rules.service_requests.case import Case
from rules.service_requests.outcomes import MessageOutcome
from rules.service_requests.reason_codes import CheckReason, Reason

MOST_REMEMBERED = 20_000
"""Senders with a variant each. Then all are forgotten."""

_ALWAYS = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

Key = tuple[str, int, str, str, bool]
"""The certificate's issuer and serial number, the Business Originator ID, the variant, and
whether the question is about now: then revocations count that lie ahead of its moment."""


class Remembered(NamedTuple):
    """What the rules came to, and what they left in the case, between two moments."""

    after: datetime
    before: datetime
    """Neither is included: at the moment itself the rules are asked."""
    outcomes: tuple[MessageOutcome, ...]
    failures: tuple[Reason, ...]
    user: SnapshotUserId | None
    acting_roles: frozenset[UserRole]
    eligible_roles: frozenset[UserRole]
    is_contingency: bool


class _Memory(NamedTuple):
    snapshot: Snapshot | None
    """Held, so that no other one can be taken for it."""
    by_key: dict[Key, Remembered]


class _Holder:
    memory = _Memory(None, {})


def recall(case: Case) -> Remembered | None:
    """Return what is remembered of a case's sender for its moment, having put it into the case."""
    memory = _Holder.memory
    if memory.snapshot is not case.snapshot:
        return None
    form, header = case.form, case.header
    known = memory.by_key.get(
        (
            form.issuer,
            form.serial,
            header.business_originator_id,
            header.service_reference_variant,
            case.asked.is_about_now,
        )
    )
    if known is None or not known.after < case.at < known.before:
        return None
    case.user = known.user
    case.acting_roles = known.acting_roles
    case.eligible_roles = known.eligible_roles
    case.is_contingency = known.is_contingency
    return known


def remember(case: Case, outcomes: Iterable[MessageOutcome], failures: Iterable[Reason]) -> None:
    """Remember what the rules about a case's sender came to, unless one of them broke."""
    failed = tuple(failures)
    if CheckReason.RULE_BROKEN in failed:
        return  # what it left in the case, and what it rests on, is not known
    moments = set(_moments(case))
    if case.at in moments:
        return
    memory = _Holder.memory
    if memory.snapshot is not case.snapshot or len(memory.by_key) >= MOST_REMEMBERED:
        memory = _Holder.memory = _Memory(case.snapshot, {})
    form, header = case.form, case.header
    first, last = _ALWAYS
    memory.by_key[
        form.issuer,
        form.serial,
        header.business_originator_id,
        header.service_reference_variant,
        case.asked.is_about_now,
    ] = Remembered(
        after=max((moment for moment in moments if moment < case.at), default=first),
        before=min((moment for moment in moments if moment > case.at), default=last),
        outcomes=tuple(outcomes),
        failures=failed,
        user=case.user,
        acting_roles=case.acting_roles,
        eligible_roles=case.eligible_roles,
        is_contingency=case.is_contingency,
    )


def _moments(case: Case) -> Iterator[datetime]:
    """Yield every moment at which one of the rules about the sender may come to something else."""
    certificate = case.certificate
    yield certificate.not_before
    yield certificate.not_after
    if certificate.revoked_at is not None:
        yield certificate.revoked_at
    if case.user is not None:
        yield from _moments_of(case.user, case.snapshot)
    if case.snapshot.notification_waived_from is not None:
        yield case.snapshot.notification_waived_from
    for entry in case.snapshot.eligibility.get(case.header.service_reference_variant, ()):
        yield entry.valid_from
        if entry.valid_until is not None:
            yield entry.valid_until


def _moments_of(user: SnapshotUserId, snapshot: Snapshot) -> Iterator[datetime]:
    """Yield the moments at which something about a User ID begins or ends."""
    for notification in user.notifications:
        yield notification.notified_at
        if notification.withdrawn_at is not None:
            yield notification.withdrawn_at
    inactive = snapshot.inactive_parties.get(user.party_reference, ())
    terms: tuple[Term | Period, ...] = (user, *user.user_roles, *inactive)
    for term in terms:
        if term.valid_from is not None:
            yield term.valid_from
        if term.valid_until is not None:
            yield term.valid_until
