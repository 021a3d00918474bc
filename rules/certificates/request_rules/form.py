"""The form of a request: its size, encoding, kind, strict DER, structure and version."""

from collections.abc import Mapping

from rules.certificates.containers import (
    EMPTY,
    ENCODED_TWICE,
    HEXADECIMAL,
    NOT_ASN1,
    OTHER_KIND,
    PEM_INCOMPLETE,
    PEM_LABEL,
    PRIVATE_KEY,
    SEVERAL_BLOCKS,
    TOO_LARGE,
    UNREADABLE_BASE64,
)
from rules.certificates.der import DerFault
from rules.certificates.facts import RequestFacts
from rules.certificates.parts import STRUCTURE
from rules.certificates.problems import told_of
from rules.certificates.profiles import ORGANISATION
from rules.certificates.reading import RequestReading
from rules.certificates.request_rules.noted import noted
from rules.certificates.request_rules.unread import unread
from rules.rule import Outcome, Rule, failed_for, passed
from rules.sentences import Told

_SIZE = told_of(
    {
        EMPTY: "Paste or upload one certificate signing request.",
        TOO_LARGE: "Send one certificate signing request alone, which has well under 2,000 bytes.",
    }
)
_ENCODING = told_of(
    {
        UNREADABLE_BASE64: "Copy the certificate signing request again, whole and unchanged.",
        ENCODED_TWICE: "Decode it once from Base64, and send the PEM that comes of it.",
        HEXADECIMAL: "Send the request as PEM, Base64 or DER, not in hexadecimal.",
        PEM_INCOMPLETE: "Copy the whole PEM block, from its BEGIN line to its END line.",
        PEM_LABEL: "Label the PEM block CERTIFICATE REQUEST or NEW CERTIFICATE REQUEST.",
        SEVERAL_BLOCKS: "Send one certificate signing request alone.",
    }
)
_KIND = told_of(
    {
        PRIVATE_KEY: (
            "Treat the key as compromised, make a new key pair and send only the request made "
            "with it."
        ),
        OTHER_KIND: "Send a certificate signing request (PKCS#10) instead.",
        NOT_ASN1: "Send a certificate signing request in PEM, Base64 or DER.",
    }
)
_IN_DER = "Make the request with a tool that writes strict DER"
_DER_CURES: Mapping[str, str] = {
    DerFault.INDEFINITE_LENGTH: f"{_IN_DER}, with every length given.",
    DerFault.LENGTH_NOT_MINIMAL: f"{_IN_DER}, with every length in the fewest bytes.",
    DerFault.TAG_NOT_MINIMAL: f"{_IN_DER}, with every tag in the fewest bytes.",
    DerFault.CONSTRUCTED_STRING: f"{_IN_DER}, with every string in one piece.",
    DerFault.VALUE_NOT_CANONICAL: f"{_IN_DER}, with every value in its one form.",
    DerFault.SET_ORDER: f"{_IN_DER}, with the members of every SET in order.",
    DerFault.TRAILING_DATA: "Leave out whatever comes behind the request.",
    DerFault.TRUNCATED: "Copy the certificate signing request again, to its last byte.",
    DerFault.TOO_COMPLEX: "Make the request with a tool that writes PKCS#10 and nothing else.",
    DerFault.UNREADABLE: f"{_IN_DER}, and send it unchanged.",
}
_DER = told_of(_DER_CURES)
_STRUCTURE = told_of({STRUCTURE: "Make the request again with a tool that writes PKCS#10."})


def _size(_reading: RequestReading) -> Outcome:
    return passed("The submission is neither empty nor too large.")


def _encoding(reading: RequestReading) -> Outcome:
    if reading.container is None:
        return unread(reading, "submission")
    return passed(f"The submission is {reading.container.value}.")


def _kind(reading: RequestReading) -> Outcome:
    if reading.der is None:
        return unread(reading, "submission")
    return passed("The submission is one certificate signing request.")


def _der(reading: RequestReading) -> Outcome:
    if reading.der is None:
        return unread(reading, "submission")
    return passed(f"The request is strict DER, {len(reading.der)} bytes long.")


def _structure(reading: RequestReading) -> Outcome:
    if reading.der is None:
        return unread(reading, "submission")
    return passed("The request is built as PKCS#10 requires.")


def _version(facts: RequestFacts) -> Outcome:
    version = facts.reading.version
    if version is None:
        return unread(facts.reading, "version")
    if version != ORGANISATION.request_version:
        return failed_for("request-version", version=version)
    return passed(f"The version is {version}.")


FORM_RULES: tuple[Rule[RequestFacts], ...] = (
    Rule(
        id="APPM-F-size",
        title="The submission is neither empty nor too large",
        cites="SEC Appendix M, Appendix F; limit of 64 kB set by this system",
        reasons=_SIZE,
        check=noted(_SIZE, _size),
    ),
    Rule(
        id="APPM-F-encoding",
        title="The submission is PEM, Base64 or DER",
        cites="SEC Appendix M, Appendix F (Format); RFC 7468, 7",
        reasons=_ENCODING,
        check=noted(_ENCODING, _encoding),
    ),
    Rule(
        id="APPM-F-kind",
        title="The submission is one certificate signing request",
        cites="SEC Appendix M, Appendix F (Format)",
        reasons=_KIND,
        check=noted(_KIND, _kind),
    ),
    Rule(
        id="APPM-F-der",
        title="The request is in strict DER",
        cites="SEC Appendix M, Appendix F (Format); ITU-T X.690, 10 and 11",
        reasons=_DER,
        check=noted(_DER, _der),
    ),
    Rule(
        id="APPM-F-structure",
        title="The request is built as PKCS#10 requires",
        cites="SEC Appendix M, Appendix F (Format); RFC 2986, 4",
        reasons=_STRUCTURE,
        check=noted(_STRUCTURE, _structure),
    ),
    Rule(
        id="APPM-F-version",
        title="The version is 0",
        cites="SEC Appendix M, Appendix F (Version)",
        reasons={
            "request-version": Told(
                says="The version is {version}, and it must be "
                f"{ORGANISATION.request_version}; make the request again with a tool that writes "
                "PKCS#10.",
                do="Make the request with a tool that writes PKCS#10, whose version is 0.",
            ),
        },
        check=_version,
    ),
)
