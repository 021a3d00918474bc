"""The express way reads the same as the other one, or leaves it to that."""

import re

import pytest
from hypothesis import given, settings

from rules.messages.express import read_express
from rules.messages.reading import DEFAULT_SIZE_LIMIT, Header, read_message
from rules.messages.refusals import MessageRefusedError
from rules.messages.signature_form import SignatureForm, read_signature
from rules.messages.signing import sign_message
from tests.rules.messages.builders import (
    DS,
    DUIS,
    ISSUER,
    KEY,
    MESSAGE,
    ORIGINATOR,
    SERIAL,
    TARGET,
    Parts,
    Sig,
    sign,
)
from tests.rules.messages.mutations import mutated

Read = tuple[Header, bool, SignatureForm]


def express(message: bytes) -> Read | None:
    found = read_express(message, size_limit=DEFAULT_SIZE_LIMIT)
    return None if found is None else (found[0].header, found[0].is_signed_pre_command, found[1])


def reference(message: bytes) -> Read | None:
    try:
        read = read_message(message)
        if read.signature is None:
            return None
        return read.header, read.is_signed_pre_command, read_signature(read.root, read.signature)
    except MessageRefusedError:
        return None


def spelled(old: str, new: str, text: str | None = None) -> str:
    text = Parts().text() if text is None else text
    assert old in text
    return text.replace(old, new)


def flat(text: str) -> str:
    return re.sub(r">\s+<", "><", text)


_INDENTED = re.sub(r"(<ds:(?!Signature ))", r"\n    \1", Parts().text())
_SPACED = _INDENTED.replace("VALUE", "\n\tVALUE\n")
_BARE = spelled("ds:", "", Parts(signature=Sig().text()).text()).replace(f' xmlns:="{DS}"', "")
_DEFAULT = (
    Parts(root=f'Request xmlns="{DUIS}" xmlns:ds="{DS}" schemaVersion="5.4"')
    .text()
    .replace("sr:", "")
)
_PRE_COMMAND = Parts(
    command_variant="5",
    body="<sr:SignedPreCommand><sr:GBCSPayload>3wk=</sr:GBCSPayload></sr:SignedPreCommand>",
).text()

USUAL = {
    "as it is": Parts().text(),
    "without white space": flat(Parts().text()),
    "with white space in the signature": _INDENTED,
    "with white space around the signature value": _SPACED,
    "as the DCC's tool breaks lines": spelled("VALUE", "VALUE&#13;\n"),
    "without an XML declaration": Parts(declaration="").text(),
    "with a byte order mark": "\ufeff" + Parts().text(),
    "with a declaration in other words": Parts(
        declaration="<?xml version='1.0' encoding='utf-8' standalone='no' ?>\n\n"
    ).text(),
    "with ASCII declared, as lxml does": Parts(
        declaration="<?xml version='1.0' encoding='ASCII'?>\n"
    ).text(),
    "with US-ASCII declared": Parts(
        declaration='<?xml version="1.0" encoding="us-ascii"?>'
    ).text(),
    "with UTF-8 declared by another name": Parts(
        declaration='<?xml version="1.0" encoding="Utf8"?>'
    ).text(),
    "with a signature in the default namespace": _BARE,
    "with a request in the default namespace": _DEFAULT,
    "with the prefix declared by the signature": spelled(f' xmlns="{DS}"', f' xmlns:ds="{DS}"'),
    "with the prefix declared by the signature alone": spelled(
        f' xmlns:ds="{DS}" xmlns:sr', " xmlns:sr"
    ).replace(f' xmlns="{DS}"', f' xmlns:ds="{DS}"'),
    "with end tags instead of empty elements": re.sub(
        r"<(ds:\w+) ([^>]*)/>", r"<\1 \2></\1>", Parts().text()
    ),
    "with a space before the end of empty elements": re.sub(
        r"<(ds:\w+) ([^>]*)/>", r"<\1 \2 />", Parts().text()
    ),
    "with a comment in the service reference variant": Parts(srv="4.1<!-- -->.1").text(),
    "with a CDATA section": Parts(srv="<![CDATA[4.1.1]]>").text(),
    "first in a sequence": spelled(
        "<sr:CommandVariant>",
        "<sr:FirstInSequence>true</sr:FirstInSequence>\n<sr:CommandVariant>",
    ),
    "a signed pre-command": _PRE_COMMAND,
    "with white space after the root": Parts(after="\n \r\n").text(),
    "with line breaks of two characters": Parts().text().replace("\n", "\r\n"),
    "the issuer in another order": Parts(signature=Sig(issuer="OU=07, CN=TESTOCA").text()).text(),
}

