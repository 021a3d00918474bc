"""Messages that must not be read, by the reason for which; all others about them are right.

Where it can be, each is signed validly, so that nothing but the reason speaks against it.
"""

from rules.messages.refusals import MessageReason as M
from rules.messages.xmldsig import P256_ORDER
from tests.rules.messages.builders import (
    C14N,
    DS,
    DUIS,
    ENVELOPED,
    MESSAGE,
    ORIGINATOR,
    SHA256,
    TARGET,
    Parts,
    Sig,
    b64,
    sign,
)


def signed(**parts: str) -> bytes:
    return sign(Parts(**parts).text())


def signed_by(**parts: str) -> bytes:
    return sign(Parts(signature=Sig(**parts).text()).text())


def changed(old: str, new: str) -> bytes:
    """Return the good message with a change made after it was signed."""
    assert MESSAGE.count(old.encode()) == 1, old
    return MESSAGE.replace(old.encode(), new.encode())


def with_value(octets: bytes) -> bytes:
    text = MESSAGE.decode()
    start = text.index("<ds:SignatureValue>") + len("<ds:SignatureValue>")
    return f"{text[:start]}{b64(octets)}{text[text.index('</ds:SignatureValue>') :]}".encode()


def field(name: str, text: str) -> str:
    return f"<sr:{name}>{text}</sr:{name}>"


def header(*fields: str) -> bytes:
    return signed(header=f"<sr:Header>{''.join(fields)}</sr:Header>")


_ID = field("RequestID", f"{ORIGINATOR}:{TARGET}:1")
_CV = field("CommandVariant", "1")
_SR = field("ServiceReference", "4.1")
_SRV = field("ServiceReferenceVariant", "4.1.1")
_XSI = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
_BOMB = (
    '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{i} "{f"&a{i - 1 if i > 1 else str()};" * 10}">' for i in range(1, 10))
    + "]>"
)
_EXTERNAL = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_XML = Parts().declaration
_TEXT = MESSAGE.decode()
_NO_DECLARATION = _TEXT.removeprefix(_XML)
_SIGNATURE = _TEXT[_TEXT.index("<ds:Signature") : _TEXT.index("</ds:Signature>") + 15]
_LONG = b"x" * (16 * 1024 * 1024)

# A root of many namespaces around many elements: 30 kB that would take seconds to canonicalise. So
# it is not signed anew either, in every process of the tests: it must be refused before that.
_DEEP = (
    "".join(f'<d{i} xmlns:a{i}="urn:a" xmlns:b{i}="urn:b" xmlns:c{i}="urn:c">' for i in range(200))
    + "<e/>" * 2500
    + "".join(f"</d{i}>" for i in reversed(range(200)))
)
_WIDE = "<e " + " ".join(f'a{i}=""' for i in range(8000)) + "/>"

# The right values, in a Signature whose prefix is of another namespace.
_IN_ANOTHER_NAMESPACE = sign(
    Parts(
        root=f'sr:Request xmlns:ds="urn:x" xmlns:sr="{DUIS}" schemaVersion="5.4"',
        signature=Sig(attributes=f' xmlns:ds="{DS}"').text(),
    ).text()
).replace(f' xmlns="{DS}" xmlns:ds="{DS}"'.encode(), b"")

