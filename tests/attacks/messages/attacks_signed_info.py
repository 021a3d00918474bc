"""Attacks through what SignedInfo may say: references, transforms, algorithms, namespaces."""

from rules.messages.refusals import MessageReason as M
from rules.service_requests.reasons import CheckReason as C
from tests.attacks.messages.making import Attack, changed, signed, signed_by
from tests.rules.messages.builders import C14N, DS, DUIS, ECDSA, ENVELOPED, MESSAGE, SHA256, Parts

_TRANSFORM = f'<ds:Transform Algorithm="{ENVELOPED}"/>'
_INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"


def _transforms(*transforms: str) -> bytes:
    return signed_by(transforms=f"<ds:Transforms>{''.join(transforms)}</ds:Transforms>")


def _transform(algorithm: str, content: str = "") -> str:
    return f'<ds:Transform Algorithm="{algorithm}">{content}</ds:Transform>'


def _method(algorithm: str, content: str = "") -> bytes:
    return signed_by(
        method=f'<ds:SignatureMethod Algorithm="{algorithm}">{content}</ds:SignatureMethod>'
    )


def _c14n(algorithm: str, content: str = "") -> bytes:
    name = "ds:CanonicalizationMethod"
    return signed_by(c14n=f'<{name} Algorithm="{algorithm}">{content}</{name}>')


def _reference(uri: str, more: str = "") -> bytes:
    return signed_by(reference=f'URI="{uri}"{more}')


_ONE_MORE = f'<ds:Reference URI=""><ds:DigestMethod Algorithm="{SHA256}"/></ds:Reference>'
_XPATH = "<ds:XPath>not(ancestor-or-self::ds:Signature)</ds:XPath>"
_XSLT = (
    '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0">'
    '<xsl:template match="/"><xsl:value-of select="document(\'file:///etc/passwd\')"/>'
    "</xsl:template></xsl:stylesheet>"
)

REFERENCES: dict[str, Attack] = {
    **{
        f"a reference to {name}": (_reference(uri), M.REFERENCE_URI)
        for name, uri in {
            "an id": "#body",
            "nothing by name": "#",
            "a pointer to the root": "#xpointer(/)",
            "a pointer to an id": "#xpointer(id('body'))",
            "a space": " ",
            "a file": "file:///etc/passwd",
            "the network": "http://attacker.example/",
            "the document by its own address": "./",
            "a query": "?",
        }.items()
    },
    "a reference to nothing that is said": (signed_by(reference=""), M.REFERENCE_URI),
    "a reference in another case": (signed_by(reference='uri=""'), M.REFERENCE_URI),
    "a reference by a prefix": (
        signed_by(reference=f'ds:URI="" xmlns:x="{DS}"'),
        M.REFERENCE_URI,
    ),
    "a reference to an id that is there twice": (
        changed('<ds:Reference URI="">', '<ds:Reference URI="#a">').replace(
            b"<sr:Body>", b'<sr:Body Id="a">'
        ),
        M.REFERENCE_URI,
    ),
    "a reference with an id": (_reference("", ' Id="a"'), M.SIGNATURE_ATTRIBUTE),
    "a reference to a Manifest": (
        _reference("", ' Type="http://www.w3.org/2000/09/xmldsig#Manifest"'),
        M.SIGNATURE_ATTRIBUTE,
    ),
    "a reference to SignatureProperties": (
        _reference("", ' Type="http://www.w3.org/2000/09/xmldsig#SignatureProperties"'),
        M.SIGNATURE_ATTRIBUTE,
    ),
    "a second reference, empty": (
        signed_by(extra_signed="<ds:Reference/>"),
        M.REFERENCE_NOT_SINGLE,
    ),
    "a second reference to the same": (
        signed_by(extra_signed=_ONE_MORE),
        M.REFERENCE_NOT_SINGLE,
    ),
    "a second reference to an Object": (
        signed_by(extra_signed='<ds:Reference URI="#o"/>', extra='<ds:Object Id="o"/>'),
        M.SIGNATURE_STRUCTURE,
    ),
    "no reference": (
        MESSAGE.replace(b"ds:Reference", b"ds:Referent"),
        M.REFERENCE_NOT_SINGLE,
    ),
    "a Manifest in an Object": (
        signed_by(extra="<ds:Object><ds:Manifest/></ds:Object>"),
        M.SIGNATURE_STRUCTURE,
    ),
    "SignatureProperties in an Object": (
        signed_by(extra="<ds:Object><ds:SignatureProperties/></ds:Object>"),
        M.SIGNATURE_STRUCTURE,
    ),
    "an Object in SignedInfo": (signed_by(extra_signed="<ds:Object/>"), M.SIGNATURE_STRUCTURE),
    "SignedInfo in another order": (
        signed_by(
            c14n=f'<ds:SignatureMethod Algorithm="{ECDSA}"/>',
            method=f'<ds:CanonicalizationMethod Algorithm="{C14N}"/>',
        ),
        M.SIGNATURE_STRUCTURE,
    ),
    "an empty SignedInfo": (
        changed(
            MESSAGE.decode().partition("<ds:SignedInfo>")[2].partition("</ds:SignedInfo>")[0], ""
        ),
        M.REFERENCE_NOT_SINGLE,
    ),
}

