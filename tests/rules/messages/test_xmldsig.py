"""What the enveloped signature transform takes out of a document, and what it leaves."""

import pytest
from lxml import etree

from rules.messages.xmldsig import (
    P256_ORDER,
    canonical,
    detach_signature,
    public_key,
    split_signature_value,
)
from tests.rules.messages.builders import KEY, point

pytestmark = pytest.mark.serves("MP104-XMLDSIG")


@pytest.mark.parametrize(
    ("document", "left"),
    [
        ("<a><b/><s/></a>", "<a><b></b></a>"),
        ("<a><b/> <s/>  </a>", "<a><b></b>   </a>"),
        ("<a><b/>x<s>y</s>z</a>", "<a><b></b>xz</a>"),
        ("<a><s/></a>", "<a></a>"),
        ("<a>x<s/>y</a>", "<a>xy</a>"),
        ("<a><s/>y<b/></a>", "<a>y<b></b></a>"),
        ("<a><b/><s/>y</a>", "<a><b></b>y</a>"),
    ],
)
def test_only_the_element_goes_and_the_text_around_it_stays(document, left):
    root = etree.fromstring(document)
    signature = root.find("s")
    assert signature is not None

    detach_signature(signature)

    assert canonical(root) == left.encode()


def test_a_root_cannot_be_taken_out_of_its_document():
    with pytest.raises(ValueError, match="no parent"):
        detach_signature(etree.fromstring("<s/>"))


def test_a_key_is_parsed_once_and_only_when_it_is_on_the_curve():
    assert public_key(point(KEY)) is public_key(bytes(bytearray(point(KEY))))
    assert public_key(point(KEY)) == KEY.public_key()
    with pytest.raises(ValueError):  # noqa: PT011 - the library's words are its own affair
        public_key(point(KEY)[:-1] + b"\x00")


@pytest.mark.parametrize(
    ("r", "s", "is_in_range"),
    [
        (1, 1, True),
        (P256_ORDER - 1, P256_ORDER - 1, True),
        (0, 1, False),
        (1, 0, False),
        (P256_ORDER, 1, False),
        (1, P256_ORDER, False),
    ],
)
def test_both_numbers_of_a_signature_are_between_zero_and_the_order(r, s, is_in_range):
    value = r.to_bytes(32, "big") + s.to_bytes(32, "big")

    assert split_signature_value(value) == ((r, s) if is_in_range else None)
