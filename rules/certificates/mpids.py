"""MPIDs in a commonName: one strict reader for new requests, one lenient for everything there is.

How a commonName lists MPIDs is in no source; the decision taken is a list of four-character
codes, each apart by one separator (MP104 business requirement 2.1 asks only that the MPID is in
the subject's commonName). What blocks another Supplier is read from every Organisation
Certificate, whatever its case, so that a sloppy spelling can never free an MPID.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rules.certificates.words import quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class MpidSyntax:
    """How a list of MPIDs is written. If this changes, the policy must change first."""

    separators: str = " ,;/"
    """One of these, once, between two MPIDs."""
    length: int = 4
    """Characters of one MPID, each A to Z or 0 to 9."""


MPID_SYNTAX: Final = MpidSyntax()


class MpidFault(StrEnum):
    """Why a commonName is no list of MPIDs."""

    LOOK_ALIKE = "mpid-look-alike"
    CASE = "mpid-lower-case"
    SEPARATOR = "mpid-separator"
    MALFORMED = "mpid-malformed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MpidList:
    """What the strict reader made of a commonName."""

    mpids: tuple[str, ...] = ()
    """Each once, in the order of first mention; empty where there is a fault."""
    fault: MpidFault | None = None
    says: str = ""
    """Where there is a fault: what it is and what to write instead."""


# A token of letters and digits only, with neither a letter nor a digit of any script beside it.
_TOKEN: Final = re.compile(
    rf"(?<![^\W_])[A-Za-z0-9]{{{MPID_SYNTAX.length}}}(?![^\W_])",
)
_STRICT_TOKEN: Final = re.compile(rf"[A-Z0-9]{{{MPID_SYNTAX.length}}}", re.ASCII)
_SEPARATOR: Final = re.compile(f"[{re.escape(MPID_SYNTAX.separators)}]")
_SEPARATORS: Final = re.compile(f"[{re.escape(MPID_SYNTAX.separators)}]+")


def mpids_in_common_name(common_name: str) -> tuple[str, ...]:
    """Return every MPID that a commonName can be read to contain, in upper case, each once.

    Lenient on purpose: any case, any separator, full-width forms. This is the blocking side.
    """
    text = unicodedata.normalize("NFKC", common_name)
    return tuple(dict.fromkeys(token.upper() for token in _TOKEN.findall(text)))


def read_mpid_list(common_name: str) -> MpidList:
    """Read a commonName that must be a list of MPIDs exactly as the syntax has it."""
    look_alike = next((c for c in common_name if not c.isascii()), None)
    if look_alike is not None:
        return MpidList(fault=MpidFault.LOOK_ALIKE, says=_look_alike(common_name, look_alike))
    tokens = _SEPARATOR.split(common_name)
    if all(map(_STRICT_TOKEN.fullmatch, tokens)):
        return MpidList(mpids=tuple(dict.fromkeys(tokens)))
    upper = common_name.upper()
    if all(map(_STRICT_TOKEN.fullmatch, _SEPARATOR.split(upper))):
        return MpidList(
            fault=MpidFault.CASE,
            says=f"The commonName {quoted(common_name)} must have its MPIDs in upper case; "
            f"write {quoted(upper)}.",
        )
    loose = _SEPARATORS.sub(" ", upper).strip().split(" ")
    if all(map(_STRICT_TOKEN.fullmatch, loose)):
        return MpidList(
            fault=MpidFault.SEPARATOR,
            says=f"The commonName {quoted(common_name)} must have exactly one space, comma, "
            f"semicolon or slash between two MPIDs and none at its ends; "
            f"write {quoted(' '.join(loose))}.",
        )
    return MpidList(fault=MpidFault.MALFORMED, says=_malformed(common_name, tokens))


def _look_alike(common_name: str, character: str) -> str:
    name = unicodedata.name(character, "a character without a name")
    return (
        f"The commonName {quoted(common_name)} contains {name} (U+{ord(character):04X}), which is "
        "not one of the letters A to Z or digits 0 to 9 that an MPID is made of, even if it looks "
        "like one; type the MPID on a plain keyboard."
    )


def _malformed(common_name: str, tokens: list[str]) -> str:
    token = next(t for t in tokens if not _STRICT_TOKEN.fullmatch(t.upper()))
    return (
        f"The commonName {quoted(common_name)} must be a list of MPIDs, and {quoted(token)} is "
        f"none; an MPID has {MPID_SYNTAX.length} characters of A to Z and 0 to 9, as in "
        '"ABCD" or "ABCD EFGH"; leave the commonName out if the certificate is to carry no MPID.'
    )
