"""What the register holds of the DCC's own certificates: to verify by, and to publish."""

from collections import defaultdict
from datetime import datetime
from types import MappingProxyType

from django.db.models import QuerySet

from registry.models import DccSigningCertificate, OrganisationCertificate
from rules.identifiers import Eui64
from rules.responses.facts import DccCertificate, DccRegister, Publication
from rules.responses.kinds import SigningPurpose
from rules.roles import PartyCategory


def dcc_register() -> DccRegister:
    """Return the DCC's certificates with what each was published for. There are never many.

    One that is withheld is left out: it is not what was asked for, and nobody may rely on it.
    """
    rows = list(
        OrganisationCertificate.objects.filter(
            party__category=PartyCategory.DCC, is_withheld=False
        ).prefetch_related("publications")
    )
    keys = {row.key_x for row in rows}
    roles: dict[str, set[str]] = defaultdict(set)
    for key, role in OrganisationCertificate.objects.filter(key_x__in=keys).values_list(
        "key_x", "remote_party_role"
    ):
        roles[key].add(role)
    return DccRegister(
        certificates=MappingProxyType(
            {(row.issuer, int(row.serial_number)): _certificate(row) for row in rows}
        ),
        roles_of_keys=MappingProxyType({key: frozenset(of) for key, of in roles.items()}),
    )


def dcc_signing_certificates(*, at: datetime) -> "QuerySet[DccSigningCertificate]":
    """Return what was published until a moment, whether it is in force then or not."""
    return (
        DccSigningCertificate.objects.filter(published_at__lte=at)
        .select_related("certificate")
        .order_by("purpose", "valid_from", "pk")
    )


def _certificate(row: OrganisationCertificate) -> DccCertificate:
    return DccCertificate(
        issuer=row.issuer,
        serial=int(row.serial_number),
        eui64=Eui64(row.eui64),
        remote_party_role=row.remote_party_role,
        not_before=row.not_before,
        not_after=row.not_after,
        revoked_at=row.revoked_at,
        public_key=bytes(row.public_key),
        publications=tuple(
            Publication(
                purpose=SigningPurpose(publication.purpose),
                valid_from=publication.valid_from,
                valid_until=publication.valid_until,
            )
            for publication in row.publications.all()
        ),
    )
