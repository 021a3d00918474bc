"""The words of the reasons for which a message cannot be read, is not signed or not valid."""

from typing import Final

from rules.messages.refusals import MessageReason as M
from rules.service_requests.duis_codes import SENDER
from rules.service_requests.reason_codes import CheckReason, reason

READING: Final = (
    reason(
        M.TOO_LARGE,
        None,
        "The message has more octets than are read at all.",
        "The message has {value}, more than the limit of {size_limit} octets; send less in one.",
        do="Send what is asked for in several smaller Service Requests.",
    ),
    reason(
        M.INVALID_UTF8,
        None,
        "The message is not UTF-8.",
        "The message is not UTF-8 from octet {value} on; send it in UTF-8.",
        do="Write the message in UTF-8 and sign it again.",
    ),
    reason(
        M.ENCODING_NOT_UTF8,
        None,
        "The message declares another encoding than UTF-8.",
        "The message is in the encoding {value}; send it in UTF-8.",
        do="Write the message in UTF-8, declare no other encoding, and sign it again.",
    ),
    reason(
        M.ENCODING_NOT_ASCII,
        None,
        "The message declares ASCII and has other characters.",
        "The message declares the encoding ASCII and has other characters; declare UTF-8.",
        do="Declare UTF-8, or no encoding, in the XML declaration of the message.",
    ),
    reason(
        M.DOCUMENT_TYPE,
        None,
        "The message has a document type declaration, which may define entities.",
        "The message has a document type declaration; send it without one.",
        do="Leave the document type declaration out of the message and sign it again.",
    ),
    reason(
        M.PROCESSING_INSTRUCTION,
        None,
        "The message has a processing instruction, which may stand outside what is signed.",
        "The message has a processing instruction; send it without one.",
        do="Leave every processing instruction out of the message and sign it again.",
    ),
    reason(
        M.NOT_WELL_FORMED,
        None,
        "The message is not well-formed XML 1.0 with namespaces.",
        "The message is not well-formed XML: {value}.",
        do="Write the message as well-formed XML 1.0 with namespaces, and sign it again.",
    ),
    reason(
        M.NAMESPACE_NAME,
        None,
        "A namespace name has a character that programs write differently in Canonical XML.",
        "The namespace name `{value}` has a character, such as `&`, that programs write "
        "differently in Canonical XML, so that they do not agree on what was signed.",
        do="Use namespace names without `&`, `<`, quotation marks, tabs and line breaks.",
    ),
    reason(
        M.TOO_COMPLEX,
        None,
        "The message is built so that canonicalising it would take too long.",
        "The message is too complex to be canonicalised: {value}; send a simpler one.",
        do=(
            "Write the message with fewer namespace declarations, attributes and levels, as "
            "DUIS needs."
        ),
    ),
    reason(
        M.UNKNOWN_ROOT,
        None,
        "The root element is not a Request in the namespace of DUIS.",
        "The root element is `{value}`, not the Request of DUIS; send a Service Request.",
        do="Send a Service Request whose root element is the Request of the DUIS namespace.",
    ),
    reason(
        M.REQUEST_MALFORMED,
        None,
        "The Request does not consist of a Header, a Body and a Signature.",
        "The Request has {value}, where it must have a Header, a Body and a Signature in order.",
        do="Build the Request of one Header, one Body and one Signature, in this order.",
    ),
    reason(
        M.SCHEMA_VERSION_MALFORMED,
        None,
        "The Request's schemaVersion is missing or not a number.",
        "The schemaVersion of the Request is `{value}`; give the version of the DUIS schema.",
        do="Give the version of the DUIS schema, such as 5.4, as the schemaVersion.",
    ),
    reason(
        M.HEADER_MALFORMED,
        None,
        "The Header does not have each field once, in the order of the schema, and nothing else.",
        "The Header has {value}; give each field once, in the order of the DUIS schema, and "
        "nothing else.",
        do="Give each field of the Header once, in the order of the schema, and nothing else.",
    ),
    reason(
        M.REQUEST_ID_MALFORMED,
        None,
        "The RequestID is not an originator, a target and a counter.",
        "The RequestID is `{value}`; give originator, target and counter, apart by colons.",
        do="Write the RequestID as originator, target and counter, with colons between them.",
    ),
    reason(
        M.COMMAND_VARIANT_MALFORMED,
        None,
        "The CommandVariant is not a number from 1 to 9.",
        "The CommandVariant is `{value}`; give one of 1 to 8.",
        do="Give one number from 1 to 8 as the CommandVariant.",
    ),
    reason(
        M.SERVICE_REFERENCE_MALFORMED,
        None,
        "The ServiceReferenceVariant is not two or three numbers.",
        "The ServiceReferenceVariant is `{value}`; give one of the DUIS schema, such as 1.6.",
        do="Give a Service Reference Variant of the DUIS schema, such as 1.6.",
    ),
    reason(
        M.SERVICE_REFERENCE_MISMATCH,
        None,
        "The ServiceReference is not that of the ServiceReferenceVariant.",
        "The ServiceReference and its variant do not belong together: {value}; give one service.",
        do="Give the ServiceReference to which the ServiceReferenceVariant belongs.",
    ),
    reason(
        M.BODY_MALFORMED,
        None,
        "The Body does not hold exactly one Service Request.",
        "The Body has {value}, where it must have exactly one Service Request.",
        do="Put exactly one Service Request or Signed Pre-Command into the Body.",
    ),
)

