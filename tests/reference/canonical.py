"""Canonical XML, inclusive (1.0) and exclusive, without comments, written anew over minidom.

Slow and plain on purpose: it shares neither a parser nor any code with what is held against it.
"""

from xml.dom import Node

XMLNS = "http://www.w3.org/2000/xmlns/"
_TEXTS = {Node.TEXT_NODE, Node.CDATA_SECTION_NODE}
_IN_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"}
_IN_ATTRIBUTE = {
    "&": "&amp;",
    "<": "&lt;",
    '"': "&quot;",
    "\t": "&#x9;",
    "\n": "&#xA;",
    "\r": "&#xD;",
}


def canonical(element, *, exclusive: bool = False, without=None) -> bytes:
    """Return an element in Canonical XML 1.0, or exclusively, without comments."""
    written: list[str] = []
    _write(element, {}, written, exclusive=exclusive, without=without)
    return "".join(written).encode()


def _write(node, outer: dict[str, str], written: list[str], *, exclusive: bool, without) -> None:
    """Write a node; `outer` has the namespaces that are written around it, by prefix."""
    if node is without:
        return
    if node.nodeType in _TEXTS:
        written.append(_escaped(node.data, _IN_TEXT))
    if node.nodeType != Node.ELEMENT_NODE:
        return
    attributes = [
        node.attributes.item(i)
        for i in range(node.attributes.length)
        if node.attributes.item(i).namespaceURI != XMLNS
    ]
    scope = _in_scope(node)
    if exclusive:
        used = {node.prefix or "", *(a.prefix for a in attributes if a.prefix)}
        scope = {prefix: uri for prefix, uri in scope.items() if prefix in used}
        scope.setdefault(node.prefix or "", "")
    scope.pop("xml", None)
    new = {
        prefix: uri
        for prefix, uri in scope.items()
        if outer.get(prefix, "" if prefix == "" else None) != uri
    }
    written.append(f"<{node.tagName}")
    for prefix, uri in sorted(new.items()):
        name = f"xmlns:{prefix}" if prefix else "xmlns"
        written.append(f' {name}="{_escaped(uri, _IN_ATTRIBUTE)}"')
    written.extend(
        f' {attribute.name}="{_escaped(attribute.value, _IN_ATTRIBUTE)}"'
        for attribute in sorted(attributes, key=lambda a: (a.namespaceURI or "", a.localName))
    )
    written.append(">")
    for child in node.childNodes:
        _write(child, {**outer, **new}, written, exclusive=exclusive, without=without)
    written.append(f"</{node.tagName}>")


def _in_scope(node) -> dict[str, str]:
    """Return every namespace in scope of an element, by prefix; an empty one is none."""
    scope: dict[str, str] = {}
    while node is not None and node.nodeType == Node.ELEMENT_NODE:
        for i in range(node.attributes.length):
            attribute = node.attributes.item(i)
            if attribute.namespaceURI == XMLNS:
                prefix = attribute.localName if attribute.prefix else ""
                scope.setdefault(prefix, attribute.value or "")  # minidom has None for none
        node = node.parentNode
    return {"": "", **scope}


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in text)
