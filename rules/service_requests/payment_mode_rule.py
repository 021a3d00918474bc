"""Does it set the Payment Mode to Credit, the only one that SolrContingency may set?"""

from lxml import etree

from rules.messages.reading import DUIS
from rules.messages.showing import shown
from rules.service_requests.case import Case
from rules.service_requests.message_rule import Check
from rules.service_requests.outcomes import Failed, MessageOutcome, NotApplicable, NotChecked
from rules.service_requests.reason_codes import CheckReason, reason
from rules.service_requests.variants import (
    CREDIT_CODES,
    PREPAYMENT_CODES,
    UPDATE_PAYMENT_MODE,
    VARIANTS,
)

_UPDATE = VARIANTS[UPDATE_PAYMENT_MODE].element
_CREDIT = f"{{{DUIS}}}Credit"
_CREDIT_FORMS = frozenset({(_CREDIT,), (f"{{{DUIS}}}ExecutionDateTime", _CREDIT)})
"""The children of an UpdatePaymentMode to Credit. A cancellation is one with a moment of its own,
and names the Payment Mode all the same."""


def _payment_mode_is_credit(case: Case) -> MessageOutcome:
    if case.is_signed_pre_command:
        return _code_is_credit(case)
    body = case.message.body
    if body.tag != _UPDATE:
        if case.header.service_reference_variant != UPDATE_PAYMENT_MODE:
            return NotApplicable.NOT_PAYMENT_MODE
        return _not_credit(etree.QName(body.tag).localname)
    children = list(body)
    if tuple([child.tag for child in children]) not in _CREDIT_FORMS:
        names = ", ".join(etree.QName(child).localname for child in children[:10])
        return _not_credit(names or "nothing")
    if not _is_credit_alone(body, children):
        return _not_credit("something else in Credit or beside it")
    return None


def _is_credit_alone(body: etree._Element, children: list[etree._Element]) -> bool:
    """Tell whether Credit is empty, with nothing beside it but the moment of a cancellation."""
    credit = children[-1]
    texts = (body.text, credit.text, *(child.tail for child in children))
    return (
        not any(map(len, children))
        and not credit.attrib
        and not any((text or "").strip(" \t\r\n") for text in texts)
    )


def _code_is_credit(case: Case) -> MessageOutcome:
    command = case.command
    if command is None:
        return NotChecked.PAYLOAD_UNREADABLE
    code = command.message_code
    if case.header.service_reference_variant == UPDATE_PAYMENT_MODE:
        is_credit = code in CREDIT_CODES
    elif code in PREPAYMENT_CODES:
        is_credit = False
    else:
        return NotApplicable.NOT_PAYMENT_MODE
    if is_credit:
        return None
    return _not_credit(f"the message code {code}")


def _not_credit(instead: str) -> Failed:
    return Failed(CheckReason.PAYMENT_MODE_NOT_CREDIT, {"payment_mode": shown(instead)})


PAYMENT_MODE_IS_CREDIT = Check(
    id="MP134B-5",
    title="It sets the Payment Mode to Credit, or cancels a switch to Credit.",
    # docs/decisions/0060 says what was decided where these are silent.
    cites="MP134B 2.6",
    reasons={
        CheckReason.PAYMENT_MODE_NOT_CREDIT: reason(
            None,
            "It does not set the Payment Mode to Credit, and SolrContingency may do nothing else.",
            "SolrContingency may only set the Payment Mode to Credit, and this has "
            "{payment_mode}; ask for Credit.",
            do="Ask for the Payment Mode Credit, the only one that SolrContingency may set.",
        ),
    },
    passed="It is for the Payment Mode Credit.",
    check=_payment_mode_is_credit,
)
