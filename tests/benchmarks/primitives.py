"""The least that any checker built on the same libraries must do for a message."""

import base64
import hashlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from lxml import etree

from tests.benchmarks.messages import Signer
from tests.benchmarks.timing import Side

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
# As the checker's own: the fastest that does not fetch or expand anything.
_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    no_network=True,
    remove_comments=True,
    collect_ids=False,
)
_ALGORITHM = ec.ECDSA(hashes.SHA256())


def primitives(message: bytes, signer: Signer) -> Side:
    """Return a call that does each primitive once, on what was prepared for it.

    The whole message is parsed by lxml; the document without its Signature put in inclusive
    canonical form and digested; SignedInfo put in exclusive canonical form, and its signature
    verified by cryptography with a key that was parsed before.
    """
    bare = etree.fromstring(message, _PARSER)
    signature = bare[-1]
    value = base64.b64decode(signature.findtext(f"{_DS}SignatureValue", ""))
    digest = base64.b64decode(signature.findtext(f".//{_DS}DigestValue", ""))
    signed_info = etree.fromstring(
        etree.tostring(signature.find(f"{_DS}SignedInfo"), method="c14n", exclusive=True), _PARSER
    )
    bare.remove(signature)
    canonical = etree.tostring(bare, method="c14n", with_comments=False)
    if hashlib.sha256(canonical).digest() != digest:
        raise AssertionError("the primitives do not digest what was signed")
    signed = etree.tostring(signed_info, method="c14n", exclusive=True, with_comments=False)
    r, s = (int.from_bytes(half, "big") for half in (value[:32], value[32:]))
    encoded = encode_dss_signature(r, s)
    public_key = signer.key.public_key()

    def do_each() -> None:
        etree.fromstring(message, _PARSER)
        etree.tostring(bare, method="c14n", with_comments=False)
        hashlib.sha256(canonical).digest()
        etree.tostring(signed_info, method="c14n", exclusive=True, with_comments=False)
        public_key.verify(encoded, signed, _ALGORITHM)

    do_each()
    return do_each
