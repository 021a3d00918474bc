"""Can it be read as a Service Request? The first rule, without which nothing else is asked."""

from rules.messages.express import read_express
from rules.messages.reading import Message, read_message
from rules.messages.refusals import MessageReason, MessageRefusedError
from rules.messages.showing import shown
from rules.messages.signature_form import SignatureForm
from rules.service_requests.case import Asked
from rules.service_requests.message_rule import Step
from rules.service_requests.outcomes import Failed
from rules.service_requests.reason_codes import reason

_M = MessageReason


def _message_is_readable(asked: Asked) -> tuple[Message, SignatureForm | None] | Failed:
    """Leaves the message, and its signature where that was read together with it."""
    express = read_express(asked.octets, size_limit=asked.size_limit)
    if express is not None:
        return express
    try:
        return read_message(asked.octets, size_limit=asked.size_limit), None
    except MessageRefusedError as refused:
        return Failed(refused.reason, {"value": shown(refused.value)})


MESSAGE_IS_READABLE = Step(
    id="DUIS-REQUEST",
    title="The message can be read safely as a Service Request or Signed Pre-Command.",
    cites="DUIS 5.4 schema, Request; the project's limits on XML",
    reasons={
        _M.TOO_LARGE: reason(
            None,
            "The message has more bytes than are read at all.",
            "The message has {value}, more than the limit of {size_limit} bytes; send less in "
            "one.",
            do="Send what is asked for in several smaller Service Requests.",
        ),
        _M.INVALID_UTF8: reason(
            None,
            "The message is not UTF-8.",
            "The message is not UTF-8 from byte {value} on; send it in UTF-8.",
            do="Write the message in UTF-8 and sign it again.",
        ),
        _M.ENCODING_NOT_UTF8: reason(
            None,
            "The message declares another encoding than UTF-8.",
            "The message is in the encoding {value}; send it in UTF-8.",
            do="Write the message in UTF-8, declare no other encoding, and sign it again.",
        ),
        _M.ENCODING_NOT_ASCII: reason(
            None,
            "The message declares ASCII and has other characters.",
            "The message declares the encoding ASCII and has other characters; declare UTF-8.",
            do="Declare UTF-8, or no encoding, in the XML declaration of the message.",
        ),
        _M.DOCUMENT_TYPE: reason(
            None,
            "The message has a document type declaration, which may define entities.",
            "The message has a document type declaration; send it without one.",
            do="Leave the document type declaration out of the message and sign it again.",
        ),
        _M.PROCESSING_INSTRUCTION: reason(
            None,
            "The message has a processing instruction, which may stand outside what is signed.",
            "The message has a processing instruction; send it without one.",
            do="Leave every processing instruction out of the message and sign it again.",
        ),
        _M.NOT_WELL_FORMED: reason(
            None,
            "The message is not well-formed XML 1.0 with namespaces.",
            "The message is not well-formed XML: {value}.",
            do="Write the message as well-formed XML 1.0 with namespaces, and sign it again.",
        ),
        _M.NAMESPACE_NAME: reason(
            None,
            "A namespace name has a character that programs write differently in Canonical XML.",
            "The namespace name `{value}` has a character, such as `&`, that programs write "
            "differently in Canonical XML, so that they do not agree on what was signed.",
            do="Use namespace names without `&`, `<`, quotation marks, tabs and line breaks.",
        ),
        _M.TOO_COMPLEX: reason(
            None,
            "The message is built so that canonicalising it would take too long.",
            "The message is too complex to be canonicalised: {value}; send a simpler one.",
            do=(
                "Write the message with fewer namespace declarations, attributes and levels, as "
                "DUIS needs."
            ),
        ),
        _M.UNKNOWN_ROOT: reason(
            None,
            "The root element is not a Request in the namespace of DUIS.",
            "The root element is `{value}`, not the Request of DUIS; send a Service Request.",
            do="Send a Service Request whose root element is the Request of the DUIS namespace.",
        ),
        _M.REQUEST_MALFORMED: reason(
            None,
            "The Request does not consist of a Header, a Body and a Signature.",
            "The Request has {value}, where it must have a Header, a Body and a Signature in "
            "order.",
            do="Build the Request of one Header, one Body and one Signature, in this order.",
        ),
        _M.SCHEMA_VERSION_MALFORMED: reason(
            None,
            "The Request's schemaVersion is missing or not a number.",
            "The schemaVersion of the Request is `{value}`; give the version of the DUIS schema.",
            do="Give the version of the DUIS schema, such as 5.4, as the schemaVersion.",
        ),
        _M.HEADER_MALFORMED: reason(
            None,
            "The Header does not have each field once, in the order of the schema, and nothing "
            "else.",
            "The Header has {value}; give each field once, in the order of the DUIS schema, and "
            "nothing else.",
            do="Give each field of the Header once, in the order of the schema, and nothing else.",
        ),
        _M.REQUEST_ID_MALFORMED: reason(
            None,
            "The RequestID is not an originator, a target and a counter.",
            "The RequestID is `{value}`; give originator, target and counter, apart by colons.",
            do="Write the RequestID as originator, target and counter, with colons between them.",
        ),
        _M.COMMAND_VARIANT_MALFORMED: reason(
            None,
            "The CommandVariant is not a number from 1 to 9.",
            "The CommandVariant is `{value}`; give one of 1 to 8.",
            do="Give one number from 1 to 8 as the CommandVariant.",
        ),
        _M.SERVICE_REFERENCE_MALFORMED: reason(
            None,
            "The ServiceReferenceVariant is not two or three numbers.",
            "The ServiceReferenceVariant is `{value}`; give one of the DUIS schema, such as 1.6.",
            do="Give a Service Reference Variant of the DUIS schema, such as 1.6.",
        ),
        _M.SERVICE_REFERENCE_MISMATCH: reason(
            None,
            "The ServiceReference is not that of the ServiceReferenceVariant.",
            "The ServiceReference and its variant do not belong together: {value}; give one "
            "service.",
            do="Give the ServiceReference to which the ServiceReferenceVariant belongs.",
        ),
        _M.BODY_MALFORMED: reason(
            None,
            "The Body does not hold exactly one Service Request.",
            "The Body has {value}, where it must have exactly one Service Request.",
            do="Put exactly one Service Request or Signed Pre-Command into the Body.",
        ),
    },
    passed="The message is the {kind} {request_id} for {srv}.",
    check=_message_is_readable,
)
