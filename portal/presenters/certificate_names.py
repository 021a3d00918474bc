"""What people call a certificate: the one way in which every page names it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from portal.presenters.moments import date_words
from registry import access
from rules.roles import remote_party_role_words
from rules.words import serial_end

if TYPE_CHECKING:
    from registry.models import OrganisationCertificate, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateName:
    """A certificate's name, in the parts that a page, a choice and a sentence are made of."""

    role: str
    """Its Remote Party Role."""
    serial: str
    """The last six hexadecimal digits of its serial number, as `…0E:9F:3C`."""
    eui64: str
    party: str
    """Empty where the reader sees only one Party."""
    origin: str
    """Its request and when it was issued; empty where that is not the reader's to see."""
    href: str
    """Its page; empty likewise."""

    @property
    def short(self) -> str:
        """What the link to it says, and a sentence: role and serial number."""
        return f"{self.role} {self.serial}"

    @property
    def holder(self) -> str:
        """Whose it is: its EUI-64, and its Party where the reader sees several."""
        return ", ".join(part for part in (self.eui64, self.party) if part)

    @property
    def title(self) -> str:
        """What its page is called in a window's title and in a list of windows."""
        return f"Certificate {self.short}, {self.holder}"

    def __str__(self) -> str:
        return ", ".join(part for part in (self.short, self.holder, self.origin) if part)


def name_of(certificate: "OrganisationCertificate", *, reader: "Person") -> CertificateName:
    """Return what a certificate is called for its reader.

    Of another Party's, which a register that was taken over may have beside one's own, a Party's
    people are told no more than what the certificate itself says.
    """
    is_visible = access.sees_things_of(reader, certificate.party_id)
    return CertificateName(
        role=remote_party_role_words(certificate.remote_party_role),
        serial=serial_end(int(certificate.serial_number)),
        eui64=certificate.eui64,
        party=certificate.party.name if reader.is_staff_of_dcc else "",
        origin=_origin(certificate) if is_visible else "",
        href=reverse("certificate", args=[certificate.pk]) if is_visible else "",
    )


def _origin(certificate: "OrganisationCertificate") -> str:
    if certificate.request_reference:
        return (
            f"request {certificate.request_reference}, "
            f"issued on {date_words(certificate.recorded_at)}"
        )
    # When one was issued that came from elsewhere, only its validity tells.
    return f"no request here, valid from {date_words(certificate.not_before)}"
