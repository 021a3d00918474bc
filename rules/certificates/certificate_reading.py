"""Reads an Organisation Certificate, or one of the authority that issues them (RFC 5280, 4.1).

As with requests, reading never raises for bad content: what can be read is read and what is
wrong is noted.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from rules.certificates import keys, profiles
from rules.certificates.containers import Expected, unwrap
from rules.certificates.der import CONSTRUCTED, CONTEXT, DerError, Element, read_der
from rules.certificates.der_values import (
    BIT_STRING,
    GENERALIZED_TIME,
    INTEGER,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    UTC_TIME,
    dotted,
)
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

MAX_CERTIFICATE: Final = 64 * 1024
TIME_FORM: Final = "time-form"
EXTENSION_MALFORMED: Final = "extension-malformed"

_EXPECTED: Final = Expected(
    noun="certificate",
    labels=("CERTIFICATE", "X509 CERTIFICATE"),
    others=(
        ("CERTIFICATE REQUEST", "a certificate signing request"),
        ("NEW CERTIFICATE REQUEST", "a certificate signing request"),
    ),
)
_VERSION: Final = CONTEXT | CONSTRUCTED
_UNIQUE_IDS: Final = frozenset({CONTEXT | 1, CONTEXT | 2})
_EXTENSIONS: Final = CONTEXT | CONSTRUCTED | 3
_KEY_IDENTIFIER: Final = CONTEXT
_LONGEST_SERIAL: Final = 64
"""Octets; RFC 5280 allows 20, and what is larger is no serial number."""
_TIMES: Final = {
    UTC_TIME: (re.compile(rb"[0-9]{12}Z"), "%y%m%d%H%M%SZ"),
    GENERALIZED_TIME: (re.compile(rb"[0-9]{14}Z"), "%Y%m%d%H%M%SZ"),
}
_UTC_TIME_PIVOT: Final = 50
_FIRST_YEAR: Final = 1950
"""Nothing earlier can be written as RFC 5280 has it; a year 1 could not even be shown."""
_GENERALIZED_FROM: Final = 2050


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityKeyIdentifier:
    """The authorityKeyIdentifier extension."""

    key_identifier: bytes | None
    has_more: bool
    """Whether it names the issuer and a serial number too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateReading:
    """What a certificate says, as far as it can be read. None: it could not be."""

    problems: tuple[Problem, ...]
    container: Container | None = None
    der: bytes | None = None
    der_sha256: str | None = None
    version: int | None = None
    """As it is encoded: 2 is v3."""
    serial_number: int | None = None
    signature_algorithm: AlgorithmIdentifier | None = None
    """The one that is signed too, in the TBSCertificate."""
    outer_signature_algorithm: AlgorithmIdentifier | None = None
    issuer: Name | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    """Both inclusive (RFC 5280, 4.1.2.5); aware, UTC."""
    subject: Name | None = None
    common_name: str | None = None
    organizational_unit: str | None = None
    remote_party_role: str | None = None
    """The organizationalUnitName where it is exactly the code of a known Remote Party Role."""
    eui64: Eui64 | None = None
    mpids: tuple[str, ...] = ()
    """The MPIDs in an xmlSign (87) commonName, read leniently, upper case whatever their case."""
    name_tokens: tuple[str, ...] = ()
    """What is written like an MPID in the commonName of any other role, in upper case."""
    public_key: PublicKey | None = None
    spki_sha256: str | None = None
    has_unique_ids: bool = False
    """Whether issuerUniqueID or subjectUniqueID is there."""
    extensions: tuple[Extension, ...] = ()
    key_usage: KeyUsage | None = None
    subject_key_identifier: bytes | None = None
    authority_key_identifier: AuthorityKeyIdentifier | None = None
    policies: tuple[str, ...] | None = None
    """The OIDs of certificatePolicies; None where it is absent or malformed."""
    signed: bytes | None = None
    """The octets that are signed."""
    signature: bytes | None = None

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
        """The key usage, `digitalSignature` for example, where it is exactly one."""
        return self.key_usage.name if self.key_usage is not None else None

    @property
    def issuer_text(self) -> str | None:
        """The issuer as RFC 4514 writes it: `CN=Z1,OU=07`."""
        return self.issuer.text if self.issuer is not None else None

    @property
    def subject_text(self) -> str | None:
        """The subject as RFC 4514 writes it."""
        return self.subject.text if self.subject is not None else None


