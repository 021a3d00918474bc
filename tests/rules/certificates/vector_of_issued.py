"""Makes a vector of a certificate that came back from the OCA."""

from collections.abc import Callable
from functools import partial

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from rules.certificates.issued import ISSUED_RULES, IssuedFacts
from tests.rules.certificates import builders as b
from tests.rules.certificates.vectors import Vector

ALL = frozenset(rule.id for rule in ISSUED_RULES)
READABLE = ALL - {"APPB-B-kind", "APPB-B-issuing-certificate"}
GOOD = b.certificate()
PKCS8 = b.key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
SUBJECT_DIFFERS = {"L11.5-subject": "certificate-subject-differs"}


def unread(reason: str, *, name: str, submission: bytes) -> Vector:
    return Vector(
        name=name,
        facts=partial(b.issued, submission),
        failed={"APPB-B-kind": f"certificate-{reason}"},
        not_checked=READABLE,
    )


def not_der(reason: str, *, name: str, submission: bytes) -> Vector:
    return Vector(
        name=name,
        facts=partial(b.issued, submission),
        failed={"APPB-B-der": f"certificate-{reason}"},
        not_checked=(READABLE | {"APPB-B-kind"}) - {"APPB-B-der"},
    )


def issued(
    name: str,
    facts: Callable[[], IssuedFacts],
    failed: dict[str, str],
    *,
    also: frozenset[str] | set[str] = frozenset(),
    says: str = "",
) -> Vector:
    return Vector(name=name, facts=facts, failed=failed, not_checked=frozenset(also), says=says)


def of(submission: bytes) -> Callable[[], IssuedFacts]:
    return partial(b.issued, submission)
