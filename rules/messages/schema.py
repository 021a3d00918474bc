"""Holds a message to the DUIS schema, where an operator supplies it: which element, which line.

The schema is the DCC's and not ours to ship. Whoever reads it from where it lies makes it prove
itself (`rules.messages.schema_proof`); here it only is asked.
"""

import re
from threading import Lock
from typing import Any, NamedTuple

from lxml import etree

from rules.messages.lines import element_at, line_of
from rules.messages.showing import shown

_NAMESPACE = re.compile(r"\{[^{}]*\}")
_ELEMENT = re.compile(r"Element '(?:\{[^{}]*\})?[^']*'(?:, attribute '([^']*)')?: *")
_MAX_NAME = 60
_MAX_SAYS = 200


class SchemaFault(NamedTuple):
    """The first place, in the order of the document, at which a message is not valid."""

    element: str
    """The local name of the element, cut when long."""
    line: int
    """On which the element starts, as the message counts its lines, from 1."""
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

    def fault(self, root: etree._Element, message: bytes) -> SchemaFault | None:
        """Return where a message is first not valid, or None where it is valid.

        Args:
            root: The root of the message as `rules.messages.reading` or `rules.messages.express`
                parsed it, with its Signature or without: the schema has it as optional.
            message: Its octets, for the line.
        """
        with self._lock:
            if self._schema.validate(root):
                return None
            # A value of a wrong form is told twice, by its facet first, in one place.
            log: Any = self._schema.error_log  # the stubs do not say what is in it
            first = min(log, key=_line, default=None)
            path, says = ("", "") if first is None else (_path(first), str(first.message))
        element = element_at(root, path)
        name = shown(etree.QName(element).localname, most=_MAX_NAME)
        return SchemaFault(name, line_of(element, message), _words(says))


def _line(error: Any) -> int:
    line = int(error.line)
    return line if line > 0 else 1 << 31  # none: further down than libxml2 counts


def _path(error: Any) -> str:
    try:
        return str(error.path)
    except UnicodeDecodeError:
        return ""  # cut off by libxml2 within a character of a name that nobody gives


def _words(message: str) -> str:
    named = _ELEMENT.match(message)
    attribute = named[1] if named else None
    rest = message[named.end() :] if named else message
    says = shown(_NAMESPACE.sub("", rest).strip().removesuffix("."), most=_MAX_SAYS)
    says = says or "it is not valid"
    return f"its attribute `{shown(attribute, most=_MAX_NAME)}`: {says}" if attribute else says
