"""Changes that leave a message what it was: other octets, the same canonical document.

Whoever changes a message in one of these ways gains nothing: what is read is what was signed.
They are let through, since tools in between make such changes; that they are read the same is the
point.
"""

from tests.attacks.messages.making import (
    DECLARATION,
    DIGEST,
    DOCUMENT,
    ORDER,
    SIGNATURE,
    TEXT,
    VALUE,
    changed,
    numbers,
    with_numbers,
)
from tests.rules.messages.builders import C14N, DS, DUIS, ECDSA, ISSUER, MESSAGE, SERIAL

_R, _S = numbers()
_LINES = "\n".join(VALUE[i : i + 20] for i in range(0, len(VALUE), 20))


def _everywhere(old: str, new: str) -> bytes:
    assert old in TEXT
    return TEXT.replace(old, new).encode()


HARMLESS: dict[str, bytes] = {
    "a comment inside the Service Reference Variant": changed(">4.1.1<", ">4.1<!-- 9 -->.1<"),
    "a comment before the Service Reference Variant": changed(">4.1.1<", "><!-- 8.1.1 -->4.1.1<"),
    "a comment inside the RequestID": changed(":1010<", ":10<!---->10<"),
    "comments everywhere": _everywhere("><", "><!-- x --><"),
    "a comment inside the digest": changed(DIGEST, f"{DIGEST[:9]}<!-- x -->{DIGEST[9:]}"),
    "a comment inside the value": changed(VALUE, f"{VALUE[:9]}<!-- x -->{VALUE[9:]}"),
    "a comment inside the serial number": changed(
        str(SERIAL), f"{str(SERIAL)[:5]}<!-- 1 -->{str(SERIAL)[5:]}"
    ),
    "a comment inside the issuer": changed(ISSUER, "CN=TEST<!-- -->OCA,OU=07"),
    "a comment before the root": changed("<sr:Request ", "<!-- x --><sr:Request "),
    "a comment after the root": f"{TEXT}<!-- x -->".encode(),
    "a comment that holds another signature": changed(
        "</sr:Body>", f"</sr:Body><!--{SIGNATURE}-->"
    ),
    "a comment that ends as a message does": f"{TEXT}<!-- {SIGNATURE}\n</sr:Request>-->".encode(),
    "a CDATA section for a value": changed(">4.1.1<", "><![CDATA[4.1.1]]><"),
    "CDATA sections within a value": changed(">4.1.1<", ">4<![CDATA[.]]>1<![CDATA[]]>.1<"),
    "a CDATA section for the digest": changed(DIGEST, f"<![CDATA[{DIGEST}]]>"),
    "a CDATA section for the value": changed(VALUE, f"<![CDATA[{VALUE}]]>"),
    "references for characters of a value": changed(">4.1.1<", ">&#52;&#x2E;1.1<"),
    "references in the issuer": changed(ISSUER, "&#67;N=TESTOCA&#44;OU=07"),
    "references in an algorithm": changed(C14N, C14N.replace("http", "&#104;ttp")),
    "references in a namespace": _everywhere(DS, DS.replace("http", "&#x68;ttp")),
    "references for the space in a signature value": changed(VALUE, f"{VALUE}&#32;&#9;&#10;&#13;"),
    "the value in lines": changed(VALUE, f"\n{_LINES}\n"),
    "the value in lines as Windows has them": changed(VALUE, _LINES.replace("\n", "\r\n")),
    "the value in lines as the DCC's tool has them": changed(
        VALUE, _LINES.replace("\n", "&#13;\n")
    ),
    "the digest as it is, with a comment behind": changed(f"{DIGEST}<", f"{DIGEST}<!-- --><"),
    "other quotes": _everywhere('URI=""', "URI=''"),
    "spaces in tags": _everywhere("</ds:SignedInfo>", "</ds:SignedInfo\n>"),
    "spaces before the end of empty elements": _everywhere("/>", " />"),
    "attributes and declarations in another order": changed(
        f'xmlns:ds="{DS}" xmlns:sr="{DUIS}" schemaVersion="5.4"',
        f'schemaVersion="5.4" xmlns:sr="{DUIS}" xmlns:ds="{DS}"',
    ),
    "end tags for empty elements": changed(
        "<sr:ReadInstantaneousImportRegisters/>",
        "<sr:ReadInstantaneousImportRegisters></sr:ReadInstantaneousImportRegisters>",
    ),
    "end tags for empty elements of the signature": changed(
        f'<ds:SignatureMethod Algorithm="{ECDSA}"/>',
        f'<ds:SignatureMethod Algorithm="{ECDSA}"></ds:SignatureMethod>',
    ),
    "a declaration of what is declared already": changed(
        "<sr:Header>", f'<sr:Header xmlns:sr="{DUIS}">'
    ),
    "a declaration that the signature does not use": changed(
        "<ds:SignedInfo>", '<ds:SignedInfo xmlns:x="urn:x">'
    ),
    "another default namespace of the signature": changed(
        f'<ds:Signature xmlns="{DS}">', '<ds:Signature xmlns="urn:x">'
    ),
    "no default namespace of SignedInfo": changed("<ds:SignedInfo>", '<ds:SignedInfo xmlns="">'),
    "white space in the signature outside SignedInfo": changed(
        "<ds:KeyInfo>", "\n  <ds:KeyInfo>\n"
    ),
    "white space after the root": f"{TEXT}\r\n\t ".encode(),
    "line breaks as Windows has them": _everywhere("\n", "\r\n"),
    "line breaks as old machines had them": _everywhere("\n", "\r"),
    "no declaration": DOCUMENT.encode(),
    "a byte order mark": f"\ufeff{TEXT}".encode(),
    "a declaration in other words": TEXT.replace(
        DECLARATION, "<?xml version='1.0' standalone='yes' ?>\r\n\n"
    ).encode(),
    "the issuer's parts in another order": changed(ISSUER, "OU=07,CN=TESTOCA"),
    "the issuer with spaces": changed(ISSUER, " cn = TESTOCA , ou = 07 "),
    "the issuer with quotes": changed(ISSUER, 'CN="TESTOCA",OU="07"'),
    "the issuer with its types as OIDs": changed(ISSUER, "2.5.4.3=TESTOCA,OID.2.5.4.11=07"),
    "the issuer with escapes": changed(ISSUER, "CN=\\54ESTOCA;OU=\\30\\37"),
    "the issuer in DER": changed(ISSUER, "CN=#0C07544553544F4341,OU=#0C023037"),
    "spaces around the serial number": changed(str(SERIAL), f"\n{SERIAL}\t"),
    "s on the other side of the order, which only the signer and everybody can do": with_numbers(
        _R, ORDER - _S
    ),
}
"""ECDSA lets anybody write s as the order less s; nothing here takes a signature for a name."""

assert MESSAGE not in HARMLESS.values()
