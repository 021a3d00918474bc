"""Other verifiers of XML signatures, each in its fastest honest use.

Each gets what our checker has too: the signer's key or certificate, made ready once. Each must
accept the message, and refuse it with one bit changed in the document or the signature, before it
is timed. None of them decides anything: what they are compared with is our whole decision.
"""

from collections.abc import Callable

import pybergshamra
import signxml
import xmlsec
from lxml import etree

from tests.benchmarks.messages import Signer

Verifier = Callable[[bytes], object]
"""Returns normally when the signature of a message holds, and raises when not."""

_PARSER = etree.XMLParser(resolve_entities=False, remove_comments=True, collect_ids=False)
_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"


class NotVerifiedError(Exception):
    """A peer found that a signature does not hold."""


def signxml_with_defaults(signer: Signer) -> Verifier:
    """As its documentation shows it: the certificate as PEM text."""
    pem = signer.pem

    def verify(message: bytes) -> object:
        return signxml.XMLVerifier().verify(message, x509_cert=pem)

    return verify


def signxml_tuned(signer: Signer) -> Verifier:
    """The certificate parsed once, one verifier for all, no schema, nothing searched for."""
    certificate = signer.certificate
    verifier = signxml.XMLVerifier()
    expected = signxml.SignatureConfiguration(
        location="./",
        signature_methods=frozenset({signxml.SignatureMethod.ECDSA_SHA256}),
        digest_algorithms=frozenset({signxml.DigestAlgorithm.SHA256}),
    )

    def verify(message: bytes) -> object:
        return verifier.verify(
            message,
            x509_cert=certificate,
            validate_schema=False,
            parser=_PARSER,
            expect_config=expected,
        )

    return verify


def python_xmlsec(signer: Signer) -> Verifier:
    """The key loaded once; a context can be used for one signature only."""
    key = xmlsec.Key.from_memory(signer.pem, xmlsec.constants.KeyDataFormatCertPem)

    def verify(message: bytes) -> None:
        signature = etree.fromstring(message, _PARSER)[-1]
        if signature.tag != _SIGNATURE:
            raise NotVerifiedError("the last element is no Signature")
        context = xmlsec.SignatureContext()
        context.key = key
        context.verify(signature)

    return verify


def bergshamra(signer: Signer) -> Verifier:
    """The bare key, which it verifies with a little faster than with a certificate."""
    manager = pybergshamra.KeysManager()
    manager.add_key(pybergshamra.load_spki_der(signer.public_key_info))
    context = pybergshamra.DsigContext(manager)
    verify_text = pybergshamra.verify

    def verify(message: bytes) -> None:
        result = verify_text(context, message.decode())
        if not result:
            raise NotVerifiedError(result.reason)

    return verify


REFUSALS = (
    NotVerifiedError,
    signxml.exceptions.InvalidSignature,
    xmlsec.Error,
    pybergshamra.BergshamraError,
)
"""What the peers raise where a signature does not hold."""
