"""Messages of one megabyte that are built to cost as much as they can.

Each is a whole message with a Signature of the right form, so that the checker goes as far as it
ever goes: it parses, walks, canonicalises twice and digests before anything can be wrong.
"""

from base64 import b64encode
from collections.abc import Callable

from tests.rules.messages.builders import DS, Parts, Sig

SIZE = 1_000_000


def filled(unit: str, size: int = SIZE) -> str:
    return unit * (size // len(unit))


def within(body: str, attributes: str = "") -> str:
    return Parts(body=f"<sr:X{attributes}>{body}</sr:X>").text()


def numbered(unit: str, size: int = SIZE) -> str:
    """Repeat a unit with a running number in place of `#`."""
    return "".join(unit.replace("#", f"{i:06}") for i in range(size // (len(unit) + 5)))


def declarations(count: int) -> str:
    return "".join(f' xmlns:n{i}="u:{i}"' for i in range(count))


def attributes(count: int, *, backwards: bool = False) -> str:
    numbers = range(count, 0, -1) if backwards else range(count)
    return "".join(f' a{i:06}=""' for i in numbers)


def nested(tags: list[str], name: str) -> str:
    return filled("".join(tags) + f"</{name}>" * len(tags))


def header(fields: str) -> str:
    return Parts(header=f"<sr:Header>{fields}</sr:Header>").text()


def signature(**parts: str) -> str:
    return Parts(signature=Sig(**parts).text()).text()


def _many_nodes() -> dict[str, Callable[[], str]]:
    return {
        "empty elements": lambda: within(filled("<a/>")),
        "elements with end tags": lambda: within(filled("<a></a>")),
        "children of the root": lambda: Parts(end=filled("<a/>")).text(),
        "children of the body": lambda: Parts(body=filled("<a/>")).text(),
        "fields of the header": lambda: header(filled("<a/>")),
        "elements of no message": lambda: f"<r>{filled('<a/>')}</r>",
        "signatures in the body": lambda: within(filled("<ds:Signature/>")),
        "signatures in the root": lambda: Parts(end=filled("<ds:Signature/>")).text(),
        "references": lambda: signature(extra_signed=filled('<ds:Reference URI=""/>')),
        "transforms": lambda: signature(
            transforms=f"<ds:Transforms>{filled('<ds:Transform/>')}</ds:Transforms>"
        ),
        "objects": lambda: signature(extra=filled("<ds:Object/>")),
        "comments": lambda: within(filled("<!---->")),
        "comments between letters": lambda: within(filled("x<!---->")),
        "comments before the root": lambda: Parts(declaration=filled("<!---->")).text(),
        "comments after the root": lambda: Parts(after=filled("<!---->")).text(),
        "instructions": lambda: within(filled("<?x?>")),
        "instructions after the root": lambda: Parts(after=filled("<?x?>")).text(),
        "CDATA sections": lambda: within(filled("<![CDATA[a]]>")),
        "CDATA sections between letters": lambda: within(filled("x<![CDATA[a]]>")),
        "as many elements as are let through": lambda: within(
            "<a/>" * 49_900 + filled("x", 800_000)
        ),
    }


def _many_names() -> dict[str, Callable[[], str]]:
    return {
        "names": lambda: within(numbered("<a#/>")),
        "attribute names": lambda: within(numbered('<a b#=""/>')),
        "prefixes": lambda: within(numbered('<p#:a xmlns:p#="u:p"/>')),
        "namespaces": lambda: within(numbered('<a xmlns="u:#"/>')),
        "ids": lambda: within(numbered('<a xml:id="i#"/>')),
        "one id again and again": lambda: within(filled('<a xml:id="i"/>')),
        "a name of 49,000 letters": lambda: within(f"<{'x' * 49_000}/>"),
        "a name of a million letters": lambda: within(f"<{'x' * SIZE}/>"),
    }


def _many_attributes() -> dict[str, Callable[[], str]]:
    bombs: dict[str, Callable[[], str]] = {
        f"{count} attributes, {'last' if backwards else 'first'} first": (
            lambda count=count, backwards=backwards: within(
                "", attributes(count, backwards=backwards)
            )
        )
        for count in (2_000, 6_900, 20_000, 70_000)
        for backwards in (False, True)
    }
    for count in (3, 30, 64, 100, 1_000):
        bombs[f"{count} attributes on each"] = lambda count=count: within(
            filled(f"<a{attributes(count)}/>")
        )
    return bombs | {
        "attributes of the root": lambda: Parts(root=Parts().root + attributes(6_000)).text(),
        "an attribute of a megabyte": lambda: within("", f' a="{"x" * SIZE}"'),
        "line breaks in an attribute": lambda: within("", " a='" + "\n" * SIZE + "'"),
        "references in an attribute": lambda: within("", f' a="{filled("&amp;")}"'),
        "equal signs": lambda: within("=" * SIZE),
        "quoted equal signs": lambda: within(filled('="')),
    }


def _namespaces() -> dict[str, Callable[[], str]]:
    bombs: dict[str, Callable[[], str]] = {}
    for count in (3, 10, 20, 50, 100, 300, 1_000, 3_000):
        for size in (20_000, 200_000, SIZE):
            bombs[f"{count} namespaces around {size} octets"] = lambda count=count, size=size: (
                within(filled("<a/>", size), declarations(count))
            )
    for count in (6_000, 9_900, 60_000):
        bombs[f"{count} namespaces on one element"] = lambda count=count: within(
            "", declarations(count)
        )
    depth = range(200)
    return bombs | {
        "namespaces of the root": lambda: Parts(root=Parts().root + declarations(3_000)).text(),
        "a namespace on each": lambda: within(filled('<a xmlns:x="u:x"/>')),
        "a namespace on each of some": lambda: within(filled('<a xmlns:x="u:x"/>', 170_000)),
        "namespaces in each other": lambda: within(
            nested([f'<a xmlns:x{i}="u:x">' for i in depth], "a")
        ),
        "one prefix bound anew in each other": lambda: within(
            nested([f'<a xmlns:x="u:{i}">' for i in depth], "a")
        ),
        "default namespaces in each other": lambda: within(
            nested([f'<a xmlns="u:{i}">' for i in depth], "a")
        ),
        "inherited attributes in each other": lambda: within(
            nested(['<a xml:base="u:x" xml:lang="en" xml:space="preserve">' for _ in depth], "a")
        ),
        "namespaces of SignedInfo": lambda: Parts(
            signature=Sig()
            .text()
            .replace("<ds:SignedInfo>", f"<ds:SignedInfo{declarations(9_000)}>")
        ).text(),
        "warnings of namespaces": lambda: within(filled('<a xmlns="r"/>', 139_000)),
        "warnings of white space": lambda: within(
            '<a xml:space=""/>' * 19_000 + filled("x", 677_000)
        ),
        "errors of namespaces": lambda: within(
            "<q:a/>" * 40_000 + '<a xml:space=""/>' + filled("x", 760_000)
        ),
        "declarations in the text": lambda: within(filled("xmlns ")),
    }


def _nesting() -> dict[str, Callable[[], str]]:
    return {
        "nested 200 deep": lambda: within(nested(["<a>"] * 200, "a")),
        "nested 240 deep": lambda: within(nested(["<a>"] * 240, "a")),
        "nested without end": lambda: f"<r>{filled('<a>')}",
        "leaves 240 deep": lambda: within(
            "<a>" * 240 + filled("<b/>", 100_000) + filled("x", 900_000) + "</a>" * 240
        ),
    }


def _long_values() -> dict[str, Callable[[], str]]:
    bombs: dict[str, Callable[[], str]] = {}
    for name in ("request_id", "command_variant", "service_reference", "srv"):
        bombs[f"a long {name}"] = lambda name=name: Parts(**{name: "4" * SIZE}).text()
        bombs[f"spaces as {name}"] = lambda name=name: Parts(**{name: " " * SIZE}).text()
    tagged = "<ds:{0}>{1}</ds:{0}>".format
    spaces = " " * (SIZE // 2)
    return bombs | {
        "a long digest": lambda: signature(digest=tagged("DigestValue", "A" * SIZE)),
        "a long value": lambda: signature(value=tagged("SignatureValue", "A" * SIZE)),
        "a value with spaces": lambda: signature(value=tagged("SignatureValue", filled(" A"))),
        "a value of line breaks": lambda: signature(
            value=tagged("SignatureValue", filled("&#13;\n"))
        ),
        "a long issuer": lambda: signature(issuer="CN=" + "x" * SIZE),
        "an issuer of backslashes": lambda: signature(issuer="CN=" + "\\" * 1_020),
        "an issuer of many parts": lambda: signature(issuer="CN=a+" * 204 + "CN=b"),
        "an issuer of spaces": lambda: signature(issuer="CN=a" + " " * 1_000 + "b"),
        "a long serial number": lambda: signature(serial="1" * SIZE),
        "a serial number of spaces": lambda: signature(serial=" " * SIZE),
        "spaces in the signature": lambda: signature(extra=" " * SIZE),
        "spaces before and in a field": lambda: (
            Parts(command_variant=f"{spaces}x")
            .text()
            .replace("<sr:CommandVariant>", f"{spaces}<sr:CommandVariant>")
        ),
        "text": lambda: within("x" * SIZE),
        "text of four octets each": lambda: within("\U0001f600" * (SIZE // 4)),
        "references": lambda: within(filled("&amp;")),
        "character references": lambda: within(filled("&#x41;")),
        "carriage returns": lambda: within("\r" * SIZE),
        "line breaks of two characters": lambda: within("\r\n" * (SIZE // 2)),
        "referenced carriage returns": lambda: within(filled("&#13;")),
        "ends of CDATA sections": lambda: within(filled("]]&gt;")),
        "one comment": lambda: within(f"<!--{'x' * SIZE}-->"),
    }


def _contents() -> dict[str, Callable[[], str]]:
    """Bodies that rules look into where the signature holds."""

    def pre_command(content: str) -> str:
        body = f"<sr:SignedPreCommand>{content}</sr:SignedPreCommand>"
        return Parts(command_variant="5", srv="1.6", service_reference="1.6", body=body).text()

    def credentials(content: str) -> str:
        role = "<sr:RemotePartyRole>NetworkOperator</sr:RemotePartyRole>"
        name = "sr:UpdateSecurityCredentialsKRP"
        body = f"<{name}>{role}{content}</{name}>"
        return Parts(srv="6.15.1", service_reference="6.15", body=body).text()

    def payload(text: str) -> str:
        return pre_command(f"<sr:GBCSPayload>{text}</sr:GBCSPayload>")

    def replaced(content: str) -> str:
        return credentials(f"<sr:ReplacementCertificates>{content}</sr:ReplacementCertificates>")

    tag = "sr:DigitalSignatureCertificate"
    return {
        "a payload of a megabyte": lambda: payload(filled("3wkB")),
        "a payload of spaces": lambda: payload(" " * SIZE),
        "a payload of line breaks": lambda: payload(filled("3wkB&#13;\n")),
        "payloads": lambda: pre_command(filled("<sr:GBCSPayload>3wkB</sr:GBCSPayload>")),
        "payment modes": lambda: Parts(
            srv="1.6",
            service_reference="1.6",
            command_variant="4",
            body=f"<sr:UpdatePaymentMode>{filled('<sr:Credit></sr:Credit>')}</sr:UpdatePaymentMode>",
        ).text(),
        "certificates": lambda: replaced(filled(f"<{tag}>MIIB</{tag}>")),
        "a certificate of a megabyte": lambda: replaced(f"<{tag}>{filled('MIIB')}</{tag}>"),
        "a certificate nested in each other": lambda: replaced(
            f"<{tag}>{in_base64(nested_der())}</{tag}>"
        ),
        "replacements": lambda: credentials(
            filled("<sr:ReplacementCertificates></sr:ReplacementCertificates>")
        ),
    }


def in_base64(octets: bytes) -> str:
    return b64encode(octets).decode()


def nested_der() -> bytes:
    """Return SEQUENCEs in each other, as many as fit into what is read of a certificate."""
    der = b""
    while len(der) < 4_000:
        length = len(der)
        head = bytes([length]) if length < 0x80 else b"\x82" + length.to_bytes(2, "big")
        der = b"\x30" + head + der
    return der


def _odd_octets() -> dict[str, Callable[[], str]]:
    return {
        "nothing but the beginnings of tags": lambda: "<" * SIZE,
        "nothing but letters": lambda: "x" * SIZE,
        "nothing but ampersands": lambda: f"<r>{'&' * SIZE}",
        "an attribute without end": lambda: f"<r a='{'x' * SIZE}",
        "a comment without end": lambda: f"<!--{'x' * SIZE}",
        "a declaration of spaces": lambda: Parts(declaration=f"<?xml {' ' * SIZE}?>").text(),
        "a declaration with spaces": lambda: Parts(
            declaration=f'<?xml version="1.0"{" " * SIZE}?>'
        ).text(),
        "spaces before the root": lambda: Parts(
            declaration=f'<?xml version="1.0"?>{" " * SIZE}'
        ).text(),
        "spaces after the root": lambda: Parts(after=" " * SIZE).text(),
        "beginnings of signatures": lambda: (
            Parts().text() + filled("<ds:Signature><ds:SignedInfo><ds:CanonicalizationMethod ")
        ),
        "signatures in a comment": lambda: Parts(
            after="<!--" + filled(f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>') + "-->"
        ).text(),
    }


BOMBS: dict[str, Callable[[], str]] = {
    **_many_nodes(),
    **_many_names(),
    **_many_attributes(),
    **_namespaces(),
    **_nesting(),
    **_long_values(),
    **_contents(),
    **_odd_octets(),
}
"""What each is, and what makes it."""
