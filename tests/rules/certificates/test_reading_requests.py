"""What is read of a certificate signing request, and that nothing at all can break the reading."""

import base64
from hashlib import sha256

import pytest
from asn1crypto import csr as asn1_csr
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import example, given, settings, strategies as st

from rules.certificates import der_writing as der
from rules.certificates.reading import MAX_SUBMISSION, RequestReading, read_request
from rules.certificates.requests import check_request
from rules.certificates.structures import Container
from rules.findings import Verdict
from tests.rules.certificates import builders as b

GOOD = b.request()


def test_everything_a_good_request_says_is_read():
    reading = read_request(b.pem(GOOD))

    assert reading.problems == ()
    assert reading.container is Container.PEM
    assert reading.der == GOOD
    assert reading.der_sha256 == sha256(GOOD).hexdigest()
    assert reading.version == 0
    assert reading.common_name == "ABCD"
    assert reading.organizational_unit == reading.remote_party_role == "87"
    assert reading.eui64 == b.NORTHWIND
    assert reading.mpids == ("ABCD",)
    assert reading.point == b.point()
    assert reading.key_usage_name == "digitalSignature"
    assert reading.proof_of_possession is True
    assert reading.subject is not None
    assert [a.string_type for a in reading.subject.attributes] == [
        "UTF8String",
        "UTF8String",
        "BIT STRING",
    ]


def test_the_key_is_known_by_the_digest_of_its_subject_public_key_info():
    spki = b.key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    assert read_request(GOOD).spki_sha256 == sha256(spki).hexdigest()


def test_every_form_gives_the_same_request():
    forms = [
        GOOD,
        b.pem(GOOD),
        b.pem(GOOD, label="NEW CERTIFICATE REQUEST", width=76, end="\r\n"),
        base64.b64encode(GOOD),
        base64.encodebytes(GOOD),
    ]

    assert {read_request(form).der for form in forms} == {GOOD}


def test_a_role_that_is_not_written_exactly_is_no_role():
    reading = read_request(b.request(subject=b.named(ou="7f")))

    assert reading.organizational_unit == "7f"
    assert reading.remote_party_role is None


def test_mpids_are_read_of_every_common_name_there_is():
    two = b.name(b.common_name("abcd"), b.common_name("EFGH"), b.unit(), b.identifier())

    assert read_request(b.request(subject=two)).mpids == ("ABCD", "EFGH")


def test_what_trails_a_request_is_no_part_of_it():
    reading = read_request(GOOD + b"secret")

    assert reading.der == GOOD
    assert reading.proof_of_possession is True


