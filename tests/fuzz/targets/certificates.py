"""Certificates, from their octets to every rule about one that the OCA returned.

Each input is taken as it is, and as content that the issuing authority signed.
"""

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from rules.certificates.certificate_reading import read_certificate
from rules.certificates.issued import check_issued
from rules.findings import Report, Verdict
from tests.fuzz.der_mutation import mutate_der
from tests.fuzz.target import Target
from tests.rules.certificates import builders as b
from tests.rules.certificates.vectors_issued import ISSUED_VECTORS

_LONGEST_SENTENCE = 1_000
_GOOD = b.certificate()
_REQUEST = b.request()
_CONTENT = read_certificate(_GOOD).signed
assert _CONTENT is not None


def hold(data: bytes) -> None:
    _hold(data)
    _hold(b.sign(data, private_key=b.key("issuing")))
    # The issuing certificate may be anything too.
    report = check_issued(b.issued(_GOOD, request_der=_REQUEST, issuing_certificate=data))
    assert Verdict.BROKEN not in {finding.verdict for finding in report.findings}


def _hold(submission: bytes) -> None:
    reading = read_certificate(submission)
    assert len(reading.issuer_text or "") < 8 * len(submission) + 64
    report = check_issued(b.issued(submission, request_der=_REQUEST))
    for finding in report.findings:
        assert finding.verdict is not Verdict.BROKEN, finding.rule
        assert 0 < len(finding.says) < _LONGEST_SENTENCE, finding.rule
    if not report.is_clear:
        return
    assert not _unasked(report) - _UNASKED
    assert reading.der is not None
    assert reading.subject is not None
    assert reading.issuer is not None
    theirs = x509.load_der_x509_certificate(reading.der)
    assert theirs.serial_number == reading.serial_number
    assert theirs.subject.public_bytes() == reading.subject.der
    assert theirs.issuer.public_bytes() == reading.issuer.der
    assert theirs.not_valid_before_utc == reading.not_before
    assert theirs.not_valid_after_utc == reading.not_after
    assert reading.signature is not None
    b.key("issuing").public_key().verify(
        reading.signature, theirs.tbs_certificate_bytes, ec.ECDSA(SHA256())
    )


def _unasked(report: Report) -> set[str]:
    unasked = {Verdict.NOT_APPLICABLE, Verdict.NOT_CHECKED}
    return {f.rule for f in report.findings if f.verdict in unasked}


_UNASKED = _unasked(check_issued(b.issued(_GOOD, request_der=_REQUEST)))
"""What is not asked about the good certificate; where more is not, something must have failed."""
TARGET = Target(
    hold=hold,
    seeds=(
        _CONTENT,
        _GOOD,
        b.pem(_GOOD, label="CERTIFICATE"),
        *b.hierarchy(),
        *(
            submission
            for vector in ISSUED_VECTORS
            for submission in vector.facts.args
            if len(submission) < 4_096
        ),
    ),
    words=(b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----", b"-----"),
    mutate=mutate_der,
)
