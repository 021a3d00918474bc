"""Is the GBCS payload of a Signed Pre-Command by the User who sends it, and for what it says?"""

from collections.abc import Iterable

from rules.identifiers import Eui64
from rules.messages.gbcs import (
    GbcsReason,
    GbcsRefusedError,
    SignedCommand,
    read_signed_pre_command,
)
from rules.messages.xmldsig import holds, public_key
from rules.register.snapshot import SnapshotCertificate
from rules.register.suppliers import is_live
from rules.roles import DIGITAL_SIGNATURE, SUPPLIER
from rules.service_requests.case import Case, NotApplicable, Outcome
from rules.service_requests.message_rule import MessageRule
from rules.service_requests.reasons import CheckReason
from rules.service_requests.variants import VARIANTS_OF_MESSAGE_CODE


def not_pre_command(case: Case) -> NotApplicable | None:
    """Return why these rules do not apply to a case; None where they do."""
    return None if case.is_signed_pre_command else NotApplicable.NOT_PRE_COMMAND


def _payload_is_readable(case: Case) -> Outcome:
    case.command = None
    try:
        case.command = read_signed_pre_command(case.message.body)
    except GbcsRefusedError as refused:
        case.value = refused.value
        return refused.reason
    return None


def _recipient_is_the_target(case: Case) -> Outcome:
    command = case.command
    if command is None:
        return NotApplicable.PAYLOAD_UNREADABLE
    if command.recipient == case.header.request_id.business_target_id:
        return None
    return CheckReason.GBCS_RECIPIENT_NOT_TARGET


def _message_code_is_of_the_srv(case: Case) -> Outcome:
    command = case.command
    if command is None:
        return NotApplicable.PAYLOAD_UNREADABLE
    variants = VARIANTS_OF_MESSAGE_CODE.get(command.message_code)
    if variants is None:
        # What is in no list may be newer than it; but SolrContingency may send nothing unknown.
        if case.is_contingency:
            return CheckReason.GBCS_MESSAGE_CODE_MISMATCH
        return NotApplicable.MESSAGE_CODE_UNKNOWN
    if case.header.service_reference_variant in variants:
        return None
    return CheckReason.GBCS_MESSAGE_CODE_MISMATCH


def _originator_is_the_user(case: Case) -> Outcome:
    command = case.command
    if command is None:
        return NotApplicable.PAYLOAD_UNREADABLE
    if case.is_contingency:
        return NotApplicable.ORIGINATOR_OF_SUPPLIER
    if command.originator == case.header.business_originator_id:
        return None
    return CheckReason.GBCS_ORIGINATOR_NOT_USER


def _signature_is_the_originators(case: Case) -> Outcome:
    command = case.command
    if command is None:
        return NotApplicable.PAYLOAD_UNREADABLE
    usable, ended = _keys_of(command.originator, case)
    if not usable and not ended:
        return CheckReason.GBCS_CERTIFICATE_UNKNOWN
    if _is_signed_with_one_of(usable, command):
        return None
    if _is_signed_with_one_of(ended, command):
        return CheckReason.GBCS_CERTIFICATE_NOT_IN_FORCE
    return CheckReason.GBCS_SIGNATURE_INVALID


def _keys_of(
    originator: Eui64, case: Case
) -> tuple[list[SnapshotCertificate], list[SnapshotCertificate]]:
    """Return the digital signing certificates that count for a payload, and those that did."""
    usable: list[SnapshotCertificate] = []
    ended: list[SnapshotCertificate] = []
    for held in case.snapshot.device_certificates.get(originator, ()):
        if held.key_usage != DIGITAL_SIGNATURE:
            continue
        if case.is_contingency:
            # Signed with the former Supplier's key, revoked as its certificate is (MP134B 2.1.2).
            if held.remote_party_role == SUPPLIER:
                usable.append(held)
        elif is_live(held, case.at, known_by=case.known_by):
            usable.append(held)
        else:
            ended.append(held)
    return usable, ended


def _is_signed_with_one_of(
    certificates: Iterable[SnapshotCertificate], command: SignedCommand
) -> bool:
    tried = set()
    for certificate in certificates:
        point = certificate.public_key
        if point in tried:
            continue
        tried.add(point)
        try:
            key = public_key(point)
        except ValueError:
            continue  # the register may hold what is no key of P-256
        if holds(command.signed, command.r, command.s, key):
            return True
    return False


PAYLOAD_IS_READABLE = MessageRule(
    id="GBCS-STRUCTURE",
    title="The GBCS payload is exactly a signed General-Signing structure of a Command.",
    cites="GBCS 7.2.7; DUIS 5.4 schema, SignedPreCommand",
    reasons=tuple(GbcsReason),
    passed="The GBCS payload is a signed Command {message_code} of {gbcs_originator} for "
    "{gbcs_recipient}.",
    check=_payload_is_readable,
)

RECIPIENT_IS_THE_TARGET = MessageRule(
    id="GBCS-TARGET",
    title="The recipient in the GBCS payload is the Business Target ID.",
    cites="GBCS 7.2.7; DUIS 5.4 schema, RequestID",
    reasons=(CheckReason.GBCS_RECIPIENT_NOT_TARGET,),
    passed="The GBCS payload is for the Business Target ID {target}.",
    check=_recipient_is_the_target,
)

MESSAGE_CODE_IS_OF_THE_SRV = MessageRule(
    id="GBCS-MESSAGE-CODE",
    title="The GBCS message code is one of the Service Reference Variant.",
    cites="GBCS, message codes; docs/decisions/0060",
    reasons=(CheckReason.GBCS_MESSAGE_CODE_MISMATCH,),
    passed="The GBCS message code {message_code} is one of {srv}.",
    check=_message_code_is_of_the_srv,
)

ORIGINATOR_IS_THE_USER = MessageRule(
    id="GBCS-ORIGINATOR",
    title="The originator in the GBCS payload is the Business Originator ID.",
    cites="GBCS 7.2.7; DUIS 3.3.1; docs/decisions/0060",
    reasons=(CheckReason.GBCS_ORIGINATOR_NOT_USER,),
    passed="The originator in the GBCS payload is the Business Originator ID {originator}.",
    check=_originator_is_the_user,
)

SIGNATURE_IS_THE_ORIGINATORS = MessageRule(
    id="GBCS-SIGNATURE",
    title="The GBCS payload is signed with a digital signing key of its originator.",
    cites="GBCS 7.2.7; MP134B 2.1.2",
    reasons=(
        CheckReason.GBCS_CERTIFICATE_UNKNOWN,
        CheckReason.GBCS_SIGNATURE_INVALID,
        CheckReason.GBCS_CERTIFICATE_NOT_IN_FORCE,
    ),
    passed="The GBCS payload is signed with a digital signing key of {gbcs_originator}.",
    check=_signature_is_the_originators,
)

PRE_COMMAND_RULES = (
    PAYLOAD_IS_READABLE,
    RECIPIENT_IS_THE_TARGET,
    MESSAGE_CODE_IS_OF_THE_SRV,
    ORIGINATOR_IS_THE_USER,
    SIGNATURE_IS_THE_ORIGINATORS,
)
"""In the order in which they are asked, of Signed Pre-Commands alone."""
