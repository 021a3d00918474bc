"""How each thing is told that may be wrong with what was submitted or came back.

The rules of two books answer for these, each under codes and with advice of its own.
"""

from collections.abc import Mapping
from typing import Final

from rules.certificates import containers
from rules.certificates.base64_faults import Base64Fault
from rules.certificates.certificate_reading import EXTENSION_MALFORMED, TIME_FORM
from rules.certificates.der import DerFault
from rules.certificates.parts import KEY_USAGE_MALFORMED, STRUCTURE, KeyUsageFault
from rules.certificates.reading import (
    EXTENSION_REQUEST_EMPTY,
    EXTENSION_REQUEST_REPEATED,
    SIGNATURE_MALFORMED,
)
from rules.certificates.structures import Problem
from rules.sentences import Says, Told, by, sentence

_NOT_DER: Final = (
    "The {noun} is not in strict DER: {detail} (byte {offset} of its DER); make it again with a "
    "tool that writes DER."
)
_UNREAD: Final = "The {noun} cannot be read: {detail} (byte {offset} of its DER); "

_OF_DER: Final[Mapping[str, str]] = {
    DerFault.INDEFINITE_LENGTH: _NOT_DER,
    DerFault.LENGTH_NOT_MINIMAL: _NOT_DER,
    DerFault.TAG_NOT_MINIMAL: _NOT_DER,
    DerFault.CONSTRUCTED_STRING: _NOT_DER,
    DerFault.VALUE_NOT_CANONICAL: _NOT_DER,
    DerFault.SET_ORDER: _NOT_DER,
    DerFault.TRAILING_DATA: (
        "The {noun} is followed by something else: {detail}; send it without."
    ),
    DerFault.TRUNCATED: _UNREAD + "it was damaged or cut off, so send it again, whole.",
    DerFault.TOO_COMPLEX: (
        _UNREAD + "make it with a tool that writes this kind of file and nothing else."
    ),
    DerFault.UNREADABLE: (
        _UNREAD + "make it again with a tool that writes DER, and send it unchanged."
    ),
}

_OF_BASE64: Final[Mapping[str, str]] = {
    Base64Fault.UTF_16: (
        "The submission is text in UTF-16, which Windows calls Unicode; save the {noun} as plain "
        "text (UTF-8 or ANSI) and send that."
    ),
    Base64Fault.NOT_TEXT: (
        "This is not a {noun}. Its first bytes are {first_bytes}, and DER begins with 30. "
        "Choose the file with the {noun}."
    ),
    Base64Fault.CHARACTER: (
        "This is not a {noun}. Line {line} contains {character}, which cannot be in one. Copy "
        "the whole {noun} again, from BEGIN to END."
    ),
    Base64Fault.CUT_OFF: (
        "The Base64 text is cut off, or has an equals sign in the wrong place; copy the {noun} "
        "again, whole."
    ),
    Base64Fault.EMPTY: "The PEM block is empty; copy it whole.",
}

_OF_KEY_USAGE: Final[Mapping[str, str]] = {
    KeyUsageFault.NOT_BITS: "The keyUsage extension is not a BIT STRING in strict DER.",
    KeyUsageFault.TRAILING_ZEROS: (
        "The keyUsage extension counts bits that are not set, against DER."
    ),
    KeyUsageFault.UNKNOWN_BIT: (
        "The keyUsage extension sets bit {bit}, and RFC 5280 has none beyond {last} ({name})."
    ),
}

_SAYS: Final[Mapping[str, Says]] = {
    containers.EMPTY: "The submission is empty; paste or upload one {noun}.",
    containers.TOO_LARGE: (
        "The submission has {size:,} bytes; at most {limit:,} are read. A {noun} has well under "
        "2,000: check that it is the right one, and alone."
    ),
    containers.UNREADABLE_BASE64: by("fault", _OF_BASE64),
    containers.ENCODED_TWICE: (
        "The submission is PEM that was put into Base64 once more; decode it once, and send the "
        "{noun} as it was before."
    ),
    containers.HEXADECIMAL: (
        "The submission is written in hexadecimal; send the {noun} as PEM, Base64 or DER, such as "
        "`xxd -r -p` makes of it."
    ),
    containers.PEM_INCOMPLETE: by(
        "lacks",
        {
            containers.BEGIN: (
                "The text has PEM dashes but no line -----BEGIN {label}-----; copy the whole "
                "block, from that line to its END line."
            ),
            containers.END: (
                "The PEM block has no line -----END {label}-----; it was cut off, so copy it "
                "whole."
            ),
        },
    ),
    containers.PEM_LABEL: (
        "The PEM block is labelled {label}; one {noun} is labelled {labels:or}."
    ),
    containers.SEVERAL_BLOCKS: ("The submission holds {count} PEM blocks; send one {noun} alone."),
    containers.PRIVATE_KEY: (
        "The submission holds a private key, which must never leave its owner; it was not kept. "
        "Treat that key as compromised: make a new key pair and send only the request made with "
        "it."
    ),
    containers.OTHER_KIND: by(
        "told_by",
        {
            containers.BY_LABEL: "The submission is {found}; send one {noun} instead.",
            containers.BY_STRUCTURE: (
                "The submission is not a {noun} but {found}; send the right file."
            ),
        },
    ),
    containers.NOT_ASN1: (
        "The submission is not a {noun}: what it holds is not an ASN.1 sequence."
    ),
    **_OF_DER,
    STRUCTURE: (
        "In the {noun} the {part} is missing or is not built as it should be; make it again with "
        "a tool that writes this kind of file."
    ),
    KEY_USAGE_MALFORMED: by("fault", _OF_KEY_USAGE),
    EXTENSION_REQUEST_EMPTY: (
        "The extensionRequest is empty: it has no list of extensions; make the request again, "
        "asking for keyUsage in it."
    ),
    EXTENSION_REQUEST_REPEATED: (
        "The extensionRequest must be there once, with one list of extensions; ask for all "
        "extensions in one."
    ),
    SIGNATURE_MALFORMED: (
        "The signature of the request is not an ECDSA signature in DER: {detail}; make the "
        "request again."
    ),
    EXTENSION_MALFORMED: (
        "The extension {extension} is not built as RFC 5280 requires, in strict DER."
    ),
    TIME_FORM: (
        "The time {day} is written as GeneralizedTime, and before 2050 it must be a UTCTime."
    ),
}


def told_of(advice: Mapping[str, str], *, prefix: str = "") -> dict[str, Told]:
    """Return how problems are told, by their codes: their kinds after a prefix.

    Args:
        advice: What to do about each kind of problem.
        prefix: What a book puts before a kind, so that the code is its own.
    """
    return {prefix + kind: Told(says=_SAYS[kind], do=do) for kind, do in advice.items()}


def words_of_problem(problem: Problem) -> str:
    """Return what is wrong, for people."""
    return sentence(Told(says=_SAYS[problem.kind], do=""), dict(problem.values))
