"""Signed messages of four sizes: the DCC's own templates, signed by the DCC's own tool.

The packages are those of `make conformance`: GPL-3.0, fetched into the data folder, no part of the
product. Where they cannot be had, or Java cannot, what takes their place is said.
"""

import base64
import os
import re
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree

from portal.install.terminal import InstallError
from rules.certificates.making import (
    build_certificate,
    build_hierarchy,
    build_request,
    validity_from,
)
from rules.identifiers import Eui64
from rules.messages.signing import sign_message
from rules.roles import XML_SIGN
from tests.conformance.packages import SIGN_WRAP, TEMPLATES, MissingError, fetch, java

DOWNLOADS = Path(__file__).resolve().parent.parent.parent / ".data" / "conformance"
TOOL = "uk.co.smartdcc.boxed.xmldsig.Sign"

ORIGINATOR = Eui64("90-B3-D5-1F-30-01-00-00")
"""A Supplier of the demonstration, from whom all four templates come."""
CHOSEN = (
    "ECS02_1.6_CANCELLATION_TWIN_SUCCESS_REQUEST_DUIS.XML",
    "DBCH04_6.28_SUCCESS_REQUEST_DUIS.XML",
    "ECS01a_1.1.1_IMMEDIATE_BLOCK_SUCCESS_REQUEST_DUIS.XML",
    "ECS01c_1.1.2_IMMEDIATE_SUCCESS_REQUEST_DUIS.XML",
)
"""Signed, they have from 1.5 to 5.5 kB."""
SIZES = (1_500, 2_600, 4_150, 5_450)
"""About how many octets they have then; for the messages that take their place."""

_SERIAL = (1 << 126) + 2026
_LINE = 76
_SIGNATURE_VALUE = re.compile(rb"(<ds:SignatureValue>)([^<]+)(<)")
_OWN = """<?xml version="1.0" encoding="UTF-8"?>
<sr:Request xmlns:ds="http://www.w3.org/2000/09/xmldsig#"\
 xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway" schemaVersion="5.4"><sr:Header>\
<sr:RequestID>{originator}:00-DB-12-34-56-78-90-A0:1000</sr:RequestID>\
<sr:CommandVariant>4</sr:CommandVariant><sr:ServiceReference>1.1</sr:ServiceReference>\
<sr:ServiceReferenceVariant>1.1.1</sr:ServiceReferenceVariant></sr:Header><sr:Body>\
<sr:UpdateImportTariffPrimaryElement>{prices}</sr:UpdateImportTariffPrimaryElement></sr:Body>\
</sr:Request>"""
_PRICE = "<sr:BlockTariff index='{}'><sr:Price>{}</sr:Price></sr:BlockTariff>"