_PRIVATE = [
    b.key().private_bytes(Encoding.DER, form, encryption)
    for form, encryption in (
        (PrivateFormat.PKCS8, NoEncryption()),
        (PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        (PrivateFormat.PKCS8, BestAvailableEncryption(b"password")),
    )
]
_SCALAR = b.key().private_numbers().private_value.to_bytes(32, "big")


@pytest.mark.parametrize("wrap", [bytes, base64.b64encode, base64.encodebytes, b.pem])
@pytest.mark.parametrize("private_key", _PRIVATE, ids=["PKCS8", "SEC1", "encrypted"])
def test_nothing_of_a_private_key_is_kept(wrap, private_key):
    reading = read_request(wrap(private_key))

    assert [problem.kind for problem in reading.problems] == ["private-key-submitted"]
    assert reading == RequestReading(problems=reading.problems, container=reading.container)


def test_nothing_of_a_private_key_that_comes_along_with_a_request_is_kept():
    key_pem = b.pem(_PRIVATE[0], label="PRIVATE KEY")
    beside = read_request(b.pem(GOOD) + key_pem)
    appended = read_request(GOOD + _PRIVATE[0])
    cut_off = read_request(key_pem[:-60])

    assert beside == RequestReading(problems=beside.problems)
    assert appended == RequestReading(problems=appended.problems, container=appended.container)
    assert [problem.kind for problem in appended.problems] == ["private-key-submitted"]
    assert cut_off == RequestReading(problems=cut_off.problems)
    assert all(_SCALAR.hex() not in repr(r) for r in (beside, appended, cut_off))
    assert all(_SCALAR not in (r.der or b"") for r in (beside, appended, cut_off))


def test_the_limit_is_asked_before_anything_is_parsed():
    at_the_limit = read_request(GOOD + b"\x00" * (MAX_SUBMISSION - len(GOOD)))
    beyond = read_request(GOOD + b"\x00" * (MAX_SUBMISSION - len(GOOD) + 1))

    assert at_the_limit.der == GOOD
    assert [problem.kind for problem in beyond.problems] == ["submission-too-large"]


def test_every_fault_is_noted_at_once():
    faulty = b.sign(
        b.info(
            version=der.integer(1),
            subject=b.name(b.unit("7f", tag=b.PRINTABLE_STRING), b.common_name("abcd")),
            attrs=b.attributes(b.extension_request(b.SUBJECT_ALT_NAME)),
        ),
        private_key=b.key("another"),
        algorithm=b.ECDSA_SHA256_NULL,
    )

    assert set(check_request(b.facts(faulty + b"\x00")).reasons) == {
        "der-trailing-data",
        "request-version",
        "subject-attribute-missing",
        "subject-order",
        "subject-string-type",
        "ou-lower-case",
        "signature-algorithm-parameters",
        "proof-of-possession-failed",
        "extension-not-allowed",
        "key-usage-missing",
    }


@pytest.mark.parametrize(
    "name",
    [
        der.utf8_string("87"),
        der.sequence(der.set_of()),
        der.sequence(der.sequence(b.unit())),
        der.sequence(der.set_of(der.set_of(b.unit()))),
        der.sequence(der.set_of(der.sequence(der.object_identifier("2.5.4.11")))),
        der.sequence(der.set_of(der.sequence(der.integer(5), der.utf8_string("87")))),
        der.sequence(
            der.set_of(der.sequence(der.object_identifier("2.5.4.11"), *[b"\x05\0"] * 2))
        ),
    ],
)
def test_a_subject_that_is_not_built_as_a_name_is_not_read_in_part(name):
    reading = read_request(b.request(subject=name))

    assert reading.subject is None
    assert [problem.kind for problem in reading.problems] == ["structure-unexpected"]
    assert_no_rule_breaks(b.request(subject=name))


def _common_name_says(length: int) -> str:
    reading = b.request(subject=b.named(cn="N" * length, ou="02"))
    findings = check_request(b.facts(reading)).findings
    return next(f.says for f in findings if f.rule == "APPM-F-common-name")


def test_a_common_name_longer_than_any_seen_passes_with_a_word_of_advice():
    assert "longer" not in _common_name_says(16)
    assert "at 17 characters it is longer than the 16" in _common_name_says(17)


def test_other_attributes_than_the_extension_request_are_passed_over_and_named():
    other = der.sequence(der.object_identifier("1.2.3.4"), der.set_of(der.integer(5)))
    submission = b.request(attrs=b.attributes(b.extension_request(), other))
    findings = check_request(b.facts(submission)).findings
    says = next(f.says for f in findings if f.rule == "APPM-F-extension-request")

    assert "its other attributes (1.2.3.4) are not used" in says
    assert read_request(submission).attributes == ("1.2.3.4", "1.2.840.113549.1.9.14")


def assert_no_rule_breaks(submission: bytes) -> None:
    report = check_request(b.facts(submission))
    assert Verdict.BROKEN not in {finding.verdict for finding in report.findings}


@given(st.binary(max_size=2_000))
@example(b"\x30\x80\x30\x80\x02\x01\x00")
@example(b"\x30\x84\xff\xff\xff\xff")
@example(b"-----BEGIN -----\n-----END -----")
def test_no_octets_whatever_break_the_reading_or_a_rule(submission):
    assert_no_rule_breaks(submission)
    assert_no_rule_breaks(base64.b64encode(submission))
    assert_no_rule_breaks(b"\x30" + submission)


@given(st.text(max_size=500))
def test_no_text_whatever_breaks_the_reading_or_a_rule(text):
    assert_no_rule_breaks(text.encode())


@st.composite
def mutated(draw: st.DrawFn, octets: bytes = GOOD) -> bytes:
    """The good request with a few octets changed, taken out or put in."""
    changed = bytearray(octets)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(changed) - 1))
        match draw(st.sampled_from(["change", "remove", "insert"])):
            case "change":
                changed[at] = draw(st.integers(0, 255))
            case "remove":
                del changed[at : at + draw(st.integers(1, 9))]
            case _:
                changed[at:at] = draw(st.binary(min_size=1, max_size=9))
        if not changed:
            changed = bytearray(octets)
    return bytes(changed)


