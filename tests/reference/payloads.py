"""What does a Signed Pre-Command hold, and who made it? (GBCS 7.2.7)"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.dom.minidom import Element

from rules.register.snapshot import SnapshotCertificate
from rules.roles import MESSAGE_SIGNING_ROLES
from tests.reference.failing import Fails, unless
from tests.reference.nodes import DUIS, children, holds_elements_alone, names, octets, text
from tests.reference.senders import Matter, is_contingency
from tests.reference.signatures import ORDER, point, verifies
from tests.reference.tables import SRVS_OF_CODE

LARGEST = 64 * 1024


@dataclass(frozen=True)
class Payload:
    """A signed General-Signing structure of a Command."""

    originator: str
    recipient: str
    code: str
    signed: bytes
    """From the transaction identifier to the end of the content."""
    rs: bytes


def payload(body: Element) -> Payload:
    """Read the payload of a Signed Pre-Command."""
    unless(names(body, DUIS) in _CONTENTS and holds_elements_alone(body), "gbcs-payload-malformed")
    element = children(body)[-1]
    unless(len(text(element)) <= 2 * LARGEST, "gbcs-payload-too-large")
    found = octets(element, "gbcs-payload-malformed")
    unless(len(found) <= LARGEST, "gbcs-payload-too-large")
    return general_signing(found)


_CONTENTS = (["GBCSPayload"], ["ExecutionDateTime", "GBCSPayload"])


def general_signing(found: bytes) -> Payload:
    """Read `DF`, what is signed, and the signature, octet after octet."""
    octet = iter(found)

    def take(count: int) -> bytes:
        taken = bytes(b for _, b in zip(range(count), octet, strict=False))
        unless(len(taken) == count, "gbcs-truncated")
        return taken

    def size(expected: int) -> None:
        unless(take(1)[0] == expected, "gbcs-header-malformed")

    unless(found[:1] in (b"", b"\xdf"), "gbcs-not-general-signing")
    take(1)
    size(9)
    unless(take(1) == b"\x01", "gbcs-not-a-command")
    take(8)
    size(8)
    originator = eui64(take(8))
    size(8)
    recipient = eui64(take(8))
    size(0)
    size(2)
    code = take(2).hex().upper()
    take(content_length(take))
    signed = found[1 : len(found) - len(rest := bytes(octet))]
    unless(rest not in (b"", b"\x00"), "gbcs-signature-missing")
    unless(rest[0] == 0x40, "gbcs-signature-malformed")
    unless(len(rest) >= 65, "gbcs-truncated")
    numbers = (int.from_bytes(rest[1:33], "big"), int.from_bytes(rest[33:65], "big"))
    unless(all(0 < number < ORDER for number in numbers), "gbcs-signature-malformed")
    unless(len(rest) == 65, "gbcs-trailing-octets")
    return Payload(originator, recipient, code, signed, rest[1:])


def content_length(take: Callable[[int], bytes]) -> int:
    """Read a length in the shortest form of DER, of something."""
    first = take(1)[0]
    if first < 0x80:
        unless(first > 0, "gbcs-length-malformed")
        return first
    unless(first in (0x81, 0x82), "gbcs-length-malformed")
    length = int.from_bytes(take(first - 0x80), "big")
    unless(length >= (0x80 if first == 0x81 else 0x100), "gbcs-length-malformed")
    return length


def eui64(octets_: bytes) -> str:
    return octets_.hex("-").upper()


# --- what follows from it --------------------------------------------------------------------


def read(matter: Matter) -> Payload | None:
    """Return the payload of a Signed Pre-Command; None where there is none that can be read."""
    if not matter.request.is_signed_pre_command:
        return None
    try:
        return payload(matter.request.body)
    except Fails:
        return None


def payload_faults(matter: Matter) -> Iterator[str]:
    if not matter.request.is_signed_pre_command:
        return
    try:
        found = payload(matter.request.body)
    except Fails as fails:
        yield fails.reason
        return
    if found.recipient != matter.request.target:
        yield "gbcs-recipient-not-target"
    if not is_code_of_the_variant(matter, found.code):
        yield "gbcs-message-code-mismatch"
    if not is_contingency(matter) and found.originator != matter.request.originator:
        yield "gbcs-originator-not-user"
    yield from payload_signature_faults(matter, found)


def is_code_of_the_variant(matter: Matter, code: str) -> bool:
    """A code in no list passes for ordinary Users; for SolrContingency it ceases (decision 50)."""
    if code not in SRVS_OF_CODE:
        return not is_contingency(matter)
    return matter.request.srv in SRVS_OF_CODE[code]


def signing_certificates(matter: Matter, originator: str) -> list[SnapshotCertificate]:
    """Those for digital signing towards Devices; for SolrContingency in the Supplier role."""
    return [
        held
        for held in matter.snapshot.certificates.values()
        if held.eui64 == originator
        and held.key_usage == "digitalSignature"
        and held.remote_party_role not in MESSAGE_SIGNING_ROLES
        and (held.remote_party_role == "02" or not is_contingency(matter))
    ]


def payload_signature_faults(matter: Matter, found: Payload) -> Iterator[str]:
    known = signing_certificates(matter, found.originator)
    if not known:
        yield "gbcs-certificate-unknown"
        return
    with_that_key = [
        held
        for held in known
        if (key := point(held.public_key)) and verifies(key, found.rs, found.signed)
    ]
    if not with_that_key:
        yield "gbcs-signature-invalid"
    elif not is_contingency(matter) and not any(is_in_force(matter, c) for c in with_that_key):
        yield "gbcs-certificate-not-in-force"


def is_in_force(matter: Matter, certificate: SnapshotCertificate) -> bool:
    is_valid = certificate.not_before <= matter.at <= certificate.not_after
    return is_valid and not matter.has_come(certificate.revoked_at)