UNUSUAL = {
    "with apostrophes": spelled('URI=""', "URI=''"),
    "with two prefixes for one namespace": spelled(
        "ds:SignatureValue", "x:SignatureValue", Parts().text().replace("xmlns:sr", "xmlns:x", 1)
    )
    .replace("xmlns:x", "xmlns:sr", 1)
    .replace(f'xmlns:ds="{DS}"', f'xmlns:ds="{DS}" xmlns:x="{DS}"'),
    "with another prefix": spelled("ds:", "dsig:").replace("xmlns:ds", "xmlns:dsig"),
    "with another prefix for the request": spelled("sr:", "x:").replace("xmlns:sr", "xmlns:x"),
    "with line breaks of two characters in the signature": _INDENTED.replace("\n", "\r\n"),
    "with a line break that only the signature keeps apart": spelled(
        "  <ds:Signature ", "\r<ds:Signature "
    ),
    "with a comment in the signature": spelled("<ds:KeyInfo>", "<!-- x --><ds:KeyInfo>"),
    "with a comment before the root": Parts()
    .text()
    .replace("<sr:Request ", "<!--x--><sr:Request "),
    "with a comment after the root": Parts(after="<!-- x -->").text(),
    "with a CDATA section in the signature": spelled("VALUE", "<![CDATA[VALUE]]>"),
    "with a character reference in the digest": spelled("DIGEST", "DIGEST&#32;"),
    "with white space in the digest": spelled("DIGEST", " DIGEST\n"),
    "with white space in the serial number": spelled(str(SERIAL), f" {SERIAL}\n"),
    "with an issuer that is not ASCII": Parts(signature=Sig(issuer="CN=Ö,OU=07").text()).text(),
    "with an entity in the issuer": Parts(signature=Sig(issuer="CN=A&amp;B,OU=07").text()).text(),
    "after another request": spelled(
        "<sr:CommandVariant>",
        f"<sr:PrecedingServiceRequestID>{ORIGINATOR}:{TARGET}:1</sr:PrecedingServiceRequestID>"
        "<sr:CommandVariant>",
    ),
    "with an attribute before the schema's version": spelled(
        "schemaVersion", 'a="" schemaVersion'
    ),
    "with a namespace that the signature uses in vain": spelled(
        "<ds:SignedInfo>", '<ds:SignedInfo xmlns:x="urn:x">'
    ),
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in USUAL.items()])
def test_a_usual_spelling_is_read_by_both_ways_alike(text):
    message = sign(text)

    read = express(message)

    assert read is not None
    assert read == reference(message)
    assert read[2].document_digest == read[2].digest_value


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in UNUSUAL.items()])
def test_an_unusual_spelling_is_right_too_but_left_to_the_other_way(text):
    message = sign(text)

    assert express(message) is None
    read = reference(message)
    assert read is not None
    assert read[2].document_digest == read[2].digest_value


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<?hidden ", "</hidden?>"),
        ("<!-- ", "</hidden-->"),
        ("<!--", "</sr:Request-->"),
        ("<?sr ", "</sr:Request ?>"),
    ],
)
def test_a_signature_hidden_behind_the_end_of_the_document_is_none(before, after):
    # The rest of it is well-formed and has the very digest that was signed.
    signed = MESSAGE.decode()
    start, end = signed.index("<ds:Signature "), signed.index("</ds:Signature>")
    end += len("</ds:Signature>")
    signature, rest = signed[start:end], signed[:start] + signed[end:]
    hidden = f"{rest.rstrip()}{before}{signature}{after}".encode()
    assert reference(hidden) is None
    assert express(hidden) is None
    # The control: put back where it was, it is read.
    assert express(MESSAGE) is not None


def test_what_we_sign_is_read_by_the_express_way():
    message = sign_message(MESSAGE, KEY, issuer_name=ISSUER, serial=SERIAL)

    assert express(message) == reference(message) is not None


def test_a_message_over_the_limit_is_left_to_the_other_way():
    assert read_express(MESSAGE, size_limit=len(MESSAGE)) is not None
    assert read_express(MESSAGE, size_limit=len(MESSAGE) - 1) is None


@pytest.mark.slow
@settings(max_examples=1500)
@given(mutated())
def test_whatever_is_changed_the_express_way_never_reads_what_the_other_does_not(message):
    read = express(message)

    assert read is None or read == reference(message)


@pytest.mark.slow
@settings(max_examples=300)
@given(mutated(sign(_PRE_COMMAND)))
def test_nor_in_a_signed_pre_command(message):
    read = express(message)

    assert read is None or read == reference(message)
