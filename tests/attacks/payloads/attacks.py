"""GBCS payloads that must order nothing of a Device, each in a message that its sender may sign.

The attacker sits at the Supplier's own desk: it has the key for signing messages, and sends
Signed Pre-Commands in the Supplier's name. It has not the Supplier's key for signing Commands.
It has seen the Supplier's Commands, and those of another Party, with whom it may be in league.
"""

import hashlib
import hmac
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

from rules.messages.gbcs import MAX_PAYLOAD, GbcsReason as G
from rules.messages.xmldsig import P256_ORDER
from rules.register.snapshot import Snapshot
from rules.service_requests.reasons import CheckReason as C
from tests.rules.messages.builders import KEY, ORIGINATOR, OTHER_KEY, TARGET, b64, point
from tests.rules.messages.gbcs_builders import (
    ANOTHER_KEY,
    CONTENT,
    SUPPLIER_KEY,
    Payload,
    payload,
    pre_command,
    shortest,
)
from tests.rules.messages.vectors import signed
from tests.rules.service_requests.world import (
    AT,
    DAY,
    OTHER_PARTYS_USER_ID,
    OTHER_USER_ID,
    SOUTHGATE,
    certificate,
    snapshot,
    user,
)

AGREEING_KEY = ec.derive_private_key(0xA6EE_1357913579_DECADE_03, ec.SECP256R1())
REVOKED_KEY = ec.derive_private_key(0x2E70_1357913579_DECADE_04, ec.SECP256R1())

_DEVICES = {"remote_party_role": "02", "key_usage": "digitalSignature", "mpids": ()}

REGISTER: Snapshot = snapshot(
    certificate(),
    certificate(serial=20, key=SUPPLIER_KEY, **_DEVICES),
    certificate(serial=21, key=AGREEING_KEY, **{**_DEVICES, "key_usage": "keyAgreement"}),
    certificate(serial=22, key=REVOKED_KEY, revoked_at=AT - DAY, **_DEVICES),
    certificate(
        serial=30, key=ANOTHER_KEY, eui64=OTHER_PARTYS_USER_ID, **{**_DEVICES, **SOUTHGATE}
    ),
    users=(user(), user(eui64=OTHER_PARTYS_USER_ID, notifications=(), **SOUTHGATE)),
)

Attack = tuple[Callable[[], bytes], G | C]
"""What makes the message, and the one reason for which it is refused."""

_GOOD = Payload()
_SEEN = payload()
"""A Command of the Supplier that the attacker has seen."""
_VALUE = _SEEN[-64:]
_R, _S = int.from_bytes(_VALUE[:32], "big"), int.from_bytes(_VALUE[32:], "big")


def message(body: str) -> bytes:
    return signed(srv="1.6", service_reference="1.6", command_variant="5", body=body)


def sent(octets: bytes) -> Callable[[], bytes]:
    return lambda: message(pre_command(octets))


def ordered(**parts) -> Callable[[], bytes]:
    return lambda: message(pre_command(payload(**parts)))


def in_text(text: str) -> Callable[[], bytes]:
    body = f"<sr:SignedPreCommand><sr:GBCSPayload>{text}</sr:GBCSPayload></sr:SignedPreCommand>"
    return lambda: message(body)


def raw(r: int, s: int) -> bytes:
    return (r % 2**256).to_bytes(32, "big") + (s % 2**256).to_bytes(32, "big")


def over(octets: bytes, hashed: hashes.HashAlgorithm | None = None) -> Callable[[], bytes]:
    """Return what makes the good payload with the Supplier's signature over other octets."""
    algorithm = ec.ECDSA(hashed or hashes.SHA256())
    return ordered(signature=raw(*decode_dss_signature(SUPPLIER_KEY.sign(octets, algorithm))))


def over_digest(digest: bytes) -> Callable[[], bytes]:
    made = SUPPLIER_KEY.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))
    return ordered(signature=raw(*decode_dss_signature(made)))


def changed(place: int, octets: bytes) -> Callable[[], bytes]:
    """Return what makes the Command that was seen with some octets changed."""
    return sent(_SEEN[:place] + octets + _SEEN[place + len(octets) :])


_COUNTER, _RECIPIENT, _ORIGINATOR, _CODE, _CONTENT = 3, 21, 12, 31, 34
_INVALID = C.GBCS_SIGNATURE_INVALID