READING: dict[M, list[bytes]] = {
    M.TOO_LARGE: [MESSAGE + b" " * len(_LONG), _LONG * 3 + _LONG[:1]],
    M.INVALID_UTF8: [
        MESSAGE.replace(b"1010", b"1010\xff"),
        MESSAGE.replace(b"4.1.1", b"4.1.1\xc0\xaf"),
        MESSAGE + b"<!-- \xed\xa0\x80 -->",
        MESSAGE[:-1] + b"\xe2\x82",
    ],
    M.ENCODING_NOT_UTF8: [
        changed('encoding="UTF-8"', 'encoding="ISO-8859-1"'),
        changed('encoding="UTF-8"', 'encoding="UTF-16"'),
        changed('encoding="UTF-8"', 'encoding="ISO-8859-1"').replace(b"1010", b"\xe9"),
        _TEXT.encode("utf-16"),
        _NO_DECLARATION.encode("utf-16-le"),
        _NO_DECLARATION.encode("utf-16-be"),
        _NO_DECLARATION.encode("utf-32"),
        _NO_DECLARATION.encode("utf-32-le"),
        # A document type that only a parser of UTF-16 would see.
        f"{_BOMB}{_NO_DECLARATION}".encode("utf-16-le"),
    ],
    M.ENCODING_NOT_ASCII: [
        changed('encoding="UTF-8"', 'encoding="ASCII"').replace(b"1010", "\u00e9".encode()),
        changed('encoding="UTF-8"', "encoding='us-ascii'").replace(b"1010", b"\xe9"),
        changed('encoding="UTF-8"', 'encoding="US-ASCII"') + "<!-- \u2019 -->".encode(),
    ],
    M.DOCUMENT_TYPE: [
        changed("<sr:Request ", "<!DOCTYPE sr:Request><sr:Request "),
        changed("<sr:Request ", f"{_BOMB}<sr:Request "),
        changed("<sr:Request ", f"{_EXTERNAL}<sr:Request "),
        changed("<sr:Request ", '<!DOCTYPE r SYSTEM "http://attacker.example/x.dtd"><sr:Request '),
        changed("<sr:Request ", "<!-- <a> --> <!----><!DOCTYPE r><sr:Request "),
        _EXTERNAL.encode(),
        f"\ufeff{_EXTERNAL}<r>&x;</r>".encode(),
        f"{_BOMB}<b>&a9;</b>".encode(),
    ],
    M.PROCESSING_INSTRUCTION: [
        changed("<sr:Request ", "<?x y?><sr:Request "),
        changed("<sr:Request ", "<!-- x --><?xml-stylesheet href='a'?>\n<sr:Request "),
        MESSAGE + b"<?x y?>",
        MESSAGE + b"\n<!-- x -->\n<?x?>",
        signed(body="<sr:ReadInstantaneousImportRegisters/><?x y?>"),
        signed(body="<sr:X><?x y?></sr:X>"),
        signed(srv="4.1<?x?>.1"),
        changed("</ds:SignedInfo>", "</ds:SignedInfo><?x?>"),
        changed("<ds:KeyInfo>", "<ds:KeyInfo><?x?>"),
    ],
    M.NAMESPACE_NAME: [
        sign(
            Parts(
                root=f'sr:Request {declared} xmlns:ds="{DS}" xmlns:sr="{DUIS}" schemaVersion="5.4"'
            ).text()
        )
        for declared in (
            'xmlns:x="http://x.example/?a&amp;b"',
            "xmlns:x='http://x.example/?a&#38;b'",
            'xmlns:x = "http://x.example/?&#x26;"',
        )
    ]
    + [
        changed("<sr:Header>", '<sr:Header xmlns="urn:x?a&amp;b">'),
    ],
    M.NOT_WELL_FORMED: [
        b"",
        b" ",
        b"Dear DCC, please read the meter.",
        b"-----BEGIN CERTIFICATE-----",
        MESSAGE[:-3],
        MESSAGE + MESSAGE,
        MESSAGE + b"\x00",
        changed("</sr:Header>", "</sr:Heads>"),
        changed('version="1.0"', 'version="1.1"'),
        changed("4.1.1", "&undefined;"),
        changed("4.1.1", "4.1&#0;.1"),
        changed("4.1.1", "4.1]]>.1"),
        # Of namespaces, with a warning behind the error.
        *(
            changed(old, new).replace(b"<ds:KeyInfo>", b'<ds:KeyInfo xmlns="relative">')
            for old, new in (
                ("<sr:Header>", "<sr:Header><q:x/>"),
                ("<sr:Header>", '<sr:Header xmlns:q="">'),
                ("<sr:Header>", '<sr:Header xmlns:xml="urn:x">'),
                ("<sr:Header>", '<sr:Header q:x="">'),
                ("<sr:Header>", '<sr:Header xmlns:q="urn:x" xmlns:p="urn:x" q:x="" p:x="">'),
                ("sr:ReadInstantaneousImportRegisters", "sr:q:x"),
            )
        ),
        changed('schemaVersion="5.4"', 'schemaVersion="5.4" schemaVersion="5.4"'),
        changed('schemaVersion="5.4"', 'schemaVersion="5.4" x:y=""'),
        changed("<sr:Body>", "<sr:Body><!DOCTYPE r>"),
        b"<a>" * 300 + b"</a>" * 300,
        b" " + MESSAGE,
    ],
    M.TOO_COMPLEX: [
        changed("<sr:ReadInstantaneousImportRegisters/>", _DEEP),
        changed("<sr:ReadInstantaneousImportRegisters/>", _WIDE),
        b"<a>" + b"<b/>" * 500_000 + b"</a>",
    ],
    M.UNKNOWN_ROOT: [
        b"<a/>",
        MESSAGE.replace(b"sr:Request ", b"sr:Response ").replace(b"sr:Request>", b"sr:Response>"),
        MESSAGE.replace(DUIS.encode(), DUIS.encode() + b"/"),
        MESSAGE.replace(DUIS.encode(), b"http://www.dccinterface.co.uk/ResponseAndAlert"),
        signed(root=f'Request xmlns:sr="{DUIS}" xmlns:ds="{DS}" schemaVersion="5.4"'),
        signed(root=f'sr:Request xmlns:sr="{DUIS}#" xmlns:ds="{DS}" schemaVersion="5.4"'),
        # The signed document within another.
        f"<wrapper>{_NO_DECLARATION}</wrapper>".encode(),
    ],
    M.SCHEMA_VERSION_MALFORMED: [
        signed(root=f'sr:Request xmlns:ds="{DS}" xmlns:sr="{DUIS}"'),
        signed(root=f'sr:Request xmlns:ds="{DS}" xmlns:sr="{DUIS}" schemaVersion="five"'),
        signed(root=f'sr:Request xmlns:ds="{DS}" xmlns:sr="{DUIS}" schemaVersion=""'),
        signed(root=f'sr:Request xmlns:ds="{DS}" xmlns:sr="{DUIS}" sr:schemaVersion="5.4"'),
    ],
    M.REQUEST_MALFORMED: [
        signed(header="<sr:Heading/>"),
        signed(header="<sr:Header/><sr:Header/>"),
        signed(body="<sr:X/></sr:Body><sr:Body><sr:Y/>"),
        signed(end="<sr:Footer/>"),
        _IN_ANOTHER_NAMESPACE,
        f'<sr:Request xmlns:sr="{DUIS}" schemaVersion="5.4"/>'.encode(),
    ],
    M.HEADER_MALFORMED: [
        header(),
        header(_ID, _ID, _CV, _SR, _SRV),
        header(_ID, _CV, _CV, _SR, _SRV),
        header(_ID, _CV, _SR, _SRV, _SRV),
        header(_ID, _CV, _SR),
        header(_ID, _CV, _SRV, _SR),
        header(_CV, _ID, _SR, _SRV),
        header(_ID, _CV, _SR, _SRV, field("Note", "x")),
        header(_ID, field("FirstInSequence", "yes"), _CV, _SR, _SRV),
        header(_ID, field("PrecedingServiceRequestID", "x"), _CV, _SR, _SRV),
        header(_ID, _CV, _SR, field("ServiceReferenceVariant", "4.1.<sr:b/>1")),
        header(_ID.replace("sr:", "ds:"), _CV, _SR, _SRV),
        # More than its fields: text between them, and attributes.
        *(header(f"{_ID}{text}", _CV, _SR, _SRV) for text in ("x", "4.1.2", "\u00a0", "&#x200B;")),
        header(_ID, _CV, _SR, f"{_SRV}x"),
        *(
            header(_ID.replace("<sr:RequestID", f"<sr:RequestID {attribute}"), _CV, _SR, _SRV)
            for attribute in ('a="1"', 'xml:space="preserve"', f'{_XSI} i:nil="true"')
        ),
        header(_ID, _CV, _SR, _SRV.replace("Variant>", 'Variant x="4.1.2">', 1)),
    ],
    M.REQUEST_ID_MALFORMED: [
        signed(request_id=request_id)
        for request_id in (
            "",
            ORIGINATOR,
            f"{ORIGINATOR}:{TARGET}",
            f"{ORIGINATOR}:{TARGET}:",
            f"{ORIGINATOR}:{TARGET}:-1",
            f"{ORIGINATOR}:{TARGET}:01",
            f"{ORIGINATOR}:{TARGET}:{2**64}",
            f"{ORIGINATOR}:{TARGET}:1:2",
            f"{ORIGINATOR.replace('-', '')}:{TARGET}:1",
            f"{ORIGINATOR}: {TARGET}:1",
            f"{ORIGINATOR}:{TARGET}:\u0661",
        )
    ],
    M.COMMAND_VARIANT_MALFORMED: [
        signed(command_variant=variant)
        for variant in ("", "0", "10", "01", "+1", "1.0", "x", "\uff11")
    ],
    M.SERVICE_REFERENCE_MALFORMED: [
        signed(srv=srv)
        for srv in ("", "4", "4.1.1.1", "4.1.1 ", " 4.1.1", "4,1,1", "4.1.x", "4.\u0661")
    ],
    M.SERVICE_REFERENCE_MISMATCH: [
        signed(service_reference="8.1"),
        signed(service_reference="4.1.1"),
        signed(service_reference="4.1", srv="4.10"),
        signed(service_reference="4.1 "),
        signed(service_reference=""),
    ],
    M.BODY_MALFORMED: [
        signed(body=""),
        signed(body="text alone"),
        signed(body="<sr:ReadInstantaneousImportRegisters/><sr:UpdateFirmware/>"),
    ],
}

