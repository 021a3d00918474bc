"""Is it a Service Request, and who signed it? Nothing else can be asked before that is known."""

from rules.messages.express import read_express
from rules.messages.reading import read_message
from rules.messages.refusals import MessageReason, MessageRefusedError
from rules.messages.signature_form import read_signature
from rules.messages.xmldsig import holds, public_key
from rules.service_requests.case import Case, Outcome
from rules.service_requests.message_rule import MessageRule
from rules.service_requests.reasons import CheckReason

_M = MessageReason


def _message_is_readable(case: Case) -> Outcome:
    express = read_express(case.octets, size_limit=case.size_limit)
    if express is not None:
        message, case.form = express
    else:
        try:
            message = read_message(case.octets, size_limit=case.size_limit)
        except MessageRefusedError as refused:
            case.value = refused.value
            return refused.reason
    case.message = message
    case.header = message.header
    case.is_signed_pre_command = message.is_signed_pre_command
    return None


def _signature_has_the_form(case: Case) -> Outcome:
    if hasattr(case, "form"):
        return None
    signature = case.message.signature
    if signature is None:
        return case.message.signature_fault
    try:
        case.form = read_signature(case.message.root, signature)
    except MessageRefusedError as refused:
        case.value = refused.value
        return refused.reason
    return None


def _certificate_is_known(case: Case) -> Outcome:
    form = case.form
    certificate = case.snapshot.certificates.get((form.issuer, form.serial))
    if certificate is None:
        return CheckReason.CERTIFICATE_UNKNOWN
    case.certificate = certificate
    return None


def _digest_matches(case: Case) -> Outcome:
    form = case.form
    return None if form.document_digest == form.digest_value else CheckReason.DIGEST_MISMATCH


def _signature_holds(case: Case) -> Outcome:
    form = case.form
    try:
        key = public_key(case.certificate.public_key)
    except ValueError:
        return CheckReason.CERTIFICATE_KEY_UNUSABLE
    if not holds(form.signed_info, form.r, form.s, key):
        return CheckReason.SIGNATURE_INVALID
    case.is_proven = True
    return None


MESSAGE_IS_READABLE = MessageRule(
    id="DUIS-REQUEST",
    title="The message can be read safely as a Service Request or Signed Pre-Command.",
    cites="DUIS 5.4 schema, Request; the project's limits on XML",
    reasons=(
        _M.TOO_LARGE,
        _M.INVALID_UTF8,
        _M.ENCODING_NOT_UTF8,
        _M.ENCODING_NOT_ASCII,
        _M.DOCUMENT_TYPE,
        _M.PROCESSING_INSTRUCTION,
        _M.NOT_WELL_FORMED,
        _M.NAMESPACE_NAME,
        _M.TOO_COMPLEX,
        _M.UNKNOWN_ROOT,
        _M.REQUEST_MALFORMED,
        _M.SCHEMA_VERSION_MALFORMED,
        _M.HEADER_MALFORMED,
        _M.REQUEST_ID_MALFORMED,
        _M.COMMAND_VARIANT_MALFORMED,
        _M.SERVICE_REFERENCE_MALFORMED,
        _M.SERVICE_REFERENCE_MISMATCH,
        _M.BODY_MALFORMED,
    ),
    passed="The message is the {kind} {request_id} for {srv}.",
    check=_message_is_readable,
    stops=True,
)

SIGNATURE_HAS_THE_FORM = MessageRule(
    id="MP104-XMLDSIG",
    title="The message has one signature, exactly of the form that DUIS 3.3 gives it.",
    cites="DUIS 3.3",
    reasons=(
        _M.SIGNATURE_MISSING,
        _M.SIGNATURE_NOT_SINGLE,
        _M.SIGNATURE_MISPLACED,
        _M.SIGNATURE_STRUCTURE,
        _M.SIGNATURE_ATTRIBUTE,
        _M.CANONICALIZATION_METHOD,
        _M.SIGNATURE_METHOD,
        _M.REFERENCE_NOT_SINGLE,
        _M.REFERENCE_URI,
        _M.TRANSFORMS,
        _M.DIGEST_METHOD,
        _M.DIGEST_VALUE_MALFORMED,
        _M.SIGNATURE_VALUE_MALFORMED,
        _M.SIGNATURE_VALUE_RANGE,
        _M.KEY_INFO_MALFORMED,
        _M.ISSUER_NAME_MALFORMED,
        _M.SERIAL_NUMBER_MALFORMED,
        _M.NOT_CANONICALIZABLE,
    ),
    passed="The one signature has the parameters of DUIS 3.3 and names certificate {serial} of "
    "{issuer}.",
    check=_signature_has_the_form,
    stops=True,
)

CERTIFICATE_IS_KNOWN = MessageRule(
    id="SMKI-CERTIFICATE-KNOWN",
    title="The certificate that KeyInfo names is an Organisation Certificate of the register.",
    cites="DUIS 3.3.1; docs/decisions/0060",
    reasons=(CheckReason.CERTIFICATE_UNKNOWN,),
    passed="The register holds certificate {serial} of {issuer}, for {user_id}.",
    check=_certificate_is_known,
    stops=True,
)

# Before the signature: a changed DigestValue spoils both, and is a mismatch first of all.
DIGEST_MATCHES = MessageRule(
    id="MP104-XMLDSIG-DIGEST",
    title="The document is, octet for octet of its canonical form, the one that was signed.",
    cites="DUIS 3.3; XMLDSig core, 3.2.1",
    reasons=(CheckReason.DIGEST_MISMATCH,),
    passed="The document's digest is the DigestValue.",
    check=_digest_matches,
    stops=True,
)

SIGNATURE_HOLDS = MessageRule(
    id="MP104-XMLDSIG-VALUE",
    title="The signature verifies with the key of the certificate that KeyInfo names.",
    cites="DUIS 3.3; XMLDSig core, 3.2.2",
    reasons=(CheckReason.CERTIFICATE_KEY_UNUSABLE, CheckReason.SIGNATURE_INVALID),
    passed="The signature verifies with the key of certificate {serial}.",
    check=_signature_holds,
    stops=True,
)

SIGNATURE_RULES = (
    MESSAGE_IS_READABLE,
    SIGNATURE_HAS_THE_FORM,
    CERTIFICATE_IS_KNOWN,
    DIGEST_MATCHES,
    SIGNATURE_HOLDS,
)
"""In the order in which they are asked."""
