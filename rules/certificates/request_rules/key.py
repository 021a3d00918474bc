"""The public key and the signature of a request."""

from rules.certificates import keys, profiles
from rules.certificates.facts import RequestFacts
from rules.certificates.problems import told_of
from rules.certificates.reading import SIGNATURE_MALFORMED, RequestReading
from rules.certificates.request_rules.noted import problem_among
from rules.certificates.request_rules.unread import unread
from rules.certificates.structures import PointFault
from rules.rule import Outcome, Rule, failed_for, not_checked, passed
from rules.sentences import Told

_NOT_ON_P256 = not_checked("the public key is not an elliptic-curve key on P-256")
_POINT_REASONS = {
    PointFault.COMPRESSED: "key-point-compressed",
    PointFault.MALFORMED: "key-point-malformed",
    PointFault.OFF_CURVE: "key-point-off-curve",
}
_SIGNATURE_NOTED = told_of(
    {SIGNATURE_MALFORMED: "Make the request with a tool that writes the ECDSA signature in DER."}
)


def _is_other_key(reading: RequestReading) -> bool:
    return reading.public_key is not None and reading.public_key.curve != profiles.PRIME256V1


def _algorithm(facts: RequestFacts) -> Outcome:
    key = facts.reading.public_key
    if key is None:
        return unread(facts.reading, "public key")
    if key.algorithm.oid != profiles.EC_PUBLIC_KEY:
        return failed_for("key-not-elliptic-curve", kind=profiles.named(key.algorithm.oid))
    return passed("The public key is an elliptic-curve key.")


def _curve(facts: RequestFacts) -> Outcome:
    key = facts.reading.public_key
    if key is None:
        return unread(facts.reading, "public key")
    if key.algorithm.oid != profiles.EC_PUBLIC_KEY:
        return _NOT_ON_P256
    if key.curve is None:
        return failed_for("key-curve-not-named")
    if key.curve != profiles.PRIME256V1:
        return failed_for("key-curve-not-p256", curve=profiles.named(key.curve))
    return passed("The public key names the curve P-256.")


def _point(facts: RequestFacts) -> Outcome:
    key = facts.reading.public_key
    if key is None:
        return unread(facts.reading, "public key")
    if key.curve != profiles.PRIME256V1:
        return _NOT_ON_P256
    if key.point_fault is not None:
        return failed_for(_POINT_REASONS[key.point_fault])
    return passed("The public key is a valid, uncompressed point on P-256.")


def _published(facts: RequestFacts) -> Outcome:
    key_x = facts.reading.key_x
    if key_x is None:
        return (
            _NOT_ON_P256
            if _is_other_key(facts.reading)
            else unread(facts.reading, "point on P-256")
        )
    source = keys.published_keys().get(key_x)
    if source is not None:
        return failed_for("key-published", source=source)
    return passed("The key is not on the list of published keys.")


def _weak(facts: RequestFacts) -> Outcome:
    point = facts.reading.point
    if point is None:
        return (
            _NOT_ON_P256
            if _is_other_key(facts.reading)
            else unread(facts.reading, "point on P-256")
        )
    scalar = keys.weak_scalar(point)
    if scalar is not None:
        return failed_for("key-weak", number=scalar)
    return passed("The private key is not one of the weak keys that are tested for.")


def _signature_algorithm(facts: RequestFacts) -> Outcome:
    algorithm = facts.reading.signature_algorithm
    if algorithm is None:
        return unread(facts.reading, "signature algorithm")
    if algorithm.oid != profiles.ECDSA_WITH_SHA256:
        return failed_for("signature-algorithm", algorithm=profiles.named(algorithm.oid))
    if algorithm.parameters is not None:
        return failed_for("signature-algorithm-parameters")
    return passed("The request is signed with ecdsa-with-SHA256, without parameters.")


def _proof_of_possession(facts: RequestFacts) -> Outcome:
    reading = facts.reading
    malformed = problem_among(reading.problems, _SIGNATURE_NOTED)
    if malformed is not None:
        return malformed
    if reading.proof_of_possession is None:
        return (
            _NOT_ON_P256
            if _is_other_key(reading)
            else unread(facts.reading, "key or the signature")
        )
    if not reading.proof_of_possession:
        return failed_for("proof-of-possession-failed")
    return passed("The signature verifies with the request's own public key.")


