"""Is it signed in the one form that DUIS 3.3 gives a signature?"""

from rules.messages.reading import Message
from rules.messages.refusals import MessageReason, MessageRefusedError
from rules.messages.showing import shown
from rules.messages.signature_form import SignatureForm, read_signature
from rules.service_requests.duis_codes import SENDER
from rules.service_requests.message_rule import Step
from rules.service_requests.outcomes import Failed
from rules.service_requests.reason_codes import reason

_M = MessageReason


def _signature_has_the_form(
    message: Message, form: SignatureForm | None
) -> SignatureForm | Failed:
    """Leaves the signature; takes it where it was read together with the message."""
    if form is not None:
        return form
    if message.signature is None:
        return Failed(message.signature_fault or _M.SIGNATURE_MISSING)
    try:
        return read_signature(message.root, message.signature)
    except MessageRefusedError as refused:
        return Failed(refused.reason, {"value": shown(refused.value)})


SIGNATURE_HAS_THE_FORM = Step(
    id="MP104-XMLDSIG",
    title="The message has one signature, exactly of the form that DUIS 3.3 gives it.",
    cites="DUIS 3.3",
    reasons={
        _M.SIGNATURE_MISSING: reason(
            SENDER,
            "The message is not signed.",
            "The message has no Signature; sign it as DUIS 3.3 describes.",
            do="Sign the message as DUIS 3.3 describes.",
        ),
        _M.SIGNATURE_NOT_SINGLE: reason(
            SENDER,
            "There is more than one Signature.",
            "The message has more than one Signature; send it with exactly one.",
            do="Sign the message once, so that it has exactly one Signature.",
        ),
        _M.SIGNATURE_MISPLACED: reason(
            SENDER,
            "The Signature is not the last child of the root.",
            "The Signature is not the last child of the Request; put it behind the Body.",
            do="Put the Signature behind the Body, as the last child of the Request.",
        ),
        _M.SIGNATURE_STRUCTURE: reason(
            SENDER,
            "The Signature does not have exactly the elements of DUIS 3.3.",
            "There is {value}, where DUIS 3.3 has nothing else than its own elements in order.",
            do="Write the Signature with the elements of DUIS 3.3 alone and in their order.",
        ),
        _M.SIGNATURE_ATTRIBUTE: reason(
            SENDER,
            "The Signature has an attribute that DUIS 3.3 does not have.",
            "The Signature has the attribute {value}; leave it out.",
            do=(
                "Leave out every attribute of the Signature that DUIS 3.3 does not have, and sign "
                "again."
            ),
        ),
        _M.CANONICALIZATION_METHOD: reason(
            SENDER,
            "The CanonicalizationMethod is not exclusive canonicalisation.",
            "The CanonicalizationMethod is `{value}`, not "
            "`http://www.w3.org/2001/10/xml-exc-c14n#`.",
            do=(
                "Sign with the CanonicalizationMethod `http://www.w3.org/2001/10/xml-exc-c14n#`, "
                "spelt with its `#`."
            ),
        ),
        _M.SIGNATURE_METHOD: reason(
            SENDER,
            "The SignatureMethod is not ECDSA with SHA-256.",
            "The SignatureMethod is `{value}`, not "
            "`http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256`.",
            do=(
                "Sign with ECDSA and SHA-256, which is "
                "`http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256`."
            ),
        ),
        _M.REFERENCE_NOT_SINGLE: reason(
            SENDER,
            "There is not exactly one Reference.",
            "The SignedInfo must have exactly one Reference; sign the whole document once.",
            do="Sign the whole document once, with exactly one Reference.",
        ),
        _M.REFERENCE_URI: reason(
            SENDER,
            'The URI of the Reference is not "".',
            'The URI of the Reference is `{value}`, not ""; sign the whole document.',
            do='Sign the whole document, with the empty URI "" in the Reference.',
        ),
        _M.TRANSFORMS: reason(
            SENDER,
            "The Transforms are not exactly the enveloped signature transform.",
            "The Reference has `{value}`; its only transform must be "
            "`http://www.w3.org/2000/09/xmldsig#enveloped-signature`.",
            do=(
                "Sign with `http://www.w3.org/2000/09/xmldsig#enveloped-signature` as the only "
                "transform."
            ),
        ),
        _M.DIGEST_METHOD: reason(
            SENDER,
            "The DigestMethod is not SHA-256.",
            "The DigestMethod is `{value}`, not `http://www.w3.org/2001/04/xmlenc#sha256`.",
            do=(
                "Digest the document with SHA-256, which is "
                "`http://www.w3.org/2001/04/xmlenc#sha256`."
            ),
        ),
        _M.DIGEST_VALUE_MALFORMED: reason(
            SENDER,
            "The DigestValue is not 32 bytes in base64.",
            "The DigestValue is `{value}`, not 32 bytes in base64.",
            do="Write the 32 bytes of the SHA-256 digest in base64 as the DigestValue.",
        ),
        _M.SIGNATURE_VALUE_MALFORMED: reason(
            SENDER,
            "The SignatureValue is not 64 bytes in base64.",
            "The SignatureValue is `{value}`, not the 64 bytes of r and s in base64.",
            do="Write r and s as 32 bytes each, not in DER, in base64 as the SignatureValue.",
        ),
        _M.SIGNATURE_VALUE_RANGE: reason(
            SENDER,
            "A number of the SignatureValue is zero or not below the order of P-256.",
            "A number of the SignatureValue is out of the range of P-256; sign the message again.",
            do="Sign the message again with software that makes sound ECDSA signatures on P-256.",
        ),
        _M.KEY_INFO_MALFORMED: reason(
            SENDER,
            "KeyInfo does not name the certificate by its issuer and serial number alone.",
            "There is {value}, where KeyInfo must have X509Data with one X509IssuerSerial alone.",
            do=(
                "Name the certificate in KeyInfo by one X509IssuerSerial in X509Data, and by "
                "nothing else."
            ),
        ),
        _M.ISSUER_NAME_MALFORMED: reason(
            SENDER,
            "The X509IssuerName is not a distinguished name.",
            "The X509IssuerName is `{value}`, not a distinguished name such as CN=Z1,OU=07.",
            do="Write the distinguished name of the certificate's issuer, such as CN=Z1,OU=07.",
        ),
        _M.SERIAL_NUMBER_MALFORMED: reason(
            SENDER,
            "The X509SerialNumber is not a positive decimal number.",
            "The X509SerialNumber is `{value}`; give it in decimal, as the certificate has it.",
            do="Write the certificate's serial number in decimal, not in hexadecimal.",
        ),
        _M.NOT_CANONICALIZABLE: reason(
            SENDER,
            "The document has no canonical form.",
            "The document has no canonical form; leave relative namespace names out.",
            do="Use no relative namespace names in the message, and sign it again.",
        ),
    },
    passed="The one signature has the parameters of DUIS 3.3 and names certificate {serial} of "
    "{issuer}.",
    check=_signature_has_the_form,
)
