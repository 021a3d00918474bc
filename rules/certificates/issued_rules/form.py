"""The form of an issued certificate: its kind, strict DER, structure, version and serial."""

from typing import Final

from rules.certificates import containers, profiles
from rules.certificates.certificate_reading import EXTENSION_MALFORMED
from rules.certificates.der import DerFault
from rules.certificates.issued_rules.facts import IssuedFacts, unread
from rules.certificates.parts import KEY_USAGE_MALFORMED, STRUCTURE
from rules.certificates.problems import told_of
from rules.certificates.profiles import ORGANISATION
from rules.certificates.request_rules.noted import problem_among
from rules.rule import Outcome, Rule, failed_for, passed
from rules.sentences import Told

PREFIX: Final = "certificate-"

_KIND: Final = told_of(
    {
        containers.EMPTY: "Ask the OCA for the certificate again, since its answer was empty.",
        containers.TOO_LARGE: "Ask the OCA for one certificate and nothing beside it.",
        containers.UNREADABLE_BASE64: "Ask the OCA for the certificate again, whole.",
        containers.ENCODED_TWICE: "Ask the OCA for the certificate as PEM, encoded once.",
        containers.HEXADECIMAL: "Ask the OCA for the certificate in PEM, Base64 or DER.",
        containers.PEM_INCOMPLETE: "Ask the OCA for the certificate again, whole.",
        containers.PEM_LABEL: "Ask the OCA for the certificate under the label CERTIFICATE.",
        containers.SEVERAL_BLOCKS: "Ask the OCA for one certificate and nothing beside it.",
        containers.PRIVATE_KEY: "Tell the OCA at once that it gave away a private key.",
        containers.OTHER_KIND: "Ask the OCA for a certificate, since it sent something else.",
        containers.NOT_ASN1: "Ask the OCA for the certificate in PEM, Base64 or DER.",
    },
    prefix=PREFIX,
)
_DER: Final = told_of(
    dict.fromkeys(DerFault, "Have the OCA issue the certificate again in strict DER."),
    prefix=PREFIX,
)
_STRUCTURE: Final = told_of(
    {
        STRUCTURE: "Have the OCA issue the certificate again, built as X.509 requires.",
        EXTENSION_MALFORMED: (
            "Have the OCA issue the certificate again with its extensions as RFC 5280 has them."
        ),
        KEY_USAGE_MALFORMED: (
            "Have the OCA issue the certificate again with the keyUsage in the form that RFC "
            "5280 requires."
        ),
    },
    prefix=PREFIX,
)


def _kind(facts: IssuedFacts) -> Outcome:
    problem = problem_among(facts.certificate.problems, _KIND, prefix=PREFIX)
    if problem is not None:
        return problem
    if facts.certificate.der is None:
        return unread(facts, "answer")
    return passed("The answer is one certificate.")


def _der(facts: IssuedFacts) -> Outcome:
    problem = problem_among(facts.certificate.problems, _DER, prefix=PREFIX)
    if problem is not None:
        return problem
    if facts.certificate.der is None:
        return unread(facts, "certificate")
    return passed(f"The certificate is strict DER, {len(facts.certificate.der)} bytes long.")


def _structure(facts: IssuedFacts) -> Outcome:
    problem = problem_among(facts.certificate.problems, _STRUCTURE, prefix=PREFIX)
    if problem is not None:
        return problem
    if facts.certificate.der is None:
        return unread(facts, "certificate")
    return passed("The certificate is built as X.509 requires.")


def _version(facts: IssuedFacts) -> Outcome:
    version = facts.certificate.version
    if facts.certificate.der is None or version is None:
        return unread(facts, "version")
    if version != ORGANISATION.certificate_version:
        return failed_for("certificate-version", version=version)
    return passed("The certificate is v3.")


