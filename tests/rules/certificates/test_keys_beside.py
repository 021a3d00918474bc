"""A private key in clear beside its request is told, in whatever writing, and nothing is offered.

Each key is made here and thrown away.
"""

import base64
import subprocess
import textwrap
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from rules.certificates.making import build_request
from rules.certificates.reading import RequestReading, read_request
from rules.certificates.requests import check_request
from tests.rules.certificates import builders as b


def a_key(*, beginning: int | None = None) -> ec.EllipticCurvePrivateKey:
    """Make a key; one whose number begins with this octet where that counts."""
    while True:
        made = ec.generate_private_key(ec.SECP256R1())
        if beginning is None:
            return made
        number = made.private_numbers().private_value % (1 << 248)
        if number:
            return ec.derive_private_key(beginning << 248 | number, ec.SECP256R1())


def number_of(key: ec.EllipticCurvePrivateKey) -> int:
    return key.private_numbers().private_value


def octets_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return number_of(key).to_bytes(32, "big")


def dump_of(key: ec.EllipticCurvePrivateKey, *options: str) -> bytes:
    """Return what `openssl pkey -text -noout` prints."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    asked = ["openssl", "pkey", "-text", "-noout", *options]
    return subprocess.run(asked, input=pem, capture_output=True, check=True).stdout


def request_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return build_request(key, eui64=b.NORTHWIND, remote_party_role="87")


def lines(octets: bytes, separator: str) -> bytes:
    return "\n    ".join(textwrap.wrap(octets.hex(separator), 45)).encode()


WRITINGS: dict[str, Callable[[ec.EllipticCurvePrivateKey], bytes]] = {
    "as OpenSSL prints it": dump_of,
    "64 hexadecimal digits": lambda key: octets_of(key).hex().encode(),
    "64 in upper case": lambda key: octets_of(key).hex().upper().encode(),
    "behind a name": lambda key: b"d = 0x" + octets_of(key).hex().encode() + b";",
    "with colons": lambda key: octets_of(key).hex(":").encode(),
    "in lines with blanks": lambda key: lines(octets_of(key), " "),
    "as C has it": lambda key: ", ".join(f"0x{one:02x}" for one in octets_of(key)).encode(),
    "in decimal": lambda key: str(number_of(key)).encode(),
    "in Base64": lambda key: b"key " + base64.b64encode(octets_of(key)),
    "in the Base64 of addresses": lambda key: base64.urlsafe_b64encode(octets_of(key)).rstrip(
        b"="
    ),
    "its negative": lambda key: f"{b.ORDER - number_of(key):064x}".encode(),
    "in Base64 of DER behind words": lambda key: (
        b"my key: "
        + base64.b64encode(
            key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        )
    ),
}


def told(reading: RequestReading) -> None:
    assert [problem.kind for problem in reading.problems] == ["private-key-submitted"]
    assert reading.der is None
    assert reading == RequestReading(problems=reading.problems, container=reading.container)


@pytest.mark.parametrize("beginning", [None, 0xFF, 0x01, 0x00], ids=["any", "FF", "01", "00"])
@pytest.mark.parametrize("write", WRITINGS.values(), ids=WRITINGS)
def test_a_private_key_before_or_behind_its_request_is_told(write, beginning) -> None:
    key = a_key(beginning=beginning)
    pem = b.pem(request_of(key))
    written = write(key)
    for sent in (written + b"\n" + pem, pem + written, b"Dear DCC,\n" + written + b"\n" + pem):
        told(read_request(sent))


def test_a_number_without_its_leading_zeros_is_told() -> None:
    key = a_key(beginning=0)
    told(read_request(f"d={number_of(key):x}\n".encode() + b.pem(request_of(key))))


def test_its_octets_behind_a_request_in_der_are_told() -> None:
    key = a_key()
    told(read_request(request_of(key) + octets_of(key)))
    told(read_request(request_of(key) + b"\n" + octets_of(key).hex().encode()))
    told(read_request(base64.b64encode(request_of(key) + octets_of(key))))


def test_a_text_dump_of_a_key_alone_is_told_to_be_a_private_key() -> None:
    told(read_request(dump_of(a_key())))


@pytest.mark.parametrize("write", WRITINGS.values(), ids=WRITINGS)
def test_what_is_only_like_a_key_leaves_the_request_as_it_is(write) -> None:
    """Another number of the same writing: a digest, a fingerprint, the public key itself."""
    key, other = a_key(), a_key()
    pem = b.pem(request_of(key))
    if write in {dump_of, WRITINGS["in Base64 of DER behind words"]}:
        pytest.skip("another's key under its name is a key all the same")
    assert check_request(b.facts(write(other) + b"\n" + pem)).is_clear


def test_the_public_key_that_openssl_prints_is_not_a_private_key() -> None:
    key = a_key()
    request = request_of(key)
    reading = read_request(dump_of(key, "-pubout", "-text_pub") + b.pem(request))
    assert reading.problems == ()
    assert reading.der == request


def test_a_great_many_numbers_are_not_all_tried() -> None:
    request = request_of(a_key())
    digits = b"".join(bytes([one % 251]) for one in range(20_000)).hex().encode()
    assert read_request(digits + b"\n" + b.pem(request)).der == request
