"""The make_csr command: a key and a request that passes every rule, or one line why not."""

import stat
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.core.management import CommandError, call_command

from rules.certificates.reading import read_request
from rules.certificates.requests import check_request
from tests.rules.certificates import builders as b


@pytest.fixture
def key_out(tmp_path: Path) -> Path:
    return tmp_path / "signing.key"


@pytest.fixture
def csr_out(tmp_path: Path) -> Path:
    return tmp_path / "signing.csr"


def run(key_out: Path, csr_out: Path, *options: str, eui64: str = b.NORTHWIND) -> str:
    out = StringIO()
    call_command(
        "make_csr",
        "--eui64",
        eui64,
        "--key-out",
        str(key_out),
        "--csr-out",
        str(csr_out),
        *(options or ("--role", "xmlSign")),
        stdout=out,
    )
    return out.getvalue()


def test_the_request_passes_every_rule_and_its_key_is_in_the_key_file(key_out, csr_out):
    out = run(key_out, csr_out, "--role", "xmlSign", "--mpid", "ABCD", "EFGH")
    reading = read_request(csr_out.read_bytes())
    private_key = load_pem_private_key(key_out.read_bytes(), password=None)

    assert check_request(b.facts(csr_out.read_bytes())).reasons == ()
    assert reading.mpids == ("ABCD", "EFGH")
    assert isinstance(private_key, ec.EllipticCurvePrivateKey)
    assert b"BEGIN PRIVATE KEY" in key_out.read_bytes()
    assert reading.point == private_key.public_key().public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )
    assert str(key_out) in out
    assert str(csr_out) in out
    button = (settings.BASE_DIR / "templates" / "requests" / "index.html").read_text("utf-8")
    assert "Next: " in out
    assert "choose Request a certificate, " in out
    assert ">Request a certificate<" in button


def test_only_its_owner_may_read_the_key_file(key_out, csr_out):
    run(key_out, csr_out)

    assert stat.S_IMODE(key_out.stat().st_mode) == 0o600


@pytest.mark.parametrize("role", ["87", "xmlSign", "XMLSIGN"])
def test_the_role_is_taken_by_name_or_code(key_out, csr_out, role):
    run(key_out, csr_out, "--role", role)

    assert read_request(csr_out.read_bytes()).remote_party_role == "87"


def test_another_role_takes_a_common_name_and_a_key_usage(key_out, csr_out):
    options = ("--role", "supplier", "--common-name", "Northwind", "--key-usage", "keyAgreement")
    run(key_out, csr_out, *options)
    reading = read_request(csr_out.read_bytes())

    assert (reading.common_name, reading.key_usage_name) == ("Northwind", "keyAgreement")
    assert check_request(b.facts(csr_out.read_bytes())).is_clear


def test_every_spelling_of_an_eui64_is_taken(key_out, csr_out):
    run(key_out, csr_out, eui64="90b3d51f30010000")

    assert read_request(csr_out.read_bytes()).eui64 == b.NORTHWIND


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--role", "xmlSin"), "--role: `xmlSin`"),
        (("--role", "xmlSign", "--mpid", "abcd"), 'write "ABCD"'),
        (("--role", "xmlSign", "--mpid", "ABCDE"), '"ABCDE" is not one'),
        (("--role", "supplier", "--mpid", "ABCD"), "MPIDs are for xmlSign"),
        (("--role", "xmlSign", "--mpid", "ABCD", "--common-name", "x"), "one or the other"),
        (("--role", "xmlSign", "--mpid", *["ABCD"] * 14), "at most 64"),
        (("--role", "supplier", "--common-name", ""), "is empty"),
        (("--role", "supplier", "--common-name", "a\nb"), "cannot be printed"),
        (("--role", "xmlSign", "--key-usage", "keyAgreement"), "digitalSignature"),
        (("--role", "dSPXmlSign", "--key-usage", "keyAgreement"), "digitalSignature"),
    ],
)
def test_a_wrong_option_is_refused_in_one_line_and_leaves_nothing(key_out, csr_out, options, says):
    with pytest.raises(CommandError) as refusal:
        run(key_out, csr_out, *options)

    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert not key_out.exists()
    assert not csr_out.exists()


def test_a_wrong_eui64_is_refused_in_one_line_and_leaves_nothing(key_out, csr_out):
    with pytest.raises(CommandError, match="--eui64: `90-B3` is not an EUI-64"):
        run(key_out, csr_out, eui64="90-B3")

    assert not key_out.exists()
    assert not csr_out.exists()


def test_a_key_file_that_is_there_is_never_overwritten(key_out, csr_out):
    key_out.write_text("my only key")

    with pytest.raises(CommandError, match="never overwritten"):
        run(key_out, csr_out)
    assert key_out.read_text() == "my only key"
    assert not csr_out.exists()


def test_a_request_file_that_is_there_is_never_overwritten_and_no_key_is_left(key_out, csr_out):
    csr_out.write_text("my request")

    with pytest.raises(CommandError, match="never overwritten"):
        run(key_out, csr_out)
    assert csr_out.read_text() == "my request"
    assert not key_out.exists()


def test_a_folder_that_is_not_there_is_said_and_no_key_is_left(key_out, tmp_path):
    with pytest.raises(CommandError, match=r"--csr-out: .* cannot be written: No such file"):
        run(key_out, tmp_path / "nowhere" / "signing.csr")

    assert not key_out.exists()


def test_two_runs_make_two_keys(key_out, csr_out, tmp_path):
    run(key_out, csr_out)
    run(tmp_path / "other.key", tmp_path / "other.csr")

    first, second = (read_request(p.read_bytes()) for p in (csr_out, tmp_path / "other.csr"))
    assert first.spki_sha256 != second.spki_sha256
