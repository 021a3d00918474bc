"""What is asked of a node of `xml.dom.minidom`: names, children and text, without comments."""

import re
from base64 import b64decode, b64encode
from binascii import Error
from xml.dom import Node
from xml.dom.minidom import Element

from tests.reference.failing import unless

DUIS = "http://www.dccinterface.co.uk/ServiceUserGateway"
DS = "http://www.w3.org/2000/09/xmldsig#"
WHITE_SPACE = " \t\r\n"

_TEXTS = {Node.TEXT_NODE, Node.CDATA_SECTION_NODE}


def children(node: Element) -> list[Element]:
    return [child for child in node.childNodes if child.nodeType == Node.ELEMENT_NODE]


def descendants(node: Element) -> list[Element]:
    """Return all elements in an element, in the order in which they begin."""
    return [each for child in children(node) for each in (child, *descendants(child))]


def is_named(node: Element, namespace: str, name: str) -> bool:
    return (node.namespaceURI, node.localName) == (namespace, name)


def names(node: Element, namespace: str) -> list[str]:
    """Return the names of an element's children; one of another namespace has none."""
    return [child.localName if child.namespaceURI == namespace else "" for child in children(node)]


def text(node: Element) -> str:
    """Return the text of an element, as if the comments in it were not there."""
    return "".join(child.data for child in node.childNodes if child.nodeType in _TEXTS)


def is_text_alone(node: Element) -> bool:
    return not children(node)


def holds_elements_alone(node: Element) -> bool:
    """Tell whether there is nothing but white space between the children of an element."""
    return not text(node).strip(WHITE_SPACE)


def attributes(node: Element) -> dict[str, str]:
    """Return the attributes of an element that declare no namespace, by their names as written."""
    all_of_them = [node.attributes.item(i) for i in range(node.attributes.length)]
    return {
        attribute.name: attribute.value
        for attribute in all_of_them
        if attribute.name != "xmlns" and attribute.prefix != "xmlns"
    }


def uniform_attributes(node: Element) -> set[tuple[str | None, str]]:
    """Return the attributes of an element that declare no namespace, by namespace and name."""
    all_of_them = [node.attributes.item(i) for i in range(node.attributes.length)]
    return {
        (attribute.namespaceURI, attribute.localName)
        for attribute in all_of_them
        if attribute.name != "xmlns" and attribute.prefix != "xmlns"
    }


def octets(node: Element, reason: str) -> bytes:
    """Read base64 as XSD has it (3.2.16): white space is none of it, every other bit counts."""
    unless(is_text_alone(node), reason)
    packed = re.sub(f"[{WHITE_SPACE}]", "", text(node))
    try:
        found = b64decode(packed, validate=True)
    except (Error, ValueError):
        unless(condition=False, reason=reason)
        raise
    unless(b64encode(found).decode() == packed, reason)
    return found
