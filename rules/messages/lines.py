"""Tells on which line of its octets an element of a message starts.

libxml2 keeps no line above 65,534 and takes one from nearby instead, and says of a start tag of
several lines where it ends. So the start tags are counted in the octets.
"""

import re

from lxml import etree

# What well-formed XML has after a `<`; nothing else in it has that character.
_MARKUP = re.compile(rb"<(?:!--.*?-->|!\[CDATA\[.*?\]\]>|\?.*?\?>|/|(?P<start>))", re.DOTALL)
_STEP = re.compile(r"(?:([^:\[\]]+):)?([^:\[\]]+)(?:\[([0-9]+)\])?")


def line_of(element: etree._Element, message: bytes) -> int:
    """Return the line, from 1, on which an element starts.

    Args:
        element: Of a tree that was parsed from the message, whole up to that element.
        message: The octets, well-formed and in UTF-8.
    """
    tree = element.getroottree()
    number = next(i for i, each in enumerate(tree.iter("*")) if each is element)
    for match in _MARKUP.finditer(message):
        if match.lastgroup != "start":
            continue
        if number == 0:
            return message.count(b"\n", 0, match.start()) + 1
        number -= 1
    raise ValueError("the element is not of this message")


def element_at(root: etree._Element, path: str) -> etree._Element:
    """Return the element that libxml2 calls so, as `/sr:Request/sr:Body/sr:ReadInventory[2]`.

    Where the path goes on to an attribute it is the element that has it; where libxml2 has cut it
    off, as it does with names that nobody gives, the last that it still names.
    """
    element = root
    for step in path.split("/")[2:]:
        parsed = _STEP.fullmatch(step)
        if parsed is None or step.startswith("@"):
            break
        prefix, name, number = parsed.groups()
        same = [child for child in element.iterchildren("*") if _is_called(child, prefix, name)]
        if not same:
            break
        element = same[min(int(number or 1), len(same)) - 1]
    return element


def _is_called(element: etree._Element, prefix: str | None, name: str) -> bool:
    # An element in a default namespace has no name there.
    if prefix is None and name == "*":
        return True
    called = etree.QName(element)
    if prefix is None and called.namespace is not None:
        return False
    return element.prefix == prefix and called.localname == name
