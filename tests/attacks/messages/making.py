"""What attackers make their messages of: the victim's message, keys of their own, odd signatures.

The register knows three certificates: the victim's, the attacker's (another Supplier Party, with
an xmlSign certificate of its own, all in order) and one whose serial number is the victim's but
for its last digit. An attacker has seen many messages of the victim and never the victim's key.
"""

import hashlib
import hmac
from base64 import b64decode
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from rules.messages.refusals import MessageReason
from rules.register.snapshot import Snapshot
from rules.service_requests.decision import Decision
from rules.service_requests.reasons import CheckReason
from tests.rules.messages.builders import (
    DS,
    KEY,
    MESSAGE,
    OTHER_KEY,
    SERIAL,
    Parts,
    Sig,
    b64,
    raw_signature,
    sign,
    without_signature,
)
from tests.rules.service_requests.world import (
    OTHER_PARTYS_USER_ID,
    SOUTHGATE,
    ask,
    certificate,
    notification,
    snapshot,
    user,
)

Attack = tuple[bytes, MessageReason | CheckReason]
"""A message, and the one reason for which it is refused."""

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ATTACKERS_SERIAL = SERIAL + 0x1000
NEXT_SERIAL = SERIAL + 1

REGISTER: Snapshot = snapshot(
    certificate(),
    certificate(
        key=OTHER_KEY, serial=ATTACKERS_SERIAL, eui64=OTHER_PARTYS_USER_ID, mpids=(), **SOUTHGATE
    ),
    certificate(key=OTHER_KEY, serial=NEXT_SERIAL, eui64=OTHER_PARTYS_USER_ID, **SOUTHGATE),
    users=(
        user(),
        user(
            eui64=OTHER_PARTYS_USER_ID,
            notifications=(notification(ATTACKERS_SERIAL), notification(NEXT_SERIAL)),
            **SOUTHGATE,
        ),
    ),
)

TEXT = MESSAGE.decode()
DECLARATION = Parts().declaration
DOCUMENT = TEXT.removeprefix(DECLARATION)
SIGNATURE = TEXT[TEXT.index("<ds:Signature ") : TEXT.index("</ds:Signature>") + 15]
UNSIGNED = DOCUMENT.replace(SIGNATURE, "")
DIGEST = TEXT.partition("<ds:DigestValue>")[2].partition("<")[0]
VALUE = TEXT.partition("<ds:SignatureValue>")[2].partition("<")[0]

SPKI = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
SPKI_PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def decided(message: bytes) -> Decision:
    """Decide a message by the register that every attack is made on."""
    return ask(message, REGISTER)


def changed(old: str, new: str, *, text: str = TEXT) -> bytes:
    """Return the victim's message with a change made after it was signed."""
    assert text.count(old) == 1, (text.count(old), old)
    return text.replace(old, new).encode()


def signed(**parts: str) -> bytes:
    """Return a message that the victim itself signs, validly, but built in a forbidden way."""
    return sign(Parts(**parts).text())


def signed_by(**parts: str) -> bytes:
    """Return a message with a Signature that the victim itself makes in a forbidden way."""
    return sign(Parts(signature=Sig(**parts).text()).text())


def attackers(**parts: str) -> str:
    """Return the text of a Signature that names the attacker's own certificate."""
    return Sig(**{"serial": str(ATTACKERS_SERIAL), **parts}).text()


def signed_info_of(text: str) -> bytes:
    """Return the canonical SignedInfo of a document, of the first Signature in it."""
    root = etree.fromstring(text.encode())
    found = next(root.iter(f"{{{DS}}}SignedInfo"))
    return etree.tostring(found, method="c14n", exclusive=True, with_comments=False)


def signed_with(
    make: Callable[[bytes], bytes],
    *,
    text: str | None = None,
    over: Callable[[str], bytes] = signed_info_of,
) -> bytes:
    """Return a message whose SignatureValue is made in some other way.

    Args:
        make: From the octets that are signed to the octets of the SignatureValue.
        text: The document, with `DIGEST` and `VALUE` where these belong.
        over: From the document with its digest to the octets that are signed.
    """
    text = Parts().text() if text is None else text
    digest = hashlib.sha256(without_signature(text.encode())).digest()
    text = text.replace("DIGEST", b64(digest))
    return text.replace("VALUE", b64(make(over(text)))).encode()


def by_victim(octets: bytes) -> bytes:
    return raw_signature(octets, KEY)


def hmac_with(key: bytes) -> Callable[[bytes], bytes]:
    """Return what makes an HMAC-SHA256 with octets that everybody knows."""
    return lambda octets: hmac.digest(key, octets, "sha256")


def with_numbers(r: int, s: int) -> bytes:
    """Return the victim's message with another r and s."""
    return changed(VALUE, b64(r.to_bytes(32, "big") + s.to_bytes(32, "big")))


def numbers() -> tuple[int, int]:
    """Return the r and s of the victim's message."""
    octets = b64decode(VALUE)
    return int.from_bytes(octets[:32], "big"), int.from_bytes(octets[32:], "big")


def in_der(octets: bytes) -> bytes:
    """Return a raw signature as ECDSA has it elsewhere."""
    return encode_dss_signature(
        int.from_bytes(octets[:32], "big"), int.from_bytes(octets[32:], "big")
    )
