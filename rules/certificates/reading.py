"""Reads a submission as a certificate signing request, whatever it turns out to be.

SEC Appendix M, Appendix F: PKCS#10 (RFC 2986) in Base64 or DER. Reading never raises for bad
content: what can be read is read and what is wrong is noted, so that every finding comes at once.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from rules.certificates import keys, profiles
from rules.certificates.containers import PRIVATE_KEY, Expected, unwrap
from rules.certificates.der import CONSTRUCTED, CONTEXT, DerNote, Element, note_set_order
from rules.certificates.der_values import (
    BIT_STRING,
    INTEGER,
    OBJECT_IDENTIFIER,
    SEQUENCE,
    SET,
    dotted,
)
from rules.certificates.keys_beside import is_key_beside
from rules.certificates.parts import (
    Troubles,
    has_tags,
    read_algorithm,
    read_bits,
    read_extensions,
    read_key_usage,
    read_name,
    read_public_key,
    read_subject,
)
from rules.certificates.shapes import Shape, open_der
from rules.certificates.structures import (
    AlgorithmIdentifier,
    Container,
    Extension,
    KeyUsage,
    Name,
    Problem,
    PublicKey,
)
from rules.identifiers import Eui64

MAX_SUBMISSION: Final = 64 * 1024
"""Octets. A request has some 450; the limit is asked before anything is parsed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReading:
    """What a submission says, as far as it can be read. None: it could not be."""

    problems: tuple[Problem, ...]
    container: Container | None = None
    der: bytes | None = None
    """The request alone, in DER (or the BER that was sent). Never any other material: a private
    key that was submitted by mistake is not kept in any field."""
    der_sha256: str | None = None
    """Lower-case hexadecimal."""
    version: int | None = None
    subject: Name | None = None
    common_name: str | None = None
    organizational_unit: str | None = None
    """As it is written, right or wrong."""
    remote_party_role: str | None = None
    """The organizationalUnitName where it is exactly the code of a known Remote Party Role."""
    eui64: Eui64 | None = None
    """The x500UniqueIdentifier where it is a BIT STRING of 64 bits."""
    mpids: tuple[str, ...] = ()
    """The MPIDs in an xmlSign (87) commonName, read leniently, upper case whatever their case."""
    name_tokens: tuple[str, ...] = ()
    """What is written like an MPID in the commonName of any other role, in upper case."""
    public_key: PublicKey | None = None
    spki_sha256: str | None = None
    """SHA-256 of the DER SubjectPublicKeyInfo, lower-case hexadecimal."""
    attributes: tuple[str, ...] | None = None
    """The OIDs of the PKCS#10 attributes."""
    extensions: tuple[Extension, ...] | None = None
    """The extensions asked for by the extensionRequest; None where there is none to read."""
    key_usage: KeyUsage | None = None
    signature_algorithm: AlgorithmIdentifier | None = None
    proof_of_possession: bool | None = None
    """Whether the request's signature verifies under its own key; None where it cannot be told."""

    @property
    def point(self) -> bytes | None:
        """The public key as an uncompressed P-256 point, 65 octets, where it is a valid one."""
        return self.public_key.point if self.public_key is not None else None

    @property
    def key_x(self) -> str | None:
        """What the key and its negative have in common, where it is a valid point on P-256."""
        return keys.key_x(self.point) if self.point is not None else None

    @property
    def key_usage_name(self) -> str | None:
        """The key usage asked for, `digitalSignature` for example, where it is exactly one."""
        return self.key_usage.name if self.key_usage is not None else None


_EXPECTED: Final = Expected(
    noun="certificate signing request",
    labels=("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"),
    others=(
        ("CERTIFICATE", "a certificate"),
        ("X509 CERTIFICATE", "a certificate"),
        ("TRUSTED CERTIFICATE", "a certificate"),
        ("PUBLIC KEY", "a public key"),
        ("X509 CRL", "a certificate revocation list"),
        ("PKCS7", "a PKCS#7 file"),
        ("CMS", "a CMS file"),
    ),
)
EXTENSION_REQUEST_REPEATED: Final = "extension-request-repeated"
EXTENSION_REQUEST_EMPTY: Final = "extension-request-empty"
SIGNATURE_MALFORMED: Final = "signature-malformed"
_ATTRIBUTES: Final = CONTEXT | CONSTRUCTED
_LONGEST_VERSION: Final = 8


def read_request(submission: bytes) -> RequestReading:
    """Read a submission in any form that Appendix F allows; what is wrong is in `problems`."""
    unwrapped = unwrap(submission, expected=_EXPECTED, limit=MAX_SUBMISSION)
    if unwrapped.octets is None:
        return RequestReading(problems=(unwrapped.problem,) if unwrapped.problem else ())
    troubles = Troubles(_EXPECTED.noun)
    opened = open_der(unwrapped.octets, expected=Shape.REQUEST, troubles=troubles)
    if opened is None:
        return RequestReading(problems=tuple(troubles.problems), container=unwrapped.container)
    reading = _read(opened, container=unwrapped.container, troubles=troubles)
    behind = unwrapped.octets[opened.end :]
    if reading.point is not None and is_key_beside(
        reading.point, text=unwrapped.beside, behind=behind
    ):
        told = Problem(kind=PRIVATE_KEY)
        return RequestReading(problems=(told,), container=unwrapped.container)
    return reading


