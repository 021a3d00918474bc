"""Organisation Certificates for pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from portal.presenters.cells import (
    Cell,
    Row,
    Table,
    Tag,
    certificate_link,
    identifier,
    link,
    moment,
    row,
    text,
)
from portal.presenters.certificate_names import name_of
from portal.presenters.moments import moment_words
from portal.presenters.readings import mpids_cell
from portal.presenters.words import REVOCATION_REASONS
from registry.certificates.reads.certificates import CertificateStatus, status_of
from rules.certificates.keys import published_keys
from rules.periods import ALL_TIME
from rules.roles import XML_SIGN, remote_party_role_words
from rules.workflow import RevocationReason

if TYPE_CHECKING:
    from registry.models import OrganisationCertificate, Person

STATUS_TAGS = {
    CertificateStatus.LIVE: Tag(words="Live", colour="green"),
    CertificateStatus.NOT_YET_VALID: Tag(words="Not yet valid", colour="teal"),
    CertificateStatus.EXPIRED: Tag(words="Expired", colour="grey"),
    CertificateStatus.REVOKED: Tag(words="Revoked", colour="red"),
    CertificateStatus.WITHHELD: Tag(words="Withheld", colour="orange"),
}
"""How each status is shown."""


PUBLISHED_KEY = Tag(words="Published key", colour="red")


def published_source(certificate: "OrganisationCertificate") -> str:
    """Return where the private key of a certificate is published; empty where that is unknown."""
    return published_keys().get(certificate.key_x, "")


def certificate_tags(certificate: "OrganisationCertificate", *, at: datetime) -> tuple[Tag, ...]:
    """Return the status of a certificate now, and what else must be known of it, as tags."""
    found = [STATUS_TAGS[status_of(certificate, at=at, known_by=ALL_TIME)]]
    if certificate.mpid_in_conflict:
        found.append(Tag(words="MPID in conflict", colour="orange"))
    if certificate.key_in_conflict:
        found.append(Tag(words="Key in conflict", colour="orange"))
    if published_source(certificate):
        found.append(PUBLISHED_KEY)
    return tuple(found)


def why_not_live(certificate: "OrganisationCertificate", *, at: datetime) -> str:
    """Return how a certificate stands now as a sentence has it; empty where it is live."""
    status = status_of(certificate, at=at, known_by=ALL_TIME)
    return "" if status is CertificateStatus.LIVE else status_words(status)


def status_words(status: CertificateStatus) -> str:
    """Return a status as a sentence has it: "it is …"."""
    return STATUS_TAGS[status].words.lower()


def serial_hex(certificate: "OrganisationCertificate") -> str:
    """Return the serial number in hexadecimal octets, as most tools show it."""
    number = int(certificate.serial_number)
    return number.to_bytes((number.bit_length() + 8) // 8, "big").hex(":").upper()


def certificates_table(
    certificates: Iterable["OrganisationCertificate"],
    *,
    reader: "Person",
    at: datetime,
    caption: str,
    empty: str,
    is_caption_hidden: bool = False,
) -> Table:
    """Return a table of certificates."""
    return Table(
        columns=("Certificate", "Valid from", "Status"),
        rows=tuple(
            (
                certificate_link(name_of(certificate, reader=reader)),
                moment(
                    certificate.not_before, hint=f"until {moment_words(certificate.not_after)}"
                ),
                Cell(tags=certificate_tags(certificate, at=at), hint=_notified(certificate)),
            )
            for certificate in certificates
        ),
        caption=caption,
        empty=empty,
        is_caption_hidden=is_caption_hidden,
    )


def _notified(certificate: "OrganisationCertificate") -> str:
    """Tell whether an xmlSign certificate is notified; no other ever is."""
    if certificate.remote_party_role != XML_SIGN:
        return ""
    # The selector asks; no field of the model has it.
    if getattr(certificate, "is_notified"):  # noqa: B009
        return "Notified"
    return "Notified for later" if getattr(certificate, "is_planned") else "Not notified"  # noqa: B009


def certificate_rows(certificate: "OrganisationCertificate") -> tuple[Row, ...]:
    """Return what a certificate says and where it came from, line by line."""
    rows = [
        row("Party", text(certificate.party.name, hint=certificate.party.category)),
        row("User ID (EUI-64)", identifier(certificate.eui64)),
        row("Remote Party Role", text(remote_party_role_words(certificate.remote_party_role))),
        row(
            "MPIDs",
            mpids_cell(
                tuple(certificate.mpids),
                role=certificate.remote_party_role,
                party=certificate.party,
            ),
        ),
        row(
            "Common name",
            identifier(certificate.common_name) if certificate.common_name else text("None"),
        ),
        row("Key usage", text(certificate.key_usage or "None")),
        row("Issuer", identifier(certificate.issuer)),
        row(
            "Serial number",
            identifier(certificate.serial_number),
            identifier(serial_hex(certificate), hint="in hexadecimal"),
        ),
        row("Valid from", moment(certificate.not_before)),
        row("Valid until", moment(certificate.not_after)),
        row(
            "Key fingerprint",
            identifier(certificate.spki_sha256, hint="SHA-256 of the public key"),
        ),
        row(
            "Issued" if certificate.request_reference else "Added to the register",
            moment(certificate.recorded_at),
        ),
    ]
    if certificate.request_reference:
        reference = certificate.request_reference
        rows.append(row("Request", link(reference, reverse("request", args=[reference]))))
    return tuple(rows)


def revocation_rows(
    certificate: "OrganisationCertificate", *, reader: "Person"
) -> tuple[Row, ...]:
    """Return when and why a certificate was revoked; nothing where it was not."""
    if certificate.revoked_at is None:
        return ()
    reason, meaning = REVOCATION_REASONS[RevocationReason(certificate.revocation_reason)]
    rows = [
        row("Revoked", moment(certificate.revoked_at)),
        row("Reason", text(reason, hint=meaning)),
    ]
    if certificate.revocation_note:
        rows.append(row("Note", text(certificate.revocation_note)))
    if certificate.revoked_by is not None and reader.is_staff_of_dcc:
        rows.append(row("Revoked by", text(certificate.revoked_by.name)))
    return tuple(rows)