TRANSFORMS: dict[str, Attack] = {
    name: (message, M.TRANSFORMS)
    for name, message in {
        "no transforms": signed_by(transforms=""),
        "an empty list of transforms": _transforms(),
        "the enveloped signature twice": _transforms(_TRANSFORM, _TRANSFORM),
        "XPath that leaves out what it likes": _transforms(
            _transform("http://www.w3.org/TR/1999/REC-xpath-19991116", _XPATH)
        ),
        "XPath behind the enveloped signature": _transforms(
            _TRANSFORM, _transform("http://www.w3.org/TR/1999/REC-xpath-19991116", _XPATH)
        ),
        "XPath Filter 2.0": _transforms(
            _transform(
                "http://www.w3.org/2002/06/xmldsig-filter2",
                '<x:XPath xmlns:x="http://www.w3.org/2002/06/xmldsig-filter2" '
                'Filter="subtract">/</x:XPath>',
            )
        ),
        "XSLT that reads a file": _transforms(
            _transform("http://www.w3.org/TR/1999/REC-xslt-19991116", _XSLT)
        ),
        "base64": _transforms(_TRANSFORM, _transform(f"{DS}base64")),
        "decryption": _transforms(_TRANSFORM, _transform("http://www.w3.org/2002/07/decrypt#XML")),
        "inclusive canonicalisation": _transforms(_TRANSFORM, _transform(_INCLUSIVE)),
        "exclusive canonicalisation": _transforms(_TRANSFORM, _transform(C14N)),
        "canonicalisation alone": _transforms(_transform(_INCLUSIVE)),
        "canonicalisation first": _transforms(_transform(_INCLUSIVE), _TRANSFORM),
        "the WS-Security transform": _transforms(
            _transform("http://docs.oasis-open.org/wss/2004/01/#STR-Transform")
        ),
        "a transform without an algorithm": _transforms("<ds:Transform/>"),
        "the algorithm in capitals": _transforms(_transform(ENVELOPED.upper())),
        "the algorithm with a space": _transforms(_transform(f"{ENVELOPED} ")),
        "parameters of the enveloped signature": _transforms(_transform(ENVELOPED, _XPATH)),
        "text as a parameter": _transforms(_transform(ENVELOPED, "x")),
        "text between the transforms": _transforms(_TRANSFORM, "x"),
        "transforms behind the digest": signed_by(
            transforms="", digest="<ds:DigestValue>DIGEST</ds:DigestValue><ds:Transforms/>"
        ),
    }.items()
}

ALGORITHMS: dict[str, Attack] = {
    **{
        f"signed by {name}": (_method(algorithm), M.SIGNATURE_METHOD)
        for name, algorithm in {
            "ECDSA with SHA-1": f"{_MORE}ecdsa-sha1",
            "ECDSA with SHA-384": f"{_MORE}ecdsa-sha384",
            "ECDSA with a hash of its own": "http://www.w3.org/2007/05/xmldsig-more#ecdsa-sha3-256",
            "RSA": f"{_MORE}rsa-sha256",
            "DSA": f"{DS}dsa-sha1",
            "EdDSA": "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519",
            "HMAC with SHA-1": f"{DS}hmac-sha1",
            "no algorithm": "",
            "an algorithm called none": "none",
            "ECDSA in capitals": ECDSA.upper(),
            "ECDSA with a line break": f"{ECDSA}&#10;",
            "ECDSA over https": ECDSA.replace("http:", "https:"),
        }.items()
    },
    "parameters of ECDSA": (
        _method(ECDSA, "<ds:HMACOutputLength>0</ds:HMACOutputLength>"),
        M.SIGNATURE_METHOD,
    ),
    "another attribute of the method": (
        signed_by(method=f'<ds:SignatureMethod Algorithm="{ECDSA}" algorithm="none"/>'),
        M.SIGNATURE_ATTRIBUTE,
    ),
    **{
        f"canonicalised by {name}": (_c14n(algorithm), M.CANONICALIZATION_METHOD)
        for name, algorithm in {
            "inclusive C14N": _INCLUSIVE,
            "inclusive C14N with comments": f"{_INCLUSIVE}#WithComments",
            "C14N 1.1": "http://www.w3.org/2006/12/xml-c14n11",
            "exclusive C14N with comments": f"{C14N}WithComments",
            "exclusive C14N without its #": C14N[:-1],
            "minimal canonicalisation": "http://www.w3.org/2000/09/xmldsig#minimal",
            "nothing": "",
        }.items()
    },
    "inclusive namespaces": (
        _c14n(C14N, f'<e:InclusiveNamespaces xmlns:e="{C14N}" PrefixList="#default sr"/>'),
        M.CANONICALIZATION_METHOD,
    ),
    **{
        f"digested by {name}": (
            signed_by(digest_method=f'<ds:DigestMethod Algorithm="{algorithm}"/>'),
            M.DIGEST_METHOD,
        )
        for name, algorithm in {
            "SHA-1": f"{DS}sha1",
            "MD5": f"{_MORE}md5",
            "SHA-512": "http://www.w3.org/2001/04/xmlenc#sha512",
            "SHA-256 with a fragment more": f"{SHA256}#",
            "nothing": "",
        }.items()
    },
    "parameters of SHA-256": (
        signed_by(digest_method=f'<ds:DigestMethod Algorithm="{SHA256}">x</ds:DigestMethod>'),
        M.DIGEST_METHOD,
    ),
}