def _read(root: Element, *, container: Container | None, troubles: Troubles) -> RequestReading:
    if not has_tags(root.children, SEQUENCE, SEQUENCE, BIT_STRING):
        troubles.misplaced("sequence of information, algorithm and signature")
    info = _Info(root.children[0], troubles)
    subject = read_subject(info.subject)
    algorithm = _algorithm(root, troubles)
    proof = _proof(root, info=info, algorithm=algorithm, troubles=troubles)
    key_usage = read_key_usage(info.extensions or (), troubles)
    der = root.octets
    return RequestReading(
        problems=tuple(troubles.problems),
        container=container,
        der=der,
        der_sha256=sha256(der).hexdigest(),
        version=info.version,
        subject=info.subject,
        common_name=subject.common_name,
        organizational_unit=subject.organizational_unit,
        remote_party_role=subject.remote_party_role,
        eui64=subject.eui64,
        mpids=subject.mpids,
        name_tokens=subject.name_tokens,
        public_key=info.public_key,
        spki_sha256=info.spki_sha256,
        attributes=info.attributes,
        extensions=info.extensions,
        key_usage=key_usage,
        signature_algorithm=algorithm,
        proof_of_possession=proof,
    )


class _Info:
    """The CertificationRequestInfo (RFC 2986, 4.1), as far as it can be read."""

    __slots__ = (
        "attributes",
        "extensions",
        "octets",
        "public_key",
        "spki_sha256",
        "subject",
        "version",
    )

    def __init__(self, element: Element, troubles: Troubles) -> None:
        self.octets = element.octets
        self.attributes: tuple[str, ...] | None = None
        self.extensions: tuple[Extension, ...] | None = None
        version, name, spki, rest = _parts(element.children)
        self.version = _small_integer(version)
        self.subject = read_name(name) if name is not None else None
        self.public_key = read_public_key(spki) if spki is not None else None
        self.spki_sha256 = (
            keys.spki_fingerprint(spki.octets)
            if spki is not None and self.public_key is not None
            else None
        )
        for value, what in (
            (self.version, "version"),
            (self.subject, "subject"),
            (self.public_key, "subjectPublicKeyInfo"),
        ):
            if value is None:
                troubles.misplaced(what)
        if not has_tags(rest, _ATTRIBUTES):
            troubles.misplaced("attributes field (present even where it is empty)")
            return
        notes: list[DerNote] = []
        note_set_order(rest[0], notes)
        troubles.not_der(notes)
        attributes = [self._read_attribute(child, troubles) for child in rest[0].children]
        if None not in attributes:
            self.attributes = tuple(oid for oid in attributes if oid is not None)

    def _read_attribute(self, element: Element, troubles: Troubles) -> str | None:
        if element.tag != SEQUENCE or not has_tags(element.children, OBJECT_IDENTIFIER, SET):
            troubles.misplaced("attribute")
            return None
        oid = dotted(element.children[0].content)
        if oid != profiles.EXTENSION_REQUEST:
            return oid
        values = element.children[1].children
        if not values:
            troubles.add(EXTENSION_REQUEST_EMPTY)
        elif len(values) > 1 or self.extensions is not None:
            troubles.add(EXTENSION_REQUEST_REPEATED)
        for value in values:
            self.extensions = (self.extensions or ()) + read_extensions(value, troubles)
        return oid


def _parts(
    children: list[Element],
) -> tuple[Element | None, Element | None, Element | None, list[Element]]:
    first: list[Element | None] = [*children[:3], None, None, None]
    return first[0], first[1], first[2], children[3:]


def _small_integer(element: Element | None) -> int | None:
    if element is None or element.tag != INTEGER or len(element.content) > _LONGEST_VERSION:
        return None
    return int.from_bytes(element.content, "big", signed=True)


def _algorithm(root: Element, troubles: Troubles) -> AlgorithmIdentifier | None:
    algorithm = read_algorithm(root.children[1]) if len(root.children) > 1 else None
    if algorithm is None:
        troubles.misplaced("signatureAlgorithm")
    return algorithm


def _proof(
    root: Element, *, info: _Info, algorithm: AlgorithmIdentifier | None, troubles: Troubles
) -> bool | None:
    signature = read_bits(root.children[2]) if len(root.children) > 2 else None  # noqa: PLR2004  the third part
    if signature is None:
        troubles.misplaced("signature")
        return None
    if algorithm is None or algorithm.oid != profiles.ECDSA_WITH_SHA256:
        return None
    curve = info.public_key.curve if info.public_key is not None else None
    fault = keys.signature_fault(signature, is_p256=curve == profiles.PRIME256V1)
    if fault is not None:
        troubles.add(SIGNATURE_MALFORMED, detail=fault)
        return None
    if info.public_key is None or info.public_key.point is None:
        return None
    return keys.verifies(info.public_key.point, signature=signature, data=info.octets)
