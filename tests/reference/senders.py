"""May the certificate sign, and may the sender send this? (MP104, DUIS E1 and E2)"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from rules.register.snapshot import (
    Snapshot,
    SnapshotCertificate,
    SnapshotUserId,
)
from rules.roles import MESSAGE_SIGNING_ROLES
from rules.service_requests.question import Question
from tests.reference.requests import Request

SOLR = "SolrContingency"


@dataclass(frozen=True)
class Matter:
    """One message whose signature holds, and all that it is judged by."""

    question: Question
    snapshot: Snapshot
    request: Request
    certificate: SnapshotCertificate

    @property
    def at(self) -> datetime:
        return self.question.received_at

    @property
    def user(self) -> SnapshotUserId | None:
        """The signer's User ID is the EUI-64 of its certificate (decision 60)."""
        return self.snapshot.user_ids.get(self.certificate.eui64)

    def has_come(self, moment: datetime | None) -> bool:
        """Tell whether something was revoked or withdrawn.

        Nobody records that for later; where the question is about now, what is recorded counts.
        """
        if moment is None:
            return False
        return self.question.is_about_now or moment <= self.at

    def holds(self, start: datetime, end: datetime | None) -> bool:
        """Tell whether a period of ours holds: with its beginning, without its end."""
        return start <= self.at and (end is None or self.at < end)


# --- the certificate -------------------------------------------------------------------------


def certificate_faults(matter: Matter) -> Iterator[str]:
    certificate = matter.certificate
    if matter.at < certificate.not_before:
        yield "certificate-not-yet-valid"
    elif matter.at > certificate.not_after:
        yield "certificate-expired"
    if matter.has_come(certificate.revoked_at):
        yield "certificate-revoked"
    if certificate.key_usage != "digitalSignature":
        yield "certificate-not-for-signing"
    if certificate.remote_party_role != "87":
        yield "certificate-not-xmlsign"
    if matter.user is None:
        yield "user-id-unknown"
    else:
        yield from notification_faults(matter, matter.user)
    yield from key_faults(matter)


def notification_faults(matter: Matter, user: SnapshotUserId) -> Iterator[str]:
    """What was withdrawn ceases, whether it had begun or not; what never was, unless waived."""
    mine = [
        each
        for each in user.notifications
        if each.certificate == (matter.certificate.issuer, matter.certificate.serial)
    ]
    withdrawn = [each for each in mine if matter.has_come(each.withdrawn_at)]
    if any(each.notified_at <= matter.at and each not in withdrawn for each in mine):
        return
    waived_from = matter.snapshot.notification_waived_from
    if withdrawn:
        yield "certificate-notification-withdrawn"
    elif waived_from is None or matter.at < waived_from:
        yield "certificate-not-notified"


def key_faults(matter: Matter) -> Iterator[str]:
    """MP104-KEY: a separate, dedicated key, over all time; the gravest fault is said."""
    mine = matter.certificate
    others = [
        other
        for other in matter.snapshot.certificates.values()
        if other.public_key[1:33] == mine.public_key[1:33] and for_whom(other) != for_whom(mine)
    ]
    if any(other.party_reference != mine.party_reference for other in others):
        yield "key-serves-two-parties"
    elif any(other.eui64 != mine.eui64 for other in others):
        yield "key-serves-two-user-ids"
    elif others and any(is_for_devices(each) for each in (mine, *others)):
        yield "key-used-towards-devices"


def for_whom(certificate: SnapshotCertificate) -> tuple[str, str, str]:
    """A User ID may have several certificates of one Remote Party Role with one key."""
    return certificate.eui64, certificate.remote_party_role, certificate.party_reference


def is_for_devices(certificate: SnapshotCertificate) -> bool:
    return certificate.remote_party_role not in MESSAGE_SIGNING_ROLES


# --- the User --------------------------------------------------------------------------------


def is_of_the_same_party(matter: Matter, eui64: str) -> bool:
    assert matter.user is not None
    other = matter.snapshot.user_ids.get(eui64)
    return other is not None and other.party_reference == matter.user.party_reference


def acting_roles(matter: Matter) -> set[str]:
    """For another Party a User ID acts as SolrContingency or not at all (decision 60)."""
    if matter.user is None:
        return set()
    roles = roles_of(matter, matter.user)
    originator = matter.request.originator
    if originator == matter.user.eui64 or is_of_the_same_party(matter, originator):
        return roles
    return roles & {SOLR} or roles


def roles_of(matter: Matter, user: SnapshotUserId) -> set[str]:
    """Those that it has at that moment; an end that is not said is open."""
    return {
        str(each.user_role)
        for each in user.user_roles
        if is_so(matter, each.valid_from, each.valid_until)
    }


def is_so(matter: Matter, start: datetime | None, end: datetime | None) -> bool:
    return (start is None or start <= matter.at) and (end is None or matter.at < end)


def eligible_roles(matter: Matter) -> set[str]:
    """A User ID may send what any of its User Roles may send at that moment."""
    may = {
        str(entry.user_role)
        for entry in matter.snapshot.eligibility.get(matter.request.srv, ())
        if matter.holds(entry.valid_from, entry.valid_until)
    }
    return acting_roles(matter) & may


def is_contingency(matter: Matter) -> bool:
    """Tell whether nothing but SolrContingency would let it be sent."""
    return eligible_roles(matter) == {SOLR}


def user_faults(matter: Matter) -> Iterator[str]:
    user, srv = matter.user, matter.request.srv
    if user is not None:
        if user.valid_from is not None and matter.at < user.valid_from:
            yield "user-id-not-begun"
        elif not is_so(matter, user.valid_from, user.valid_until):
            yield "user-id-ended"
        yield from originator_faults(matter, user)
        if not roles_of(matter, user):
            yield "user-has-no-role"
    if srv not in matter.snapshot.eligibility:
        yield "service-reference-variant-unknown"
    elif user is not None and roles_of(matter, user) and not eligible_roles(matter):
        yield "service-request-not-eligible"
    if user is not None and any(
        matter.holds(each.valid_from, each.valid_until)
        for each in matter.snapshot.inactive_parties.get(user.party_reference, ())
    ):
        yield "party-not-active"


def originator_faults(matter: Matter, user: SnapshotUserId) -> Iterator[str]:
    originator = matter.request.originator
    if originator == user.eui64:
        return
    if is_of_the_same_party(matter, originator):
        yield "originator-other-user-id"
    elif SOLR not in roles_of(matter, user):
        yield "originator-not-signer"
