"""Reads whose credentials an Update Security Credentials (KRP) request puts in place (6.15.1)."""

from lxml import etree

from rules.certificates.certificate_reading import MAX_CERTIFICATE, read_certificate
from rules.messages.reading import DUIS
from rules.roles import NETWORK_OPERATOR

_ROLE = f"{{{DUIS}}}RemotePartyRole"
_REPLACEMENTS = f"{{{DUIS}}}ReplacementCertificates"
_MAX_TEXT = 2 * MAX_CERTIFICATE
_MOST = 3
"""For signing, for key agreement and for key agreement on top-ups."""


def are_a_network_operators(body: etree._Element) -> bool:
    """Tell whether the role that a request names, and each certificate in it, is that one alone.

    The role is only what the request says of itself, so the certificates are read: what cannot be
    read is not a Network Operator's.
    """
    role = body.find(_ROLE)
    if role is None or (role.text or "").strip() != "NetworkOperator":
        return False
    certificates = [
        element
        for replacements in body.iterfind(_REPLACEMENTS)
        for element in replacements.iterdescendants()
        if not len(element)
    ]
    return 0 < len(certificates) <= _MOST and all(map(_is_a_network_operators, certificates))


def _is_a_network_operators(element: etree._Element) -> bool:
    text = element.text or ""
    if len(text) > _MAX_TEXT:
        return False
    reading = read_certificate(text.encode())
    return not reading.problems and reading.remote_party_role == NETWORK_OPERATOR
