"""Attacks on the signature's values: r and s, the digest, what is signed and by what."""

from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from lxml import etree

from rules.messages.refusals import MessageReason as M
from rules.service_requests.reasons import CheckReason as C
from tests.attacks.messages.making import (
    DIGEST,
    ORDER,
    SPKI,
    SPKI_PEM,
    VALUE,
    Attack,
    by_victim,
    changed,
    hmac_with,
    in_der,
    numbers,
    signed_by,
    signed_info_of,
    signed_with,
    with_numbers,
)
from tests.rules.messages.builders import (
    DS,
    KEY,
    MESSAGE,
    SERIAL,
    Parts,
    Sig,
    b64,
    point,
    sign,
    without_signature,
)

_R, _S = numbers()
_HMAC = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"


def _value(text: str) -> bytes:
    return changed(VALUE, text)


def _raw(r: int, s: int, octets: int = 32) -> bytes:
    return r.to_bytes(octets, "big") + s.to_bytes(octets, "big")


def _over_digest_alone(octets: bytes) -> bytes:
    """Sign as one who takes the message for a digest."""
    signed = KEY.sign(
        sha256(sha256(octets).digest()).digest(), ec.ECDSA(Prehashed(hashes.SHA256()))
    )
    return _raw(*decode_dss_signature(signed))


def _by_p384(octets: bytes) -> bytes:
    key = ec.derive_private_key(0x1234567890ABCDEF, ec.SECP384R1())
    return _raw(*decode_dss_signature(key.sign(octets, ec.ECDSA(hashes.SHA256()))), 48)


def _by_secp256k1(octets: bytes) -> bytes:
    key = ec.derive_private_key(0x1234567890ABCDEF, ec.SECP256K1())
    return _raw(*decode_dss_signature(key.sign(octets, ec.ECDSA(hashes.SHA256()))))


def _by_rsa(octets: bytes) -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    return key.sign(octets, padding.PKCS1v15(), hashes.SHA256())


def _with_sha1(octets: bytes) -> bytes:
    return _raw(*decode_dss_signature(KEY.sign(octets, ec.ECDSA(hashes.SHA1()))))  # noqa: S303 -- the attack


def _inclusive(text: str) -> bytes:
    root = etree.fromstring(text.encode())
    return etree.tostring(next(root.iter(f"{{{DS}}}SignedInfo")), method="c14n")


def _as_written(text: str) -> bytes:
    begin, end = text.index("<ds:SignedInfo>"), text.index("</ds:SignedInfo>") + 16
    return text[begin:end].encode()


def _document(text: str) -> bytes:
    return without_signature(text.encode())


NUMBERS: dict[str, Attack] = {
    **{
        name: (with_numbers(r, s), M.SIGNATURE_VALUE_RANGE)
        for name, (r, s) in {
            "r and s of zero": (0, 0),
            "r of zero": (0, _S),
            "s of zero": (_R, 0),
            "r of the order": (ORDER, _S),
            "s of the order": (_R, ORDER),
            "r and s of the order": (ORDER, ORDER),
            "r of all ones": (2**256 - 1, _S),
            "s of all ones": (_R, 2**256 - 1),
        }.items()
    },
    **{
        name: (with_numbers(r, s), C.SIGNATURE_INVALID)
        for name, (r, s) in {
            "r and s exchanged": (_S, _R),
            "one more": (_R, _S + 1),
            "r of one": (1, _S),
            "s of one": (_R, 1),
            "r and s of one": (1, 1),
            "negative r": (ORDER - _R, _S),
            "r and s of the order less one": (ORDER - 1, ORDER - 1),
            "negative s, as two's complement": (_R, 2**256 - _S),
        }.items()
    },
    **{
        name: (_value(text), M.SIGNATURE_VALUE_MALFORMED)
        for name, text in {
            "in DER": b64(in_der(_raw(_R, _S))),
            "in DER filled up to 64 octets": b64(in_der(_raw(1, 1)).ljust(65, b"\0")),
            "a sign octet before each": b64(_raw(_R, _S, 33)),
            "48 octets each": b64(_raw(_R, _S, 48)),
            "of 63 octets": b64(_raw(_R, _S)[:-1]),
            "of 128 octets": b64(_raw(_R, _S) * 2),
            "of none": "",
            "in hexadecimal": _raw(_R, _S).hex(),
            "in base64url": VALUE.translate(str.maketrans("+/", "-_")) + "-",
            "without padding": VALUE.rstrip("="),
            "with more padding": f"{VALUE}=",
            "with padding in the middle": f"AA=={VALUE[4:]}",
            "with text behind the padding": f"{VALUE}AAAA",
            # The last letter has two bits: A, Q, g or w.
            "with bits left over": f"{VALUE[:-3]}{chr(ord(VALUE[-3]) + 1)}==",
            "with a space that is none of XML's": f"{VALUE[:9]}\u00a0{VALUE[9:]}",
            "with a form feed of Unicode": f"{VALUE[:9]}\u2028{VALUE[9:]}",
            "with full-width letters": f"\uff21{VALUE[1:]}",
            "with an element": f"<ds:x/>{VALUE}",
        }.items()
    },
    "little end first": (
        with_numbers(
            int.from_bytes(_R.to_bytes(32, "big"), "little") % ORDER,
            int.from_bytes(_S.to_bytes(32, "big"), "little") % ORDER,
        ),
        C.SIGNATURE_INVALID,
    ),
    "r and s from another message of the victim": (
        changed(
            VALUE,
            sign(Parts(srv="4.1.2").text())
            .decode()
            .partition("<ds:SignatureValue>")[2]
            .partition("<")[0],
        ),
        C.SIGNATURE_INVALID,
    ),
}