_UNSIGNED_PARSER = etree.XMLParser(remove_blank_text=True, remove_comments=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A User with a certificate."""

    eui64: Eui64
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def issuer(self) -> str:
        """The issuer as KeyInfo has it."""
        return self.certificate.issuer.rfc4514_string()

    @property
    def serial(self) -> int:
        return self.certificate.serial_number

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def point(self) -> bytes:
        """The public key as an uncompressed point."""
        return self.certificate.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    @property
    def public_key_info(self) -> bytes:
        """The public key in DER, as SubjectPublicKeyInfo."""
        return self.certificate.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Messages of growing size by one signer."""

    signer: Signer
    messages: tuple[bytes, ...]
    origin: str
    """What they are, in words."""


def make_signer(eui64: Eui64 = ORIGINATOR, *, number: int = 0) -> Signer:
    """Make a key with a certificate of the exact profile, by an OCA that exists only here.

    Args:
        eui64: The User ID.
        number: Tells its serial number from those of other signers.
    """
    at = datetime.now(UTC)
    root_key, issuing_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    _, issuing = build_hierarchy(
        root_key,
        issuing_key,
        root_name="BENCHROOT",
        issuing_name="BENCHOCA",
        serials=(_SERIAL + 1, _SERIAL + 2),
        at=at,
    )
    not_before, not_after = validity_from(at)
    der = build_certificate(
        build_request(key, eui64=eui64, remote_party_role=XML_SIGN),
        issuer_certificate=issuing,
        issuer_private_key=issuing_key,
        serial=_SERIAL + 8 * number,
        not_before=not_before,
        not_after=not_after,
    )
    return Signer(eui64=eui64, certificate=x509.load_der_x509_certificate(der), key=key)


def make_own_samples() -> Samples:
    """Make messages of our own, of the same sizes; nothing is fetched."""
    signer = make_signer()
    messages = tuple(sign_like_the_tool(own_message(size), signer) for size in SIZES)
    return Samples(signer=signer, messages=messages, origin="our own messages")


def make_samples(*, say: Callable[[str], None]) -> Samples:
    """Fetch, sign, and say where something takes the place of the real thing."""
    signer = make_signer()
    try:
        folder = fetch(TEMPLATES, DOWNLOADS) / "templates"
    except (MissingError, InstallError) as missing:
        say(f"no DCC templates, so messages of our own of the same sizes: {missing}")
        return make_own_samples()
    templates = [folder / name for name in CHOSEN]
    try:
        messages = _sign_by_the_tool(templates, signer)
    except MissingError as missing:
        say(f"the DCC's tool cannot sign, so we do, spelled as it does: {missing}")
        messages = tuple(sign_like_the_tool(path.read_bytes(), signer) for path in templates)
        return Samples(signer=signer, messages=messages, origin="the DCC's templates")
    origin = "the DCC's templates, signed by the DCC's tool"
    return Samples(signer=signer, messages=messages, origin=origin)


def own_message(size: int, originator: Eui64 = ORIGINATOR) -> bytes:
    """Return an unsigned message that has about so many octets once it is signed."""
    prices = ""
    while len(prices) < size - 1_450:
        number = len(prices) // 60
        prices += _PRICE.format(number, 1_000 + number)
    return _OWN.format(originator=originator, prices=prices).encode()


def sign_like_the_tool(message: bytes, signer: Signer) -> bytes:
    """Sign a message and spell it as the DCC's tool does.

    It drops the white space between elements, and breaks the lines of the SignatureValue with a
    carriage return, which XML has to write as `&#13;`.
    """
    root = etree.fromstring(message, _UNSIGNED_PARSER)
    signed = sign_message(
        etree.tostring(root), signer.key, issuer_name=signer.issuer, serial=signer.serial
    )
    return _SIGNATURE_VALUE.sub(_broken, signed)


def _broken(found: re.Match[bytes]) -> bytes:
    value = base64.b64encode(base64.b64decode(found[2]))
    lines = [value[start : start + _LINE] for start in range(0, len(value), _LINE)]
    return found[1] + b"&#13;\n".join(lines) + found[3]


def _sign_by_the_tool(templates: list[Path], signer: Signer) -> tuple[bytes, ...]:
    program = java()
    try:
        tool = fetch(SIGN_WRAP, DOWNLOADS) / "dist" / "tool.jar"
    except InstallError as error:
        raise MissingError(str(error)) from error
    with tempfile.TemporaryDirectory(prefix="ra-bench-") as name:
        folder = Path(name)
        certificate, key = folder / "signer.pem", folder / "signer.key"
        certificate.write_text(signer.pem)
        key.touch(mode=0o600)
        key.write_bytes(
            signer.key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        options = ("--preserveCounter", certificate, key)
        return tuple(
            _run_tool([program, "-cp", tool, TOOL, template, *options]) for template in templates
        )


def _run_tool(command: list[str | Path]) -> bytes:
    done = subprocess.run(command, capture_output=True, check=False, env=os.environ)
    if done.returncode != 0 or not done.stdout:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise MissingError(said[-1] if said else "it says nothing")
    return done.stdout
