"""Keys of a feed, and what they sign."""

from datetime import timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

from rules.feed.certificates import make_certificate
from rules.feed.jws import compact_jws, digest_to_sign, protected_header, raw_signature
from tests.rules.feed.picture import AT


class Key:
    """A P-256 key with its certificate."""

    def __init__(self, *, not_before=AT - timedelta(days=1), not_after=AT + timedelta(days=365)):
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.certificate = make_certificate(
            self.private, serial=1, not_before=not_before, not_after=not_after
        )

    @property
    def trusted(self):
        return {self.certificate.fingerprint: self.certificate}

    def sign(self, payload: bytes, header: str | None = None) -> str:
        header = header or protected_header(self.certificate.fingerprint)
        return compact_jws(header, raw_signature(*self.pair(header, payload)))

    def pair(self, header: str, payload: bytes) -> tuple[int, int]:
        digest = digest_to_sign(header, payload)
        return decode_dss_signature(
            self.private.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))
        )