_OTHER = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_METHOD = "ds:CanonicalizationMethod"
_TRANSFORM = f'<ds:Transform Algorithm="{ENVELOPED}"/>'
_SERIAL = "<ds:X509SerialNumber>1</ds:X509SerialNumber>"
_NAMED = (
    "<ds:X509IssuerSerial><ds:X509IssuerName>CN=TESTOCA,OU=07</ds:X509IssuerName>"
    f"{_SERIAL}</ds:X509IssuerSerial>"
)

SIGNATURE: dict[M, list[bytes]] = {
    M.SIGNATURE_MISSING: [
        Parts(signature=" ").text().encode(),
        _TEXT.replace(_SIGNATURE, "").encode(),
    ],
    M.SIGNATURE_NOT_SINGLE: [
        _TEXT.replace(_SIGNATURE, _SIGNATURE * 2).encode(),
        changed("<sr:ReadInstantaneousImportRegisters/>", f"<sr:X>{_SIGNATURE}</sr:X>"),
        changed("</ds:KeyInfo>", "<ds:Signature/></ds:KeyInfo>"),
        changed("</ds:KeyInfo>", f"</ds:KeyInfo><ds:Object>{_SIGNATURE}</ds:Object>"),
        changed("<sr:Header>", "<ds:Signature/><sr:Header>"),
        signed(body="<sr:X><ds:Signature/></sr:X>"),
        # The signed document wrapped into one that is not, with a signature of its own.
        changed("<sr:ReadInstantaneousImportRegisters/>", _NO_DECLARATION),
    ],
    M.SIGNATURE_MISPLACED: [
        # The signed document wrapped into one that is not.
        Parts(signature=" ", body=_NO_DECLARATION).text().encode(),
        Parts(signature=" ", body=f"<sr:X>{_SIGNATURE}</sr:X>").text().encode(),
        _TEXT.replace(_SIGNATURE, "").replace("<sr:Header>", f"{_SIGNATURE}<sr:Header>").encode(),
        _TEXT.replace(_SIGNATURE, "").replace("<sr:Body>", f"{_SIGNATURE}<sr:Body>").encode(),
    ],
    M.SIGNATURE_STRUCTURE: [
        signed_by(extra="<ds:Object/>"),
        signed_by(extra="text"),
        signed_by(extra_signed="<ds:Object/>"),
        signed_by(extra_signed="text"),
        signed_by(method=f"<ds:SignatureMethod Algorithm='{C14N}'/>" * 2),
        changed("<ds:SignedInfo>", "<ds:KeyInfo/><ds:SignedInfo>"),
        changed("<ds:SignatureValue>", "text<ds:SignatureValue>"),
        Parts(signature="<ds:Signature/>").text().encode(),
    ],
    M.SIGNATURE_ATTRIBUTE: [
        signed_by(attributes=' Id="x"'),
        signed_by(reference='URI="" Type="urn:x"'),
        signed_by(reference='URI="" Id="x"'),
        signed_by(transforms=f'<ds:Transforms Id="x">{_TRANSFORM}</ds:Transforms>'),
        signed_by(c14n=f'<{_METHOD} Algorithm="{C14N}" x="y"/>'),
        signed_by(value='<ds:SignatureValue Id="x">VALUE</ds:SignatureValue>'),
        signed_by(digest='<ds:DigestValue xml:space="preserve">DIGEST</ds:DigestValue>'),
        changed("<ds:KeyInfo>", '<ds:KeyInfo Id="x">'),
        changed("<ds:X509Data>", '<ds:X509Data Id="x">'),
        changed("<ds:X509IssuerSerial>", '<ds:X509IssuerSerial Id="x">'),
        changed("<ds:X509IssuerName>", '<ds:X509IssuerName Id="x">'),
    ],
    M.CANONICALIZATION_METHOD: [
        signed_by(c14n=f'<{_METHOD} Algorithm="{_OTHER}"/>'),
        # Without the `#`, as a draft of the legal text has it.
        signed_by(c14n=f'<{_METHOD} Algorithm="{C14N[:-1]}"/>'),
        signed_by(c14n=f'<{_METHOD} Algorithm="{C14N}WithComments"/>'),
        signed_by(c14n=f'<{_METHOD} Algorithm=" {C14N}"/>'),
        signed_by(c14n=f"<{_METHOD}/>"),
        signed_by(
            c14n=f'<{_METHOD} Algorithm="{C14N}"><x:InclusiveNamespaces xmlns:x="{C14N}" '
            f'PrefixList="sr"/></{_METHOD}>'
        ),
        signed_by(c14n=f'<{_METHOD} Algorithm="{C14N}">text</{_METHOD}>'),
    ],
    M.SIGNATURE_METHOD: [
        signed_by(method=f'<ds:SignatureMethod Algorithm="{algorithm}"/>')
        for algorithm in (
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1",
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
            "",
        )
    ],
    M.REFERENCE_NOT_SINGLE: [
        signed_by(extra_signed='<ds:Reference URI=""/>'),
        changed('<ds:Reference URI="">', '<ds:Referenz URI="">').replace(
            b"</ds:Reference>", b"</ds:Referenz>"
        ),
    ],
    M.REFERENCE_URI: [
        signed_by(reference=reference)
        for reference in (
            'URI="#body"',
            'URI="http://attacker.example/"',
            "",
            'URI="#"',
            'URI=" "',
        )
    ],
    M.TRANSFORMS: [
        signed_by(transforms=transforms)
        for transforms in (
            "",
            "<ds:Transforms/>",
            f"<ds:Transforms>{_TRANSFORM * 2}</ds:Transforms>",
            f'<ds:Transforms><ds:Transform Algorithm="{C14N}"/></ds:Transforms>',
            f'<ds:Transforms>{_TRANSFORM}<ds:Transform Algorithm="{C14N}"/></ds:Transforms>',
            f"<ds:Transforms>{_TRANSFORM[:-2]}>text</ds:Transform></ds:Transforms>",
            f"<ds:Transforms>{_TRANSFORM[:-2]}><ds:XPath/></ds:Transform></ds:Transforms>",
            "<ds:Transforms><ds:Transform/></ds:Transforms>",
        )
    ],
    M.DIGEST_METHOD: [
        signed_by(digest_method=f'<ds:DigestMethod Algorithm="{algorithm}"/>')
        for algorithm in ("http://www.w3.org/2000/09/xmldsig#sha1", f"{SHA256}#", "")
    ],
    M.DIGEST_VALUE_MALFORMED: [
        signed_by(digest=f"<ds:DigestValue>{value}</ds:DigestValue>")
        for value in (
            "",
            "ZGVmYXVsdA==",
            "DIGEST=",
            "x DIGEST",
            "DIGEST-",
            "é",
            b64(b"x" * 31),
            b64(b"x" * 33),
            # Bits that base64 leaves over are not zero.
            "A" * 42 + "B=",
            "<ds:x/>",
        )
    ],
    M.SIGNATURE_VALUE_MALFORMED: [
        with_value(b""),
        with_value(b"x" * 63),
        with_value(b"x" * 65),
        # As ECDSA is elsewhere, in DER.
        with_value(bytes.fromhex("3044022001" + "11" * 31 + "022001" + "22" * 31)),
        signed_by(value="<ds:SignatureValue>VALUE=</ds:SignatureValue>"),
        signed_by(value="<ds:SignatureValue>VALUE é</ds:SignatureValue>"),
        signed_by(value=f"<ds:SignatureValue>{'A' * 85}B==</ds:SignatureValue>"),
        signed_by(value="<ds:SignatureValue>VALUE<ds:x/></ds:SignatureValue>"),
    ],
    M.SIGNATURE_VALUE_RANGE: [
        with_value(bytes(32) + b"\x01" * 32),
        with_value(b"\x01" * 32 + bytes(32)),
        with_value(b"\x01" * 32 + P256_ORDER.to_bytes(32, "big")),
        with_value(b"\xff" * 32 + b"\x01" * 32),
    ],
    M.KEY_INFO_MALFORMED: [
        signed_by(key_info=key_info)
        for key_info in (
            " ",
            "<ds:KeyName>mine</ds:KeyName>",
            "<ds:X509Data/>",
            f"<ds:X509Data>{_NAMED}{_NAMED}</ds:X509Data>",
            f"<ds:X509Data>{_NAMED}<ds:X509Certificate>AA==</ds:X509Certificate></ds:X509Data>",
            f"<ds:X509Data>{_NAMED}</ds:X509Data><ds:X509Data>{_NAMED}</ds:X509Data>",
            f"<ds:X509Data><ds:X509IssuerSerial>{_SERIAL}</ds:X509IssuerSerial></ds:X509Data>",
            f"<ds:X509Data>text{_NAMED}</ds:X509Data>",
        )
    ],
    M.ISSUER_NAME_MALFORMED: [
        signed_by(issuer=issuer) for issuer in ("", "Z1", "CN=Z1,", "<ds:x/>", "CN=" + "x" * 2000)
    ],
    M.SERIAL_NUMBER_MALFORMED: [
        signed_by(serial=serial)
        for serial in (
            "",
            "0",
            "-1",
            "+1",
            "01",
            "0x1A",
            "1A",
            "1.0",
            "9" * 50,
            "\u0661",
            "1<ds:x/>",
        )
    ],
    M.NOT_CANONICALIZABLE: [
        changed("<sr:Body>", '<sr:Body xmlns:x="relative">'),
        changed("<ds:SignedInfo>", '<ds:SignedInfo xmlns:x="../relative">'),
    ],
}
