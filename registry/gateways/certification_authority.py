"""The door to the Organisation Certification Authority (OCA)."""

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class CertificationAuthorityError(Exception):
    """The OCA could not be asked or did not answer; asking again later may help."""


class CertificationRefusedError(Exception):
    """The OCA refused the request for good; the message says why."""


class CertificationAuthority(Protocol):
    """What the registration authority needs of an OCA."""

    name: str
    """The issuer's name for people."""
    is_for_development: bool
    """Whether every page must say that its certificates are worth nothing."""

    def issue(self, request_der: bytes, *, reference: str) -> bytes:
        """Return the certificate for a request, in DER.

        The reference with the request makes it idempotent: asked twice, the OCA answers with the
        same certificate.

        Raises:
            CertificationAuthorityError: No answer; ask again.
            CertificationRefusedError: The OCA refuses.
        """
        ...

    def issuing_certificate(self) -> bytes:
        """Return the certificate of the issuing OCA, in DER."""
        ...


def certification_authority() -> CertificationAuthority:
    """Return the OCA that the settings name."""
    authority: CertificationAuthority = import_string(settings.CERTIFICATION_AUTHORITY)()
    return authority