FORM: Final = (
    reason(
        M.SIGNATURE_MISSING,
        SENDER,
        "The message is not signed.",
        "The message has no Signature; sign it as DUIS 3.3 describes.",
        do="Sign the message as DUIS 3.3 describes.",
    ),
    reason(
        M.SIGNATURE_NOT_SINGLE,
        SENDER,
        "There is more than one Signature.",
        "The message has more than one Signature; send it with exactly one.",
        do="Sign the message once, so that it has exactly one Signature.",
    ),
    reason(
        M.SIGNATURE_MISPLACED,
        SENDER,
        "The Signature is not the last child of the root.",
        "The Signature is not the last child of the Request; put it behind the Body.",
        do="Put the Signature behind the Body, as the last child of the Request.",
    ),
    reason(
        M.SIGNATURE_STRUCTURE,
        SENDER,
        "The Signature does not have exactly the elements of DUIS 3.3.",
        "There is {value}, where DUIS 3.3 has nothing else than its own elements in order.",
        do="Write the Signature with the elements of DUIS 3.3 alone and in their order.",
    ),
    reason(
        M.SIGNATURE_ATTRIBUTE,
        SENDER,
        "The Signature has an attribute that DUIS 3.3 does not have.",
        "The Signature has the attribute {value}; leave it out.",
        do=(
            "Leave out every attribute of the Signature that DUIS 3.3 does not have, and sign "
            "again."
        ),
    ),
    reason(
        M.CANONICALIZATION_METHOD,
        SENDER,
        "The CanonicalizationMethod is not exclusive canonicalisation.",
        "The CanonicalizationMethod is `{value}`, not `http://www.w3.org/2001/10/xml-exc-c14n#`.",
        do=(
            "Sign with the CanonicalizationMethod `http://www.w3.org/2001/10/xml-exc-c14n#`, "
            "spelt with its `#`."
        ),
    ),
    reason(
        M.SIGNATURE_METHOD,
        SENDER,
        "The SignatureMethod is not ECDSA with SHA-256.",
        "The SignatureMethod is `{value}`, not "
        "`http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256`.",
        do=(
            "Sign with ECDSA and SHA-256, which is "
            "`http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256`."
        ),
    ),
    reason(
        M.REFERENCE_NOT_SINGLE,
        SENDER,
        "There is not exactly one Reference.",
        "The SignedInfo must have exactly one Reference; sign the whole document once.",
        do="Sign the whole document once, with exactly one Reference.",
    ),
    reason(
        M.REFERENCE_URI,
        SENDER,
        'The URI of the Reference is not "".',
        'The URI of the Reference is `{value}`, not ""; sign the whole document.',
        do='Sign the whole document, with the empty URI "" in the Reference.',
    ),
    reason(
        M.TRANSFORMS,
        SENDER,
        "The Transforms are not exactly the enveloped signature transform.",
        "The Reference has `{value}`; its only transform must be "
        "`http://www.w3.org/2000/09/xmldsig#enveloped-signature`.",
        do=(
            "Sign with `http://www.w3.org/2000/09/xmldsig#enveloped-signature` as the only "
            "transform."
        ),
    ),
    reason(
        M.DIGEST_METHOD,
        SENDER,
        "The DigestMethod is not SHA-256.",
        "The DigestMethod is `{value}`, not `http://www.w3.org/2001/04/xmlenc#sha256`.",
        do="Digest the document with SHA-256, which is `http://www.w3.org/2001/04/xmlenc#sha256`.",
    ),
    reason(
        M.DIGEST_VALUE_MALFORMED,
        SENDER,
        "The DigestValue is not 32 octets in base64.",
        "The DigestValue is `{value}`, not 32 octets in base64.",
        do="Write the 32 octets of the SHA-256 digest in base64 as the DigestValue.",
    ),
    reason(
        M.SIGNATURE_VALUE_MALFORMED,
        SENDER,
        "The SignatureValue is not 64 octets in base64.",
        "The SignatureValue is `{value}`, not the 64 octets of r and s in base64.",
        do="Write r and s as 32 octets each, not in DER, in base64 as the SignatureValue.",
    ),
    reason(
        M.SIGNATURE_VALUE_RANGE,
        SENDER,
        "A number of the SignatureValue is zero or not below the order of P-256.",
        "A number of the SignatureValue is out of the range of P-256; sign the message again.",
        do="Sign the message again with software that makes sound ECDSA signatures on P-256.",
    ),
    reason(
        M.KEY_INFO_MALFORMED,
        SENDER,
        "KeyInfo does not name the certificate by its issuer and serial number alone.",
        "There is {value}, where KeyInfo must have X509Data with one X509IssuerSerial alone.",
        do=(
            "Name the certificate in KeyInfo by one X509IssuerSerial in X509Data, and by "
            "nothing else."
        ),
    ),
    reason(
        M.ISSUER_NAME_MALFORMED,
        SENDER,
        "The X509IssuerName is not a distinguished name.",
        "The X509IssuerName is `{value}`, not a distinguished name such as CN=Z1,OU=07.",
        do="Write the distinguished name of the certificate's issuer, such as CN=Z1,OU=07.",
    ),
    reason(
        M.SERIAL_NUMBER_MALFORMED,
        SENDER,
        "The X509SerialNumber is not a positive decimal number.",
        "The X509SerialNumber is `{value}`; give it in decimal, as the certificate has it.",
        do="Write the certificate's serial number in decimal, not in hexadecimal.",
    ),
    reason(
        M.NOT_CANONICALIZABLE,
        SENDER,
        "The document has no canonical form.",
        "The document has no canonical form; leave relative namespace names out.",
        do="Use no relative namespace names in the message, and sign it again.",
    ),
)

SCHEMA: Final = (
    reason(
        CheckReason.SCHEMA_INVALID,
        None,
        "The message is not valid by the DUIS schema that the operator has supplied.",
        "By the DUIS schema the message is not valid at `{schema_element}` on line {schema_line}: "
        "{schema_says}.",
        do="Correct the message until it is valid by the DUIS schema, and sign it again.",
    ),
)
