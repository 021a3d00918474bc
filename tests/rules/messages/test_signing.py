"""Messages that we sign ourselves."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from rules.messages.reading import read_message
from rules.messages.refusals import MessageReason, MessageRefusedError
from rules.messages.signature_form import SignatureForm, read_signature
from rules.messages.signing import SigningError, sign_message
from rules.messages.xmldsig import holds
from tests.rules.messages.builders import (
    ISSUER,
    KEY,
    MESSAGE,
    OTHER_KEY,
    SERIAL,
    Parts,
    Sig,
    without_signature,
)

UNSIGNED = Parts(signature=" ").text().encode()
PLACEHOLDER = Parts(
    signature=Sig(
        digest="<ds:DigestValue>ZGVmYXVsdA==</ds:DigestValue>", extra="<!-- x -->"
    ).text()
).text()


def sign(message: bytes, key: ec.EllipticCurvePrivateKey = KEY, **named: object) -> bytes:
    named = {"issuer_name": ISSUER, "serial": SERIAL, **named}
    return sign_message(message, key, **named)


def form_of(message: bytes) -> SignatureForm:
    read = read_message(message)
    assert read.signature is not None
    return read_signature(read.root, read.signature)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(UNSIGNED, id="unsigned"),
        pytest.param(PLACEHOLDER.encode(), id="with a placeholder"),
        pytest.param(MESSAGE, id="signed by another"),
        pytest.param(UNSIGNED.replace(b">\n ", b">\r\n&#13; "), id="with other line breaks"),
        pytest.param(Parts(signature="<!-- ö -->").text().encode(), id="with a comment"),
        pytest.param(Parts(signature="<ds:Signature/>" * 2).text().encode(), id="with two"),
    ],
)
def test_a_signed_message_holds_with_the_key_and_with_no_other(message):
    signed = sign(message)
    form = form_of(signed)

    assert form.document_digest == form.digest_value
    assert holds(form.signed_info, form.r, form.s, KEY.public_key())
    assert not holds(form.signed_info, form.r, form.s, OTHER_KEY.public_key())
    assert (form.issuer, form.serial) == (ISSUER, SERIAL)


def test_nothing_but_the_signature_is_another():
    assert without_signature(sign(MESSAGE)) == without_signature(MESSAGE)


def test_an_issuer_with_special_characters_is_named_right():
    signed = sign(UNSIGNED, issuer_name=r"CN=A\, B & <C>,OU=07".replace("<C>", r"\<C\>"))

    assert form_of(signed).issuer == r"CN=A\, B & \<C\>,OU=07"


@pytest.mark.parametrize(
    ("key", "named"),
    [
        (ec.generate_private_key(ec.SECP384R1()), {}),
        (KEY, {"serial": 0}),
        (KEY, {"serial": -1}),
        (KEY, {"issuer_name": "Z1"}),
    ],
)
def test_what_would_not_be_duis_is_not_signed(key, named):
    with pytest.raises(SigningError):
        sign(UNSIGNED, key, **named)


def test_a_signature_deep_in_the_message_is_not_taken_for_a_placeholder():
    with pytest.raises(SigningError):
        sign(Parts(body="<sr:X><ds:Signature/></sr:X>", signature=" ").text().encode())


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"no XML", MessageReason.NOT_WELL_FORMED),
        (b"<!DOCTYPE a><a/>", MessageReason.DOCUMENT_TYPE),
        (b"<a/><?x?>", MessageReason.PROCESSING_INSTRUCTION),
        (b"<a><?x?></a>", MessageReason.PROCESSING_INSTRUCTION),
        (b'<a xmlns:x="relative"/>', MessageReason.NOT_CANONICALIZABLE),
    ],
)
def test_what_cannot_be_read_safely_is_not_signed(message, reason):
    with pytest.raises(MessageRefusedError) as refused:
        sign(message)
    assert refused.value.reason is reason
