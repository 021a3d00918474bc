"""`sign_message` prints a signed message alone, or says in one line what is wrong."""

import io
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from django.core.management import CommandError, call_command

from tests.rules.certificates import builders as b
from tests.rules.messages.builders import ISSUER, KEY, OTHER_KEY, SERIAL, Parts
from tests.rules.service_requests.world import ask

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def pem(key: PrivateKey, encryption: KeySerializationEncryption | None = None) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())


def certificate(key: PrivateKey) -> x509.Certificate:
    issuer = [
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "07"),
        x509.NameAttribute(NameOID.COMMON_NAME, "TESTOCA"),
    ]
    return (
        x509.CertificateBuilder()
        .issuer_name(x509.Name(issuer))
        .subject_name(x509.Name([x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "87")]))
        .serial_number(SERIAL)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
        .public_key(key.public_key())
        .sign(key, hashes.SHA256())
    )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "message.xml").write_bytes(Parts(signature=" ").text().encode())
    (tmp_path / "cert.pem").write_bytes(certificate(KEY).public_bytes(Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(pem(KEY))
    return tmp_path


def run(folder: Path, **files: str) -> str:
    names = {"file": "message.xml", "certificate": "cert.pem", "key": "key.pem", **files}
    paths = {option: str(folder / name) for option, name in names.items()}
    out = io.StringIO()
    call_command(
        "sign_message",
        paths["file"],
        f"--certificate={paths['certificate']}",
        f"--key={paths['key']}",
        stdout=out,
    )
    return out.getvalue()


def test_the_message_comes_out_signed_by_the_certificate(folder):
    decision = ask(run(folder).encode())

    assert decision.reason is None
    assert decision.signer is not None
    assert (decision.signer.issuer, decision.signer.serial) == (ISSUER, SERIAL)


def test_a_certificate_may_be_in_der(folder):
    (folder / "cert.der").write_bytes(certificate(KEY).public_bytes(Encoding.DER))

    assert ask(run(folder, certificate="cert.der").encode()).reason is None


def _forms_of_a_certificate() -> dict[str, bytes]:
    own, other = (certificate(key).public_bytes(Encoding.PEM) for key in (KEY, OTHER_KEY))
    bag = b"Bag Attributes\n    localKeyID: 01 02\nsubject=OU = 87\n\nissuer=OU = 07\n\n"
    return {
        "with text before it, as openssl pkcs12 writes it": bag + own,
        "with a mail that begins with 0 before it": "01 Dezember \u2013 hier:\n".encode() + own,
        "several, its own last": bag + other + bag + own,
        "several, its own first": own + other,
        "beside its key": own + pem(KEY),
        "with Windows line ends": own.replace(b"\n", b"\r\n"),
        "with a byte order mark": b"\xef\xbb\xbf" + own,
        "in Base64 alone": b"".join(own.splitlines()[1:-1]),
        "under its old label": own.replace(b"CERTIFICATE", b"X509 CERTIFICATE"),
    }


@pytest.mark.parametrize(
    "octets", _forms_of_a_certificate().values(), ids=_forms_of_a_certificate()
)
def test_a_certificate_is_read_as_people_keep_it(folder, octets):
    (folder / "kept").write_bytes(octets)

    decision = ask(run(folder, certificate="kept").encode())
    assert decision.reason is None
    assert decision.signer is not None
    assert decision.signer.serial == SERIAL


def test_a_certificate_that_pyca_cryptography_refuses_signs_as_well(folder):
    (folder / "odd.pem").write_bytes(
        b.pem(b.certificate(algorithm=b.ECDSA_SHA256_NULL), label="CERTIFICATE")
    )
    (folder / "odd-key.pem").write_bytes(pem(b.key()))

    signed = run(folder, certificate="odd.pem", key="odd-key.pem")
    assert f"<ds:X509SerialNumber>{1 << 126 | 3}</ds:X509SerialNumber>" in signed


def test_of_several_certificates_none_of_the_key_is_told(folder):
    other = certificate(OTHER_KEY).public_bytes(Encoding.PEM)
    (folder / "others.pem").write_bytes(other * 2)

    with pytest.raises(CommandError, match="this is not the private key of"):
        run(folder, certificate="others.pem")


def test_standard_output_has_the_octets_of_the_message_and_nothing_else(folder):
    (folder / "message.xml").write_bytes(
        Parts(
            signature="<!-- x -->",
            body="<sr:ReadInstantaneousImportRegisters>Ö</sr:ReadInstantaneousImportRegisters>",
        )
        .text()
        .encode()
    )

    done = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "sign_message",
            "-",
            f"--certificate={folder / 'cert.pem'}",
            f"--key={folder / 'key.pem'}",
        ],
        input=(folder / "message.xml").read_bytes(),
        capture_output=True,
        check=True,
        env={"DJANGO_SETTINGS_MODULE": "portal.settings.test", "PYTHONIOENCODING": "ascii"},
    )

    assert done.stdout.startswith(b"<?xml")
    assert "Ö".encode() in done.stdout
    assert ask(done.stdout).reason is None
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("name", "octets", "option", "says"),
    [
        ("gone", None, "file", "it cannot be read: No such file or directory"),
        ("a", b"no\nXML", "file", "The message is not well-formed XML 1.0 with namespaces."),
        ("a", b"<!DOCTYPE a><a/>", "file", "The message has a document type declaration"),
        (
            "a",
            Parts(signature=" ", body="<x><ds:Signature/></x>").text().encode(),
            "file",
            "The message has a signature that is not a child of its root.",
        ),
        ("gone", None, "certificate", "it cannot be read: No such file or directory"),
        ("a", pem(KEY), "certificate", "this is not a certificate in PEM or DER"),
        ("a", b"", "certificate", "this is not a certificate in PEM or DER"),
        ("gone", None, "key", "it cannot be read: No such file or directory"),
        ("a", b"x", "key", "this is not a private key in PEM"),
        ("a", pem(OTHER_KEY), "key", "this is not the private key of"),
        (
            "a",
            pem(KEY, BestAvailableEncryption(b"secret")),
            "key",
            "the private key is encrypted; give it decrypted",
        ),
        (
            "a",
            pem(rsa.generate_private_key(65537, 2048)),
            "key",
            "this is not a private key for ECDSA",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line_that_names_the_file(folder, name, octets, option, says):
    if octets is not None:
        (folder / name).write_bytes(octets)

    with pytest.raises(CommandError) as refusal:
        run(folder, **{option: name})

    assert str(refusal.value).startswith(f"{folder / name}: {says}")
    assert "\n" not in str(refusal.value)


def test_a_key_on_another_curve_is_refused(folder):
    key = ec.generate_private_key(ec.SECP384R1())
    (folder / "other.pem").write_bytes(certificate(key).public_bytes(Encoding.PEM))
    (folder / "other-key.pem").write_bytes(pem(key))

    with pytest.raises(CommandError, match=r"on the curve secp384r1, not on P-256\.$"):
        run(folder, certificate="other.pem", key="other-key.pem")
