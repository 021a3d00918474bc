"""Reads the DUIS schema for a follower, from where its operator has laid it."""

# ruff: noqa: INP001 -- beside a program, not in a package

from pathlib import Path

from lxml import etree

from rules.messages.schema import MessageSchema
from rules.messages.schema_proof import require_proven


def read_schema(path: Path) -> MessageSchema:
    """Return the schema in a file, with those that it imports beside it, once it is proven.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no schema, or wrong about messages that are known.
    """
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    try:
        compiled = etree.XMLSchema(etree.parse(str(path), parser))
    except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as fault:
        raise ValueError(f"{path}: it is no XML schema: {fault}") from fault
    schema = MessageSchema(compiled, name=str(path))
    try:
        require_proven(schema)
    except ValueError as wrong:
        raise ValueError(f"{path}: it {wrong}") from wrong
    return schema
