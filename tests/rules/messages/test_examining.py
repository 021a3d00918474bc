"""The octets that a person is shown of a signature are those by which it holds or does not."""

from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from lxml import etree

from rules.messages.examining import request_octets
from tests.rules.messages.builders import (
    ISSUER,
    KEY,
    MESSAGE,
    SERIAL,
    without_signature,
)

SIGNATURE = ec.ECDSA(Prehashed(hashes.SHA256()))


def test_what_was_digested_and_what_was_signed_verify_by_any_other_means():
    octets = request_octets(MESSAGE)
    assert octets is not None
    document = etree.tostring(etree.fromstring(without_signature(MESSAGE)), method="c14n")
    assert octets.digest_found == octets.digest_value == sha256(document).digest()
    assert octets.digest_matches
    assert octets.signed_info_digest == sha256(octets.signed_info).digest()
    r, s = (int.from_bytes(part, "big") for part in (octets.r, octets.s))
    assert (len(octets.r), len(octets.s)) == (32, 32)
    value = encode_dss_signature(r, s)
    KEY.public_key().verify(value, octets.signed_info_digest, SIGNATURE)
    assert (octets.issuer, octets.serial) == (ISSUER, SERIAL)


def test_of_a_document_that_was_changed_both_digests_are_told():
    signed = request_octets(MESSAGE)
    changed = request_octets(MESSAGE.replace(b":1010<", b":1011<"))
    assert signed is not None
    assert changed is not None
    assert changed.digest_value == signed.digest_value != changed.digest_found
    assert not changed.digest_matches
    assert changed.signed_info == signed.signed_info


def test_there_are_none_without_a_signature_of_the_form_of_duis():
    unsigned = without_signature(MESSAGE)
    twice = MESSAGE.replace(b"</sr:Request>", b"<ds:Signature/></sr:Request>")
    for message in (unsigned, twice, b"", b"<not-a-request/>"):
        assert request_octets(message) is None


def test_what_is_larger_than_may_be_read_is_not_read():
    assert request_octets(MESSAGE, size_limit=len(MESSAGE)) is not None
    assert request_octets(MESSAGE, size_limit=len(MESSAGE) - 1) is None
