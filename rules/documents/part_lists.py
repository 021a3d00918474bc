"""The lists of a package: what its parts are, and what each refers to (ECMA-376-2, 10.1 and 9.3).

They are read as XML, since a search of the bytes finds neither `&#69;xternal` nor UTF-16. No tree
is built of them.
"""

import re
from collections.abc import Mapping

from lxml import etree

_ACTIVE_TYPE = re.compile(r"(?i)macroEnabled|vbaProject|activeX|oleObject")
_FROM_ELSEWHERE = ("attachedtemplate", "oleobject", "frame", "subdocument")
"""How the types of relationships end that fetch something from elsewhere when they are opened."""
_DOCTYPE = b"<!DOCTYPE"
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([^\"'>]{1,40})[\"']")
_ENCODINGS = frozenset({b"utf-8", b"utf-16", b"us-ascii"})
"""ECMA-376-2 takes the UTFs alone; whatever is ASCII is UTF-8 too."""


def lists_something_active(octets: bytes) -> bool:
    """Tell whether a list names a part, or refers to something elsewhere, that does something.

    Raises:
        ValueError: It is not XML, has a document type, or is in another encoding than UTF-8 and
            UTF-16; a package must have none of these (ECMA-376-2, 8.2.6).
    """
    # In UTF-16 every other byte of these is nought.
    plain = octets.replace(b"\0", b"")
    declared = _ENCODING.search(plain[:400])
    if _DOCTYPE in plain or (declared and declared.group(1).lower() not in _ENCODINGS):
        raise ValueError("a document type, or an encoding that no list of a package may have")
    parser = etree.XMLParser(
        target=_Looks(),  # type: ignore[arg-type]  # lxml asks for no method that is not there
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        return bool(etree.fromstring(octets, parser))
    except etree.XMLSyntaxError as error:
        raise ValueError("not XML") from error


class _Looks:
    """Is told of each element of a list, and keeps whether one of them is active."""

    def __init__(self) -> None:
        self._is_active = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        del tag
        self._is_active = self._is_active or _is_active(attributes)

    def close(self) -> bool:
        return self._is_active


def _is_active(attributes: Mapping[str, str]) -> bool:
    of_type = attributes.get("Type", "")
    is_elsewhere = attributes.get("TargetMode", "").strip().lower() == "external"
    return bool(
        _ACTIVE_TYPE.search(attributes.get("ContentType", ""))
        or _ACTIVE_TYPE.search(of_type)
        or (is_elsewhere and of_type.strip().lower().endswith(_FROM_ELSEWHERE))
    )