def _serial(facts: IssuedFacts) -> Outcome:
    serial = facts.certificate.serial_number
    if serial is None:
        return unread(facts, "serial number")
    if serial <= 0:
        return failed_for("certificate-serial-not-positive", serial=str(serial))
    octets = serial.bit_length() // 8 + 1
    if octets > ORGANISATION.serial_octets:
        return failed_for("certificate-serial-too-long", serial=f"{serial:X}", octets=octets)
    return passed(f"The serial number is {serial:X}.")


def _signature_algorithm(facts: IssuedFacts) -> Outcome:
    inner = facts.certificate.signature_algorithm
    outer = facts.certificate.outer_signature_algorithm
    if inner is None or outer is None:
        return unread(facts, "signature algorithm")
    if inner != outer:
        return failed_for("certificate-signature-algorithms-differ")
    if inner.oid != profiles.ECDSA_WITH_SHA256:
        return failed_for("certificate-signature-algorithm", algorithm=profiles.named(inner.oid))
    if inner.parameters is not None:
        return failed_for("certificate-signature-algorithm-parameters")
    return passed("The certificate is signed with ecdsa-with-SHA256, without parameters.")


ISSUED_FORM_RULES: tuple[Rule[IssuedFacts], ...] = (
    Rule(
        id="APPB-B-kind",
        title="The answer is one certificate",
        cites="SEC Appendix M, 2.3.1.4",
        reasons=_KIND,
        check=_kind,
    ),
    Rule(
        id="APPB-B-der",
        title="The certificate is in strict DER",
        cites="SEC Appendix B, Annex B; ITU-T X.690, 10 and 11",
        reasons=_DER,
        check=_der,
    ),
    Rule(
        id="APPB-B-structure",
        title="The certificate is built as X.509 requires",
        cites="SEC Appendix B, Annex B; RFC 5280, 4.1 and 4.2",
        reasons=_STRUCTURE,
        check=_structure,
    ),
    Rule(
        id="APPB-B-version",
        title="The certificate is v3",
        cites="SEC Appendix B, Annex B (Version)",
        reasons={
            "certificate-version": Told(
                says="The certificate's version is encoded as {version}, and it must be "
                f"{ORGANISATION.certificate_version} (v3).",
                do="Have the OCA issue the certificate again as v3.",
            ),
        },
        check=_version,
    ),
    Rule(
        id="APPB-B-serial",
        title="The serial number is positive and has at most 16 bytes",
        cites="SEC Appendix B, Annex B (Serial Number); RFC 5280, 4.1.2.2",
        reasons={
            "certificate-serial-not-positive": Told(
                says="The serial number {serial} is not positive.",
                do="Have the OCA issue the certificate again with a positive serial number.",
            ),
            "certificate-serial-too-long": Told(
                says="The serial number {serial} has {octets} bytes, and at most "
                f"{ORGANISATION.serial_octets} are allowed.",
                do="Have the OCA issue the certificate again with a serial number of at most 16 "
                "octets.",
            ),
        },
        check=_serial,
    ),
    Rule(
        id="APPB-B-signature-algorithm",
        title="The certificate is signed with ecdsa-with-SHA256, without parameters",
        cites="SEC Appendix B, Annex B (Signature Algorithm); RFC 5758, 3.2",
        reasons={
            "certificate-signature-algorithms-differ": Told(
                says="The certificate names two different signature algorithms, one inside what "
                "is signed and one beside the signature.",
                do="Have the OCA issue the certificate again with one and the same signature "
                "algorithm in both places.",
            ),
            "certificate-signature-algorithm": Told(
                says="The certificate is signed with {algorithm}, and it must be signed with "
                "ecdsa-with-SHA256.",
                do="Have the OCA issue the certificate again, signed with ecdsa-with-SHA256.",
            ),
            "certificate-signature-algorithm-parameters": Told(
                says="The signature algorithm ecdsa-with-SHA256 has parameters (often a NULL), "
                "and it must have none.",
                do="Have the OCA issue the certificate again with ecdsa-with-SHA256 without "
                "parameters.",
            ),
        },
        check=_signature_algorithm,
    ),
)