KEY_RULES: tuple[Rule[RequestFacts], ...] = (
    Rule(
        id="APPM-F-key-algorithm",
        title="The public key is an elliptic-curve key",
        cites="SEC Appendix M, Appendix F (Public Key); RFC 5480, 2.1",
        reasons={
            "key-not-elliptic-curve": Told(
                says="The public key is {kind}. It must be an elliptic-curve key on P-256.",
                do="Make a new key pair on P-256, and a request with it.",
            ),
        },
        check=_algorithm,
    ),
    Rule(
        id="APPM-F-key-curve",
        title="The public key names the curve P-256",
        cites="SEC Appendix M, Appendix F (Public Key); RFC 5480, 2.1.1",
        reasons={
            "key-curve-not-named": Told(
                says="The public key does not name its curve; write the curve by its name, P-256 "
                "(prime256v1), not by its parameters.",
                do="Write the curve by its name, P-256 (prime256v1), not by its parameters.",
            ),
            "key-curve-not-p256": Told(
                says="The public key is on the curve {curve}. It must be on P-256 (prime256v1).",
                do="Make a new key pair on P-256 (prime256v1), and a request with it.",
            ),
        },
        check=_curve,
    ),
    Rule(
        id="APPM-F-key-point",
        title="The public key is a valid, uncompressed point on P-256",
        cites="SEC Appendix M, Appendix F (Public Key); SEC 1, 2.3.3 and 3.2.2",
        reasons={
            "key-point-compressed": Told(
                says="The public key is a compressed point; write it uncompressed (04 and both "
                "coordinates).",
                do="Write the public key uncompressed, as 04 and both coordinates.",
            ),
            "key-point-malformed": Told(
                says="The public key is not an uncompressed point of 65 bytes that begins with "
                "04; make a new key pair.",
                do="Make a new key pair whose public key is written as 65 bytes that begin with "
                "04.",
            ),
            "key-point-off-curve": Told(
                says="The public key is a point that does not lie on the curve P-256, so it is "
                "not a key at all; make a new key pair with a sound tool.",
                do="Make a new key pair with a sound tool.",
            ),
        },
        check=_point,
    ),
    Rule(
        id="RA-KEYS-published",
        title="The key is not on the list of published keys",
        # Each with its source in rules/data/published-test-keys.csv.
        cites="Known published keys",
        reasons={
            "key-published": Told(
                says="The private key of this public key is published ({source}), so anyone can "
                "use it; make a new key pair.",
                do="Make a new key pair, and keep its private key secret.",
            ),
        },
        check=_published,
    ),
    Rule(
        id="RA-KEYS-weak",
        title="The private key is not one of the weak keys that are tested for",
        cites=f"Private keys 1 to {keys.WEAKEST_SCALARS} and their negatives; FIPS 186-5, A.2",
        reasons={
            "key-weak": Told(
                says="The private key of this public key is the tiny number {number} or its "
                "negative, so anyone can guess it; make a new key pair with a sound random "
                "generator.",
                do="Make a new key pair with a sound random generator.",
            ),
        },
        check=_weak,
    ),
    Rule(
        id="APPM-F-signature-algorithm",
        title="The request is signed with ecdsa-with-SHA256, without parameters",
        cites="SEC Appendix M, Appendix F (Signature Algorithm); RFC 5758, 3.2",
        reasons={
            "signature-algorithm": Told(
                says="The request is signed with {algorithm}, and it must be signed with "
                "ecdsa-with-SHA256; make it again.",
                do="Sign the request with ecdsa-with-SHA256.",
            ),
            "signature-algorithm-parameters": Told(
                says="The signature algorithm ecdsa-with-SHA256 has parameters (often a NULL), "
                "and it must have none; make the request again with another tool or a newer "
                "version.",
                do="Make the request with a tool that writes ecdsa-with-SHA256 without "
                "parameters.",
            ),
        },
        check=_signature_algorithm,
    ),
    Rule(
        id="APPM-F-proof-of-possession",
        title="The signature verifies with the request's own public key",
        cites="SEC Appendix M, 2.3.1.2 (a); RFC 2986, 4.2",
        reasons={
            **_SIGNATURE_NOTED,
            "proof-of-possession-failed": Told(
                says="The signature does not verify with the request's own public key: the "
                "request was changed after it was signed, or was signed with another key; make "
                "it again.",
                do="Sign the request with the private key of its own public key, and leave it "
                "unchanged.",
            ),
        },
        check=_proof_of_possession,
    ),
)
