"""Is the GBCS payload of a Signed Pre-Command by the User who sends it, and for what it says?"""

from collections.abc import Iterable

from rules.identifiers import Eui64
from rules.messages.gbcs import SignedCommand
from rules.messages.xmldsig import holds, public_key
from rules.register.snapshot import SnapshotCertificate
from rules.register.suppliers import is_live
from rules.roles import DIGITAL_SIGNATURE, SUPPLIER
from rules.service_requests.case import Case
from rules.service_requests.duis_codes import SENDER, VARIANT
from rules.service_requests.message_rule import Check
from rules.service_requests.outcomes import MessageOutcome, NotApplicable, NotAsked, NotChecked
from rules.service_requests.payload_rule import PAYLOAD_IS_READABLE
from rules.service_requests.reason_codes import CheckReason, reason
from rules.service_requests.variants import VARIANTS_OF_MESSAGE_CODE


def not_pre_command(case: Case) -> NotAsked | None:
    """Return why these rules do not apply to a case; None where they do."""
    return None if case.is_signed_pre_command else NotApplicable.NOT_PRE_COMMAND


def _recipient_is_the_target(case: Case) -> MessageOutcome:
    command = case.command
    if command is None:
        return NotChecked.PAYLOAD_UNREADABLE
    if command.recipient == case.header.request_id.business_target_id:
        return None
    return CheckReason.GBCS_RECIPIENT_NOT_TARGET


def _message_code_is_of_the_srv(case: Case) -> MessageOutcome:
    command = case.command
    if command is None:
        return NotChecked.PAYLOAD_UNREADABLE
    variants = VARIANTS_OF_MESSAGE_CODE.get(command.message_code)
    if variants is None:
        # What is in no list may be newer than it; but SolrContingency may send nothing unknown.
        if case.is_contingency:
            return CheckReason.GBCS_MESSAGE_CODE_MISMATCH
        return NotChecked.MESSAGE_CODE_UNKNOWN
    if case.header.service_reference_variant in variants:
        return None
    return CheckReason.GBCS_MESSAGE_CODE_MISMATCH


def _originator_is_the_user(case: Case) -> MessageOutcome:
    command = case.command
    if command is None:
        return NotChecked.PAYLOAD_UNREADABLE
    if case.is_contingency:
        return NotApplicable.ORIGINATOR_OF_SUPPLIER
    if command.originator == case.header.business_originator_id:
        return None
    return CheckReason.GBCS_ORIGINATOR_NOT_USER


def _signature_is_the_originators(case: Case) -> MessageOutcome:
    command = case.command
    if command is None:
        return NotChecked.PAYLOAD_UNREADABLE
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


RECIPIENT_IS_THE_TARGET = Check(
    id="GBCS-TARGET",
    title="The recipient in the GBCS payload is the Business Target ID.",
    cites="GBCS 7.2.7; DUIS 5.4 schema, RequestID",
    reasons={
        CheckReason.GBCS_RECIPIENT_NOT_TARGET: reason(
            None,
            "The GBCS payload is for another Device than the Business Target ID.",
            "The GBCS payload is for {gbcs_recipient} and the Business Target ID is {target}; "
            "send each Command to the Device that it is for.",
            do="Give the Device that the Pre-Command was made for as the target of the RequestID.",
        ),
    },
    passed="The GBCS payload is for the Business Target ID {target}.",
    check=_recipient_is_the_target,
)

MESSAGE_CODE_IS_OF_THE_SRV = Check(
    id="GBCS-MESSAGE-CODE",
    title="The GBCS message code is one of the Service Reference Variant.",
    # docs/decisions/0060 says what was decided where these are silent.
    cites="GBCS, message codes",
    reasons={
        CheckReason.GBCS_MESSAGE_CODE_MISMATCH: reason(
            VARIANT,
            "The GBCS message code is not one of the Service Reference Variant.",
            "The GBCS message code is {message_code}, which is not one of {srv}; "
            "give the Service Reference Variant that the Pre-Command was made for.",
            do="Give the Service Reference Variant that the Pre-Command was made for.",
        ),
    },
    passed="The GBCS message code {message_code} is one of {srv}.",
    check=_message_code_is_of_the_srv,
)

ORIGINATOR_IS_THE_USER = Check(
    id="GBCS-ORIGINATOR",
    title="The originator in the GBCS payload is the Business Originator ID.",
    # docs/decisions/0060 says what was decided where these are silent.
    cites="GBCS 7.2.7; DUIS 3.3.1",
    reasons={
        CheckReason.GBCS_ORIGINATOR_NOT_USER: reason(
            SENDER,
            "The originator in the GBCS payload is not the Business Originator ID.",
            "The originator in the GBCS payload is {gbcs_originator} and the Business "
            "Originator ID "
            "is {originator}; send what was made and signed for the User ID that sends.",
            do="Send a Pre-Command that was made and signed for the User ID that sends it.",
        ),
    },
    passed="The originator in the GBCS payload is the Business Originator ID {originator}.",
    check=_originator_is_the_user,
)

SIGNATURE_IS_THE_ORIGINATORS = Check(
    id="GBCS-SIGNATURE",
    title="The GBCS payload is signed with a digital signing key of its originator.",
    cites="GBCS 7.2.7; MP134B 2.1.2",
    reasons={
        CheckReason.GBCS_CERTIFICATE_UNKNOWN: reason(
            SENDER,
            "The register holds no digital signing certificate of the originator in the payload.",
            "The register holds no certificate with which {gbcs_originator} could have signed the "
            "GBCS payload; use a key that is certified for digital signing towards Devices.",
            do=(
                "Sign the Pre-Command with a key that is certified for digital signing towards "
                "Devices."
            ),
        ),
        CheckReason.GBCS_SIGNATURE_INVALID: reason(
            SENDER,
            "The GBCS payload is not signed with a key of its originator.",
            "The signature of the GBCS payload verifies with no digital signing key of "
            "{gbcs_originator}; sign all from byte 1 to the end of the content.",
            do=(
                "Sign the Pre-Command with its originator's key, from behind the tag DF to the "
                "end of its content."
            ),
        ),
        CheckReason.GBCS_CERTIFICATE_NOT_IN_FORCE: reason(
            SENDER,
            "The GBCS payload is signed with a key whose certificate is not in force.",
            "The GBCS payload is signed with a key of {gbcs_originator} whose certificate was "
            "not in force at {at}; sign with one that is.",
            do="Sign the Pre-Command with a key whose certificate is in force.",
        ),
    },
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
