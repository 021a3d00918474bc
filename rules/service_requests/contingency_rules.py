"""May a Shared Resource Provider send this for a failed Supplier, as SolrContingency (MP134B)?

Asked only where no other User Role of the signer allows the message. Who the failed Supplier is
comes from the message and the caller (docs/decisions/0050), and everything rests on that EUI-64:
the instruction of the Authority, and for whom the Device must be registered
(`rules.service_requests.registration_rules`). Where they name several EUI-64s of one Supplier, the
certificates of each must be those of a failed one.
"""

from collections.abc import Iterator

from rules.identifiers import Eui64
from rules.register.arrangements import Instruction, ThresholdAuthor
from rules.register.suppliers import (
    Standing,
    are_one_supplier,
    party_of,
    standing,
    supplier_certificates,
)
from rules.service_requests.case import Case
from rules.service_requests.duis_codes import DEVICE, ROLE, SERVICE
from rules.service_requests.message_rule import Check
from rules.service_requests.outcomes import (
    Failed,
    MessageOutcome,
    NotApplicable,
    NotAsked,
    NotChecked,
)
from rules.service_requests.payment_mode_rule import PAYMENT_MODE_IS_CREDIT
from rules.service_requests.reason_codes import CheckReason, reason

_NOT_FAILED = {
    Standing.UNKNOWN: CheckReason.FAILED_SUPPLIER_UNKNOWN,
    Standing.LIVE: CheckReason.FAILED_SUPPLIER_LIVE,
    Standing.ENDED: CheckReason.FAILED_SUPPLIER_NOT_REVOKED,
    Standing.REVOKED: None,
}


def not_contingency(case: Case) -> NotAsked | None:
    """Return why these rules do not apply to a case; None where they do."""
    if case.is_contingency:
        return None
    return NotApplicable.NOT_SOLR if case.eligible_roles else NotChecked.NOT_ELIGIBLE


def _an_instruction_is_live(case: Case) -> MessageOutcome:
    provider = case.certificate.party_reference
    if any(
        instruction.provider_reference == provider and instruction.holds(case.at)
        for instruction in case.snapshot.instructions.values()
    ):
        return None
    return CheckReason.SOLR_INSTRUCTION_NOT_LIVE


def named_suppliers(case: Case) -> tuple[Eui64, ...]:
    """Return who is named as the failed Supplier, in the order in which it is believed."""
    command = case.command if case.is_signed_pre_command else None
    originator = case.header.business_originator_id
    named = (
        command.originator if command is not None else None,
        case.asked.device.notified_critical_supplier_id,
        # The provider's own User ID names nobody.
        originator if originator != case.certificate.eui64 else None,
    )
    return tuple(dict.fromkeys(eui64 for eui64 in named if eui64 is not None))


def _one_supplier_is_named(case: Case) -> MessageOutcome:
    if case.is_signed_pre_command and case.command is None:
        return NotChecked.PAYLOAD_UNREADABLE
    named = named_suppliers(case)
    if not named:
        return CheckReason.NOTIFIED_CRITICAL_SUPPLIER_NOT_SUPPLIED
    first = named[0]
    if not all(are_one_supplier(case.snapshot, first, other) for other in named[1:]):
        return CheckReason.FAILED_SUPPLIERS_DIFFER
    case.supplier = first
    return None


def _supplier_has_failed(case: Case) -> MessageOutcome:
    if case.supplier is None:
        return NotChecked.SUPPLIER_NOT_NAMED
    # Each one that is named: a Supplier may have one EUI-64 revoked and trade with another.
    for eui64 in named_suppliers(case):
        held = supplier_certificates(case.snapshot, eui64)
        reason = _NOT_FAILED[standing(held, case.at, known_by=case.known_by)]
        if reason is not None:
            return Failed(reason, {"not_failed": eui64})
    return None


def _covering_instructions(case: Case) -> Iterator[Instruction]:
    """Yield the live instructions to the provider for the failed Supplier, where it is clear."""
    if case.supplier is None:
        return
    supplier = party_of(case.snapshot, case.supplier)
    provider = case.certificate.party_reference
    for instruction in case.snapshot.instructions.values():
        if (
            instruction.provider_reference == provider
            and instruction.supplier_reference == supplier
            and instruction.holds(case.at)
        ):
            yield instruction


