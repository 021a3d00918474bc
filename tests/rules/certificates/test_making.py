"""What is made is of the exact profile, by the eyes of libraries that had no part in it."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID, NameOID

from rules.certificates import making
from rules.certificates.certificate_reading import read_certificate
from rules.certificates.requests import check_request
from tests.rules.certificates import builders as b

EUI64_OID = x509.ObjectIdentifier("2.5.4.45")


@pytest.mark.parametrize("key_usage", ["digitalSignature", "keyAgreement"])
@pytest.mark.parametrize("common_name", [None, "ABCD EFGH"])
def test_a_request_is_what_pyca_cryptography_reads_of_it(key_usage, common_name):
    made = making.build_request(
        b.key(),
        eui64=b.NORTHWIND,
        remote_party_role="02",
        common_name=common_name,
        key_usage=key_usage,
    )
    theirs = x509.load_der_x509_csr(made)
    usage = theirs.extensions.get_extension_for_oid(ExtensionOID.KEY_USAGE)
    names = [(attribute.oid, attribute.value) for attribute in theirs.subject]

    assert theirs.is_signature_valid
    assert names[-2:] == [
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "02"),
        (EUI64_OID, b"\x00" + bytes.fromhex("90B3D51F30010000")),
    ]
    assert names[:-2] == ([(NameOID.COMMON_NAME, common_name)] if common_name else [])
    assert usage.critical
    assert usage.value.digital_signature is (key_usage == "digitalSignature")
    assert usage.value.key_agreement is (key_usage == "keyAgreement")
    assert len(theirs.extensions) == 1


def test_a_request_that_is_made_passes_every_rule():
    made = making.build_request(
        b.key(), eui64=b.NORTHWIND, remote_party_role="87", common_name="ABCD"
    )

    assert check_request(b.facts(made)).reasons == ()


def test_a_request_is_not_made_with_a_key_on_another_curve_or_an_unknown_use():
    with pytest.raises(ValueError, match="secp384r1"):
        making.build_request(
            ec.generate_private_key(ec.SECP384R1()), eui64=b.NORTHWIND, remote_party_role="87"
        )
    with pytest.raises(ValueError, match="signing"):
        making.build_request(
            b.key(), eui64=b.NORTHWIND, remote_party_role="87", key_usage="signing"
        )


def issued() -> bytes:
    start, end = making.validity_from(b.AT)
    return making.build_certificate(
        b.request(),
        issuer_certificate=b.hierarchy()[1],
        issuer_private_key=b.key("issuing"),
        serial=1 << 126 | 5,
        not_before=start,
        not_after=end,
    )


def test_a_certificate_verifies_and_carries_what_the_request_asked_for():
    theirs = x509.load_der_x509_certificate(issued())
    issuer = x509.load_der_x509_certificate(b.hierarchy()[1])
    asked = x509.load_der_x509_csr(b.request())

    theirs.verify_directly_issued_by(issuer)
    assert theirs.subject == asked.subject
    assert theirs.public_key() == asked.public_key()
    assert len(theirs.extensions) == 4


def test_key_identifiers_are_those_of_method_2_as_another_library_reckons_them():
    certificate = asn1_x509.Certificate.load(issued())
    issuing = asn1_x509.Certificate.load(b.hierarchy()[1])
    digest = certificate.public_key.sha1

    assert certificate.key_identifier == bytes([0x40 | digest[-8] & 0x0F]) + digest[-7:]
    assert certificate.authority_key_identifier == issuing.key_identifier


def test_the_hierarchy_is_a_root_and_an_issuing_authority_for_25_years():
    root, issuing = (x509.load_der_x509_certificate(der) for der in b.hierarchy())
    constraints = issuing.extensions.get_extension_for_class(x509.BasicConstraints)
    usage = issuing.extensions.get_extension_for_class(x509.KeyUsage)

    root.verify_directly_issued_by(root)
    issuing.verify_directly_issued_by(root)
    assert [a.value for a in root.subject] == ["00", "DEVROOT"]
    assert [a.value for a in issuing.subject] == ["07", "DEVOCA"]
    assert constraints.critical
    assert constraints.value == x509.BasicConstraints(ca=True, path_length=0)
    assert usage.critical
    assert usage.value.key_cert_sign
    assert usage.value.crl_sign
    assert not usage.value.digital_signature
    assert issuing.not_valid_after_utc.year - issuing.not_valid_before_utc.year == 25


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl on this machine")
def test_openssl_builds_the_path_from_the_certificate_to_the_root(tmp_path):
    for name, der in zip(("root", "issuing", "end"), (*b.hierarchy(), issued()), strict=True):
        certificate = x509.load_der_x509_certificate(der)
        (tmp_path / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    command = ["openssl", "verify", "-x509_strict", "-attime", str(int(b.AT.timestamp()))]
    files = ["-CAfile", "root.pem", "-untrusted", "issuing.pem", "end.pem"]
    ran = subprocess.run(
        [*command, *files], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert ran.stdout == "end.pem: OK\n", ran.stderr


@pytest.mark.parametrize("serial", [0, -1, 1 << 127])
def test_a_serial_number_that_is_not_positive_or_too_long_is_refused(serial):
    start, end = making.validity_from(b.AT)
    with pytest.raises(ValueError, match="serial number"):
        making.build_certificate(
            b.request(),
            issuer_certificate=b.hierarchy()[1],
            issuer_private_key=b.key("issuing"),
            serial=serial,
            not_before=start,
            not_after=end,
        )


@pytest.mark.parametrize(
    ("request_der", "issuer_certificate"),
    [(b"\x30\x00", b.hierarchy()[1]), (b.request(), b"\x30\x00")],
)
def test_what_cannot_be_read_is_not_certified(request_der, issuer_certificate):
    start, end = making.validity_from(b.AT)
    with pytest.raises(ValueError, match="no readable subject"):
        making.build_certificate(
            request_der,
            issuer_certificate=issuer_certificate,
            issuer_private_key=b.key("issuing"),
            serial=5,
            not_before=start,
            not_after=end,
        )


@pytest.mark.parametrize(
    ("at", "end"),
    [
        (datetime(2026, 11, 20, 9, 30, tzinfo=UTC), datetime(2036, 11, 20, tzinfo=UTC)),
        (datetime(2028, 2, 29, tzinfo=UTC), datetime(2038, 2, 28, tzinfo=UTC)),
        (datetime(2049, 12, 31, 23, 59, tzinfo=UTC), datetime(2059, 12, 31, tzinfo=UTC)),
    ],
)
def test_the_validity_runs_for_ten_years_from_the_beginning_of_the_day(at, end):
    assert making.validity_from(at) == (
        at.replace(hour=0, minute=0),
        end + timedelta(hours=23, minutes=59, seconds=59),
    )


def test_a_validity_beyond_2049_is_written_so_that_it_reads_back():
    start, end = making.validity_from(datetime(2045, 5, 5, tzinfo=UTC))
    der = making.build_certificate(
        b.request(),
        issuer_certificate=b.hierarchy()[1],
        issuer_private_key=b.key("issuing"),
        serial=7,
        not_before=start,
        not_after=end,
    )
    reading = read_certificate(der)

    assert (reading.not_before, reading.not_after, reading.problems) == (start, end, ())