FORGED: dict[str, Attack] = {
    "signed with the key for messages": (ordered(key=KEY), _INVALID),
    "signed with the attacker's key for messages": (ordered(key=OTHER_KEY), _INVALID),
    "signed with another Party's key for Commands": (ordered(key=ANOTHER_KEY), _INVALID),
    "signed with the Supplier's key for agreeing keys": (ordered(key=AGREEING_KEY), _INVALID),
    "signed with the Supplier's revoked key": (
        ordered(key=REVOKED_KEY),
        C.GBCS_CERTIFICATE_NOT_IN_FORCE,
    ),
    "with the signature of another Command": (
        ordered(counter=bytes(8), signature=_VALUE),
        _INVALID,
    ),
    "with a signature of ones": (ordered(signature=raw(1, 1)), _INVALID),
    "with r of the Supplier's key": (
        ordered(signature=raw(int.from_bytes(point(SUPPLIER_KEY)[1:33], "big"), 1)),
        _INVALID,
    ),
    "with r and s exchanged": (ordered(signature=raw(_S, _R)), _INVALID),
    "with r negated": (sent(_SEEN[:-64] + raw(P256_ORDER - _R, _S)), _INVALID),
    "with r and s negated": (sent(_SEEN[:-64] + raw(P256_ORDER - _R, P256_ORDER - _S)), _INVALID),
    "with its signature turned around": (sent(_SEEN[:-64] + _VALUE[::-1]), _INVALID),
    "with zeros for a signature": (ordered(signature=raw(0, 0)), G.SIGNATURE_MALFORMED),
    "with r of zero": (ordered(signature=raw(0, _S)), G.SIGNATURE_MALFORMED),
    "with s of zero": (ordered(signature=raw(_R, 0)), G.SIGNATURE_MALFORMED),
    "with r of the order": (ordered(signature=raw(P256_ORDER, _S)), G.SIGNATURE_MALFORMED),
    "with s of the order": (ordered(signature=raw(_R, P256_ORDER)), G.SIGNATURE_MALFORMED),
    "with the largest numbers that fit": (
        ordered(signature=b"\xff" * 64),
        G.SIGNATURE_MALFORMED,
    ),
    "with an HMAC by the Supplier's public key": (
        ordered(
            signature=hmac.digest(point(SUPPLIER_KEY), _GOOD.signed(), "sha512"),
        ),
        _INVALID,
    ),
}

OVER_SOMETHING_ELSE: dict[str, Attack] = {
    "over the tag too": (over(b"\xdf" + _GOOD.signed()), _INVALID),
    "over the length of the signature too": (over(_GOOD.signed() + b"\x40"), _INVALID),
    "over all but the length of the transaction identifier": (over(_GOOD.signed()[1:]), _INVALID),
    "over the content alone": (over(CONTENT), _INVALID),
    "over nothing": (over(b""), _INVALID),
    "over the base64": (over(b64(_GOOD.signed()).encode()), _INVALID),
    "over the digest": (over(hashlib.sha256(_GOOD.signed()).digest()), _INVALID),
    "over the digest in hexadecimal": (
        over(hashlib.sha256(_GOOD.signed()).hexdigest().encode()),
        _INVALID,
    ),
    "by SHA-1": (over(_GOOD.signed(), hashes.SHA1()), _INVALID),  # noqa: S303 -- the attack
    "by SHA-384": (over(_GOOD.signed(), hashes.SHA384()), _INVALID),
    "by SHA3-256": (over(_GOOD.signed(), hashes.SHA3_256()), _INVALID),
    "over a digest of zeros": (over_digest(bytes(32)), _INVALID),
}