def instructions_for(case: Case) -> Iterator[Instruction]:
    """Yield those live instructions for the failed Supplier that are for the variant too."""
    variant = case.header.service_reference_variant
    for instruction in _covering_instructions(case):
        if variant in instruction.service_reference_variants:
            yield instruction


def _an_instruction_covers_the_supplier(case: Case) -> MessageOutcome:
    if case.supplier is None:
        return NotChecked.SUPPLIER_NOT_NAMED
    if any(_covering_instructions(case)):
        return None
    return CheckReason.SOLR_INSTRUCTION_NOT_FOR_SUPPLIER


def _an_instruction_covers_the_variant(case: Case) -> MessageOutcome:
    if case.supplier is None:
        return NotChecked.SUPPLIER_NOT_NAMED
    if not any(_covering_instructions(case)):
        return NotChecked.SUPPLIER_NOT_COVERED
    return None if any(instructions_for(case)) else CheckReason.SOLR_INSTRUCTION_NOT_FOR_SRV


def _threshold_is_above_zero(case: Case) -> MessageOutcome:
    if case.supplier is None:
        return NotChecked.SUPPLIER_NOT_NAMED
    supplier = party_of(case.snapshot, case.supplier)
    variant = case.header.service_reference_variant
    if supplier is not None and any(
        # For SolrContingency even "no limit" is not a level that was set above zero.
        threshold.quarantine is not None
        and threshold.quarantine > 0
        and threshold.failed_supplier_reference == supplier
        and threshold.author is ThresholdAuthor.USER
        and threshold.holds(case.at)
        for threshold in case.snapshot.thresholds.get((case.certificate.eui64, variant), ())
    ):
        return None
    return CheckReason.SOLR_THRESHOLD_ZERO


AN_INSTRUCTION_IS_LIVE = Check(
    id="MP134B-6A",
    title="An instruction of the Authority to the Shared Resource Provider is live.",
    cites="MP134B 2.7",
    reasons={
        CheckReason.SOLR_INSTRUCTION_NOT_LIVE: reason(
            ROLE,
            "Only SolrContingency would allow it, and no instruction of the Authority is live.",
            "The User ID {user_id} may send {srv} only as SolrContingency, and no instruction "
            "of the Authority for it is live.",
            do="Have the instruction of the Authority recorded, and send only while it is live.",
        ),
    },
    passed="An instruction of the Authority to {party} is live at {at}.",
    check=_an_instruction_is_live,
)

ONE_SUPPLIER_IS_NAMED = Check(
    id="MP134B-SUPPLIER",
    title="The message and the caller name one and the same Supplier as the failed one.",
    # docs/decisions/0050 says what was decided where these are silent.
    cites="MP134B 2.7",
    reasons={
        CheckReason.NOTIFIED_CRITICAL_SUPPLIER_NOT_SUPPLIED: reason(
            DEVICE,
            "Nothing names the failed Supplier: neither the message nor the caller.",
            "The message does not name the failed Supplier and the Notified Critical Supplier "
            "ID of the Device was not supplied; give it.",
            do="Give the failed Supplier of the Device as `device.notified_critical_supplier_id`.",
        ),
        CheckReason.FAILED_SUPPLIERS_DIFFER: reason(
            DEVICE,
            "The message and the caller name different Suppliers as the failed one.",
            "The failed Supplier is {named} at once; send it for one Supplier.",
            do="Name one and the same Supplier as the failed one in the message and beside it.",
        ),
    },
    passed="The failed Supplier is {supplier}.",
    check=_one_supplier_is_named,
)

