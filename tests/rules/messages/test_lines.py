"""The line of an element is counted in the octets, whatever stands before it."""

import pytest
from hypothesis import given, strategies as st
from lxml import etree

from rules.messages.lines import element_at, line_of
from rules.messages.reading import parse_xml


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ("", 1),
        ("\n", 2),
        ("\r\n", 2),
        ("<!-- <e/>\n<e/> -->", 2),
        ("<a>\n</a>\n", 3),
        ("<a\n\n/>", 3),
        ("<![CDATA[<e/>\n]]>", 2),
        ("<?p <e/>\n?>", 2),
        ("<a b='/>&gt;\n'/>", 2),
        ("é\n" * 70_000, 70_001),
    ],
)
def test_an_element_starts_on_the_line_of_its_tag(before, line) -> None:
    octets = f"<r>{before}<e\n\n/></r>".encode()
    (element,) = parse_xml(octets).iter("e")
    assert line_of(element, octets) == line


def test_what_stands_after_an_element_does_not_matter() -> None:
    octets = b"<r>\n<e/><s>\n</s></r>"
    without = etree.fromstring(octets)
    without.remove(without[1])
    assert line_of(without[0], octets) == 2


def test_an_element_of_another_message_has_no_line_in_this_one() -> None:
    with pytest.raises(ValueError, match="not of this message"):
        line_of(etree.fromstring("<r><e/></r>")[0], b"<r/>")


_NAMES = st.sampled_from(["a", "b", "x:a", "x:b", "y:a"])
_TREES = st.recursive(
    st.just([]), lambda inner: st.lists(st.tuples(_NAMES, inner), max_size=4), max_leaves=12
)


def _written(tree) -> str:
    return "".join(f"<{name}>\n{_written(inner)}</{name}>" for name, inner in tree)


@given(_TREES, st.sampled_from(["", ' xmlns="urn:d"', ' xmlns="urn:x"']))
def test_every_element_is_found_by_what_libxml2_calls_it(tree, default) -> None:
    text = f'<r{default} xmlns:x="urn:x" xmlns:y="urn:y">{_written(tree)}</r>'
    root = etree.fromstring(text)
    for element in root.iter("*"):
        path = element.getroottree().getpath(element)
        assert element_at(root, path) is element
        assert element_at(root, f"{path}/@b") is element
        # Each start tag has a line of its own here, but the root's.
        number = list(root.iter("*")).index(element)
        assert line_of(element, text.encode()) == text[: _start(text, number)].count("\n") + 1


def _start(text: str, number: int) -> int:
    starts = [i for i, each in enumerate(text) if each == "<" and text[i + 1] != "/"]
    return starts[number]


def test_no_path_is_the_root_itself() -> None:
    root = etree.fromstring("<r><e/></r>")
    assert element_at(root, "") is root
    assert element_at(root, "/r") is root
