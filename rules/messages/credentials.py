"""Reads whose credentials an Update Security Credentials (KRP) request puts in place (6.15.1)."""

from lxml import etree

from rules.certificates.certificate_reading import (
    MAX_CERTIFICATE,
    CertificateReading,
    read_certificate,
)
from rules.messages.reading import DUIS
from rules.roles import NETWORK_OPERATOR

_ROLE = f"{{{DUIS}}}RemotePartyRole"
_REPLACEMENTS = f"{{{DUIS}}}ReplacementCertificates"
_MAX_TEXT = 2 * MAX_CERTIFICATE
_WHITE_SPACE = " \t\r\n"
"""As XML knows it; Python strips more."""
_MOST = 3
"""For signing, for key agreement and for key agreement on top-ups."""


def network_operators_certificates(body: etree._Element) -> tuple[CertificateReading, ...]:
    """Return the certificates that a request puts in place, where all say a Network Operator's.

    None is returned unless the role that the request names, and that of each certificate in it,
    is that one alone. What cannot be read is not a Network Operator's. Nor is anything where
    there are two roles or two sets of certificates: which of them counts, another reader may
    decide otherwise. A certificate that says so need not be one: whether it is in the register is
    the caller's to ask.
    """
    role, replacements = _only(body, _ROLE), _only(body, _REPLACEMENTS)
    if role is None or replacements is None or len(role):
        return ()
    if (role.text or "").strip(_WHITE_SPACE) != "NetworkOperator":
        return ()
    certificates = [element for element in replacements.iterdescendants() if not len(element)]
    if not (
        0 < len(certificates) <= _MOST
        and _holds_elements_alone(replacements)
        # Nothing else in it is called as they are.
        and list(body.iter({element.tag for element in certificates})) == certificates
    ):
        return ()
    readings = tuple(reading for reading in map(_read, certificates) if reading is not None)
    return readings if len(readings) == len(certificates) else ()


def _only(body: etree._Element, name: str) -> etree._Element | None:
    """Return the child of that name, where nothing else in the body has it."""
    found = list(body.iter(name))
    return found[0] if len(found) == 1 and found[0].getparent() is body else None


def _holds_elements_alone(replacements: etree._Element) -> bool:
    """Tell whether there is nothing but white space beside the elements, at any depth."""
    return not any(
        (element.text or "").strip(_WHITE_SPACE)
        or any((child.tail or "").strip(_WHITE_SPACE) for child in element)
        for element in replacements.iter()
        if len(element)
    )


def _read(element: etree._Element) -> CertificateReading | None:
    """Return what a certificate says, or None where it does not say that role."""
    text = element.text or ""
    if len(text) > _MAX_TEXT:
        return None
    reading = read_certificate(text.encode())
    says_so = not reading.problems and reading.remote_party_role == NETWORK_OPERATOR
    return reading if says_so else None
