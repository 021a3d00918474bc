"""Publishing the certificates with which the DCC signs for Users (DUIS 3.3.2, 3.3.3)."""

from datetime import datetime

from registry.certificates.acts.keys import lock_key
from registry.errors import ConflictError, NotFoundError, RefusedActError
from registry.evidence import history
from registry.models import DccSigningCertificate, KeyUse, OrganisationCertificate
from rules.duties import Act
from rules.identifiers import Eui64
from rules.messages.names import IssuerNameError, normalise_issuer
from rules.responses.kinds import SigningPurpose
from rules.responses.publishing import PUBLISHING_BOOK, PublishingFacts

_NAMED = 49
"""The most digits that a serial number has."""


def publish_dcc_certificate(
    *,
    issuer: str,
    serial: str,
    purpose: SigningPurpose,
    at: datetime,
    valid_from: datetime | None = None,
) -> DccSigningCertificate:
    """Publish a certificate of the DCC for a purpose, from now or from another moment.

    That may have passed, as it has for one that the DCC published before this register was kept:
    what it signed and a User received since then verifies. `published_at` and the event have the
    moment of recording, `valid_from` that from which it counts. Others that are published for
    the purpose stay, so that keys can roll.

    Args:
        issuer: The certificate's issuer, in any spelling.
        serial: Its serial number, in decimal.
        purpose: What the DCC signs with it (DUIS 3.3.2, 3.3.3).
        at: The moment of recording.
        valid_from: From when it counts; `at` if left out.

    Raises:
        NotFoundError: The register holds no such certificate.
        RefusedError: It cannot be published for the purpose or from that moment; the report
            says why.
        ConflictError: It is published already (`already-published`).
    """
    with history.acting(
        Act.PUBLISH_DCC_CERTIFICATE, actor=None, at=at, subject=f"dcccertificate:{serial[:_NAMED]}"
    ) as act:
        begins = at if valid_from is None else valid_from
        certificate = _certificate(issuer, serial)
        lock_key(certificate.key_x)
        if certificate.publications.filter(ended_at__isnull=True).exists():
            raise ConflictError(
                "already-published", "This certificate is published already, without an end."
            )
        PUBLISHING_BOOK.ask(_facts(certificate, purpose, begins=begins, at=at)).require_clear()
        made = DccSigningCertificate.objects.create(
            purpose=purpose.value,
            certificate=certificate,
            eui64=certificate.eui64,
            key_x=certificate.key_x,
            valid_from=begins,
            published_at=at,
        )
        act.done(
            issuer=certificate.issuer,
            serial=certificate.serial_number,
            purpose=purpose.value,
            valid_from=begins.isoformat(),
        )
        return made


def end_dcc_certificate(
    *, issuer: str, serial: str, at: datetime, valid_until: datetime | None = None
) -> DccSigningCertificate:
    """End a publication, now or at a moment that is to come: from then it verifies nothing new.

    Raises:
        NotFoundError: The register holds no such certificate, or it is not published.
        RefusedActError: The moment has passed (`moment-passed`).
    """
    with history.acting(
        Act.END_DCC_CERTIFICATE, actor=None, at=at, subject=f"dcccertificate:{serial[:_NAMED]}"
    ) as act:
        certificate = _certificate(issuer, serial)
        lock_key(certificate.key_x)
        current = certificate.publications.filter(ended_at__isnull=True).first()
        if current is None:
            raise NotFoundError("published certificate of the DCC")
        asked = at if valid_until is None else valid_until
        if asked < at:
            raise RefusedActError(
                "moment-passed", f"{asked.isoformat()} has passed; end it now or later."
            )
        # One that was to begin later than it ends has never been in force.
        current.valid_until = max(asked, current.valid_from)
        current.ended_at = at
        current.save(update_fields=["valid_until", "ended_at"])
        act.done(
            issuer=certificate.issuer,
            serial=certificate.serial_number,
            purpose=current.purpose,
            valid_until=current.valid_until.isoformat(),
        )
        return current


def _certificate(issuer: str, serial: str) -> OrganisationCertificate:
    try:
        spelled = normalise_issuer(issuer)
    except IssuerNameError as fault:
        raise NotFoundError(f"issuer as `{issuer[:60]}`") from fault
    found = (
        OrganisationCertificate.objects.select_related("party")
        .filter(issuer=spelled, serial_number=serial)
        .first()
    )
    if found is None:
        raise NotFoundError(f"certificate as {serial[:_NAMED]} of {spelled[:60]}")
    return found


def _facts(
    certificate: OrganisationCertificate,
    purpose: SigningPurpose,
    *,
    begins: datetime,
    at: datetime,
) -> PublishingFacts:
    key = certificate.key_x
    roles = KeyUse.objects.filter(key_x=key).values_list("remote_party_role", flat=True)
    purposes = DccSigningCertificate.objects.filter(key_x=key).values_list("purpose", flat=True)
    ended = (
        (earlier.valid_from, earlier.valid_until)
        for earlier in certificate.publications.all()
        if earlier.valid_until is not None
    )
    return PublishingFacts(
        purpose=purpose,
        eui64=Eui64(certificate.eui64),
        category=certificate.party.party_category,
        remote_party_role=certificate.remote_party_role,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        revoked_at=certificate.revoked_at,
        is_withheld=certificate.is_withheld,
        roles_of_key=frozenset(roles),
        other_purposes_of_key=frozenset(map(SigningPurpose, purposes)) - {purpose},
        other_periods=tuple(ended),
        begins=begins,
        at=at,
    )