def read_certificate(submission: bytes) -> CertificateReading:
    """Read a certificate in PEM, Base64 or DER; what is wrong is in `problems`."""
    unwrapped = unwrap(submission, expected=_EXPECTED, limit=MAX_CERTIFICATE)
    if unwrapped.octets is None:
        return CertificateReading(problems=(unwrapped.problem,) if unwrapped.problem else ())
    troubles = Troubles(_EXPECTED.noun)
    root = open_der(unwrapped.octets, expected=Shape.CERTIFICATE, troubles=troubles)
    if root is None:
        return CertificateReading(problems=tuple(troubles.problems), container=unwrapped.container)
    return _read(root, container=unwrapped.container, troubles=troubles)


def _read(root: Element, *, container: Container | None, troubles: Troubles) -> CertificateReading:
    if not has_tags(root.children, SEQUENCE, SEQUENCE, BIT_STRING):
        troubles.misplaced("sequence of content, algorithm and signature")
    body = _Body(root.children[0], troubles)
    subject = read_subject(body.subject)
    key_usage = read_key_usage(body.extensions, troubles)
    values = _Values(body.extensions, troubles)
    outer_algorithm, signature = _outer(root, troubles)
    der = root.octets
    return CertificateReading(
        problems=tuple(troubles.problems),
        container=container,
        der=der,
        der_sha256=sha256(der).hexdigest(),
        version=body.version,
        serial_number=body.serial_number,
        signature_algorithm=body.algorithm,
        outer_signature_algorithm=outer_algorithm,
        issuer=body.issuer,
        not_before=body.not_before,
        not_after=body.not_after,
        subject=body.subject,
        common_name=subject.common_name,
        organizational_unit=subject.organizational_unit,
        remote_party_role=subject.remote_party_role,
        eui64=subject.eui64,
        mpids=subject.mpids,
        name_tokens=subject.name_tokens,
        public_key=body.public_key,
        spki_sha256=body.spki_sha256,
        has_unique_ids=body.has_unique_ids,
        extensions=body.extensions,
        key_usage=key_usage,
        subject_key_identifier=values.subject_key_identifier,
        authority_key_identifier=values.authority_key_identifier,
        policies=values.policies,
        signed=root.children[0].octets,
        signature=signature,
    )


def _outer(root: Element, troubles: Troubles) -> tuple[AlgorithmIdentifier | None, bytes | None]:
    """Read what is beside what is signed, without which no signature is verified."""
    algorithm = read_algorithm(root.children[1])
    if algorithm is None:
        troubles.misplaced("signatureAlgorithm beside the signature")
    signature = read_bits(root.children[2]) if len(root.children) > 2 else None  # noqa: PLR2004  the third part
    if signature is None:
        troubles.misplaced("signature")
    return algorithm, signature


class _Body:
    """The TBSCertificate, as far as it can be read."""

    def __init__(self, element: Element, troubles: Troubles) -> None:
        self._rest = list(element.children)
        self.version: int | None = 0
        if self._rest and self._rest[0].tag == _VERSION:
            holder = self._rest.pop(0)
            self.version = _integer(holder.children[0] if holder.children else None)
        self.serial_number = _integer(self._next())
        algorithm, issuer, validity, subject, spki = (self._next() for _ in range(5))
        self.algorithm = read_algorithm(algorithm) if algorithm is not None else None
        self.issuer = read_name(issuer) if issuer is not None else None
        self.not_before, self.not_after = _validity(validity, troubles)
        self.subject = read_name(subject) if subject is not None else None
        self.public_key = read_public_key(spki) if spki is not None else None
        self.spki_sha256 = None
        if spki is not None and self.public_key is not None:
            self.spki_sha256 = keys.spki_fingerprint(spki.octets)
        self._note_missing(troubles)
        self.has_unique_ids = any(part.tag in _UNIQUE_IDS for part in self._rest)
        self.extensions: tuple[Extension, ...] = ()
        for part in self._rest:
            if part.tag == _EXTENSIONS and len(part.children) == 1:
                self.extensions += read_extensions(part.children[0], troubles)
            elif part.tag not in _UNIQUE_IDS:
                troubles.misplaced("part after the public key")

    def _next(self) -> Element | None:
        return self._rest.pop(0) if self._rest else None

    def _note_missing(self, troubles: Troubles) -> None:
        for value, what in (
            (self.version, "version"),
            (self.serial_number, "serialNumber"),
            (self.algorithm, "signature algorithm"),
            (self.issuer, "issuer"),
            (self.not_before, "notBefore"),
            (self.not_after, "notAfter"),
            (self.subject, "subject"),
            (self.public_key, "subjectPublicKeyInfo"),
        ):
            if value is None:
                troubles.misplaced(what)


