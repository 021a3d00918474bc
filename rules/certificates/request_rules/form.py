"""The form of a request: its size, encoding, kind, strict DER, structure and version."""

from rules.certificates.containers import (
    EMPTY,
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
from rules.certificates.profiles import ORGANISATION
from rules.certificates.reading import RequestReading
from rules.certificates.request_rules.noted import noted
from rules.certificates.request_rules.unread import unread
from rules.rule import Outcome, Rule, failed, passed

_SIZE = (EMPTY, TOO_LARGE)
_ENCODING = (UNREADABLE_BASE64, PEM_INCOMPLETE, PEM_LABEL, SEVERAL_BLOCKS)
_KIND = (PRIVATE_KEY, OTHER_KIND, NOT_ASN1)
_DER = tuple(fault.value for fault in DerFault)


def _size(_reading: RequestReading) -> Outcome:
    return passed("The submission is neither empty nor too large.")


def _encoding(reading: RequestReading) -> Outcome:
    if reading.container is None:
        return unread("submission")
    return passed(f"The submission is {reading.container.value}.")


def _kind(reading: RequestReading) -> Outcome:
    if reading.der is None:
        return unread("submission")
    return passed("The submission is one certificate signing request.")


def _der(reading: RequestReading) -> Outcome:
    if reading.der is None:
        return unread("submission")
    return passed(f"The request is strict DER, {len(reading.der)} bytes long.")


def _structure(reading: RequestReading) -> Outcome:
    if reading.der is None:
        return unread("submission")
    return passed("The request is built as PKCS#10 has it.")


def _version(facts: RequestFacts) -> Outcome:
    version = facts.reading.version
    if version is None:
        return unread("version")
    if version != ORGANISATION.request_version:
        return failed(
            "request-version",
            f"The version is {version}, and it must be {ORGANISATION.request_version}; "
            "make the request again with a tool that writes PKCS#10.",
        )
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
        title="The request is built as PKCS#10 has it",
        cites="SEC Appendix M, Appendix F (Format); RFC 2986, 4",
        reasons=(STRUCTURE,),
        check=noted((STRUCTURE,), _structure),
    ),
    Rule(
        id="APPM-F-version",
        title="The version is 0",
        cites="SEC Appendix M, Appendix F (Version)",
        reasons=("request-version",),
        check=_version,
    ),
)
