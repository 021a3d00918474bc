"""Makes Update Security Credentials (KRP) requests with certificates of any Remote Party Role."""

from base64 import b64encode
from datetime import UTC, datetime
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec

from rules.certificates.making import (
    build_certificate,
    build_hierarchy,
    build_request,
    validity_from,
)
from rules.identifiers import Eui64
from tests.rules.messages.builders import KEY, ORIGINATOR, OTHER_KEY

HOLDERS_KEY = ec.derive_private_key(0x6C078965_DEADBEEF_1122334455, ec.SECP256R1())
"""Certified in each of them, and the key of nobody who signs messages."""
HELD = {("03", "digitalSignature"): 3, ("03", "keyAgreement"): 4}
"""The serial numbers of those that a register of the tests holds; others have another."""
_AT = datetime(2026, 1, 5, tzinfo=UTC)


@cache
def credential(
    role: str = "03", *, usage: str = "digitalSignature", serial: int | None = None
) -> str:
    """An Organisation Certificate in base64."""
    _, issuing = build_hierarchy(
        KEY, OTHER_KEY, root_name="TESTROOT", issuing_name="TESTOCA", serials=(1, 2), at=_AT
    )
    not_before, not_after = validity_from(_AT)
    der = build_certificate(
        build_request(
            HOLDERS_KEY, eui64=Eui64(ORIGINATOR), remote_party_role=role, key_usage=usage
        ),
        issuer_certificate=issuing,
        issuer_private_key=OTHER_KEY,
        serial=HELD.get((role, usage), 5) if serial is None else serial,
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


_RIGHT = update_credentials(credential("03"))
_OF_A_SUPPLIER = (
    "<sr:ReplacementCertificates><sr:SupplierOrNetworkOperatorCertificates>"
    f"<sr:DigitalSigningCertificate>{credential('02')}</sr:DigitalSigningCertificate>"
    "</sr:SupplierOrNetworkOperatorCertificates></sr:ReplacementCertificates>"
)
_A_ROLE = "<sr:RemotePartyRole>Supplier</sr:RemotePartyRole>"


def _in_it(text: str, *, before: str = "</sr:UpdateSecurityCredentialsKRP>") -> str:
    return _RIGHT.replace(before, f"{text}{before}", 1)


NOT_OF_ONE_ALONE = (
    # A second role: beside the first, before it, or within something else.
    _in_it(_A_ROLE),
    _in_it(_A_ROLE, before="<sr:RemotePartyRole>"),
    _in_it(_A_ROLE.replace("Supplier", "NetworkOperator")),
    _in_it(f"<sr:More>{_A_ROLE}</sr:More>"),
    _in_it(_A_ROLE, before="</sr:ReplacementCertificates>"),
    # A role that is not the text alone, but for white space as XML knows it.
    *(
        update_credentials(credential("03"), role=role)
        for role in (
            "\u00a0NetworkOperator",
            "NetworkOperator\u2003",
            "NetworkOperator\u0085",
            "NetworkOperator<sr:Supplier/>",
            "<sr:Supplier/>NetworkOperator",
            "NetworkOperator<sr:Role>Supplier</sr:Role>",
            "Network<sr:And/>Operator",
        )
    ),
    # More replacements: beside the first, before them, within them or within something else.
    _in_it(_OF_A_SUPPLIER),
    _in_it(_OF_A_SUPPLIER.replace(credential("02"), credential("03"))),
    _in_it(_OF_A_SUPPLIER, before="<sr:ReplacementCertificates>"),
    _in_it(f"<sr:More>{_OF_A_SUPPLIER}</sr:More>"),
    _in_it(_OF_A_SUPPLIER, before="</sr:ReplacementCertificates>"),
    _in_it(_OF_A_SUPPLIER, before="</sr:CertificationPathCertificates>"),
    # Both are there once, but not where they belong.
    _RIGHT.replace("<sr:RemotePartyRole>", "<sr:More><sr:RemotePartyRole>").replace(
        "</sr:RemotePartyRole>", "</sr:RemotePartyRole></sr:More>"
    ),
    _RIGHT.replace(
        "<sr:ReplacementCertificates>", "<sr:More><sr:ReplacementCertificates>"
    ).replace("</sr:ReplacementCertificates>", "</sr:ReplacementCertificates></sr:More>"),
    # A certificate beside the replacements, or as text that is in no element of its own.
    _in_it(f"<sr:DigitalSigningCertificate>{credential('02')}</sr:DigitalSigningCertificate>"),
    _in_it(credential("02"), before="<sr:SupplierOrNetworkOperatorCertificates>"),
    _in_it(credential("02"), before="</sr:SupplierOrNetworkOperatorCertificates>"),
    _in_it(credential("02"), before="</sr:ReplacementCertificates>"),
    _RIGHT.replace("</sr:DigitalSigningCertificate>", "<sr:More/></sr:DigitalSigningCertificate>"),
)
"""Requests with credentials of a Network Operator in which there is something else besides."""
