"""No small message costs much, and no real one is taken for a costly one."""

from time import thread_time

import pytest
from lxml import etree

from rules.messages.canonical_text import canonical_text
from rules.messages.complexity import (
    SIMPLE_DECLARATIONS,
    SIMPLE_SIZE,
    require_little_work,
)
from rules.messages.express import read_express
from rules.messages.reading import DEFAULT_SIZE_LIMIT, read_message
from rules.messages.refusals import MessageReason, MessageRefusedError
from rules.messages.signature_form import read_signature
from tests.rules.messages.builders import Parts, sign


def nested(depth: int, declarations: int, leaves: int) -> str:
    names = [
        " ".join(f'xmlns:n{level}x{i}="urn:{i}"' for i in range(declarations))
        for level in range(depth)
    ]
    return "".join(f"<d {declared}>" for declared in names) + "<e/>" * leaves + "</d>" * depth


HOSTILE = {
    "many namespaces in each other": nested(200, 3, 1500),
    "many namespaces on one element": nested(1, 3000, 5),
    "many namespaces around many elements": nested(1, 400, 1800),
    "many attributes on one element": "<e " + " ".join(f'a{i}=""' for i in range(9000)) + "/>",
    "many elements deep down": nested(240, 1, 60_000),
    "many elements": "<e/>" * 450_000,
    "sixteen kilobytes of elements under forty namespaces, deep down": (
        "<e>" * 240 + nested(1, 38, 3_000) + "</e>" * 240
    ),
}
"""Without a limit these would take from a tenth of a second to minutes."""

HARMLESS = {
    "the largest request there is, ten times": "<sr:A x='1' y='2'><sr:B>c</sr:B></sr:A>" * 3000,
    "a namespace declared again and again": '<x:e xmlns:x="urn:x" xmlns:y="urn:y"/>' * 3000,
    "deep": nested(200, 0, 10),
    "a long list": "<e/>" * 35_000,
    "a long text": "QUJD" * 100_000 + "=",
    "a text of equal signs": "=" * 200_000,
}


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in HOSTILE.items()])
def test_what_would_take_long_is_refused_at_once(body):
    text = Parts(body=f"<sr:X>{body}</sr:X>").text().encode()

    began = thread_time()
    express = read_express(text, size_limit=DEFAULT_SIZE_LIMIT)
    with pytest.raises(MessageRefusedError) as refused:
        read_message(text)
    took = thread_time() - began

    assert express is None
    assert refused.value.reason is MessageReason.TOO_COMPLEX
    # Of the processor; on a machine that is not slow it is a tenth of that.
    assert took < 2


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in HARMLESS.items()])
def test_what_takes_no_time_is_read_however_large(body):
    message = sign(Parts(body=f"<sr:X>{body}</sr:X>").text())

    assert read_express(message, size_limit=DEFAULT_SIZE_LIMIT) is not None
    read = read_message(message)
    assert read.signature is not None
    form = read_signature(read.root, read.signature)
    assert form.document_digest == form.digest_value


def test_what_is_simple_and_small_is_little_work_in_any_case():
    """So it need not be counted before it is read the fast way."""
    declared = "".join(f' xmlns:n{i}="urn:{i}"' for i in range(SIMPLE_DECLARATIONS))
    around = "<e>" * 240, "</e>" * 240
    room = SIMPLE_SIZE - len("".join(around)) - len(f"<r{declared}></r>")
    worst = f"<r{declared}>{around[0]}{'<e/>' * (room // len('<e/>'))}{around[1]}</r>".encode()
    assert SIMPLE_SIZE - 4 < len(worst) <= SIMPLE_SIZE
    require_little_work(worst, etree.fromstring(worst), huge=False)
    assert canonical_text(worst, 0) is not None


def test_more_namespaces_than_that_on_the_root_are_counted_first():
    declared = "".join(f' xmlns:n{i}="urn:{i}"' for i in range(SIMPLE_DECLARATIONS + 1))
    assert canonical_text(f"<r{declared}><e/></r>".encode(), 0) is None
