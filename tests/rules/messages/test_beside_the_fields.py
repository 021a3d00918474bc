"""What stands in the frame of a message beside what is read from it (docs/decisions/0071)."""

import pytest

from rules.messages.express import read_express
from rules.messages.reading import DEFAULT_SIZE_LIMIT, read_message
from rules.messages.refusals import MessageReason, MessageRefusedError
from rules.messages.signature_form import read_signature
from tests.rules.messages.builders import MESSAGE, Parts, sign

XSI = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
FIELDS = ("RequestID", "CommandVariant", "ServiceReference", "ServiceReferenceVariant")
TEXTS = {
    "letters": "x",
    "a field's value": "4.1.2",
    "a space that XML has none of": "\u00a0",
    "what nobody sees": "\u200b",
    "a CDATA section": "<![CDATA[x]]>",
    "a reference": "&#x78;",
}


def after(mark: str, added: str) -> bytes:
    text = Parts().text()
    assert text.count(mark) == 1
    return sign(text.replace(mark, mark + added))


def with_attribute(name: str, attribute: str) -> bytes:
    text = Parts().text()
    return sign(text.replace(f"<sr:{name}>", f"<sr:{name} {attribute}>"))


def refusal(message: bytes) -> tuple[MessageReason, str] | None:
    """Read a message in both ways; the quick one never takes what the other refuses."""
    quick = read_express(message, size_limit=DEFAULT_SIZE_LIMIT)
    try:
        read = read_message(message)
    except MessageRefusedError as refused:
        assert quick is None
        return refused.reason, refused.value
    assert read.signature is not None
    if quick is not None:
        form = read_signature(read.root, read.signature)
        assert (quick[0].header, quick[1]) == (read.header, form)
    return None


def test_the_control_is_read_in_both_ways():
    assert read_express(MESSAGE, size_limit=DEFAULT_SIZE_LIMIT) is not None
    assert refusal(MESSAGE) is None


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("mark", ["<sr:Header>", *(f"</sr:{name}>" for name in FIELDS)])
def test_text_between_the_fields_of_a_header_is_refused(mark, text):
    assert refusal(after(mark, text)) == (
        MessageReason.HEADER_MALFORMED,
        "text between its fields",
    )


@pytest.mark.parametrize("mark", ["<sr:Header>", "</sr:RequestID>", "</sr:CommandVariant>"])
@pytest.mark.parametrize("added", [" \t\r\n", "<!-- x -->", "&#32;&#13;", "<![CDATA[ ]]>"])
def test_white_space_and_comments_between_them_are_not(mark, added):
    assert refusal(after(mark, added)) is None


@pytest.mark.parametrize("name", ["Header", *FIELDS])
@pytest.mark.parametrize(
    ("attribute", "called"),
    [
        ('a="1"', "a"),
        ('xml:space="preserve"', "space"),
        (f'{XSI} i:nil="true"', "nil"),
        ('xmlns:y="urn:y" y:type="z"', "type"),
    ],
)
def test_attributes_of_a_header_and_its_fields_are_refused(name, attribute, called):
    assert refusal(with_attribute(name, attribute)) == (
        MessageReason.HEADER_MALFORMED,
        f"the attribute {called} in {name}",
    )


@pytest.mark.parametrize("name", ["Header", *FIELDS])
@pytest.mark.parametrize(
    "attribute",
    [
        'xmlns:y="urn:y"',
        f'{XSI} i:schemaLocation="urn:y y.xsd"',
        f'{XSI} i:noNamespaceSchemaLocation="y.xsd"',
        f'{XSI} i:type="sr:RequestIDType"',
    ],
)
def test_what_a_schema_allows_in_every_element_is_not(name, attribute):
    assert refusal(with_attribute(name, attribute)) is None


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize(
    "mark",
    [
        "</sr:Header>",
        "<sr:Body>",
        "<sr:ReadInstantaneousImportRegisters/>",
        "</sr:Body>",
        "</ds:Signature>",
    ],
)
def test_text_elsewhere_in_the_frame_says_nothing_and_is_signed(mark, text):
    assert refusal(after(mark, text)) is None
