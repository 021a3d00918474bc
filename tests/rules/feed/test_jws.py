"""Only a signature of the one form, by a key that is trusted and in force, over every octet."""

import json
from base64 import b64encode, urlsafe_b64encode
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given, settings, strategies as st

from rules.feed.certificates import (
    make_certificate,
    read_certificate,
    read_certificate_list,
    read_pem_certificates,
    write_certificate_list,
)
from rules.feed.jws import compact_jws, protected_header, raw_signature, verify_detached
from rules.feed.refusals import FeedReason as R, FeedRefusedError
from rules.messages.xmldsig import P256_ORDER
from tests.rules.feed.keys import Key
from tests.rules.feed.picture import AT

KEY, OTHER = Key(), Key()
PAYLOAD = b"octets.with a dot\n" * 1000


def encoded(octets):
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def header(**members):
    made = {
        "alg": "ES256",
        "b64": False,
        "crit": ["b64"],
        "kid": KEY.certificate.fingerprint,
        **members,
    }
    return encoded(json.dumps({n: v for n, v in made.items() if v is not ...}).encode())


def reason_of(jws, payload=PAYLOAD, *, trusted=None, at=AT):
    with pytest.raises(FeedRefusedError) as refused:
        verify_detached(jws, payload, trusted=KEY.trusted if trusted is None else trusted, at=at)
    return refused.value.reason


def test_a_signature_by_a_trusted_key_holds():
    assert (
        verify_detached(KEY.sign(PAYLOAD), PAYLOAD, trusted=KEY.trusted, at=AT) is KEY.certificate
    )
    both = {**KEY.trusted, **OTHER.trusted}
    assert verify_detached(OTHER.sign(b""), b"", trusted=both, at=AT) is OTHER.certificate


def test_what_is_signed_is_the_header_a_dot_and_the_octets_as_rfc_7797_has_it():
    """Made by cryptography's own hashing, without the product's code."""
    first = header()
    made = KEY.private.sign(first.encode() + b"." + PAYLOAD, ec.ECDSA(hashes.SHA256()))
    jws = f"{first}..{encoded(raw_signature(*decode_dss_signature(made)))}"
    assert verify_detached(jws, PAYLOAD, trusted=KEY.trusted, at=AT)
    # A payload in base64url, as RFC 7515 alone would have it, is another thing.
    made = KEY.private.sign(f"{first}.{encoded(PAYLOAD)}".encode(), ec.ECDSA(hashes.SHA256()))
    jws = f"{first}..{encoded(raw_signature(*decode_dss_signature(made)))}"
    assert reason_of(jws) is R.SIGNATURE_INVALID


@pytest.mark.parametrize(
    "payload", [b"", PAYLOAD[:-1], PAYLOAD + b"\n", PAYLOAD[1:], b"." + PAYLOAD, b"other"]
)
def test_a_signature_over_other_octets_does_not_hold(payload):
    assert reason_of(KEY.sign(PAYLOAD), payload) is R.SIGNATURE_INVALID


def test_a_key_that_is_not_trusted_is_refused():
    assert reason_of(OTHER.sign(PAYLOAD)) is R.CERTIFICATE_UNTRUSTED
    assert reason_of(KEY.sign(PAYLOAD), trusted={}) is R.CERTIFICATE_UNTRUSTED
    stolen = OTHER.sign(PAYLOAD, header=protected_header(KEY.certificate.fingerprint))
    assert reason_of(stolen) is R.SIGNATURE_INVALID


def test_a_certificate_counts_from_its_first_moment_to_its_last():
    certificate, jws = KEY.certificate, KEY.sign(PAYLOAD)
    for at in (certificate.not_before, certificate.not_after):
        assert verify_detached(jws, PAYLOAD, trusted=KEY.trusted, at=at)
    for at in (
        certificate.not_before - timedelta(seconds=1),
        certificate.not_after + timedelta(seconds=1),
    ):
        assert reason_of(jws, at=at) is R.CERTIFICATE_NOT_IN_FORCE


@pytest.mark.parametrize(
    "members",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "ES384"},
        {"alg": "es256"},
        {"alg": ...},
        {"b64": True},
        {"b64": 0},
        {"b64": ...},
        {"crit": []},
        {"crit": ["b64", "exp"]},
        {"crit": ...},
        {"x5c": ["AAAA"]},
        {"jwk": {}},
        {"jku": "https://attacker.example"},
        {"kid": 7},
        {"kid": ...},
    ],
)
def test_a_header_of_another_form_is_refused_even_when_it_is_signed(members):
    assert reason_of(KEY.sign(PAYLOAD, header=header(**members))) is R.JWS_HEADER


@pytest.mark.parametrize(
    "octets", [b"", b"[]", b"7", b"null", b"{", b"\xff", b'{"kid":"a"}' * 2, b"[" * 400]
)
def test_a_header_that_is_no_object_is_refused(octets):
    jws = f"{encoded(octets)}..{'A' * 86}"
    assert reason_of(jws) in {R.JWS_HEADER, R.JWS_MALFORMED}


def test_zero_and_what_is_beyond_the_order_are_no_r_or_s():
    first = header()
    r, s = KEY.pair(first, PAYLOAD)
    assert verify_detached(
        compact_jws(first, raw_signature(r, P256_ORDER - s)), PAYLOAD, trusted=KEY.trusted, at=AT
    ), "either s of the two is a signature"
    for pair in ((0, s), (r, 0), (0, 0), (P256_ORDER, s), (r, P256_ORDER), (2**256 - 1, s)):
        jws = compact_jws(first, raw_signature(*pair))
        assert reason_of(jws) is R.SIGNATURE_INVALID


