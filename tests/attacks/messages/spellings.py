"""Messages in every spelling that XML allows, each signed as it is; and a few that it forbids.

A generator of whole documents finds what changes to one document do not: two ways of reading can
only differ on what is validly signed, and a change to a signed document nearly always spoils it.
"""

from hypothesis import strategies as st

from tests.rules.messages.builders import (
    C14N,
    DS,
    DUIS,
    ECDSA,
    ENVELOPED,
    ISSUER,
    ORIGINATOR,
    SERIAL,
    SHA256,
    TARGET,
)

_RARELY = st.integers(0, 19).map(lambda n: n == 19)
_SELDOM = st.integers(0, 59).map(lambda n: n == 59)
_SPACE = st.sampled_from(["", "\n", "\n  ", "\t", "", "\n", " ", "\r\n", "\r"])
_NOTHING = st.sampled_from([""] * 30 + ["<!-- x -->", "<!---->", "<![CDATA[]]>", "<!-- > -->"])
_ODD = st.sampled_from(
    ["<?x y?>", "text", "&#13;", "\u00a0", "<sr:Y xmlns:sr='urn:y'/>", "<a xmlns=''/>", "&#32;"]
)
_ROOT_EXTRAS = st.lists(
    st.sampled_from(
        [
            'xmlns:x="urn:x"',
            'xmlns:dsx="urn:dsx"',
            "xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:schemaLocation='a b'",
            'z="&gt;&quot;&#9;"',
            'a=""',
            'xml:lang="en"',
            'xml:space="preserve"',
            'xml:base="http://x/"',
            f'xmlns:sr2="{DUIS}"',
            f'xmlns:ds2="{DS}"',
            "y='\n'",
        ]
    ),
    unique=True,
    max_size=3,
)
_BODIES = st.sampled_from(
    [
        "<sr:ReadInstantaneousImportRegisters/>",
        "<sr:X>a]]&gt;b&amp;c</sr:X>",
        "<sr:X><![CDATA[</sr:Request>]]></sr:X>",
        '<sr:X q="&lt;ds:Signature/>"><y xmlns="urn:y" xmlns:z="urn:z"><z:w z:a="1"/></y></sr:X>',
        "<sr:SignedPreCommand><sr:GBCSPayload>3wk=</sr:GBCSPayload></sr:SignedPreCommand>",
        '<sr:X xmlns:sr="urn:other"/>',
        '<X xmlns=""><sr:Y xmlns="urn:x"/></X>',
        "<sr:X>\r\n&#13;\u00e9\U0001f600</sr:X>",
        "<!-- </sr:Body> --><sr:X/>",
        "<sr:X>&#x3C;ds:Signature&#x3E;</sr:X>",
    ]
)


@st.composite
def _value(draw: st.DrawFn, text: str) -> str:
    """Spell a value: as it is, or with references, CDATA sections and comments in it."""
    if not draw(_RARELY):
        return text
    spelled = ""
    for character in text:
        spelled += draw(
            st.sampled_from(
                [character] * 12 + [f"&#{ord(character)};", f"<![CDATA[{character}]]>"]
            )
        )
        spelled += draw(_NOTHING) if draw(_RARELY) else ""
    return spelled


@st.composite
def _between(draw: st.DrawFn) -> str:
    return draw(_SPACE) + draw(_NOTHING) + (draw(_ODD) if draw(_SELDOM) else "")


@st.composite
def _element(draw: st.DrawFn, name: str, content: str, attributes: str = "") -> str:
    if not content and draw(st.booleans()):
        return f"<{name}{attributes}{draw(st.sampled_from(['', ' ']))}/>"
    return f"<{name}{attributes}>{content}</{name}{' ' if draw(_SELDOM) else ''}>"


@st.composite
def _header(draw: st.DrawFn) -> str:
    fields = [
        ("sr:RequestID", f"{draw(st.sampled_from(['', ' ']))}{ORIGINATOR}:{TARGET}:1010"),
        *draw(
            st.sampled_from(
                [
                    [],
                    [],
                    [("sr:FirstInSequence", "true")],
                    [("sr:PrecedingServiceRequestID", f"{ORIGINATOR}:{TARGET}:1")],
                ]
            )
        ),
        ("sr:CommandVariant", draw(st.sampled_from(["1", "4", "5", " 1\n"]))),
        ("sr:ServiceReference", "4.1"),
        ("sr:ServiceReferenceVariant", draw(st.sampled_from(["4.1.1", "4.1.2", "4.1", "4.1.1"]))),
    ]
    written = "".join(
        draw(_between()) + draw(_element(name, draw(_value(text)))) for name, text in fields
    )
    return draw(_element("sr:Header", written + draw(_between())))


