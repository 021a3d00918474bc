"""Distinguished names as KeyInfo may spell them (RFC 4514, RFC 2253), and when two are one."""

import re

from tests.reference.failing import unless

LONGEST = 1024
_MALFORMED = "issuer-name-malformed"
_OIDS = {"2.5.4.3": "CN", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.6": "C"}
_TYPE = re.compile(r"\s*(?:(?:oid\.)?([0-9]+(?:\.[0-9]+)+)|([a-z][a-z0-9-]*))\s*=", re.IGNORECASE)
_ESCAPED = re.compile(r"""\\(?:([0-9A-Fa-f]{2})|([ "#+,;<=>\\]))""")

Name = list[list[tuple[str, str]]]
"""RDNs, each of types with values, in the order of their text."""


def issuer_name(text: str) -> Name:
    """Read a name. The order of its RDNs makes no difference, nor do spaces and quotes."""
    unless(len(text) <= LONGEST, _MALFORMED)
    rdns: Name = [[]]
    while True:
        matched = _TYPE.match(text)
        unless(matched, _MALFORMED)
        assert matched is not None
        oid, short = matched.groups()
        value, text = _value(text[matched.end() :])
        rdns[-1].append((_OIDS.get(oid, oid) if oid else short.upper(), value))
        if not text:
            return sorted(sorted(rdn) for rdn in rdns)
        if text[0] != "+":
            rdns.append([])
        text = text[1:]


def _value(text: str) -> tuple[str, str]:
    """Read a value up to the separator that ends it; return it and what is left."""
    text = text.lstrip(" ")
    is_quoted = text.startswith('"')
    value, rest = _quoted(text[1:]) if is_quoted else _plain(text)
    unless(value and (not rest or rest[0] in ",;+"), _MALFORMED)
    return re.sub(" +", " ", value), rest


def _quoted(text: str) -> tuple[str, str]:
    value, rest = _until(text, '"')
    unless(rest, _MALFORMED)
    return value.strip(" "), rest[1:].lstrip(" ")


def _plain(text: str) -> tuple[str, str]:
    value, rest = _until(text, ",;+")
    unless('"' not in value, _MALFORMED)
    return value.strip(" "), rest


def _until(text: str, ends: str) -> tuple[str, str]:
    """Read to the first of some characters that no backslash precedes."""
    value = b""
    while text and text[0] not in ends:
        matched = _ESCAPED.match(text)
        if matched:
            value += bytes.fromhex(matched[1]) if matched[1] else matched[2].encode()
        else:
            unless(text[0] != "\\", _MALFORMED)
            value += text[0].encode()
        text = text[matched.end() if matched else 1 :]
    return value.decode(errors="replace"), text