def malformed():
    jws = KEY.sign(PAYLOAD)
    first, _, value = jws.split(".")
    yield ""
    yield "."
    yield ".."
    yield f"{first}.{value}"
    yield f"{first}.{encoded(PAYLOAD)}.{value}"
    yield f"{first}..{value}."
    yield f"{first}..{value}="
    yield f"{first}..{value[:-1]}"
    yield f"{first}..{value}A"
    yield f" {jws}"
    yield f"{jws}\n"
    yield f"{first}..{value[:-1]}/"
    yield f"{first}..{'é' * 86}"
    yield f"{first * 10}..{value}"
    # 64 octets leave two bits of the last character without meaning.
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".index(value[-1])
    yield (
        f"{first}..{value[:-1]}"
        + ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[last | 1])
    )


@pytest.mark.parametrize("jws", list(malformed()))
def test_what_is_no_detached_jws_is_refused(jws):
    assert reason_of(jws) is R.JWS_MALFORMED


@settings(max_examples=200)
@given(st.text(max_size=300))
def test_any_text_is_refused(text):
    assert reason_of(text) is R.JWS_MALFORMED


@settings(max_examples=200)
@given(st.data())
def test_one_character_of_another_value_is_refused(data):
    jws = KEY.sign(PAYLOAD)
    at = data.draw(st.integers(0, len(jws) - 1))
    put = data.draw(st.characters(codec="ascii"))
    altered = jws[:at] + put + jws[at + 1 :]
    if altered != jws:
        assert reason_of(altered) in {
            *(R.JWS_MALFORMED, R.JWS_HEADER, R.CERTIFICATE_UNTRUSTED, R.SIGNATURE_INVALID)
        }


# --- certificates ------------------------------------------------------------------------------


def test_a_certificate_is_read_from_what_was_written_of_it():
    read = read_pem_certificates((KEY.certificate.pem + OTHER.certificate.pem).encode())
    assert list(read) == [KEY.certificate.fingerprint, OTHER.certificate.fingerprint]
    assert read_certificate(KEY.certificate.der) == read[KEY.certificate.fingerprint]


@pytest.mark.parametrize(
    "pem", [b"", b"x", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_what_is_no_certificate_is_refused(pem):
    with pytest.raises(FeedRefusedError) as refused:
        read_pem_certificates(pem)
    assert refused.value.reason is R.CERTIFICATE_UNUSABLE


@pytest.mark.parametrize(
    "key",
    [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)],
    ids=["P-384", "RSA"],
)
def test_a_certificate_of_another_kind_of_key_is_refused(key):
    with pytest.raises(FeedRefusedError) as refused:
        make_certificate(key, serial=1, not_before=AT, not_after=AT + timedelta(days=1))
    assert refused.value.reason is R.CERTIFICATE_UNUSABLE


_EC_KEY, _P256, _VERSION = (
    bytes.fromhex(octets)
    for octets in ("06072a8648ce3d0201", "06082a8648ce3d030107", "a003020102")
)


@pytest.mark.parametrize(
    ("part", "unknown"),
    [
        (_EC_KEY, _EC_KEY[:-1] + b"\x69"),
        (_P256, _P256[:-1] + b"\x69"),
        (_VERSION, _VERSION[:-1] + b"\1"),
    ],
    ids=["kind of key", "curve", "version"],
)
def test_a_certificate_of_a_kind_that_nobody_knows_is_refused(part, unknown):
    der = KEY.certificate.der
    assert der.count(part) == 1
    odd = der.replace(part, unknown)
    for read, octets in ((read_certificate, odd), (read_pem_certificates, pem_of(odd))):
        with pytest.raises(FeedRefusedError) as refused:
            read(octets)
        assert refused.value.reason is R.CERTIFICATE_UNUSABLE


def pem_of(der):
    text = b64encode(der)
    return b"-----BEGIN CERTIFICATE-----\n" + text + b"\n-----END CERTIFICATE-----\n"


LIST = write_certificate_list([("signing", KEY.certificate), ("announced", OTHER.certificate)])


def test_the_list_of_certificates_is_read_as_it_was_written():
    assert read_certificate_list(LIST) == {**KEY.trusted, **OTHER.trusted}


def listed(**members):
    return json.dumps({**json.loads(LIST), **members}).encode()


def first_with(**members):
    certificates = json.loads(LIST)["certificates"]
    return listed(certificates=[{**certificates[0], **members}, certificates[1]])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", R.LINE_NOT_JSON),
        (b"[]", R.LINE_MALFORMED),
        (listed(more=1), R.LINE_MALFORMED),
        (listed(format="smki-ra-snapshot"), R.FORMAT_UNKNOWN),
        (listed(format_version=2), R.FORMAT_UNKNOWN),
        (listed(format_version=True), R.FORMAT_UNKNOWN),
        (listed(format_version=1.0), R.FORMAT_UNKNOWN),
        (listed(certificates=[]), R.LINE_MALFORMED),
        (listed(certificates={}), R.LINE_MALFORMED),
        (listed(certificates=json.loads(LIST)["certificates"] * 5), R.LINE_MALFORMED),
        (listed(certificates=[7]), R.LINE_MALFORMED),
        (first_with(more=1), R.LINE_MALFORMED),
        (first_with(pem=7), R.LINE_MALFORMED),
        (first_with(pem="x"), R.CERTIFICATE_UNUSABLE),
        (first_with(pem=OTHER.certificate.pem), R.LINE_MALFORMED),
        (first_with(fingerprint="0" * 64), R.LINE_MALFORMED),
        (first_with(pem=KEY.certificate.pem + OTHER.certificate.pem), R.LINE_MALFORMED),
    ],
)
def test_a_list_of_another_form_is_refused(body, reason):
    with pytest.raises(FeedRefusedError) as refused:
        read_certificate_list(body)
    assert refused.value.reason is reason
