"""Makes Update Security Credentials (KRP) requests with certificates of any Remote Party Role."""

from base64 import b64encode
from datetime import UTC, datetime
from functools import cache

from rules.certificates.making import (
    build_certificate,
    build_hierarchy,
    build_request,
    validity_from,
)
from rules.identifiers import Eui64
from tests.rules.messages.builders import KEY, ORIGINATOR, OTHER_KEY

_AT = datetime(2026, 1, 5, tzinfo=UTC)


@cache
def credential(role: str = "03", *, usage: str = "digitalSignature") -> str:
    """An Organisation Certificate in base64."""
    _, issuing = build_hierarchy(
        KEY, OTHER_KEY, root_name="TESTROOT", issuing_name="TESTOCA", serials=(1, 2), at=_AT
    )
    not_before, not_after = validity_from(_AT)
    der = build_certificate(
        build_request(KEY, eui64=Eui64(ORIGINATOR), remote_party_role=role, key_usage=usage),
        issuer_certificate=issuing,
        issuer_private_key=OTHER_KEY,
        serial=3,
        not_before=not_before,
        not_after=not_after,
    )
    return b64encode(der).decode()


def update_credentials(
    *certificates: str, role: str = "NetworkOperator", path: str | None = None
) -> str:
    """The element of the Body of SRV 6.15.1."""
    names = (
        "DigitalSigningCertificate",
        "KeyAgreementCertificate",
        "KeyAgreementTopUpCertificate",
    )
    replacements = "".join(
        f"<sr:{name}>{text}</sr:{name}>" for name, text in zip(names, certificates, strict=False)
    )
    return (
        f"<sr:UpdateSecurityCredentialsKRP><sr:RemotePartyRole>{role}</sr:RemotePartyRole>"
        "<sr:ReplacementCertificates><sr:SupplierOrNetworkOperatorCertificates>"
        f"{replacements}</sr:SupplierOrNetworkOperatorCertificates></sr:ReplacementCertificates>"
        f"<sr:CertificationPathCertificates><sr:Certificate>{path or credential('02')}"
        "</sr:Certificate></sr:CertificationPathCertificates>"
        "<sr:ApplyTimeBasedCPVChecks>true</sr:ApplyTimeBasedCPVChecks>"
        "</sr:UpdateSecurityCredentialsKRP>"
    )