SUPPLIER_HAS_FAILED = Check(
    id="MP134B-6B-6C",
    title="Each EUI-64 named as the failed Supplier had certificates in the Supplier role, of "
    "which at least one was revoked and none is live.",
    # docs/decisions/0050 says what was decided where these are silent.
    cites="MP134B 2.7",
    reasons={
        CheckReason.FAILED_SUPPLIER_UNKNOWN: reason(
            DEVICE,
            "The one named as the failed Supplier never had a certificate in the Supplier role.",
            "The register holds no certificate in the Supplier role for {not_failed}, so that "
            "it is not a failed Supplier; name one that had such certificates.",
            do="Name a failed Supplier that has had certificates in the Supplier role.",
        ),
        CheckReason.FAILED_SUPPLIER_LIVE: reason(
            DEVICE,
            "The one named as the failed Supplier has a live certificate in the Supplier role.",
            "{not_failed} has a certificate in the Supplier role that was in force at {at}, so "
            "that it has not failed.",
            do=(
                "Send for a Supplier only once every live certificate of its Supplier role has "
                "been revoked."
            ),
        ),
        CheckReason.FAILED_SUPPLIER_NOT_REVOKED: reason(
            DEVICE,
            "None of the certificates in the Supplier role of the one named was revoked.",
            "No certificate in the Supplier role of {not_failed} was revoked by {at}; "
            "that none is in force is not a failure.",
            do="Send only for a Supplier whose certificates were revoked, not merely left to end.",
        ),
    },
    passed="For {named}: of the certificates in the Supplier role one at least was revoked, and "
    "none was in force at {at}.",
    check=_supplier_has_failed,
)

AN_INSTRUCTION_COVERS_THE_SUPPLIER = Check(
    id="MP134B-6A-SUPPLIER",
    title="A live instruction of the Authority to the Shared Resource Provider covers the "
    "Supplier.",
    cites="MP134B 2.7",
    reasons={
        CheckReason.SOLR_INSTRUCTION_NOT_FOR_SUPPLIER: reason(
            DEVICE,
            "No live instruction of the Authority to this provider covers that Supplier.",
            "The instructions of the Authority to {party} that are live do not cover {supplier}.",
            do=(
                "Have an instruction of the Authority recorded that covers this Supplier before "
                "sending."
            ),
        ),
    },
    passed="A live instruction of the Authority to {party} covers {supplier}.",
    check=_an_instruction_covers_the_supplier,
)

AN_INSTRUCTION_COVERS_THE_VARIANT = Check(
    id="MP134B-6A-SRV",
    title="A live instruction of the Authority for the Supplier is for the Service Reference "
    "Variant.",
    # docs/decisions/0095 says what was decided where it is silent.
    cites="MP134B 2.7",
    reasons={
        CheckReason.SOLR_INSTRUCTION_NOT_FOR_SRV: reason(
            SERVICE,
            "No live instruction of the Authority for that Supplier is for the Service Reference "
            "Variant.",
            "The instructions of the Authority to {party} for {supplier} that are live are not "
            "for {srv}.",
            do="Send only the Service Reference Variants for which the Authority has instructed.",
        ),
    },
    passed="A live instruction of the Authority to {party} for {supplier} is for {srv}.",
    check=_an_instruction_covers_the_variant,
)

THRESHOLD_IS_ABOVE_ZERO = Check(
    id="MP134B-6A-THRESHOLD",
    title="The threshold of the User ID for the Service Reference Variant and that Supplier is "
    "above zero.",
    # docs/decisions/0050 and docs/decisions/0095 say what was decided where these are silent.
    cites="MP134B 2.5, 2.7; SEC Appendix AA",
    reasons={
        CheckReason.SOLR_THRESHOLD_ZERO: reason(
            None,
            "The threshold of the User ID for the Service Reference Variant and that Supplier is "
            "zero, as it is unless it was set.",
            "The threshold of {user_id} for {srv} on behalf of {supplier} is not above zero; "
            "set it before sending.",
            do=(
                "Set a threshold above zero for the User ID, the Service Reference Variant and "
                "the failed Supplier before sending."
            ),
        ),
    },
    passed="The threshold of {user_id} for {srv} on behalf of {supplier} is above zero.",
    check=_threshold_is_above_zero,
)

CONTINGENCY_RULES = (
    AN_INSTRUCTION_IS_LIVE,
    PAYMENT_MODE_IS_CREDIT,
    ONE_SUPPLIER_IS_NAMED,
    SUPPLIER_HAS_FAILED,
    AN_INSTRUCTION_COVERS_THE_SUPPLIER,
    AN_INSTRUCTION_COVERS_THE_VARIANT,
    THRESHOLD_IS_ABOVE_ZERO,
)
"""In the order in which they are asked, of what only SolrContingency allows."""
