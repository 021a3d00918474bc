"""Attacks through KeyInfo: whose key is believed, and which certificate is looked up for it."""

from rules.messages.refusals import MessageReason as M
from rules.service_requests.reasons import CheckReason as C
from tests.attacks.messages.making import (
    ATTACKERS_SERIAL,
    NEXT_SERIAL,
    TEXT,
    Attack,
    attackers,
    changed,
    signed_by,
)
from tests.rules.messages.builders import ISSUER, OTHER_KEY, SERIAL, Parts, b64, point, sign

_DS11 = "http://www.w3.org/2009/xmldsig11#"


def _issuer(name: str) -> bytes:
    return signed_by(issuer=name)


def _serial(serial: str) -> bytes:
    return signed_by(serial=serial)


def _data(content: str) -> str:
    return f"<ds:X509Data>{content}</ds:X509Data>"


def _key_info(content: str) -> bytes:
    return signed_by(key_info=content)


_NAMED = (
    f"<ds:X509IssuerSerial><ds:X509IssuerName>{ISSUER}</ds:X509IssuerName>"
    f"<ds:X509SerialNumber>{SERIAL}</ds:X509SerialNumber></ds:X509IssuerSerial>"
)
_DATA = _data(_NAMED)
_KEY_VALUE = (
    f'<ds:KeyValue><x:ECKeyValue xmlns:x="{_DS11}">'
    f"<x:PublicKey>{b64(point(OTHER_KEY))}</x:PublicKey></x:ECKeyValue></ds:KeyValue>"
)

