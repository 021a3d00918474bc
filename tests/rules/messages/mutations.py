"""Changes to a message such as an attacker, a careless tool or a bad line would make."""

from hypothesis import strategies as st

from tests.rules.messages.builders import DS, DUIS, MESSAGE, OTHER_KEY, Parts, sign

_OTHER = sign(Parts(srv="4.1.2", request_id=Parts().request_id + "1").text(), key=OTHER_KEY)

FRAGMENTS = [
    b"<!-- x -->",
    b"<!---->",
    b"<![CDATA[x]]>",
    b"<![CDATA[]]>",
    b"<![CDATA[",
    b"]]>",
    b"<?x y?>",
    b"<!DOCTYPE r>",
    b"\n",
    b"\r",
    b"\r\n",
    b"\t",
    b" ",
    b"&#13;",
    b"&#xD;",
    b"&#10;",
    b"&amp;",
    b"&lt;",
    b"&#x34;",
    b"\xc2\xa0",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\x00",
    b"x",
    b"4",
    b"=",
    b"'",
    b'"',
    b"<",
    b">",
    b"/",
    b"<x/>",
    b"</x>",
    b"<x>",
    b' x="y"',
    b" xmlns=''",
    b' xmlns:ds="urn:x"',
    b' xmlns:sr="urn:x"',
    b' xmlns:x="relative"',
    f' xmlns="{DS}"'.encode(),
    f' xmlns:ds="{DS}"'.encode(),
    f' xmlns:sr="{DUIS}"'.encode(),
    b"ds:",
    b"sr:",
    b"<ds:Signature/>",
    b"<sr:Header/>",
    b"<sr:ServiceReferenceVariant>4.1.2</sr:ServiceReferenceVariant>",
]

_BOUNDARIES = [0, *(i + 1 for i, octet in enumerate(MESSAGE) if octet in b"<>\"' =:/")]


@st.composite
def _spans(draw: st.DrawFn, message: bytes) -> tuple[int, int]:
    """Return the ends of a part of a message: a tag, an element, a text or anything."""
    inner = [i for i in _BOUNDARIES if i <= len(message)] + [len(message)]
    places = st.one_of(st.sampled_from(inner), st.integers(0, len(message)))
    start, end = sorted((draw(places), draw(places)))
    return start, end


@st.composite
def _changed(draw: st.DrawFn, message: bytes) -> bytes:
    start, end = draw(_spans(message))
    kind = draw(st.sampled_from(["insert", "insert", "insert", "replace", "flip", "move", "take"]))
    fragment = draw(st.sampled_from(FRAGMENTS))
    if kind == "insert":
        return message[:start] + fragment + message[start:]
    if kind == "replace":
        return message[:start] + fragment + message[min(end, start + 12) :]
    if kind == "flip":
        octet = bytes([draw(st.integers(0, 255))])
        return message[:start] + octet + message[start + 1 :]
    if kind == "move":
        to = draw(st.sampled_from(_BOUNDARIES))
        return message[:to] + message[start:end] + message[to:]
    other_start, other_end = draw(_spans(_OTHER))
    return message[:start] + _OTHER[other_start:other_end] + message[end:]


@st.composite
def mutated(draw: st.DrawFn, message: bytes = MESSAGE) -> bytes:
    """Return a message with one to three changes."""
    for _ in range(draw(st.integers(1, 3))):
        message = draw(_changed(message))
    return message
