"""What is told from the octets alone is what libxml2 writes, and of plain documents it is told."""

import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import assume, given, settings, strategies as st
from lxml import etree

from rules.messages.canonical_text import canonical_text
from rules.messages.reading import parse_xml, plain_start
from rules.messages.refusals import MessageRefusedError
from rules.messages.xmldsig import canonical

OPENING = (
    b'<sr:Request xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway"'
    b' xmlns:ds="http://www.w3.org/2000/09/xmldsig#" schemaVersion="5.4">'
)


def document(content: bytes, *, opening: bytes = OPENING, before: bytes = b"") -> bytes:
    return before + opening + content + b"</sr:Request>"


def told(octets: bytes) -> bytes | None:
    start = plain_start(octets)
    assert start is not None
    return canonical_text(octets, start)


def from_the_tree(octets: bytes) -> bytes:
    return canonical(parse_xml(octets))


PLAIN = {
    "nothing": b"",
    "a text": b"1.6;(4)[\xc2\xa3]-\xe2\x82\xac",
    "elements": b"<sr:Header><sr:RequestID>1</sr:RequestID></sr:Header>",
    "an attribute": b'<sr:Day index="1">2</sr:Day>',
    "an attribute of a namespace": b'<sr:Day sr:index="1">2</sr:Day>',
    "an empty element": b"<sr:Credit/>",
    "an empty element after a space": b"<sr:Credit />",
    "an empty element of two tags": b"<sr:Credit></sr:Credit>",
    "an empty element with an attribute": b'<sr:Day index="1"/><sr:Day index="2" />',
    "a slash and an equals sign": b"<sr:P>ab/cd+e==</sr:P>",
    "a slash in a value": b'<sr:P href="a/b"/>',
}

NOT_PLAIN = {
    "a reference": b"<a>&amp;</a>",
    "a reference to a character": b"<a>&#65;</a>",
    "CDATA": b"<a><![CDATA[b]]></a>",
    "a comment": b"<a><!-- b --></a>",
    "a carriage return": b"<a>\r\n</a>",
    "a line break": b"<a>\n</a>",
    "a line break in a tag": b"<a\n></a>",
    "a tab in a tag": b'<a\tb="1"></a>',
    "apostrophes": b"<a b='1'></a>",
    "two attributes": b'<a c="1" b="2"></a>',
    "two attributes of an empty element": b'<a c="1" b="2"/>',
    "two spaces before an attribute": b'<a  b="1"></a>',
    "a space after an attribute": b'<a b="1" ></a>',
    "spaces around an equals sign": b'<a b = "1"></a>',
    "a space in a start tag": b"<a ></a>",
    "a space in an end tag": b"<a></a >",
    "a namespace once more": b'<a xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway"/>',
    "a namespace": b'<a xmlns="urn:b"></a>',
    "xml:space": b'<a xml:space="preserve"></a>',
    "a greater-than sign in a text": b"<a>1 > 0</a>",
    "a greater-than sign in a value": b'<a b=">"></a>',
    "the end of an empty element in a text": b"<a>/></a>",
    "the end of an empty element in a value": b'<a b="/>"></a>',
    "a space in a text": b"<a>b c</a>",
    "a quote in a text": b'<a>"</a>',
    "an attribute in a text": b'<a>x b="1"</a>',
}


@pytest.mark.parametrize("content", PLAIN.values(), ids=PLAIN)
@pytest.mark.parametrize(
    "before", [b"", b'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n', b"\xef\xbb\xbf"]
)
def test_what_is_plain_is_told(content, before):
    octets = document(content, before=before) + b"\r\n"
    assert told(octets) == from_the_tree(octets)