DIGESTS: dict[str, Attack] = {
    **{
        name: (changed(DIGEST, digest), M.DIGEST_VALUE_MALFORMED)
        for name, digest in {
            "an empty digest": "",
            "half a digest": DIGEST[:20],
            "a digest twice": DIGEST * 2,
            "a digest in hexadecimal": sha256(b"").hexdigest(),
            "a digest of 20 octets": b64(bytes(20)),
            "a digest with a comment that is none": f"{DIGEST}#",
        }.items()
    },
    "the digest of nothing": (changed(DIGEST, b64(sha256(b"").digest())), C.DIGEST_MISMATCH),
    "a digest of zeros": (changed(DIGEST, b64(bytes(32))), C.DIGEST_MISMATCH),
    "the digest of the exclusive form": (
        sign(
            Parts(root=f"{Parts().root} xmlns:x='urn:x'")
            .text()
            .replace(
                "DIGEST",
                b64(
                    sha256(
                        etree.tostring(
                            etree.fromstring(
                                without_signature(
                                    Parts(root=f"{Parts().root} xmlns:x='urn:x'").text().encode()
                                )
                            ),
                            method="c14n",
                            exclusive=True,
                        )
                    ).digest()
                ),
            )
        ),
        C.DIGEST_MISMATCH,
    ),
    "the digest of the document with its signature": (
        sign(
            Parts()
            .text()
            .replace(
                "DIGEST",
                b64(sha256(etree.tostring(etree.fromstring(MESSAGE), method="c14n")).digest()),
            )
        ),
        C.DIGEST_MISMATCH,
    ),
    "another document with a digest that fits": (
        changed(
            DIGEST, b64(sha256(without_signature(MESSAGE.replace(b"1010", b"1011"))).digest())
        ).replace(b":1010<", b":1011<"),
        C.SIGNATURE_INVALID,
    ),
}

OVER: dict[str, Attack] = (
    {
        name: (signed_with(make, over=over), C.SIGNATURE_INVALID)
        for name, make, over in (
            ("signed over the inclusive form of SignedInfo", by_victim, _inclusive),
            ("signed over SignedInfo as it is written", by_victim, _as_written),
            ("signed over the document itself", by_victim, _document),
            ("signed over nothing", by_victim, lambda _text: b""),
            ("signed over the digest of SignedInfo", _over_digest_alone, signed_info_of),
            ("signed with SHA-1", _with_sha1, signed_info_of),
            ("signed on another curve of 256 bits", _by_secp256k1, signed_info_of),
        )
    }
    | {
        name: (signed_with(make), M.SIGNATURE_VALUE_MALFORMED)
        for name, make in (
            ("signed on P-384", _by_p384),
            ("signed by RSA under the name of ECDSA", _by_rsa),
            ("an HMAC with the public point under the name of ECDSA", hmac_with(point(KEY))),
        )
    }
    | {
        f"an HMAC with {name}": (
            signed_with(
                hmac_with(key),
                text=Parts(
                    signature=Sig(method=f'<ds:SignatureMethod Algorithm="{_HMAC}"/>').text()
                ).text(),
            ),
            M.SIGNATURE_METHOD,
        )
        for name, key in {
            "the public point": point(KEY),
            "the public key in DER": SPKI,
            "the public key in PEM": SPKI_PEM,
            "an empty key": b"",
            "the serial number": str(SERIAL).encode(),
        }.items()
    }
    | {
        "an HMAC cut to nothing": (
            signed_by(
                method=f'<ds:SignatureMethod Algorithm="{_HMAC}"><ds:HMACOutputLength>0'
                "</ds:HMACOutputLength></ds:SignatureMethod>"
            ),
            M.SIGNATURE_METHOD,
        ),
    }
)

VALUE_ATTACKS = NUMBERS | DIGESTS | OVER
