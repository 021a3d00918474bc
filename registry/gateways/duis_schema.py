"""The DUIS schema, where an operator supplies the DCC's: loaded, and made to prove itself.

libxml2 leaves an import out silently when it cannot resolve it, as with a file name that has a
space in it, which the DCC's have as published. So every import is looked for before loading, and
a schema is used only once it has found a message of ours valid that is so, and two that are not.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from lxml import etree

from rules.messages.reading import DS, DUIS, parse_xml
from rules.messages.schema import MessageSchema

_XS = "http://www.w3.org/2001/XMLSchema"
_REFERENCES = tuple(f"{{{_XS}}}{name}" for name in ("import", "include", "redefine"))
_MAX_SIZE = 20 * 1024 * 1024
"""Octets of one file. The DCC's largest has half a million."""
_MAX_FILES = 50

_GOOD = f"""<?xml version="1.0" encoding="UTF-8"?>
<sr:Request xmlns:sr="{DUIS}" xmlns:ds="{DS}" schemaVersion="5.4">
  <sr:Header>
    <sr:RequestID>90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:1010</sr:RequestID>
    <sr:CommandVariant>1</sr:CommandVariant>
    <sr:ServiceReference>4.1</sr:ServiceReference>
    <sr:ServiceReferenceVariant>4.1.1</sr:ServiceReferenceVariant>
  </sr:Header>
  <sr:Body>
    <sr:ReadInstantaneousImportRegisters/>
  </sr:Body>
  <ds:Signature>
    <ds:SignedInfo>
      <ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
      <ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"/>
      <ds:Reference URI="">
        <ds:Transforms>
          <ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
        </ds:Transforms>
        <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
        <ds:DigestValue>AAAA</ds:DigestValue>
      </ds:Reference>
    </ds:SignedInfo>
    <ds:SignatureValue>AAAA</ds:SignatureValue>
    <ds:KeyInfo>
      <ds:X509Data>
        <ds:X509IssuerSerial>
          <ds:X509IssuerName>CN=Z1,OU=07</ds:X509IssuerName>
          <ds:X509SerialNumber>1</ds:X509SerialNumber>
        </ds:X509IssuerSerial>
      </ds:X509Data>
    </ds:KeyInfo>
  </ds:Signature>
</sr:Request>
"""
"""Valid by the DUIS schema, and by what it imports: the one for XML signatures."""

_BAD = (
    _GOOD.replace("sr:ReadInstantaneousImportRegisters", "sr:NoServiceRequestAtAll"),
    _GOOD.replace("<ds:DigestValue>AAAA</ds:DigestValue>", ""),
)
"""Not valid: by the schema itself, and by what it imports."""


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
    _prove(made, path)
    return made


def _prove(schema: MessageSchema, path: Path) -> None:
    fault = schema.fault(parse_xml(_GOOD.encode()))
    if fault is not None:
        raise SchemaUnusableError(
            f"{path}: it refuses a message that is known to be valid, at {fault.element}, line "
            f"{fault.line} ({fault.says}); give the whole DUIS schema with all that it imports."
        )
    for bad in _BAD:
        if schema.fault(parse_xml(bad.encode())) is None:
            raise SchemaUnusableError(
                f"{path}: it lets a message pass that is known not to be valid; give the whole "
                "DUIS schema with all that it imports."
            )


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
            raise SchemaUnusableError(f"{path}: it has {size:,} octets, more than are read.")
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
