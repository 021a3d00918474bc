"""Issuer names: every spelling that a KeyInfo may use, to the one by which certificates are kept.

`X509IssuerName` is text (RFC 4514, and RFC 2253 before it), and tools differ in it: Java writes
`CN=Z1,OU=07`, the public templates `CN=U1, OU=07`, OpenSSL the other way round. All of them are
one name, so all of them come out as one text here. What differs in a *value*, be it in the case
of a letter, stays different: whose certificate it is must never rest on a likeness.
"""

import re
from functools import lru_cache

MAX_LENGTH = 1024
"""Longer texts are no issuer's name; real ones have about ten characters."""

_TYPE = re.compile(
    r"[ ]*(?:(?:[Oo][Ii][Dd]\.)?([0-9]+(?:\.[0-9]+)+)|([A-Za-z][A-Za-z0-9-]*))[ ]*=[ ]*"
)
_HEX = re.compile(r"#((?:[0-9A-Fa-f]{2})+)[ ]*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"[ ]*', re.DOTALL)
# A plain value ends at a separator that no backslash takes its meaning from.
_PLAIN = re.compile(r'((?:[^"\\,;+]|\\.)*)', re.DOTALL)
_ESCAPE = re.compile(r"((?:\\[0-9A-Fa-f]{2})+)|\\([ \"#+,;<=>\\])|(\\)")
_SPACES = re.compile(r" {2,}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SPECIAL = re.compile(r'(^#|[",;+<>\\=])')
_SEPARATORS = ",;+"

_SHORT_NAMES = {
    "2.5.4.3": "CN",
    "2.5.4.5": "SERIALNUMBER",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
}
"""The short names that RFC 4514 section 3 lists, and serialNumber (RFC 4519)."""

_TEXT_TAGS = {0x0C: "utf-8", 0x13: "ascii", 0x16: "ascii"}
"""UTF8String, PrintableString and IA5String: the types whose octets are text as they stand."""

_SHORT_FORM = 0x7F
"""The longest length that DER writes in one octet."""


class IssuerNameError(ValueError):
    """A text is not a distinguished name; the message names the text."""


@lru_cache(maxsize=1024)
def normalise_issuer(text: str) -> str:
    """Return the one spelling of a distinguished name, such as `CN=Z1,OU=07`.

    The order of the RDNs, spaces around separators and within values, quoting, escapes, the case
    of attribute types, an OID in place of its short name and `;` for `,` make no difference. The
    RDNs come out in the order of their text; one with several values keeps them together.

    Raises:
        IssuerNameError: The text is no distinguished name, or longer than `MAX_LENGTH`.
    """
    if len(text) > MAX_LENGTH:
        raise IssuerNameError(f"an issuer's name of {len(text)} characters is too long")
    flat = re.sub(r"[\t\r\n]", " ", text)
    names: list[str] = []
    values: list[str] = []
    position = 0
    while True:
        attribute, position = _read_attribute(flat, position, text)
        values.append(attribute)
        separator = flat[position : position + 1]
        if separator != "+":
            names.append("+".join(sorted(values)))
            values = []
        if not separator:
            return ",".join(sorted(names))
        position += 1


def _read_attribute(flat: str, position: int, text: str) -> tuple[str, int]:
    head = _TYPE.match(flat, position)
    if head is None:
        raise IssuerNameError(f"`{text[:80]}` is not a distinguished name such as CN=Z1,OU=07")
    oid, name = head.groups()
    kind = _SHORT_NAMES.get(oid, oid) if oid else name.upper()
    value, position = _read_value(flat, head.end(), text)
    if flat[position : position + 1] not in _SEPARATORS and position < len(flat):
        raise IssuerNameError(f"`{text[:80]}` has a character that must be escaped")
    return f"{kind}={value}", position


def _read_value(flat: str, position: int, text: str) -> tuple[str, int]:
    if found := _HEX.match(flat, position):
        value = _der_text(found[1])
        return (f"#{found[1].lower()}" if value is None else _written(value, text)), found.end()
    if found := _QUOTED.match(flat, position):
        return _written(_unescaped(found[1], text), text), found.end()
    found = _PLAIN.match(flat, position)
    raw = found[1] if found else ""
    # The spaces before a separator belong to it, except one that a backslash holds.
    bare = raw.rstrip(" ")
    if bare.endswith("\\") and len(bare) < len(raw) and (len(bare) - len(bare.rstrip("\\"))) % 2:
        bare += " "
    return _written(_unescaped(bare, text), text), position + len(raw)


def _unescaped(raw: str, text: str) -> str:
    def replacement(found: re.Match[str]) -> str:
        octets, special, _stray = found.groups()
        if octets:
            return bytes.fromhex(octets.replace("\\", "")).decode("utf-8")
        if special:
            return str(special)
        raise IssuerNameError(f"`{text[:80]}` has a backslash that escapes nothing")

    try:
        return _ESCAPE.sub(replacement, raw)
    except UnicodeDecodeError as fault:
        raise IssuerNameError(f"`{text[:80]}` has escaped bytes that are not UTF-8") from fault


def _der_text(digits: str) -> str | None:
    """Return the text of a `#`-value where it is a short string type, else None."""
    octets = bytes.fromhex(digits)
    encoding = _TEXT_TAGS.get(octets[0])
    # A length of one octet, and nothing after the text.
    length = octets[1] if len(octets) > 1 else 0
    if encoding is None or length > _SHORT_FORM or length != len(octets) - 2:
        return None
    try:
        return octets[2:].decode(encoding)
    except UnicodeDecodeError:
        return None


def _written(value: str, text: str) -> str:
    """Spell a value: one space where there were several, and special characters escaped."""
    value = _SPACES.sub(" ", value.strip(" "))
    if not value:
        raise IssuerNameError(f"`{text[:80]}` has an attribute without a value")
    if _UNPRINTABLE.search(value):
        raise IssuerNameError(f"`{text[:80]!r}` has a control character")
    return _SPECIAL.sub(r"\\\1", value)