CHANGED: dict[str, Attack] = {
    "with another counter": (changed(_COUNTER, bytes(8)), _INVALID),
    "with another content": (changed(_CONTENT, b"\xd8"), _INVALID),
    "with the last bit of its content flipped": (
        changed(len(_SEEN) - 66, bytes((_SEEN[-66] ^ 1,))),
        _INVALID,
    ),
    "for another kind of Command": (changed(_CODE, bytes.fromhex("006C")), _INVALID),
    "for a Command of another variant": (
        changed(_CODE, bytes.fromhex("0050")),
        C.GBCS_MESSAGE_CODE_MISMATCH,
    ),
    "of another variant, signed": (ordered(code="0050"), C.GBCS_MESSAGE_CODE_MISMATCH),
    "for another Device": (
        changed(_RECIPIENT, bytes.fromhex("00DB1234567890A1")),
        C.GBCS_RECIPIENT_NOT_TARGET,
    ),
    "for another Device, signed": (
        ordered(recipient="00-DB-12-34-56-78-90-A1"),
        C.GBCS_RECIPIENT_NOT_TARGET,
    ),
    "for every Device": (
        ordered(recipient="FF-FF-FF-FF-FF-FF-FF-FF"),
        C.GBCS_RECIPIENT_NOT_TARGET,
    ),
    "for its own originator": (
        ordered(recipient=ORIGINATOR, originator=TARGET),
        C.GBCS_RECIPIENT_NOT_TARGET,
    ),
    "of another Party": (
        ordered(originator=OTHER_PARTYS_USER_ID, key=ANOTHER_KEY),
        C.GBCS_ORIGINATOR_NOT_USER,
    ),
    "of another Party under its own name": (
        changed(_ORIGINATOR, bytes.fromhex(OTHER_PARTYS_USER_ID.replace("-", ""))),
        C.GBCS_ORIGINATOR_NOT_USER,
    ),
    "of another User ID that has no certificate": (
        ordered(originator=OTHER_USER_ID),
        C.GBCS_ORIGINATOR_NOT_USER,
    ),
    "of nobody": (ordered(originator="00-00-00-00-00-00-00-00"), C.GBCS_ORIGINATOR_NOT_USER),
}

_INNER = payload(recipient="00-DB-12-34-56-78-90-A1")

BUILT: dict[str, Attack] = {
    "with its signature in its content": (
        ordered(content=CONTENT + b"\x40" + _VALUE, signature_length=b"", signature=b""),
        G.SIGNATURE_MISSING,
    ),
    "whose content swallows the signature": (
        sent(_SEEN.replace(shortest(len(CONTENT)) + CONTENT, b"\x55" + CONTENT)),
        G.SIGNATURE_MISSING,
    ),
    "whose content ends early": (
        sent(_SEEN.replace(shortest(len(CONTENT)) + CONTENT, b"\x01" + CONTENT)),
        G.SIGNATURE_MALFORMED,
    ),
    "with a Command behind it": (sent(_SEEN + _INNER), G.TRAILING_OCTETS),
    "with a Command in front of it": (sent(_INNER + _SEEN), G.TRAILING_OCTETS),
    "with two signatures": (ordered(after=b"\x40" + _VALUE), G.TRAILING_OCTETS),
    "with a signature in DER": (
        ordered(
            signature_length=b"\x46",
            signature=b"\x30\x44\x02\x20" + _VALUE[:32] + b"\x02\x20" + _VALUE[32:],
        ),
        G.SIGNATURE_MALFORMED,
    ),
    "with a signature and a zero before each number": (
        ordered(signature_length=b"\x42", signature=b"\0" + _VALUE[:32] + b"\0" + _VALUE[32:]),
        G.SIGNATURE_MALFORMED,
    ),
    "with an empty signature": (
        ordered(signature_length=b"\0", signature=b""),
        G.SIGNATURE_MISSING,
    ),
    "as the DCC's Response": (ordered(flag=b"\x02"), G.NOT_A_COMMAND),
    "as a Device's Alert": (ordered(flag=b"\x03"), G.NOT_A_COMMAND),
    "with a MAC in place of a signature": (
        sent(b"\xdd" + bytes(6) + _SEEN[:-65] + bytes(12)),
        G.NOT_GENERAL_SIGNING,
    ),
    "with a date of its own": (ordered(date_time=b"\x0c" + bytes(12)), G.HEADER_MALFORMED),
    "with a length in more octets than it needs": (
        ordered(content_length=b"\x81" + bytes((len(CONTENT),))),
        G.LENGTH_MALFORMED,
    ),
    "with a length below zero": (
        ordered(content_length=b"\x84\xff\xff\xff\xff"),
        G.LENGTH_MALFORMED,
    ),
    "with a length that is not stated": (ordered(content_length=b"\x80"), G.LENGTH_MALFORMED),
    "of no octets": (in_text(""), G.TRUNCATED),
    "that says nothing but who it is": (sent(_SEEN[:33]), G.TRUNCATED),
    "cut off in its signature": (sent(_SEEN[:-1]), G.TRUNCATED),
}

_TEXT = b64(_SEEN)

