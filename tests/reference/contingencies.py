"""What may a Shared Resource Provider do for a failed Supplier? (MP134B)"""

from collections.abc import Iterator
from xml.dom.minidom import Element

from rules.register.arrangements import Instruction
from rules.register.snapshot import SnapshotCertificate
from tests.reference.nodes import (
    DUIS,
    attributes,
    children,
    holds_elements_alone,
    is_named,
    is_text_alone,
    names,
)
from tests.reference.payloads import is_in_force, read
from tests.reference.senders import Matter, is_contingency

CREDIT_CODES = {"001A", "006C"}
PREPAYMENT_CODES = {"001B", "006D"}


def contingency_faults(matter: Matter) -> Iterator[str]:
    if not is_contingency(matter):
        return
    if not live_instructions(matter):
        yield "solr-instruction-not-live"
    if not is_for_credit(matter):
        yield "payment-mode-not-credit"
    yield from supplier_faults(matter)
    if is_supplier_clear(matter) and not has_threshold(matter):
        yield "solr-threshold-zero"


def supplier_faults(matter: Matter) -> Iterator[str]:
    named = named_suppliers(matter)
    if has_unreadable_payload(matter):
        return  # said already, and whom it should name is not known
    if not named:
        yield "notified-critical-supplier-not-supplied"
    elif not is_supplier_clear(matter):
        yield "failed-suppliers-differ"
    else:
        yield from failed_supplier_faults(matter, named)


def is_supplier_clear(matter: Matter) -> bool:
    """Tell whether one and the same Supplier is named, by whoever names one."""
    named = {supplier(matter, eui64) for eui64 in named_suppliers(matter)}
    return len(named) == 1 and not has_unreadable_payload(matter)


def has_unreadable_payload(matter: Matter) -> bool:
    return matter.request.is_signed_pre_command and read(matter) is None


def live_instructions(matter: Matter) -> list[Instruction]:
    """MP134B-6a: those of the Authority to this provider, at that moment."""
    assert matter.user is not None
    return [
        each
        for each in matter.snapshot.instructions.values()
        if each.provider_reference == matter.user.party_reference
        and matter.holds(each.valid_from, each.valid_until)
    ]


def is_for_credit(matter: Matter) -> bool:
    """MP134B-5: of SRV 1.6 the Payment Mode Credit alone, and never Prepayment at all.

    There is no code of the mode: which element is present says it (DUIS 5.4 schema).
    """
    is_update = matter.request.srv == "1.6"
    if matter.request.is_signed_pre_command:
        found = read(matter)
        if found is None:
            return True  # said already
        return found.code in CREDIT_CODES if is_update else found.code not in PREPAYMENT_CODES
    body = matter.request.body
    if not is_named(body, DUIS, "UpdatePaymentMode"):
        return not is_update
    if names(body, DUIS) not in (["Credit"], ["ExecutionDateTime", "Credit"]):
        return False
    return is_empty(children(body)[-1]) and holds_texts_alone(body)


def is_empty(credit: Element) -> bool:
    """Tell whether an element has nothing in it but white space, and says nothing more."""
    return not children(credit) and holds_elements_alone(credit) and not attributes(credit)


def holds_texts_alone(body: Element) -> bool:
    """Tell whether there is nothing between the children of an element, which have none."""
    return holds_elements_alone(body) and all(is_text_alone(child) for child in children(body))


def named_suppliers(matter: Matter) -> list[str]:
    """Whom the payload, the caller and the message name as failed, the surest first."""
    assert matter.user is not None
    found, originator = read(matter), matter.request.originator
    own = matter.user.eui64
    said = [
        found.originator if found else None,
        matter.question.device.notified_critical_supplier_id,
        originator if originator != own else None,
    ]
    return [eui64 for eui64 in said if eui64 is not None]


def party_of(matter: Matter, eui64: str) -> str | None:
    """The reference of the Party that has an EUI-64, by its User IDs or certificates."""
    user = matter.snapshot.user_ids.get(eui64)
    if user is not None:
        return user.party_reference
    held = [c for c in matter.snapshot.certificates.values() if c.eui64 == eui64]
    return held[0].party_reference if held else None


def supplier(matter: Matter, eui64: str) -> str:
    """Two EUI-64s of one Party are one Supplier (decision 50)."""
    return party_of(matter, eui64) or eui64


def failed_supplier_faults(matter: Matter, named: list[str]) -> Iterator[str]:
    """Each EUI-64 that is named must be of a failed Supplier (decision 50)."""
    faults = [
        fault
        for failed in named
        for fault in supplier_certificate_faults(matter, supplier_certificates(matter, failed))
    ]
    yield from faults[:1]
    if not instructions_for_supplier(matter):
        yield "solr-instruction-not-for-supplier"
    elif not instructions_for_request(matter):
        yield "solr-instruction-not-for-service-reference-variant"


def instructions_for_supplier(matter: Matter) -> list[Instruction]:
    """Those for the Supplier that is named."""
    party = party_of(matter, named_suppliers(matter)[0])
    return [each for each in live_instructions(matter) if each.supplier_reference == party]


def instructions_for_request(matter: Matter) -> list[Instruction]:
    """Those for the Service Reference Variant as well (decision 95)."""
    return [
        each
        for each in instructions_for_supplier(matter)
        if matter.request.srv in each.service_reference_variants
    ]


def supplier_certificates(matter: Matter, eui64: str) -> list[SnapshotCertificate]:
    """Of that EUI-64 alone, in the Supplier role."""
    held = matter.snapshot.certificates.values()
    return [c for c in held if c.eui64 == eui64 and c.remote_party_role == "02"]


def supplier_certificate_faults(matter: Matter, held: list[SnapshotCertificate]) -> Iterator[str]:
    """MP134B-6b, 6c: it had some, at least one of them was revoked, and none is live."""
    if not held:
        yield "failed-supplier-unknown"
    elif any(is_in_force(matter, each) for each in held):
        yield "failed-supplier-has-live-certificate"
    elif not any(matter.has_come(each.revoked_at) for each in held):
        yield "failed-supplier-not-revoked"


def has_threshold(matter: Matter) -> bool:
    """The User set one above zero, for that moment and that Supplier (decision 95).

    "No limit" would be none (decision 50).
    """
    assert matter.user is not None
    party = party_of(matter, named_suppliers(matter)[0])
    return party is not None and any(
        (each.quarantine or 0) > 0
        and each.author == "user"
        and each.failed_supplier_reference == party
        and matter.holds(each.valid_from, each.valid_until)
        for each in matter.snapshot.thresholds.get((matter.user.eui64, matter.request.srv), ())
    )
