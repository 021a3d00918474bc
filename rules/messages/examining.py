"""The octets that a signature is about, for people who want to see why it holds or does not."""

from hashlib import sha256
from typing import NamedTuple

from rules.messages.reading import DEFAULT_SIZE_LIMIT, read_message
from rules.messages.refusals import MessageRefusedError
from rules.messages.signature_form import SignatureForm, read_signature
from rules.messages.xmldsig import COORDINATE_OCTETS


class SignatureOctets(NamedTuple):
    """What was digested and what was signed. Whether it holds is for the rules to say."""

    digest_found: bytes
    """The SHA-256 of the document without its Signature, in inclusive canonical form."""
    digest_value: bytes
    """What SignedInfo says that it is."""
    signed_info: bytes
    """SignedInfo in exclusive canonical form: what was signed."""
    signed_info_digest: bytes
    """Its SHA-256, which is what ECDSA is worked out over."""
    r: bytes
    s: bytes
    issuer: str
    serial: int

    @property
    def digest_matches(self) -> bool:
        """Whether the document is the one that was signed."""
        return self.digest_found == self.digest_value


def octets_of(form: SignatureForm) -> SignatureOctets:
    """Return the octets of a signature that was taken apart."""
    return SignatureOctets(
        digest_found=form.document_digest,
        digest_value=form.digest_value,
        signed_info=form.signed_info,
        signed_info_digest=sha256(form.signed_info).digest(),
        r=form.r.to_bytes(COORDINATE_OCTETS, "big"),
        s=form.s.to_bytes(COORDINATE_OCTETS, "big"),
        issuer=form.issuer,
        serial=form.serial,
    )


def request_octets(
    message: bytes, *, size_limit: int = DEFAULT_SIZE_LIMIT
) -> SignatureOctets | None:
    """Return the octets that a Request's signature is about, read the long way.

    None where it is no Request or has no signature of the form of DUIS 3.3; the rules of the
    checker say which.
    """
    try:
        read = read_message(message, size_limit=size_limit)
        if read.signature is None:
            return None
        return octets_of(read_signature(read.root, read.signature))
    except MessageRefusedError:
        return None
