"""The DUIS schema, where an operator supplies the DCC's: loaded, and made to prove itself.

libxml2 leaves an import out silently when it cannot resolve it, as with a file name that has a
space in it, which the DCC's have as published. So every import is looked for before loading, and
a schema is used only once it has proved itself (`rules.messages.schema_proof`).
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from lxml import etree

from rules.messages.schema import MessageSchema
from rules.messages.schema_proof import SchemaUnprovenError, require_proven

_XS = "http://www.w3.org/2001/XMLSchema"
_REFERENCES = tuple(f"{{{_XS}}}{name}" for name in ("import", "include", "redefine"))
_MAX_SIZE = 20 * 1024 * 1024
"""Octets of one file. The DCC's largest has half a million."""
_MAX_FILES = 50


class SchemaUnusableError(Exception):
    """The schema cannot be used; the text is one line that says why and what to do."""


def duis_schema() -> MessageSchema | None:
    """Return the schema that the setting DUIS_SCHEMA names, loaded once; None: there is none.

    Raises:
        SchemaUnusableError: It cannot be used. The system checks say so at the start.
    """
    path: str = settings.DUIS_SCHEMA
    return _loaded(path) if path else None


@lru_cache(maxsize=1)
def _loaded(path: str) -> MessageSchema:
    return load_duis_schema(Path(path))


def load_duis_schema(path: Path) -> MessageSchema:
    """Load a DUIS schema from its main file and make it prove itself.

    Args:
        path: The file that defines Request, as `DUIS.xsd`, with those that it imports beside it.

    Raises:
        SchemaUnusableError: A file is missing, cannot be read or is no schema, a name cannot be
            resolved by libxml2, or the schema is wrong about messages that are known.
    """
    for _file in _files(path):
        pass
    try:
        schema = etree.XMLSchema(_parse(path))
    except etree.XMLSchemaParseError as fault:
        raise SchemaUnusableError(f"{path}: it is no XML schema: {_line(str(fault))}") from fault
    made = MessageSchema(schema, name=str(path))
    try:
        require_proven(made)
    except SchemaUnprovenError as wrong:
        raise SchemaUnusableError(f"{path}: it {wrong}.") from wrong
    return made


def _files(path: Path) -> Iterator[Path]:
    """Yield the schema's files, each looked at before libxml2 is let near it.

    Raises:
        SchemaUnusableError: One cannot be used.
    """
    folder = path.parent.resolve()
    waiting, seen = [path], set[Path]()
    while waiting:
        file = waiting.pop()
        if file.resolve() in seen:
            continue
        seen.add(file.resolve())
        if len(seen) > _MAX_FILES:
            raise SchemaUnusableError(f"{path}: it imports more than {_MAX_FILES} files.")
        yield file
        for reference in _parse(file).getroot().iter(*_REFERENCES):
            location = reference.get("schemaLocation")
            if location is not None:
                waiting.append(_located(location, file=file, folder=folder))


def _located(location: str, *, file: Path, folder: Path) -> Path:
    """Return the file that a schemaLocation names.

    Raises:
        SchemaUnusableError: It is no plain name of a file in the folder.
    """
    if any(character.isspace() for character in location):
        raise SchemaUnusableError(
            f"{file}: it imports `{_line(location)}`, a name with a space, which libxml2 leaves "
            "out silently; rename that file without spaces and change this schemaLocation."
        )
    target = file.parent / location
    if urlsplit(location).scheme or not target.resolve().is_relative_to(folder):
        raise SchemaUnusableError(
            f"{file}: it imports `{_line(location)}`, which is not a file of its folder; put that "
            "file beside it and change this schemaLocation."
        )
    return target


def _parse(path: Path) -> etree._ElementTree:
    """Parse one file, without fetching anything.

    Raises:
        SchemaUnusableError: It cannot be read or is no XML.
    """
    try:
        size = path.stat().st_size
        if size > _MAX_SIZE:
            raise SchemaUnusableError(f"{path}: it has {size:,} bytes, more than are read.")
        return etree.parse(
            str(path), etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
        )
    except OSError as fault:
        raise SchemaUnusableError(
            f"{path}: it cannot be read: {fault.strerror or _line(str(fault))}"
        ) from fault
    except etree.XMLSyntaxError as fault:
        raise SchemaUnusableError(f"{path}: it is no XML: {_line(fault.msg or '')}") from fault


def _line(text: str) -> str:
    return " ".join(text.split())[:300]
