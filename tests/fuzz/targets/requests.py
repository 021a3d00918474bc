"""Certificate signing requests, from the submission to every rule's finding.

Each input is taken as it is, and as what somebody signed with the key that the good request has.
"""

from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rules.certificates.reading import read_request
from rules.certificates.requests import check_request
from rules.findings import Verdict
from tests.fuzz.der_mutation import mutate_der
from tests.fuzz.target import Target
from tests.rules.certificates import builders as b
from tests.rules.certificates.vectors_request_form import FORM_VECTORS
from tests.rules.certificates.vectors_request_key import KEY_VECTORS
from tests.rules.certificates.vectors_request_subject import SUBJECT_VECTORS

_LONGEST_SENTENCE = 1_000


def hold(data: bytes) -> None:
    _hold(data)
    _hold(b.sign(data))


def _hold(submission: bytes) -> None:
    reading = read_request(submission)
    report = check_request(b.facts(submission))
    for finding in report.findings:
        assert finding.verdict is not Verdict.BROKEN, finding.rule
        assert 0 < len(finding.says) < _LONGEST_SENTENCE, finding.rule
    if not report.is_clear:
        return
    assert reading.proof_of_possession is True
    assert reading.der is not None
    assert reading.subject is not None
    theirs = x509.load_der_x509_csr(reading.der)
    assert theirs.is_signature_valid
    assert theirs.subject.public_bytes() == reading.subject.der
    spki = theirs.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert sha256(spki).hexdigest() == reading.spki_sha256


TARGET = Target(
    hold=hold,
    seeds=(
        b.info(),
        b.pem(b.request()),
        *(
            submission
            for vector in (*FORM_VECTORS, *KEY_VECTORS, *SUBJECT_VECTORS)
            for submission in vector.facts.args
            if len(submission) < 4_096
        ),
    ),
    words=(b"-----BEGIN CERTIFICATE REQUEST-----", b"-----END CERTIFICATE REQUEST-----", b"-----"),
    mutate=mutate_der,
)