@st.composite
def _signature(draw: st.DrawFn) -> str:
    gap = draw(_SPACE)

    def leaf(name: str, algorithm: str) -> str:
        return draw(_element(f"ds:{name}", "", f' Algorithm="{algorithm}"'))

    def spaced(*parts: str) -> str:
        odd = draw(_between()) if draw(_SELDOM) else gap
        return gap.join(("", *parts)) + odd

    def whole(name: str, *parts: str, attributes: str = "") -> str:
        return draw(_element(f"ds:{name}", spaced(*parts), attributes))

    def value(name: str, text: str) -> str:
        return f"<ds:{name}>{draw(_value(text))}</ds:{name}>"

    issuer = draw(st.sampled_from([ISSUER, ISSUER, "OU=07, CN=TESTOCA", 'CN="TESTOCA",OU=07']))
    signed_info = whole(
        "SignedInfo",
        leaf("CanonicalizationMethod", C14N),
        leaf("SignatureMethod", ECDSA),
        whole(
            "Reference",
            whole("Transforms", leaf("Transform", ENVELOPED)),
            leaf("DigestMethod", SHA256),
            "<ds:DigestValue>DIGEST</ds:DigestValue>",
            attributes=" URI=''" if draw(_SELDOM) else ' URI=""',
        ),
    )
    broken = draw(st.sampled_from(["VALUE", "VALUE", "VALUE&#13;\n", "\nVALUE", "VALUE<!-- -->"]))
    named = whole(
        "X509IssuerSerial", value("X509IssuerName", issuer), value("X509SerialNumber", str(SERIAL))
    )
    return whole(
        "Signature",
        signed_info,
        f"<ds:SignatureValue>{broken}</ds:SignatureValue>",
        whole("KeyInfo", whole("X509Data", named)),
    )


_DECLARATIONS = st.sampled_from(
    [
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        "",
        "\ufeff",
        "<?xml version='1.0' encoding='utf-8' standalone='no' ?>",
        "<!-- x -->",
    ]
)


@st.composite
def spelled(draw: st.DrawFn) -> str:
    """Return a document with `DIGEST` and `VALUE` where the values of its signature belong."""
    declared = draw(st.permutations([f'xmlns:sr="{DUIS}"', 'schemaVersion="5.4"']))
    on_signature = draw(st.booleans())
    if not on_signature:
        declared = [*declared, f'xmlns:ds="{DS}"']
    attributes = " ".join(draw(st.permutations([*declared, *draw(_ROOT_EXTRAS)])))
    signature = draw(_signature())
    if on_signature:
        signature = signature.replace("<ds:Signature", f'<ds:Signature xmlns:ds="{DS}"', 1)
    elif draw(st.booleans()):
        signature = signature.replace("<ds:Signature", f'<ds:Signature xmlns="{DS}"', 1)
    body = draw(_element("sr:Body", draw(_between()) + draw(_BODIES) + draw(_between())))
    parts = [draw(_header()), body, signature]
    if draw(_RARELY) and draw(_RARELY):
        parts = draw(st.permutations(parts))
    inside = "".join(draw(_between()) + part for part in parts) + draw(_between())
    text = f"<sr:Request {attributes}>{inside}</sr:Request>"
    if draw(st.booleans()):
        text = (
            text.replace("sr:", "").replace("xmlns:sr=", "xmlns=").replace("xmlns:sr2", "xmlns:s")
        )
    style = draw(st.sampled_from(["ds", "ds", "ds", "none", "dsig"]))
    if style == "dsig":
        text = text.replace("ds:", "dsig:").replace(":ds=", ":dsig=")
    elif style == "none" and on_signature:
        text = text.replace("<ds:", "<").replace("</ds:", "</").replace("xmlns:ds=", "xmlns=")
    return (
        draw(_DECLARATIONS) + text + draw(st.sampled_from(["", "", "\n", "<!-- x -->", " \r\n"]))
    )