NAMESPACES: dict[str, Attack] = {
    "the prefix of the Header bound anew": (
        changed("<sr:Header>", '<sr:Header xmlns:sr="urn:x">'),
        M.REQUEST_MALFORMED,
    ),
    "the prefix of a field bound anew": (
        signed(srv="4.1.1").replace(
            b"<sr:ServiceReferenceVariant>", b'<sr:ServiceReferenceVariant xmlns:sr="urn:x">'
        ),
        M.HEADER_MALFORMED,
    ),
    "the default namespace turned off for the fields": (
        Parts(root=f'Request xmlns="{DUIS}" xmlns:ds="{DS}" schemaVersion="5.4"')
        .text()
        .replace("sr:", "")
        .replace("<ServiceReferenceVariant>", '<ServiceReferenceVariant xmlns="">')
        .encode(),
        M.HEADER_MALFORMED,
    ),
    "the default namespace turned to another within the signature": (
        changed("<ds:SignedInfo>", '<ds:SignedInfo xmlns:ds="urn:x">'),
        M.SIGNATURE_STRUCTURE,
    ),
    "the prefix of the signature bound anew by its child": (
        changed("<ds:KeyInfo>", '<ds:KeyInfo xmlns:ds="urn:x">'),
        M.SIGNATURE_STRUCTURE,
    ),
    "a namespace declared at the root": (
        changed("schemaVersion=", 'xmlns:x="urn:x" schemaVersion='),
        C.DIGEST_MISMATCH,
    ),
    "a namespace declared in the Header": (
        changed("<sr:Header>", '<sr:Header xmlns:x="urn:x">'),
        C.DIGEST_MISMATCH,
    ),
    "a namespace taken away from the root": (
        changed(f'xmlns:ds="{DS}" xmlns:sr', "xmlns:sr").replace(
            b"<ds:Signature ", f'<ds:Signature xmlns:ds="{DS}" '.encode()
        ),
        C.DIGEST_MISMATCH,
    ),
    "the same namespace by another prefix": (
        MESSAGE.replace(b"sr:", b"duis:").replace(b"xmlns:sr", b"xmlns:duis"),
        C.DIGEST_MISMATCH,
    ),
    "the signature by another prefix": (
        MESSAGE.replace(b"<ds:", b"<x:")
        .replace(b"</ds:", b"</x:")
        .replace(b"<x:Signature ", f'<x:Signature xmlns:x="{DS}" '.encode()),
        C.SIGNATURE_INVALID,
    ),
    "a relative namespace at the root": (
        changed("schemaVersion=", 'xmlns:x="relative" schemaVersion='),
        M.NOT_CANONICALIZABLE,
    ),
    "a relative namespace in SignedInfo": (
        changed("<ds:SignedInfo>", '<ds:SignedInfo xmlns:x="../x">'),
        M.NOT_CANONICALIZABLE,
    ),
    **{
        f"{name} added to the root": (
            changed("schemaVersion=", f"{name} schemaVersion="),
            C.DIGEST_MISMATCH,
        )
        for name in ('xml:base="http://x/"', 'xml:lang="en"', 'xml:space="default"', 'xml:id="a"')
    },
    **{
        f"{name} on the Signature": (
            changed("<ds:Signature ", f"<ds:Signature {name} "),
            M.SIGNATURE_ATTRIBUTE,
        )
        for name in ('xml:base="http://x/"', 'xml:lang="en"', 'xml:space="preserve"', 'Id="a"')
    },
    "xml:space on SignedInfo": (
        changed("<ds:SignedInfo>", '<ds:SignedInfo xml:space="preserve">'),
        M.SIGNATURE_ATTRIBUTE,
    ),
    "one id on two elements": (
        changed("<sr:Body>", '<sr:Body xml:id="a">').replace(
            b"<sr:ReadInstantaneousImportRegisters/>",
            b'<sr:ReadInstantaneousImportRegisters xml:id="a"/>',
        ),
        C.DIGEST_MISMATCH,
    ),
    "a schema's type for the Header": (
        changed(
            "<sr:Header>",
            '<sr:Header xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="sr:Evil">',
        ),
        C.DIGEST_MISMATCH,
    ),
}

SIGNED_INFO_ATTACKS = REFERENCES | TRANSFORMS | ALGORITHMS | NAMESPACES
