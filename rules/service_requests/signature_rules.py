"""Is it a Service Request, and who signed it? Nothing else can be asked before that is known."""

from rules.messages.signature_form import SignatureForm
from rules.messages.xmldsig import holds, public_key
from rules.register.snapshot import Snapshot, SnapshotCertificate
from rules.service_requests.duis_codes import SENDER
from rules.service_requests.message_rule import MessageRule, Step
from rules.service_requests.outcomes import Failed
from rules.service_requests.reading_rule import MESSAGE_IS_READABLE
from rules.service_requests.reason_codes import CheckReason, reason
from rules.service_requests.signature_form_rule import SIGNATURE_HAS_THE_FORM


def _certificate_is_known(form: SignatureForm, snapshot: Snapshot) -> SnapshotCertificate | Failed:
    """Leaves the certificate that is named."""
    certificate = snapshot.certificates.get((form.issuer, form.serial))
    return Failed(CheckReason.CERTIFICATE_UNKNOWN) if certificate is None else certificate


def _digest_matches(form: SignatureForm) -> Failed | None:
    if form.document_digest == form.digest_value:
        return None
    return Failed(CheckReason.DIGEST_MISMATCH)


def _signature_holds(form: SignatureForm, certificate: SnapshotCertificate) -> Failed | None:
    try:
        key = public_key(certificate.public_key)
    except ValueError:
        return Failed(CheckReason.CERTIFICATE_KEY_UNUSABLE)
    if not holds(form.signed_info, form.r, form.s, key):
        return Failed(CheckReason.SIGNATURE_INVALID)
    return None


CERTIFICATE_IS_KNOWN = Step(
    id="SMKI-CERTIFICATE-KNOWN",
    title="The certificate that KeyInfo names is an Organisation Certificate of the register.",
    # docs/decisions/0060 says what was decided where these are silent.
    cites="DUIS 3.3.1",
    reasons={
        CheckReason.CERTIFICATE_UNKNOWN: reason(
            SENDER,
            "KeyInfo names a certificate that the register does not hold.",
            "The register holds no certificate of {issuer} with the serial number {serial}; "
            "sign with an Organisation Certificate of the register.",
            do=(
                "Sign with an Organisation Certificate of the register, and name its issuer and "
                "serial number."
            ),
        ),
    },
    passed="The register holds certificate {serial} of {issuer}, for {user_id}.",
    check=_certificate_is_known,
)

# Before the signature: a changed DigestValue spoils both, and is a mismatch first of all.
DIGEST_MATCHES = Step(
    id="MP104-XMLDSIG-DIGEST",
    title="The document is, byte for byte of its canonical form, the one that was signed.",
    cites="DUIS 3.3; XMLDSig core, 3.2.1",
    reasons={
        CheckReason.DIGEST_MISMATCH: reason(
            SENDER,
            "The document is not the one that was signed, or the DigestValue was changed.",
            "The message was changed after it was signed: its digest is not the DigestValue. "
            "Sign it again.",
            do=(
                "Sign the message again, over its inclusive canonical form, and change nothing in "
                "it afterwards."
            ),
        ),
    },
    passed="The document's digest is the DigestValue.",
    check=_digest_matches,
)

SIGNATURE_HOLDS = Step(
    id="MP104-XMLDSIG-VALUE",
    title="The signature verifies with the key of the certificate that KeyInfo names.",
    cites="DUIS 3.3; XMLDSig core, 3.2.2",
    reasons={
        CheckReason.CERTIFICATE_KEY_UNUSABLE: reason(
            SENDER,
            "The key of the certificate is not a point of P-256.",
            "The key of certificate {serial} is not a key of P-256; use another certificate.",
            do="Sign with another certificate, whose key is on P-256.",
        ),
        CheckReason.SIGNATURE_INVALID: reason(
            SENDER,
            "The signature is not by the key of the certificate that KeyInfo names.",
            "The signature does not verify with the key of certificate {serial} of {issuer}; "
            "sign with the key of the certificate that KeyInfo names.",
            do="Sign with the private key of the very certificate that KeyInfo names.",
        ),
    },
    passed="The signature verifies with the key of certificate {serial}.",
    check=_signature_holds,
)

SIGNATURE_RULES: tuple[MessageRule, ...] = (
    MESSAGE_IS_READABLE,
    SIGNATURE_HAS_THE_FORM,
    CERTIFICATE_IS_KNOWN,
    DIGEST_MATCHES,
    SIGNATURE_HOLDS,
)
"""In the order in which they are asked: each needs what those before it leave."""