class _Values:
    """The values of the extensions that the profile has, beside keyUsage."""

    def __init__(self, extensions: tuple[Extension, ...], troubles: Troubles) -> None:
        self.subject_key_identifier: bytes | None = None
        self.authority_key_identifier: AuthorityKeyIdentifier | None = None
        self.policies: tuple[str, ...] | None = None
        for extension in extensions:
            value = _value(extension)
            if extension.oid == profiles.SUBJECT_KEY_IDENTIFIER:
                known = value is not None and value.tag == OCTET_STRING
                self.subject_key_identifier = value.content if value and known else None
            elif extension.oid == profiles.AUTHORITY_KEY_IDENTIFIER:
                self.authority_key_identifier = _authority(value)
                known = self.authority_key_identifier is not None
            elif extension.oid == profiles.CERTIFICATE_POLICIES:
                self.policies = _policies(value)
                known = self.policies is not None
            else:
                continue
            if not known:
                troubles.add(EXTENSION_MALFORMED, extension=profiles.named(extension.oid))


def _value(extension: Extension) -> Element | None:
    try:
        value, notes = read_der(extension.value)
    except DerError:
        return None
    return None if notes else value


def _authority(value: Element | None) -> AuthorityKeyIdentifier | None:
    if value is None or value.tag != SEQUENCE:
        return None
    identifiers = [part.content for part in value.children if part.tag == _KEY_IDENTIFIER]
    return AuthorityKeyIdentifier(
        key_identifier=identifiers[0] if identifiers else None,
        has_more=len(value.children) > 1,
    )


def _policies(value: Element | None) -> tuple[str, ...] | None:
    if value is None or value.tag != SEQUENCE or not value.children:
        return None
    oids = []
    for policy in value.children:
        if policy.tag != SEQUENCE or not has_tags(policy.children, OBJECT_IDENTIFIER):
            return None
        oids.append(dotted(policy.children[0].content))
    return tuple(oids)


def _integer(element: Element | None) -> int | None:
    if (
        element is None
        or element.tag != INTEGER
        or not 0 < len(element.content) <= _LONGEST_SERIAL
    ):
        return None
    return int.from_bytes(element.content, "big", signed=True)


def _validity(
    element: Element | None, troubles: Troubles
) -> tuple[datetime | None, datetime | None]:
    if element is None or element.tag != SEQUENCE or len(element.children) != 2:  # noqa: PLR2004  two ends
        return None, None
    before, after = (_time(part, troubles) for part in element.children)
    return before, after


def _time(element: Element, troubles: Troubles) -> datetime | None:
    """Read a time in one of the two forms of RFC 5280, 4.1.2.5, noting the wrong one of them."""
    pattern, form = _TIMES.get(element.tag, (None, ""))
    if pattern is None or not pattern.fullmatch(element.content):
        return None
    try:
        moment = datetime.strptime(element.content.decode(), form).replace(tzinfo=UTC)
    except ValueError:
        return None
    if element.tag == UTC_TIME:
        # RFC 5280 has 50 to 99 in the 1900s; strptime has 69 to 99 there.
        year = int(element.content[:2])
        moment = moment.replace(year=year + (1900 if year >= _UTC_TIME_PIVOT else 2000))
    elif moment.year < _FIRST_YEAR:
        return None
    elif moment.year < _GENERALIZED_FROM:
        troubles.add(TIME_FORM, day=f"{moment:%Y-%m-%d}")
    return moment
