"""What the register knows, gathered for the rules in the shape that they ask for."""

import dataclasses
import hashlib
from datetime import datetime

from registry.evidence.history import canonical_json
from registry.models import (
    CertificateRequest,
    OrganisationCertificate,
    Party,
    SigningNotification,
    UserId,
)
from registry.parties.reads.mpid_uses import holdings_of_others, name_matches
from rules.certificates.facts import (
    ApplicantParty,
    KeySighting,
    KeySource,
    KnownUserId,
    RequestFacts,
)
from rules.certificates.reading import RequestReading
from rules.identifiers import Eui64
from rules.notifying import NotifyingFacts
from rules.roles import UserRole
from rules.workflow import OPEN_STATES


def request_facts(
    reading: RequestReading,
    *,
    party: Party,
    at: datetime,
    own: CertificateRequest | None = None,
) -> RequestFacts:
    """Gather everything that the rule book asks about one certificate signing request.

    `own` is the stored request itself when it is checked again: it does not sight its own key.
    """
    return RequestFacts(
        reading=reading,
        party=_applicant(party),
        user_id=_known_user_id(reading.eui64),
        key_sightings=_key_sightings(reading.key_x, own=own),
        mpid_holdings=holdings_of_others(reading.mpids, party=party, at=at),
        name_matches=name_matches(reading, party=party, at=at),
    )


def notifying_facts(
    user_id: UserId,
    certificate: OrganisationCertificate,
    *,
    at: datetime,
    counts_from: datetime | None = None,
) -> NotifyingFacts:
    """Gather everything that the rules about notifying a certificate for a User ID ask about.

    `counts_from` is from when it is to count; now where it is left out.
    """
    key_serves_another = (
        SigningNotification.objects.filter(key_x=certificate.key_x)
        .exclude(eui64=user_id.eui64)
        .exists()
    )
    return NotifyingFacts(
        user_id=Eui64(user_id.eui64),
        certificate_eui64=Eui64(certificate.eui64),
        remote_party_role=certificate.remote_party_role,
        key_usage=certificate.key_usage,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        revoked_at=certificate.revoked_at,
        is_withheld=certificate.is_withheld,
        key_serves_another_user_id=key_serves_another,
        counts_from=counts_from or at,
        at=at,
    )


def facts_digest(facts: RequestFacts) -> str:
    """Return a SHA-256 over what the rules were told.

    Two checks with the same digest and the same catalogue saw the same.
    """
    told = dataclasses.asdict(dataclasses.replace(facts, reading=None))  # type: ignore[arg-type]  # the DER stands for it
    told["reading"] = facts.reading.der_sha256
    return hashlib.sha256(canonical_json(_plain(told)).encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(str(item) for item in value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def _applicant(party: Party) -> ApplicantParty:
    recorded = party.recorded_mpids.filter(withdrawn_at__isnull=True)
    return ApplicantParty(
        reference=party.reference,
        name=party.name,
        category=party.party_category,
        is_authorised_subscriber=party.is_authorised_subscriber,
        mpids=frozenset(recorded.values_list("mpid", flat=True)),
    )


def _known_user_id(eui64: Eui64 | None) -> KnownUserId | None:
    if eui64 is None:
        return None
    found = UserId.objects.select_related("party").filter(eui64=eui64).first()
    if found is None:
        return None
    return KnownUserId(
        eui64=eui64,
        party_reference=found.party.reference,
        user_roles=frozenset(UserRole(role) for role in found.user_roles),
    )


def _key_sightings(
    key_x: str | None, *, own: CertificateRequest | None
) -> tuple[KeySighting, ...]:
    if key_x is None:
        return ()
    requests = CertificateRequest.objects.filter(key_x=key_x)
    if own is not None:
        requests = requests.exclude(pk=own.pk)
    certificates = OrganisationCertificate.objects.filter(key_x=key_x)
    return (
        *(
            KeySighting(
                source=KeySource.REQUEST,
                reference=request.reference,
                party_reference=request.party.reference,
                eui64=Eui64(request.eui64),
                remote_party_role=request.remote_party_role,
                is_open=request.request_state in OPEN_STATES,
                certificate_issued=hasattr(request, "certificate"),
                answer_unrecorded=request.answer_unrecorded,
            )
            for request in requests.select_related("party", "certificate").order_by("pk")
        ),
        *(
            KeySighting(
                source=KeySource.CERTIFICATE,
                reference=certificate.serial_number,
                party_reference=certificate.party.reference,
                eui64=Eui64(certificate.eui64),
                remote_party_role=certificate.remote_party_role,
                is_open=False,
                certificate_issued=True,
            )
            for certificate in certificates.select_related("party").order_by("pk")
        ),
    )
