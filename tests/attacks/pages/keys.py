"""A private key in every form in which one is sent by mistake, and what gives it away."""

import base64
import json
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from rules.certificates import der_writing as der
from tests.rules.certificates import builders as b

KEY = ec.derive_private_key(
    0x6A09E667F3BCC908B2FB1366EA957D3E3ADEC17512775099DA2F590B0667322A, ec.SECP256R1()
)
SCALAR = KEY.private_numbers().private_value.to_bytes(32, "big")
_PASSWORD = BestAvailableEncryption(b"password")


def _written(key, encoding: Encoding, form: PrivateFormat, encryption=None) -> bytes:
    return key.private_bytes(encoding, form, encryption or NoEncryption())


PKCS8 = _written(KEY, Encoding.DER, PrivateFormat.PKCS8)
SEC1 = _written(KEY, Encoding.DER, PrivateFormat.TraditionalOpenSSL)
PEM = _written(KEY, Encoding.PEM, PrivateFormat.PKCS8)
_SEC1_PEM = _written(KEY, Encoding.PEM, PrivateFormat.TraditionalOpenSSL)
_REQUEST = b.pem(b.request())


@cache
def others() -> dict[str, bytes]:
    """Return keys of other kinds, in PEM and DER."""
    made = {
        "RSA": rsa.generate_private_key(65537, 2048),
        "Ed25519": ed25519.Ed25519PrivateKey.generate(),
        "P-384": ec.generate_private_key(ec.SECP384R1()),
    }
    found = {}
    for name, key in made.items():
        found[f"{name}, PKCS#8 in PEM"] = _written(key, Encoding.PEM, PrivateFormat.PKCS8)
        found[f"{name}, PKCS#8 in DER"] = _written(key, Encoding.DER, PrivateFormat.PKCS8)
        if name != "Ed25519":
            form = PrivateFormat.TraditionalOpenSSL
            found[f"{name}, traditional in PEM"] = _written(key, Encoding.PEM, form)
            found[f"{name}, traditional in DER"] = _written(key, Encoding.DER, form)
    return found


def _jwk() -> bytes:
    numbers = KEY.private_numbers()
    named = {
        name: base64.urlsafe_b64encode(value.to_bytes(32, "big")).rstrip(b"=").decode()
        for name, value in (
            ("d", numbers.private_value),
            ("x", numbers.public_numbers.x),
            ("y", numbers.public_numbers.y),
        )
    }
    return json.dumps({"kty": "EC", "crv": "P-256", **named}).encode()


def _dump() -> bytes:
    """Return it as `openssl pkey -text -noout` prints it."""
    numbers = KEY.private_numbers().public_numbers
    public = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")

    def block(octets: bytes) -> str:
        rows = (octets[at : at + 15].hex(":") for at in range(0, len(octets), 15))
        return "".join(f"    {row}\n" for row in rows)

    return (
        "Private-Key: (256 bit)\n"
        f"priv:\n{block(SCALAR)}pub:\n{block(public)}ASN1 OID: prime256v1\nNIST CURVE: P-256\n"
    ).encode()


def _keystore(magic: bytes, algorithm: str) -> bytes:
    """Return a keystore of Java as far as it tells of a private key."""
    oid = bytes.fromhex(algorithm)
    identifier = der.element(0x30, der.element(0x06, oid), b"\x05\x00")
    sealed = der.sequence(identifier, der.octet_string(SCALAR * 3))
    return magic + b"\0\0\0\x02\0\0\0\x01\0\0\0\x01\0\x01x" + bytes(8) + sealed


_DUMP = _dump()