KEY_ATTACKS: dict[str, Attack] = {
    "signed by the attacker in the victim's name": (
        sign(Parts().text(), key=OTHER_KEY),
        C.SIGNATURE_INVALID,
    ),
    "signed by the attacker in its own name, for the victim": (
        sign(Parts(signature=attackers()).text(), key=OTHER_KEY),
        C.ORIGINATOR_NOT_SIGNER,
    ),
    "the victim's message under the attacker's certificate": (
        changed(str(SERIAL), str(ATTACKERS_SERIAL)),
        C.SIGNATURE_INVALID,
    ),
    "the victim's message under the next serial number": (
        changed(str(SERIAL), str(NEXT_SERIAL)),
        C.SIGNATURE_INVALID,
    ),
    **{
        f"KeyInfo with {name}": (_key_info(content), M.KEY_INFO_MALFORMED)
        for name, content in {
            "the attacker's key in front": _KEY_VALUE + _DATA,
            "the attacker's key behind": _DATA + _KEY_VALUE,
            "the attacker's key alone": _KEY_VALUE,
            "a certificate in front": "<ds:X509Data><ds:X509Certificate>AA==</ds:X509Certificate>"
            f"{_NAMED}</ds:X509Data>",
            "a certificate alone": "<ds:X509Data><ds:X509Certificate>AA==</ds:X509Certificate>"
            "</ds:X509Data>",
            "a revocation list": _data(f"{_NAMED}<ds:X509CRL>AA==</ds:X509CRL>"),
            "a key identifier": _data(f"{_NAMED}<ds:X509SKI>AA==</ds:X509SKI>"),
            "a subject": _data("<ds:X509SubjectName>CN=x</ds:X509SubjectName>"),
            "the digest of a certificate": _data(f'<x:X509Digest xmlns:x="{_DS11}"/>'),
            "a key's name": "<ds:KeyName>victim</ds:KeyName>",
            "where to get a key": '<ds:RetrievalMethod URI="http://attacker.example/"/>',
            "a reference to a key": f'<x:KeyInfoReference xmlns:x="{_DS11}" URI="#k"/>',
            "PGP": "<ds:PGPData/>",
            "an encrypted key": '<e:EncryptedKey xmlns:e="http://www.w3.org/2001/04/xmlenc#"/>',
            "a WS-Security token": f"<SecurityTokenReference>{_DATA}</SecurityTokenReference>",
            "two certificates by name": f"<ds:X509Data>{_NAMED}{_NAMED}</ds:X509Data>",
            "X509Data twice": _DATA * 2,
            "the serial number first": "<ds:X509Data><ds:X509IssuerSerial>"
            "<ds:X509SerialNumber>1</ds:X509SerialNumber><ds:X509IssuerName>CN=x</ds:X509IssuerName>"
            "</ds:X509IssuerSerial></ds:X509Data>",
            "two serial numbers": _DATA.replace(
                "</ds:X509IssuerSerial>",
                "<ds:X509SerialNumber>1</ds:X509SerialNumber></ds:X509IssuerSerial>",
            ),
            "no serial number": "<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>CN=x"
            "</ds:X509IssuerName></ds:X509IssuerSerial></ds:X509Data>",
            "text": f"x{_DATA}",
            "nothing": " ",
        }.items()
    },
    "no KeyInfo": (
        changed(
            TEXT[TEXT.index("<ds:KeyInfo>") : TEXT.index("</ds:KeyInfo>") + 13],
            "",
        ),
        M.SIGNATURE_STRUCTURE,
    ),
    **{
        f"an issuer {name}": (_issuer(issuer), C.CERTIFICATE_UNKNOWN)
        for name, issuer in {
            "that nobody knows": "CN=Z9,OU=07",
            "in lower case": "CN=testoca,OU=07",
            "with a Cyrillic letter": "CN=TEST\u041eCA,OU=07",
            "with full-width letters": "CN=\uff34ESTOCA,OU=07",
            "with a space of no width": "CN=TEST\u200bOCA,OU=07",
            "with one part less": "CN=TESTOCA",
            "with one part more": "CN=TESTOCA,OU=07,O=x",
            "with a part twice": "CN=TESTOCA,CN=TESTOCA,OU=07",
            "with its parts in one": "CN=TESTOCA+OU=07",
            "with a comma escaped": "CN=TESTOCA\\,OU=07",
            "in DER of another type": "CN=#1607544553544F4341,OU=07"[:-2] + "08",
        }.items()
    },
    **{
        f"an issuer {name}": (_issuer(issuer), M.ISSUER_NAME_MALFORMED)
        for name, issuer in {
            "that is none": "victim",
            "that is empty": "",
            "without a value": "CN=,OU=07",
            "that ends too early": "CN=TESTOCA,",
            "of quotes that stay open": 'CN="TESTOCA,OU=07',
            "with a backslash at its end": "CN=TESTOCA\\",
            "with a zero octet": "CN=TESTOCA\\00,OU=07",
            "with octets that are not UTF-8": "CN=TESTOC\\C1\\81,OU=07",
            "with a line break escaped": "CN=TESTOCA\\0A,OU=07",
            "of more than a thousand characters": f"CN={'x' * 1100}",
            "with an element": "CN=TESTOCA<ds:x/>,OU=07",
        }.items()
    },
    **{
        f"a serial number {name}": (_serial(serial), M.SERIAL_NUMBER_MALFORMED)
        for name, serial in {
            "with a zero before it": f"0{SERIAL}",
            "with a sign": f"+{SERIAL}",
            "below zero": f"-{SERIAL}",
            "of zero": "0",
            "in hexadecimal": f"{SERIAL:x}",
            "in hexadecimal with 0x": f"{SERIAL:#x}",
            "with an underscore": f"{str(SERIAL)[:5]}_{str(SERIAL)[5:]}",
            "with a space in it": f"{str(SERIAL)[:5]} {str(SERIAL)[5:]}",
            "with Arabic digits": str(SERIAL).translate({48 + i: 0x660 + i for i in range(10)}),
            "with an exponent": f"{SERIAL}e0",
            "with a decimal point": f"{SERIAL}.0",
            "of 50 digits": "9" * 50,
            "with an element": f"{SERIAL}<ds:x/>",
        }.items()
    },
    "the serial number and 2 to the 160th": (_serial(str(SERIAL + 2**160)), C.CERTIFICATE_UNKNOWN),
    "a serial number that nobody knows": (_serial("1"), C.CERTIFICATE_UNKNOWN),
}
