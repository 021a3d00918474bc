"""Keeps small messages from costing seconds: a bound on what canonicalising them may take.

Canonicalising visits, for every element, every namespace declaration that is in scope, and for
each of these searches the ancestors again. A message of 32 kB can be built so that this takes
seven seconds. So the work is estimated first: from counts of octets where these alone show that
it is little, as they do for every real message, else from the tree, exactly.
"""

from lxml import etree

from rules.messages.refusals import MessageReason, MessageRefusedError

MAX_TAGS = 400_000
"""Start and end tags and comments. Beyond it the tree alone would take hundreds of megabytes."""

MAX_WORK = 50_000_000
"""Steps; about a quarter of a second. Real messages take some thousands."""

_TINY_SIZE = 2_048
_PLAIN_SIZE = 16_384
_PLAIN_ATTRIBUTES = 40
"""Nothing that can be built of so many octets, or so many with so few attributes, takes more than
some milliseconds."""
_MAX_DEPTH = 256
_HUGE_MAX_DEPTH = 2048
"""How deep libxml2 lets elements nest, without and with its option for huge texts."""


def require_few_tags(message: bytes) -> None:
    """Return quietly when the octets cannot become an unreasonable number of nodes.

    Raises:
        MessageRefusedError: There are more than `MAX_TAGS` tags.
    """
    # A tag takes three octets at least, so that the count can be spared for most messages.
    if len(message) > 3 * MAX_TAGS and message.count(b"<") > MAX_TAGS:
        raise MessageRefusedError(MessageReason.TOO_COMPLEX, f"more than {MAX_TAGS:,} tags")


def require_little_work(message: bytes, root: etree._Element, *, huge: bool) -> None:
    """Return quietly when canonicalising the tree is little work.

    Raises:
        MessageRefusedError: It may take more than `MAX_WORK` steps.
    """
    if len(message) <= _TINY_SIZE:
        return
    # Each attribute and each namespace declaration has a `=`; one octet is counted fastest.
    attributes = message.count(b"=")
    if attributes <= _PLAIN_ATTRIBUTES and len(message) <= _PLAIN_SIZE:
        return
    declarations = message.count(b"xmlns")
    depth = _HUGE_MAX_DEPTH if huge else _MAX_DEPTH
    at_most = message.count(b"<") * (1 + declarations) * (depth + declarations)
    if at_most + attributes**2 > MAX_WORK and _work(root) > MAX_WORK:
        raise MessageRefusedError(
            MessageReason.TOO_COMPLEX,
            "too many namespace declarations or attributes in each other",
        )


def _work(root: etree._Element) -> int:
    """Return about how many steps canonicalising takes, no further than `MAX_WORK`."""
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
        if work > MAX_WORK:
            break
    return work
