"""Signs an input anew, as somebody would who holds the key, so that it is read to its end.

A change to what was signed is found out at once; behind that nothing would ever be asked.
"""

import re

from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree

from tests.rules.messages.builders import KEY, sign

_DIGEST = re.compile(r"(<(?:\w+:)?DigestValue>)[^<]*(?=<)")
_VALUE = re.compile(r"(<(?:\w+:)?SignatureValue>)[^<]*(?=<)")


def signed_anew(message: bytes, key: ec.EllipticCurvePrivateKey = KEY) -> bytes | None:
    """Return a message with the digest and the signature that belong to it, if it can have any."""
    try:
        text = message.decode()
        text = _DIGEST.sub(r"\1DIGEST", text, count=1)
        return sign(_VALUE.sub(r"\1VALUE", text, count=1), key=key)
    except (AssertionError, ValueError, etree.LxmlError, StopIteration):
        return None  # nothing to sign, or nowhere to sign it