WRITTEN: dict[str, Attack] = {
    "in base64 for addresses": (
        in_text("-_" + _TEXT[2:]),
        G.PAYLOAD_MALFORMED,
    ),
    "in hexadecimal": (in_text(_SEEN.hex() + "="), G.PAYLOAD_MALFORMED),
    "in base64 with a comma": (in_text(f"{_TEXT[:8]},{_TEXT[8:]}"), G.PAYLOAD_MALFORMED),
    "in base64 that ends twice": (in_text(_TEXT + _TEXT), G.PAYLOAD_MALFORMED),
    "in base64 with a space that XML has not": (
        in_text(f"{_TEXT[:8]}\u2028{_TEXT[8:]}"),
        G.PAYLOAD_MALFORMED,
    ),
    "in base64 with full-width letters": (
        in_text(_TEXT.replace(_TEXT[0], chr(ord(_TEXT[0]) + 0xFEE0), 1)),
        G.PAYLOAD_MALFORMED,
    ),
    "in an element of another name": (
        lambda: message(pre_command(_SEEN).replace("GBCSPayload", "Payload")),
        G.PAYLOAD_MALFORMED,
    ),
    "in another namespace": (
        lambda: message(
            pre_command(_SEEN).replace("<sr:GBCSPayload>", '<sr:GBCSPayload xmlns:sr="urn:x">')
        ),
        G.PAYLOAD_MALFORMED,
    ),
    "twice": (
        lambda: message(
            pre_command(_INNER, before=f"<sr:GBCSPayload>{_TEXT}</sr:GBCSPayload>"),
        ),
        G.PAYLOAD_MALFORMED,
    ),
    "with an element in the middle": (
        in_text(f"{_TEXT[:8]}<sr:x/>{_TEXT[8:]}"),
        G.PAYLOAD_MALFORMED,
    ),
    "in a Command Variant that carries none": (
        lambda: signed(
            srv="1.6", service_reference="1.6", command_variant="4", body=pre_command(_SEEN)
        ),
        C.COMMAND_VARIANT_MISMATCH,
    ),
    "beside a request in the clear": (
        lambda: message(pre_command(_SEEN) + "<sr:UpdatePaymentMode/>"),
        "body-malformed",
    ),
}

_MEGABYTE = 1_000_000

LARGE: dict[str, Attack] = {
    "of a megabyte of base64": (in_text("3wkB" * (_MEGABYTE // 4)), G.TOO_LARGE),
    "of a megabyte of spaces": (in_text(" " * _MEGABYTE + _TEXT), G.TOO_LARGE),
    "of a megabyte of line breaks": (in_text(_TEXT + "&#13;\n" * (_MEGABYTE // 6)), G.TOO_LARGE),
    "of a megabyte of references": (in_text("&#65;" * (_MEGABYTE // 5)), G.TOO_LARGE),
    "of letters with spaces": (in_text("A " * (MAX_PAYLOAD - 4)), G.NOT_GENERAL_SIGNING),
    "of a megabyte of padding": (in_text("=" * _MEGABYTE), G.TOO_LARGE),
    "of as much padding as is looked at": (in_text("=" * MAX_PAYLOAD), G.PAYLOAD_MALFORMED),
    "as large as may be": (
        ordered(content=bytes(MAX_PAYLOAD - 101), signature=_VALUE),
        _INVALID,
    ),
    "one octet larger": (
        ordered(content=bytes(MAX_PAYLOAD - 100), signature=_VALUE),
        G.TOO_LARGE,
    ),
    "in forty thousand pieces": (
        lambda: message(
            "<sr:SignedPreCommand>" + "<sr:GBCSPayload/>" * 39_000 + "</sr:SignedPreCommand>"
        ),
        G.PAYLOAD_MALFORMED,
    ),
    "in elements within each other": (
        in_text("<a>" * 200 + "</a>" * 200),
        G.PAYLOAD_MALFORMED,
    ),
}

ATTACKS: dict[str, Attack] = {
    f"{group}: {name}": attack
    for group, attacks in {
        "forged": FORGED,
        "signed": OVER_SOMETHING_ELSE,
        "changed": CHANGED,
        "built": BUILT,
        "written": WRITTEN,
        "large": LARGE,
    }.items()
    for name, attack in attacks.items()
}
ORDINARY = message(pre_command(_SEEN))
"""The Command that was seen, as the Supplier sent it."""
