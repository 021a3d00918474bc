"""Keeps messages from costing more than their size explains: a bound on nodes, and on the work.

Canonicalising visits, for every element, every namespace declaration that is in scope, and for
each of these searches the ancestors again; and what declares or attributes an element has are
compared with each other. A message of 32 kB can be built so that this takes seven seconds. So
nodes are counted before anything is parsed, and the work is estimated before anything is
canonicalised by libxml2: from counts of octets where these alone show that it is little, as they
do for every real message, else from the tree. What is let through grows with the size, as real
messages do, so that a megabyte of the worst takes some tens of milliseconds.
"""

from lxml import etree

from rules.messages.refusals import MessageReason, MessageRefusedError

MAX_TAGS = 40_000
"""Start and end tags and comments, or one in `_OCTETS_FOR_A_TAG` where that is more."""
_OCTETS_FOR_A_TAG = 20
"""Less than a tag takes in the longest list that the DUIS schema has: DeviceIDs, each of 23
characters between two tags. In real messages it is more than 30."""
MAX_ATTRIBUTES = 20_000
_OCTETS_FOR_AN_ATTRIBUTE = 50
MAX_DECLARATIONS = 10_000
"""Of namespaces. Their number alone costs, by its square, before there is a tree to look at."""

MAX_WORK = 4_000_000
"""Steps, of which a millisecond has some 200,000, or `_WORK_FOR_AN_OCTET` where that is more.
Real messages take some thousands."""
_WORK_FOR_AN_OCTET = 4

_FEW_TAGS_SIZE = 16_384
"""Octets that cannot hold too many tags."""
_TINY_SIZE = 2_048
"""Octets of which nothing can be built that takes more than some milliseconds."""
SIMPLE_SIZE = 6_144
SIMPLE_DECLARATIONS = 8
"""A document of at most so many octets and namespace declarations, all of them on its root, with
one attribute an element at most, takes less than `MAX_WORK` in any case: an element has 4 octets
and takes 9 * (256 + 8) + 1 steps."""
_MAX_DEPTH = 256
_HUGE_MAX_DEPTH = 2048
"""How deep libxml2 lets elements nest, without and with its option for huge texts."""
_USUAL_DEPTH = 16
"""A Request of the DUIS 5.4 schema nests 10 deep."""
_USUAL_ATTRIBUTES = 64
_IS_DEEPER = etree.XPath(f"boolean({'/*' * (_USUAL_DEPTH + 1)})")
_HAS_MORE_ATTRIBUTES = etree.XPath(f"boolean(//*[@*[{_USUAL_ATTRIBUTES + 1}]])")


def require_few_tags(message: bytes) -> None:
    """Return quietly when the octets cannot become an unreasonable number of nodes.

    Raises:
        MessageRefusedError: There are more tags, attributes or namespace declarations than the
            size of the message explains.
    """
    size = len(message)
    if size <= _FEW_TAGS_SIZE:
        return
    if message.count(b"<") > max(MAX_TAGS, size // _OCTETS_FOR_A_TAG):
        raise MessageRefusedError(MessageReason.TOO_COMPLEX, "too many tags for its size")
    attributes = message.count(b'="') + message.count(b"='")
    if attributes > max(MAX_ATTRIBUTES, size // _OCTETS_FOR_AN_ATTRIBUTE):
        raise MessageRefusedError(MessageReason.TOO_COMPLEX, "too many attributes for its size")
    if message.count(b"xmlns") > MAX_DECLARATIONS:
        raise MessageRefusedError(
            MessageReason.TOO_COMPLEX, f"more than {MAX_DECLARATIONS:,} namespace declarations"
        )


def require_little_work(message: bytes, root: etree._Element, *, huge: bool) -> None:
    """Return quietly when canonicalising the tree is little work for the size of the message.

    Raises:
        MessageRefusedError: It may take more than `MAX_WORK` steps.
    """
    size = len(message)
    if size <= _TINY_SIZE:
        return
    limit = max(MAX_WORK, size * _WORK_FOR_AN_OCTET)
    # Each attribute and each namespace declaration has a `=`; one octet is counted fastest.
    attributes = message.count(b"=")
    if attributes**2 <= limit or not _HAS_MORE_ATTRIBUTES(root):
        tags = message.count(b"<")
        declarations = message.count(b"xmlns")
        deepest = _HUGE_MAX_DEPTH if huge else _MAX_DEPTH
        at_most = tags * (1 + declarations)
        if at_most * (deepest + declarations) <= limit or (
            at_most * (_USUAL_DEPTH + declarations) <= limit and not _IS_DEEPER(root)
        ):
            return
    if _work(root, limit) > limit:
        raise MessageRefusedError(
            MessageReason.TOO_COMPLEX,
            "too many namespace declarations or attributes in each other",
        )


def _work(root: etree._Element, limit: int) -> int:
    """Return about how many steps canonicalising takes, no further than `limit`."""
    work = depth = declarations = 0
    for event, node in etree.iterwalk(root, events=("start", "end", "start-ns", "end-ns")):
        match event:
            case "start":
                depth += 1
                work += (1 + declarations) * (depth + declarations) + len(node.attrib) ** 2
            case "end":
                depth -= 1
            case "start-ns":
                declarations += 1
            case _:
                declarations -= 1
        if work > limit:
            break
    return work
