"""Holds a message to the DUIS schema, where an operator supplies it: which element, which line.

The schema is the DCC's and not ours to ship. Loading it is the registry's
(`registry.gateways.duis_schema`); here it only is asked.
"""

import re
from threading import Lock
from typing import NamedTuple

from lxml import etree

_NAMESPACE = re.compile(r"\{[^{}]*\}")
_ELEMENT = re.compile(r"Element '(?:\{[^{}]*\})?([^']*)'(?:, attribute '([^']*)')?: *")
_UNSHOWABLE = re.compile(r"[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]|[\u200b-\u200f\u2028-\u202f]")
_MAX_SHOWN = 200


class SchemaFault(NamedTuple):
    """The first place, in the order of the document, at which a message is not valid."""

    element: str
    """The local name of the element, cut when shown."""
    line: int
    """As the message counts its lines, from 1."""
    says: str
    """What the schema says of it, without an end: a part of a sentence."""


class MessageSchema:
    """A compiled DUIS schema that has proved itself. May be asked by several threads."""

    def __init__(self, schema: etree.XMLSchema, *, name: str) -> None:
        self._schema = schema
        self._lock = Lock()
        """The list of errors belongs to the schema, not to one validation."""
        self.name = name
        """Where it came from, for words."""

    def fault(self, root: etree._Element) -> SchemaFault | None:
        """Return where a message is first not valid, or None where it is valid.

        Args:
            root: The root of a message as `rules.messages.reading` parsed it, with its Signature
                or without: the schema has it as optional.
        """
        with self._lock:
            if self._schema.validate(root):
                return None
            # A value of a wrong form is told twice, by its facet first, in one place.
            log = self._schema.error_log
            errors = [(int(e.line), str(e.message)) for e in log]  # type: ignore[attr-defined]  # the stubs leave it out
        line, message = min(errors, key=_line, default=(1, ""))
        return _fault(line, message)


def _line(error: tuple[int, str]) -> int:
    return error[0]


def _fault(line: int, message: str) -> SchemaFault:
    named = _ELEMENT.match(message)
    element, attribute = named.groups() if named else ("", None)
    rest = message[named.end() :] if named else message
    says = _shown(_NAMESPACE.sub("", rest).strip().removesuffix("."))
    if attribute:
        says = f"its attribute `{_shown(attribute)}`: {says}"
    return SchemaFault(_shown(element), line, says or "it is not valid")


def _shown(text: str) -> str:
    """Cut what comes from a message, and take out of it what would trouble a reader."""
    text = _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"