TOLD = {
    "PKCS#8 in PEM": PEM,
    "SEC 1 in PEM": _SEC1_PEM,
    "PKCS#8 in DER": PKCS8,
    "SEC 1 in DER": SEC1,
    "PKCS#8 in bare Base64": base64.encodebytes(PKCS8),
    "SEC 1 in one line of Base64": base64.b64encode(SEC1),
    "encrypted, in PEM": _written(KEY, Encoding.PEM, PrivateFormat.PKCS8, _PASSWORD),
    "encrypted, in DER": _written(KEY, Encoding.DER, PrivateFormat.PKCS8, _PASSWORD),
    "encrypted in the old way, in PEM": _written(
        KEY, Encoding.PEM, PrivateFormat.TraditionalOpenSSL, _PASSWORD
    ),
    "as OpenSSH has it": _written(KEY, Encoding.PEM, PrivateFormat.OpenSSH),
    "as PGP has it": PEM.replace(b"PRIVATE KEY", b"PGP PRIVATE KEY BLOCK"),
    "in a PKCS#12 file": pkcs12.serialize_key_and_certificates(b"x", KEY, None, None, _PASSWORD),
    "in a PKCS#12 file, in Base64": base64.b64encode(
        pkcs12.serialize_key_and_certificates(b"x", KEY, None, None, NoEncryption())
    ),
    "with Windows line ends": PEM.replace(b"\n", b"\r\n"),
    "with a byte order mark": b"\xef\xbb\xbf" + PEM,
    "as Windows saves Unicode": PEM.decode().encode("utf-16"),
    "with a label in lower case": PEM.replace(b"PRIVATE KEY", b"private key"),
    "labelled as a request": PEM.replace(b"PRIVATE KEY", b"CERTIFICATE REQUEST"),
    "with EC PARAMETERS before it": b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n"
    b"-----END EC PARAMETERS-----\n" + _SEC1_PEM,
    "before a request": PEM + _REQUEST,
    "behind a request": _REQUEST + _SEC1_PEM,
    "cut off": PEM[:-40],
    "without its first line": PEM.split(b"\n", 1)[1],
    "as JSON has it": _jwk(),
    "PEM in Base64 once more": base64.b64encode(PEM),
    "in Base64 behind a request": _REQUEST + base64.encodebytes(PKCS8),
    "in Base64 before a request": base64.encodebytes(SEC1) + _REQUEST,
    "DER behind a request in DER": b.request() + PKCS8,
    "PEM behind a request in DER": b.request() + PEM,
    "in bare Base64, without its last line": PEM.split(b"\n", 1)[1].rsplit(b"\n", 3)[0],
    "in Base64, cut off in a line": base64.b64encode(SEC1)[:61],
    "in DER, cut off": PKCS8[:70],
    "in the Base64 of addresses": base64.urlsafe_b64encode(PKCS8).rstrip(b"="),
    "in hexadecimal": SEC1.hex().encode(),
    "in hexadecimal with colons": PKCS8.hex(":").encode(),
    "in a form of PuTTY": b"PuTTY-User-Key-File-3: ecdsa-sha2-nistp256\nPrivate-Lines: 1\n"
    + base64.b64encode(SCALAR),
    "as OpenSSL prints it": _DUMP,
    "as OpenSSL prints it, before a request": _DUMP + _REQUEST,
    "as OpenSSL prints it, behind a request": _REQUEST + _DUMP,
    "in Base64 with words before it": b"This is it: " + base64.b64encode(SEC1) + b"\n" + _REQUEST,
    "in hexadecimal behind a digest": b"ab" * 32 + b"\n\nkey\n" + SEC1.hex().encode(),
    "in a Java keystore": _keystore(b"\xfe\xed\xfe\xed", "2b060104012a02110101"),
    "in a JCEKS keystore": _keystore(b"\xce\xce\xce\xce", "2b060104012a021301"),
    "in a PVK file": b"\x1e\xf1\xb5\xb0" + bytes(20) + b"\x07\x02\0\0\0\x24\0\0RSA2" + SCALAR,
    "as Windows keeps it": b"ECS2\x20\0\0\0" + bytes(64) + SCALAR,
    "with a letter changed in its DER": b"\x30" + PKCS8[1:-1],
}
"""Forms in which its owner is told that a private key was sent."""

SILENT = {
    "the private scalar in hexadecimal": SCALAR.hex().encode(),
    "the private scalar itself": SCALAR,
}
"""Forms that are not known for a key: refused for another reason, and kept nowhere either."""


def traces(sent: bytes) -> list[str]:
    """Return what would give a key away: its scalar in every usual writing, and what was sent."""
    found = [
        SCALAR.hex(),
        base64.b64encode(SCALAR)[:-1].decode(),
        PKCS8.hex(),
        *(line.decode() for line in PEM.splitlines()[1:-1]),
        *(line.decode() for line in _SEC1_PEM.splitlines()[1:-1]),
        base64.b64encode(sent).decode()[:64],
        sent.hex()[:128],
    ]
    text = sent.replace(b"\0", b"").decode("latin-1")
    found += [line.strip() for line in text.splitlines() if "-----" not in line]
    requests = _REQUEST.decode()
    return [trace for trace in found if len(trace) >= 24 and trace not in requests]