@settings(max_examples=400)
@given(mutated())
def test_no_mutated_request_breaks_the_reading_or_a_rule(submission):
    assert_no_rule_breaks(submission)


@settings(max_examples=400)
@given(mutated())
def test_no_mutated_request_passes_every_check(submission):
    report = check_request(b.facts(submission))

    assert report.is_clear is (submission == GOOD)


@settings(max_examples=200)
@given(mutated(b.info()))
def test_a_mutation_that_was_signed_is_read_as_other_libraries_read_it(info):
    submission = b.sign(info)
    reading = read_request(submission)
    form = {"structure-unexpected", *(p.kind for p in reading.problems if "der-" in p.kind)}
    if reading.der is None or form & {problem.kind for problem in reading.problems}:
        return

    theirs = asn1_csr.CertificationRequest.load(submission, strict=True)
    their_info = theirs["certification_request_info"]
    assert reading.subject is not None
    assert their_info["subject"].dump() == reading.subject.der
    assert int(their_info["version"]) == reading.version
    assert sha256(their_info["subject_pk_info"].dump()).hexdigest() == reading.spki_sha256


@settings(max_examples=300)
@given(mutated())
def test_what_pyca_cryptography_reads_is_read_alike(submission):
    try:
        theirs = x509.load_der_x509_csr(submission)
        subject, is_signed = theirs.subject.public_bytes(), theirs.is_signature_valid
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion):
        return
    reading = read_request(submission)
    if reading.der is None:
        # The other library does not look inside the attributes until it is asked to.
        assert reading.problems
        return

    assert reading.subject is not None
    assert reading.subject.der == subject
    assert reading.proof_of_possession in {is_signed, None}


def test_a_large_hostile_structure_is_given_up_early():
    wide = der.sequence(*[b"\x30\x00"] * 30_000)

    assert [problem.kind for problem in read_request(wide).problems] == ["der-too-complex"]


@pytest.mark.parametrize(
    "submission",
    [
        b.request(subject=b.name(*[b.common_name("ABCD" * 99)] * 200)),
        b.request(subject=b.name(*[b.attribute("1.2.3", der.utf8_string("x" * 200))] * 200)),
        b.request(subject=b.named(cn=" ".join(f"{n:04}" for n in range(5_000)))),
        b.request(subject=b.named(ou="8" * 60_000)),
        b.request(attrs=b.attributes(b.extension_request(*[b.SUBJECT_ALT_NAME] * 200))),
        b.pem(GOOD, label="X" * 60),
    ],
    ids=["200 names", "200 others", "5,000 MPIDs", "a vast unit", "200 extensions", "a label"],
)
def test_a_finding_stays_readable_however_vast_the_request_is(submission):
    spoken = [finding.says for finding in check_request(b.facts(submission)).findings]

    assert max(len(says) for says in spoken) < 1_000
