"""MPIDs in a commonName: one strict reader for new requests, one lenient for everything there is.

How a commonName lists MPIDs is in no source; the decision taken is a list of codes of three or
four characters, each apart by one separator (MP104 business requirement 2.1 asks only that the
MPID is in the subject's commonName). Elexon's glossary gives the MPIDs of electricity four
characters; the Short Codes of gas Suppliers have three. What blocks another Supplier is read
whatever its case, so that a sloppy spelling can never free an MPID.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from rules.findings import NO_VALUES, Value, Values
from rules.words import quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class MpidSyntax:
    """How a list of MPIDs is written. If this changes, the policy must change first.

    The register's columns and constraints follow it: a change of the lengths needs a migration,
    which `manage.py makemigrations` writes.
    """

    separators: str = " ,;/"
    """One of these, once, between two MPIDs."""
    shortest: int = 3
    """The fewest characters of one MPID, each A to Z or 0 to 9."""
    longest: int = 4
    """The most."""

    @property
    def one(self) -> str:
        """A regular expression for one MPID, to be matched in whole."""
        return f"[A-Z0-9]{{{self.shortest},{self.longest}}}"

    @property
    def lengths(self) -> str:
        """How many characters an MPID has, for a sentence: `3 or 4`."""
        if self.shortest == self.longest:
            return str(self.longest)
        between = "or" if self.longest - self.shortest == 1 else "to"
        return f"{self.shortest} {between} {self.longest}"


MPID_SYNTAX: Final = MpidSyntax()


class MpidFault(StrEnum):
    """Why a commonName is not a list of MPIDs."""

    LOOK_ALIKE = "mpid-look-alike"
    CASE = "mpid-lower-case"
    SEPARATOR = "mpid-separator"
    MALFORMED = "mpid-malformed"


MPID_FAULTS: Final = {
    MpidFault.LOOK_ALIKE: (
        "The commonName {name} contains {character} ({code}), which is not one of the letters A "
        "to Z or digits 0 to 9 that an MPID is made of, even if it looks like one; type the MPID "
        "on a plain keyboard."
    ),
    MpidFault.CASE: (
        "The commonName {name} must have its MPIDs in upper case; write {instead}. If it is a "
        "name, leave the commonName out."
    ),
    MpidFault.SEPARATOR: (
        "The commonName {name} must have exactly one space, comma, semicolon or slash between two "
        "MPIDs and none at its ends; write {instead}."
    ),
    MpidFault.MALFORMED: (
        "The commonName {name} must be a list of MPIDs, and {token} is not one; an MPID has "
        f"{MPID_SYNTAX.lengths} characters of A to Z and 0 to 9, as in "
        '"ABCD" or "ABCD EFG"; leave the commonName out if the certificate is to carry no MPID.'
    ),
}
"""How each fault is told, with the names of its values in braces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MpidList:
    """What the strict reader made of a commonName."""

    mpids: tuple[str, ...] = ()
    """Each once, in the order of first mention; empty where there is a fault."""
    fault: MpidFault | None = None
    values: Values = field(default_factory=lambda: NO_VALUES)
    """What the sentence of the fault is about, safe to be shown."""

    @property
    def says(self) -> str:
        """Where there is a fault: what it is and what to write instead."""
        return MPID_FAULTS[self.fault].format_map(self.values) if self.fault else ""


# A token of letters and digits only, with neither a letter nor a digit of any script beside it.
_TOKEN: Final = re.compile(
    rf"(?<![^\W_])[A-Za-z0-9]{{{MPID_SYNTAX.shortest},{MPID_SYNTAX.longest}}}(?![^\W_])",
)
_WORD: Final = re.compile(r"[^\W_]+")
_STRICT_TOKEN: Final = re.compile(MPID_SYNTAX.one, re.ASCII)
_SEPARATOR: Final = re.compile(f"[{re.escape(MPID_SYNTAX.separators)}]")
_SEPARATORS: Final = re.compile(f"[{re.escape(MPID_SYNTAX.separators)}]+")


def mpids_in_common_name(common_name: str) -> tuple[str, ...]:
    """Return every MPID that an xmlSign certificate's commonName can be read to contain.

    In upper case, each once. Lenient on purpose: any case, any separator, full-width forms. This
    is the blocking side. Where the commonName has longer or shorter words too, so that it is more
    than a list, only what has an MPID's full length counts: `Ltd` in a name is not an MPID.
    """
    text = unicodedata.normalize("NFKC", common_name)
    tokens = _TOKEN.findall(text)
    if len(tokens) < len(_WORD.findall(text)):
        tokens = [token for token in tokens if len(token) == MPID_SYNTAX.longest]
    return _each_once(tokens)


def tokens_in_common_name(common_name: str) -> tuple[str, ...]:
    """Return every token of a commonName that is written like an MPID, in upper case, each once.

    Of a certificate of a role other than xmlSign, whose commonName is a name: each may be a word.
    """
    return _each_once(_TOKEN.findall(unicodedata.normalize("NFKC", common_name)))


def _each_once(tokens: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(token.upper() for token in tokens))


def read_mpid_list(common_name: str) -> MpidList:
    """Read a commonName that must be a list of MPIDs exactly as the syntax has it."""
    look_alike = next((c for c in common_name if not c.isascii()), None)
    if look_alike is not None:
        return _faulty(
            MpidFault.LOOK_ALIKE,
            common_name,
            character=unicodedata.name(look_alike, "a character without a name"),
            code=f"U+{ord(look_alike):04X}",
        )
    tokens = _SEPARATOR.split(common_name)
    if all(map(_STRICT_TOKEN.fullmatch, tokens)):
        return MpidList(mpids=tuple(dict.fromkeys(tokens)))
    upper = common_name.upper()
    if all(map(_STRICT_TOKEN.fullmatch, _SEPARATOR.split(upper))):
        return _faulty(MpidFault.CASE, common_name, instead=quoted(upper))
    loose = _SEPARATORS.sub(" ", upper).strip().split(" ")
    if all(map(_STRICT_TOKEN.fullmatch, loose)):
        return _faulty(MpidFault.SEPARATOR, common_name, instead=quoted(" ".join(loose)))
    token = next(t for t in tokens if not _STRICT_TOKEN.fullmatch(t.upper()))
    return _faulty(MpidFault.MALFORMED, common_name, token=quoted(token))


def _faulty(fault: MpidFault, common_name: str, **values: Value) -> MpidList:
    return MpidList(fault=fault, values={"name": quoted(common_name), **values})
