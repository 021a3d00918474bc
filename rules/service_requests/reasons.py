"""Every reason for which a message may cease: its code, its DUIS code and its words.

`says` is a sentence with fields in braces, filled from the case when somebody asks for words
(`rules.service_requests.words`). `duis_code` is the nearest response code of the DUIS 5.4 schema
as a suggestion; DUIS has none for most of this (domain decision 17), and none at all for what is
no Service Request. Codes are kept for ever and never reused.
"""

from dataclasses import dataclass
from enum import StrEnum

from rules.messages.refusals import MessageReason


class CheckReason(StrEnum):
    """The codes that the checker adds to those of reading a message."""

    CERTIFICATE_UNKNOWN = "certificate-unknown"
    DIGEST_MISMATCH = "digest-mismatch"
    CERTIFICATE_KEY_UNUSABLE = "certificate-key-unusable"
    SIGNATURE_INVALID = "signature-invalid"
    CERTIFICATE_NOT_YET_VALID = "certificate-not-yet-valid"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_REVOKED = "certificate-revoked"
    CERTIFICATE_NOT_XMLSIGN = "certificate-not-xmlsign"
    USER_ID_UNKNOWN = "user-id-unknown"
    CERTIFICATE_NOT_NOTIFIED = "certificate-not-notified"
    KEY_SERVES_TWO_PARTIES = "key-serves-two-parties"
    KEY_SERVES_TWO_USER_IDS = "key-serves-two-user-ids"
    KEY_USED_TOWARDS_DEVICES = "key-used-towards-devices"
    ORIGINATOR_NOT_SIGNER = "originator-not-signer"
    ORIGINATOR_OTHER_USER_ID = "originator-other-user-id"
    USER_HAS_NO_ROLE = "user-has-no-role"
    SRV_UNKNOWN = "service-reference-variant-unknown"
    NOT_ELIGIBLE = "service-request-not-eligible"
    SOLR_INSTRUCTION_NOT_LIVE = "solr-instruction-not-live"
    COMMAND_VARIANT_INTERNAL = "command-variant-internal"
    COMMAND_VARIANT_MISMATCH = "command-variant-mismatch"
    RULE_BROKEN = "rule-broken"


Reason = MessageReason | CheckReason

