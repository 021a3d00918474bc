"""What is read of a certificate, and that nothing can break the reading or a rule."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography import x509
from hypothesis import given, settings, strategies as st

from rules.certificates import der_writing as der
from rules.certificates.issued import check_issued, read_certificate
from rules.findings import Verdict
from tests.rules.certificates import builders as b
from tests.rules.certificates.test_reading_requests import mutated

GOOD = b.certificate()


def test_everything_a_good_certificate_says_is_read():
    reading = read_certificate(GOOD)

    assert reading.problems == ()
    assert reading.serial_number == (1 << 126 | 3)
    assert reading.issuer_text == "CN=DEVOCA,OU=07"
    assert reading.subject_text == "2.5.4.45=#03090090b3d51f30010000,OU=87,CN=ABCD"
    assert reading.eui64 == b.NORTHWIND
    assert reading.organizational_unit == reading.remote_party_role == "87"
    assert reading.common_name == "ABCD"
    assert reading.mpids == ("ABCD",)
    assert reading.not_before == datetime(2026, 11, 20, tzinfo=UTC)
    assert reading.not_after == datetime(2036, 11, 20, 23, 59, 59, tzinfo=UTC)
    assert reading.point == b.point()
    assert reading.key_usage_name == "digitalSignature"
    assert reading.policies == ("1.2.826.0.1.8641679.1.2.1.4",)


def test_pyca_cryptography_reads_the_same():
    theirs = x509.load_der_x509_certificate(GOOD)
    ours = read_certificate(b.pem(GOOD, label="CERTIFICATE"))

    assert ours.serial_number == theirs.serial_number
    assert ours.not_before == theirs.not_valid_before_utc
    assert ours.not_after == theirs.not_valid_after_utc
    assert ours.issuer_text == theirs.issuer.rfc4514_string()
    assert ours.signed == theirs.tbs_certificate_bytes
    assert ours.signature == theirs.signature


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        (der.element(0x17, b"491231235959Z"), datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (der.element(0x17, b"500101000000Z"), datetime(1950, 1, 1, tzinfo=UTC)),
        (der.element(0x17, b"680229000000Z"), datetime(1968, 2, 29, tzinfo=UTC)),
        (der.element(0x17, b"690101000000Z"), datetime(1969, 1, 1, tzinfo=UTC)),
        (der.element(0x18, b"20500101000000Z"), datetime(2050, 1, 1, tzinfo=UTC)),
        (der.element(0x18, b"19500101000000Z"), datetime(1950, 1, 1, tzinfo=UTC)),
        (der.element(0x18, b"19491231235959Z"), None),
        (der.element(0x18, b"00010101000000Z"), None),
        (der.element(0x17, b"261320000000Z"), None),
        (der.element(0x17, b"2611200000Z"), None),
        (der.element(0x17, b"261120000000+0100"), None),
        (der.element(0x18, b"20501120000000.5Z"), None),
    ],
)
def test_times_are_read_as_the_profile_of_x509_writes_them_and_no_other_way(written, moment):
    reading = read_certificate(b.certificate(validity=b.times(der.time(b.AT), written)))

    assert reading.not_after == moment


def test_a_certificate_of_version_1_without_extensions_is_still_read():
    reading = read_certificate(b.certificate(version=b""))

    assert reading.version == 0
    assert reading.eui64 == b.NORTHWIND


def assert_no_rule_breaks(submission: bytes) -> None:
    for facts in (
        b.issued(submission),
        b.issued(issuing_certificate=submission),
        b.issued(request_der=submission),
    ):
        verdicts = {finding.verdict for finding in check_issued(facts).findings}
        assert Verdict.BROKEN not in verdicts


@pytest.mark.slow
@given(st.binary(max_size=1_000))
def test_no_octets_whatever_break_the_reading_or_a_rule(submission):
    assert_no_rule_breaks(submission)
    assert_no_rule_breaks(base64.b64encode(submission))


@pytest.mark.slow
@settings(max_examples=400)
@given(mutated(GOOD))
def test_no_mutated_certificate_breaks_a_rule_or_passes_them_all(submission):
    assert_no_rule_breaks(submission)
    report = check_issued(b.issued(submission))

    assert report.is_clear is (submission == GOOD)