@pytest.mark.parametrize("content", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_what_may_change_is_left_to_the_parser(content):
    octets = document(content)
    from_the_tree(octets)  # it is well-formed
    assert told(octets) is None


@pytest.mark.parametrize(
    "opening",
    [
        b"<sr:Request b='1' a=\"2\" xmlns:x='urn:x' xmlns:sr='urn:sr'  >",
        b'<sr:Request\n\txmlns:sr="urn:sr"\r\n a="&lt;&#13;">',
        b'<sr:Request xmlns:sr="urn:sr" xmlns="urn:a" sr:a="1" xml:lang="en">',
    ],
)
def test_the_start_tag_of_the_root_may_be_spelled_in_any_way(opening):
    octets = document(b"<a/>", opening=opening)
    assert told(octets) == from_the_tree(octets)


@pytest.mark.parametrize(
    "opening",
    [
        b'<sr:Request xmlns:sr="urn:sr" a=">">',
        b'<sr:Request xmlns:sr="urn:sr" a="%b">' % (b"1" * 2_048),
        b'<sr:Request xmlns:sr="relative">',
    ],
    ids=["a greater-than sign", "long", "without a canonical form"],
)
def test_a_start_tag_that_is_odd_is_left_to_the_parser(opening):
    assert told(document(b"<a/>", opening=opening)) is None


# --- every document --------------------------------------------------------------------------

PIECES = [
    *(b"< > / /> <a> </a> <a/> <sr:b> </sr:b> & &amp; &#13; \" ' = == ! ? - -- ]]>".split()),
    *(b'c="1" c="2" sr:d="" xmlns:e="urn:e" xmlns:sr="urn:sr" xml:space="x" c=\'1\''.split()),
    *(b"<!-- --> <![CDATA[ ]]> <?pi ?> <e:f> </e:f> 1 x \xc2\xa0 \xe2\x80\xa8".split()),
    *(b' c="', b'">', b'"/>', b" />", b" >", b"\n", b"\t", b"\r", b" ", b"  "),
]
pieces = st.lists(st.sampled_from(PIECES), max_size=6).map(b"".join)


def elements(inner: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Elements around others, nearly as they are written usually."""
    space = st.sampled_from([b"", b"", b"", b"", b" ", b"\n", b"  "])
    attribute = st.sampled_from([b"", b"", b' c="1"', b' d="2/"', b" c='1'", b' c="1" b=""'])
    name = st.sampled_from([b"a", b"sr:b", b"x:c"])
    whole = st.builds(
        lambda name, attribute, space, content, end: (
            b"<%b%b%b>%b</%b%b>" % (name, attribute, space, content, name, end)
        ),
        name,
        attribute,
        space,
        st.lists(inner, max_size=3).map(b"".join),
        space,
    )
    empty = st.builds(
        lambda name, attribute, space: b"<%b%b%b/>" % (name, attribute, space),
        name,
        attribute,
        space,
    )
    return whole | empty


texts = st.sampled_from(
    [b"", b"", b"1", b"a b", b"\xc2\xa3", b"&lt;", b"x>y", b"\n  ", b'"', b"/>"]
)
contents = st.recursive(texts, elements, max_leaves=8)


def hold(octets: bytes) -> None:
    expected = None
    with suppress(MessageRefusedError):
        expected = from_the_tree(octets)
    assume(expected is not None)
    assert told(octets) in (None, expected)


@pytest.mark.slow
@settings(max_examples=600)
@given(contents, contents)
def test_it_is_never_told_otherwise_than_the_tree_has_it(one, other):
    hold(document(one + other))


@pytest.mark.slow
@settings(max_examples=600)
@given(contents, pieces, st.integers(0, 200))
def test_neither_is_it_with_anything_put_in_anywhere(content, put_in, position):
    octets = document(content)
    position = min(position + len(OPENING), len(octets))
    changed = octets[:position] + put_in + octets[position:]
    assume(b"<?" not in changed and b"<!DOCTYPE" not in changed)
    hold(changed)


def test_a_tree_that_libxml2_wrote_is_always_told():
    """As programs write them: canonical but for their empty elements."""
    root = etree.fromstring(document(b"".join(PLAIN.values())))
    for octets in (etree.tostring(root, encoding="unicode").encode(), canonical(root)):
        assert told(octets) == canonical(root)


def test_a_text_of_a_million_empty_ends_is_given_up_before_it_is_taken_apart():
    octets = document(b"<a>" + b"xy/>" * 250_000 + b"</a>")
    tracemalloc.start()
    try:
        assert told(octets) is None
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The content, copied once; taken apart it was twenty times as much.
    assert peak < 2 * len(octets)