RELAXED_IN_MONITOR: frozenset[str] = frozenset(
    {
        # What MP104 adds, and nothing else (domain decision 15).
        CheckReason.CERTIFICATE_NOT_XMLSIGN,
        CheckReason.CERTIFICATE_NOT_NOTIFIED,
        CheckReason.KEY_SERVES_TWO_USER_IDS,
        CheckReason.KEY_USED_TOWARDS_DEVICES,
        # Any User ID of the same Party will do (domain decision 9).
        CheckReason.ORIGINATOR_OTHER_USER_ID,
    }
)
"""Before MP104 is live a message does not cease for these; they are recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonEntry:
    """One reason for which a message may cease."""

    code: str
    duis_code: str | None
    meaning: str
    """For the catalogue: what it means, without a case."""
    says: str
    """For one case: what is wrong and what to do, with fields in braces."""


def _entry(code: Reason, duis_code: str | None, meaning: str, says: str) -> ReasonEntry:
    return ReasonEntry(code=code.value, duis_code=duis_code, meaning=meaning, says=says)


_M = MessageReason
_C = CheckReason
# The code of XSD54 that is believed to be for a failed authentication of the sender.
_SENDER = "E100"
_ROLE = "E1"
_SERVICE = "E2"
_VARIANT = "E12"

_READING = (
    _entry(
        _M.TOO_LARGE,
        None,
        "The message has more octets than are read at all.",
        "The message has {value}, more than the limit of {size_limit} octets; send less in one.",
    ),
    _entry(
        _M.INVALID_UTF8,
        None,
        "The message is not UTF-8.",
        "The message is not UTF-8 from octet {value} on; send it in UTF-8.",
    ),
    _entry(
        _M.ENCODING_NOT_UTF8,
        None,
        "The message declares another encoding than UTF-8.",
        "The message is in the encoding {value}; send it in UTF-8.",
    ),
    _entry(
        _M.DOCUMENT_TYPE,
        None,
        "The message has a document type declaration, which may define entities.",
        "The message has a document type declaration; send it without one.",
    ),
    _entry(
        _M.PROCESSING_INSTRUCTION,
        None,
        "The message has a processing instruction, which may stand outside what is signed.",
        "The message has a processing instruction; send it without one.",
    ),
    _entry(
        _M.NOT_WELL_FORMED,
        None,
        "The message is not well-formed XML 1.0 with namespaces.",
        "The message is not well-formed XML: {value}.",
    ),
    _entry(
        _M.TOO_COMPLEX,
        None,
        "The message is built so that canonicalising it would take too long.",
        "The message is too complex to be canonicalised: {value}; send a simpler one.",
    ),
    _entry(
        _M.UNKNOWN_ROOT,
        None,
        "The root element is not a Request in the namespace of DUIS.",
        "The root element is `{value}`, not the Request of DUIS; send a Service Request.",
    ),
    _entry(
        _M.REQUEST_MALFORMED,
        None,
        "The Request does not consist of a Header, a Body and a Signature.",
        "The Request has {value}, where it must have a Header, a Body and a Signature in order.",
    ),
    _entry(
        _M.SCHEMA_VERSION_MALFORMED,
        None,
        "The Request's schemaVersion is missing or not a number.",
        "The schemaVersion of the Request is `{value}`; give the version of the DUIS schema.",
    ),
    _entry(
        _M.HEADER_MALFORMED,
        None,
        "The Header does not have each of its fields once and in the order of the schema.",
        "The Header has {value}; give each field once and in the order of the DUIS schema.",
    ),
    _entry(
        _M.REQUEST_ID_MALFORMED,
        None,
        "The RequestID is not an originator, a target and a counter.",
        "The RequestID is `{value}`; give originator, target and counter, apart by colons.",
    ),
    _entry(
        _M.COMMAND_VARIANT_MALFORMED,
        None,
        "The CommandVariant is not a number from 1 to 9.",
        "The CommandVariant is `{value}`; give one of 1 to 8.",
    ),
    _entry(
        _M.SERVICE_REFERENCE_MALFORMED,
        None,
        "The ServiceReferenceVariant is not two or three numbers.",
        "The ServiceReferenceVariant is `{value}`; give one of the DUIS schema, such as 1.6.",
    ),
    _entry(
        _M.SERVICE_REFERENCE_MISMATCH,
        None,
        "The ServiceReference is not that of the ServiceReferenceVariant.",
        "The ServiceReference and its variant do not belong together: {value}; give one service.",
    ),
    _entry(
        _M.BODY_MALFORMED,
        None,
        "The Body does not hold exactly one Service Request.",
        "The Body has {value}, where it must have exactly one Service Request.",
    ),
)

_FORM = (
    _entry(
        _M.SIGNATURE_MISSING,
        _SENDER,
        "The message is not signed.",
        "The message has no Signature; sign it as DUIS 3.3 describes.",
    ),
    _entry(
        _M.SIGNATURE_NOT_SINGLE,
        _SENDER,
        "There is more than one Signature.",
        "The message has more than one Signature; send it with exactly one.",
    ),
    _entry(
        _M.SIGNATURE_MISPLACED,
        _SENDER,
        "The Signature is not the last child of the root.",
        "The Signature is not the last child of the Request; put it behind the Body.",
    ),
    _entry(
        _M.SIGNATURE_STRUCTURE,
        _SENDER,
        "The Signature does not have exactly the elements of DUIS 3.3.",
        "There is {value}, where DUIS 3.3 has nothing else than its own elements in order.",
    ),
    _entry(
        _M.SIGNATURE_ATTRIBUTE,
        _SENDER,
        "The Signature has an attribute that DUIS 3.3 does not have.",
        "The Signature has the attribute {value}; leave it out.",
    ),
    _entry(
        _M.CANONICALIZATION_METHOD,
        _SENDER,
        "The CanonicalizationMethod is not exclusive canonicalisation.",
        "The CanonicalizationMethod is `{value}`, not `http://www.w3.org/2001/10/xml-exc-c14n#`.",
    ),
    _entry(
        _M.SIGNATURE_METHOD,
        _SENDER,
        "The SignatureMethod is not ECDSA with SHA-256.",
        "The SignatureMethod is `{value}`, not "
        "`http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256`.",
    ),
    _entry(
        _M.REFERENCE_NOT_SINGLE,
        _SENDER,
        "There is not exactly one Reference.",
        "The SignedInfo must have exactly one Reference; sign the whole document once.",
    ),
    _entry(
        _M.REFERENCE_URI,
        _SENDER,
        'The URI of the Reference is not "".',
        'The URI of the Reference is `{value}`, not ""; sign the whole document.',
    ),
    _entry(
        _M.TRANSFORMS,
        _SENDER,
        "The Transforms are not exactly the enveloped signature transform.",
        "The Reference has `{value}`; its only transform must be "
        "`http://www.w3.org/2000/09/xmldsig#enveloped-signature`.",
    ),
    _entry(
        _M.DIGEST_METHOD,
        _SENDER,
        "The DigestMethod is not SHA-256.",
        "The DigestMethod is `{value}`, not `http://www.w3.org/2001/04/xmlenc#sha256`.",
    ),
    _entry(
        _M.DIGEST_VALUE_MALFORMED,
        _SENDER,
        "The DigestValue is not 32 octets in base64.",
        "The DigestValue is `{value}`, not 32 octets in base64.",
    ),
    _entry(
        _M.SIGNATURE_VALUE_MALFORMED,
        _SENDER,
        "The SignatureValue is not 64 octets in base64.",
        "The SignatureValue is `{value}`, not the 64 octets of r and s in base64.",
    ),
    _entry(
        _M.SIGNATURE_VALUE_RANGE,
        _SENDER,
        "A number of the SignatureValue is zero or not below the order of P-256.",
        "A number of the SignatureValue is out of the range of P-256; sign the message again.",
    ),
    _entry(
        _M.KEY_INFO_MALFORMED,
        _SENDER,
        "KeyInfo does not name the certificate by its issuer and serial number alone.",
        "There is {value}, where KeyInfo must have X509Data with one X509IssuerSerial alone.",
    ),
    _entry(
        _M.ISSUER_NAME_MALFORMED,
        _SENDER,
        "The X509IssuerName is not a distinguished name.",
        "The X509IssuerName is `{value}`, not a distinguished name such as CN=Z1,OU=07.",
    ),
    _entry(
        _M.SERIAL_NUMBER_MALFORMED,
        _SENDER,
        "The X509SerialNumber is not a positive decimal number.",
        "The X509SerialNumber is `{value}`; give it in decimal, as the certificate has it.",
    ),
    _entry(
        _M.NOT_CANONICALIZABLE,
        _SENDER,
        "The document has no canonical form.",
        "The document has no canonical form; leave relative namespace names out.",
    ),
)

_SIGNER = (
    _entry(
        _C.CERTIFICATE_UNKNOWN,
        _SENDER,
        "KeyInfo names a certificate that the register does not hold.",
        "The register holds no certificate of {issuer} with the serial number {serial}; "
        "sign with an Organisation Certificate of the register.",
    ),
    _entry(
        _C.DIGEST_MISMATCH,
        _SENDER,
        "The document is not the one that was signed, or the DigestValue was changed.",
        "The document's digest is not the DigestValue; "
        "it was changed after it was signed, so sign it again.",
    ),
    _entry(
        _C.CERTIFICATE_KEY_UNUSABLE,
        _SENDER,
        "The key of the certificate is not a point of P-256.",
        "The key of certificate {serial} is not a key of P-256; use another certificate.",
    ),
    _entry(
        _C.SIGNATURE_INVALID,
        _SENDER,
        "The signature is not by the key of the certificate that KeyInfo names.",
        "The signature does not verify with the key of certificate {serial} of {issuer}; "
        "sign with the key of the certificate that KeyInfo names.",
    ),
    _entry(
        _C.CERTIFICATE_NOT_YET_VALID,
        _SENDER,
        "The certificate was not valid yet.",
        "The certificate {serial} is valid from {not_before} and the message is of {at}.",
    ),
    _entry(
        _C.CERTIFICATE_EXPIRED,
        _SENDER,
        "The certificate had expired.",
        "The certificate {serial} expired at {not_after} and the message is of {at}; "
        "sign with a certificate that is in force.",
    ),
    _entry(
        _C.CERTIFICATE_REVOKED,
        _SENDER,
        "The certificate was revoked.",
        "The certificate {serial} was revoked at {revoked_at}; "
        "sign with a certificate that is in force.",
    ),
    _entry(
        _C.CERTIFICATE_NOT_XMLSIGN,
        _SENDER,
        "The certificate's Remote Party Role is not xmlSign.",
        "The message is signed with a certificate of Remote Party Role {role}, not xmlSign (87).",
    ),
    _entry(
        _C.USER_ID_UNKNOWN,
        _ROLE,
        "The certificate's EUI-64 is no User ID.",
        "The certificate is for {user_id}, which is no User ID; sign with one for a User ID.",
    ),
    _entry(
        _C.CERTIFICATE_NOT_NOTIFIED,
        _SENDER,
        "The certificate was not notified for the User ID at that moment.",
        "The certificate {serial} was not notified for the User ID {user_id} at {at}; "
        "notify it before signing with its key.",
    ),
    _entry(
        _C.KEY_SERVES_TWO_PARTIES,
        _SENDER,
        "The key is in certificates of two Parties.",
        "The key of certificate {serial} is in a certificate of another Party too; "
        "use a key that nobody else has.",
    ),
    _entry(
        _C.KEY_SERVES_TWO_USER_IDS,
        _SENDER,
        "The key is in certificates for two User IDs of one Party.",
        "The key of certificate {serial} serves another User ID of {party} too; "
        "use a separate key for each.",
    ),
    _entry(
        _C.KEY_USED_TOWARDS_DEVICES,
        _SENDER,
        "The key is also in a certificate that is used towards Devices.",
        "The key of certificate {serial} is also in a certificate for another use; "
        "sign messages with a key that has no other.",
    ),
)

_SERVICE_REQUEST = (
    _entry(
        _C.ORIGINATOR_NOT_SIGNER,
        _SENDER,
        "The Business Originator ID is not a User ID of the Party that signed.",
        "The Business Originator ID is {originator} and the signer's User ID is {user_id}; "
        "sign with the certificate of the User ID that sends.",
    ),
    _entry(
        _C.ORIGINATOR_OTHER_USER_ID,
        _SENDER,
        "The Business Originator ID is another User ID of the Party that signed.",
        "The Business Originator ID is {originator} and the signer's User ID is {user_id}, "
        "both of {party}; sign with the key of the User ID that sends.",
    ),
    _entry(
        _C.USER_HAS_NO_ROLE,
        _ROLE,
        "The User ID has no User Role.",
        "The User ID {user_id} has no User Role; have one recorded before sending.",
    ),
    _entry(
        _C.SRV_UNKNOWN,
        _SERVICE,
        "The Service Reference Variant is not in the list.",
        "The Service Reference Variant {srv} is not in the list; send one that is.",
    ),
    _entry(
        _C.NOT_ELIGIBLE,
        _SERVICE,
        "No User Role of the User ID may send the Service Reference Variant at that moment.",
        "The User ID {user_id} has the User Roles {user_roles}, none of which may send {srv} "
        "at {at}.",
    ),
    _entry(
        _C.SOLR_INSTRUCTION_NOT_LIVE,
        _ROLE,
        "Only SolrContingency would allow it, and no instruction of the Authority is live.",
        "The User ID {user_id} may send {srv} only as SolrContingency, and no instruction of the "
        "Authority for it is live.",
    ),
    _entry(
        _C.COMMAND_VARIANT_INTERNAL,
        _VARIANT,
        "The Command Variant is one that only the DCC uses internally.",
        "The CommandVariant 9 is internal to the DCC; give one of 1 to 8.",
    ),
    _entry(
        _C.COMMAND_VARIANT_MISMATCH,
        _VARIANT,
        "The Command Variant and the Body do not agree on whether this is a Signed Pre-Command.",
        "The CommandVariant is {command_variant} and the Body has a {kind}; "
        "5, 6 and 7 are for a Signed Pre-Command, and no other is.",
    ),
    _entry(
        _C.RULE_BROKEN,
        None,
        "A rule could not be completed because of a fault in the system.",
        "This check could not be completed because of a fault in the system. "
        "Nothing goes on until it has been mended; the fault has been logged.",
    ),
)

REASONS: dict[str, ReasonEntry] = {
    entry.code: entry for entry in (*_READING, *_FORM, *_SIGNER, *_SERVICE_REQUEST)
}
"""By code, in the order in which the rules are asked."""
