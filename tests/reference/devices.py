"""Is the sender registered for the Device, and is the Device its own? (SRPD 6.1(f), S1SR 4.2)"""

from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.reference.contingencies import (
    instructions_for_request,
    is_supplier_clear,
    named_suppliers,
    party_of,
    supplier,
)
from tests.reference.failing import Fails
from tests.reference.issuer_names import issuer_name
from tests.reference.nodes import (
    DUIS,
    WHITE_SPACE,
    children,
    descendants,
    holds_elements_alone,
    is_named,
    is_text_alone,
    octets,
    text,
)
from tests.reference.senders import Matter, eligible_roles, is_contingency
from tests.reference.tables import KIND

JOIN_AND_RESTORE = {"8.7.1", "8.7.2", "8.12.2"}
NETWORK_OPERATORS = {"ED", "GT"}
NON_CRITICAL = {"1", "2", "3"}
NON_DEVICE = "8"
UNIQUE_IDENTIFIER = x509.ObjectIdentifier("2.5.4.45")
"""Command Variants of a SMETS2+ Device, and of a request that no Device gets."""


def device_faults(matter: Matter) -> Iterator[str]:
    if is_contingency(matter) and not is_supplier_clear(matter):
        return
    if is_asked(matter):
        yield from registration_faults(matter)
    if is_ownership_asked(matter):
        yield from ownership_faults(matter)


def is_theirs(matter: Matter, eui64: str) -> bool:
    """Tell whether an EUI-64 is the User's, or any one of the failed Supplier (decision 60)."""
    if not is_contingency(matter):
        return eui64 == matter.request.originator
    return supplier(matter, eui64) == supplier(matter, named_suppliers(matter)[0])


# --- registration ----------------------------------------------------------------------------


def registration_faults(matter: Matter) -> Iterator[str]:
    device = matter.question.device
    if is_contingency(matter) and is_for_the_failed_supplier_anyway(matter):
        return
    if any(is_theirs(matter, eui64) for eui64 in device.registered_user_ids or ()):
        return
    hub = device.hub_import_supplier_ids
    if is_exempt(matter, shares_hub=any(is_theirs(matter, eui64) for eui64 in hub or ())):
        return
    if device.registered_user_ids is None:
        yield "registration-not-supplied"
    elif hub is None and is_exempt(matter, shares_hub=True):
        yield "hub-import-suppliers-not-supplied"
    else:
        yield "not-registered-for-device"


def is_for_the_failed_supplier_anyway(matter: Matter) -> bool:
    """Decision 95: by a Supplier of Last Resort, or where it is not asked and was not said."""
    registered = matter.question.device.registered_user_ids
    if registered is None:
        is_critical = KIND.get(matter.request.srv) == "critical"
        return matter.question.generation != "SMETS1" and (
            matter.request.is_signed_pre_command or is_critical
        )
    last_resorts = {
        party for each in instructions_for_request(matter) for party in each.last_resort_references
    }
    return any(party_of(matter, eui64) in last_resorts for eui64 in registered)


def is_asked(matter: Matter) -> bool:
    """SECMP0107-1; of SolrContingency whatever goes to a Device (decision 60).

    The Command Variant says what kind of request it is (DUIS 5.4 schema, CommandVariant).
    """
    variant = matter.request.command_variant
    if not eligible_roles(matter) or variant == NON_DEVICE:
        return False
    if matter.question.generation == "SMETS1" or is_contingency(matter):
        return True
    return variant in NON_CRITICAL


def is_exempt(matter: Matter, *, shares_hub: bool) -> bool:
    """SRPD 6.2: exempt in every User Role in which it may be sent (decision 60)."""
    return all(
        is_exempt_as(matter, role, shares_hub=shares_hub) for role in eligible_roles(matter)
    )


def is_exempt_as(matter: Matter, role: str, *, shares_hub: bool) -> bool:
    if role == "IS" and matter.request.srv in JOIN_AND_RESTORE:
        return shares_hub  # (a), (b)
    if role == "OU":
        return True  # (c)
    return is_exempt_update(matter, role)  # (d)


def is_exempt_update(matter: Matter, role: str) -> bool:
    """SRPD 6.2 (d): the DSP goes by who sends it, an S1SP by what it targets."""
    if matter.question.generation != "SMETS1" or matter.request.srv != "6.15.1":
        return False
    switch = matter.snapshot.registration_switches.get(matter.question.checkpoint)
    if switch is None or switch.turned_on_at is None or matter.at < switch.turned_on_at:
        return False
    if matter.question.checkpoint == "dsp":
        return role in NETWORK_OPERATORS
    return targets_network_operator(matter)


def targets_network_operator(matter: Matter) -> bool:
    """The role that it names, and that of each certificate it puts in place, are one.

    There is one role and one set of certificates, and nowhere in it another (decision 50).
    """
    body = matter.request.body
    named = [child for child in children(body) if is_named(child, DUIS, "RemotePartyRole")]
    sets = [child for child in children(body) if is_named(child, DUIS, "ReplacementCertificates")]
    inside = [element for one in sets for element in descendants(one)]
    replacing = [element for element in inside if is_text_alone(element)]
    called = {(element.namespaceURI, element.localName) for element in replacing}
    alike = [e for e in descendants(body) if (e.namespaceURI, e.localName) in called]
    return (
        body.getElementsByTagNameNS(DUIS, "RemotePartyRole") == named
        and body.getElementsByTagNameNS(DUIS, "ReplacementCertificates") == sets
        and len(sets) == 1
        and [text(role).strip(WHITE_SPACE) for role in named] == ["NetworkOperator"]
        and all(is_text_alone(role) for role in named)
        and all(holds_elements_alone(e) for e in (*sets, *inside) if not is_text_alone(e))
        # For signing, for key agreement, and for key agreement on top-ups.
        and len(replacing) in {1, 2, 3}
        and alike == replacing
        and all(_is_a_network_operators(certificate, matter) for certificate in replacing)
    )


def _is_a_network_operators(element: object, matter: Matter) -> bool:
    """It says so, and the register says so of the same certificate (decision 50)."""
    try:
        said = x509.load_der_x509_certificate(octets(element, "unreadable"))
        key = said.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    except (Fails, ValueError):
        return False
    units = said.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATIONAL_UNIT_NAME)
    eui64s = [unit.value for unit in said.subject.get_attributes_for_oid(UNIQUE_IDENTIFIER)]
    return [unit.value for unit in units] == ["03"] and any(
        held.serial == said.serial_number
        and issuer_name(held.issuer) == issuer_name(said.issuer.rfc4514_string())
        and held.remote_party_role == "03"
        and held.public_key == key
        and eui64s == [b"\0" + bytes.fromhex(held.eui64.replace("-", ""))]
        for held in matter.snapshot.certificates.values()
    )


# --- S1SR 4.2 --------------------------------------------------------------------------------


def is_ownership_asked(matter: Matter) -> bool:
    """It is for Critical SMETS1 requests at an S1SP; a newer variant may be Critical."""
    may_be_critical = KIND.get(matter.request.srv, "critical") == "critical"
    is_at_s1sp = matter.question.checkpoint != "dsp"
    return may_be_critical and is_at_s1sp and matter.question.generation == "SMETS1"


def ownership_faults(matter: Matter) -> Iterator[str]:
    """The certificate that is held for the Device must be the sender's, or that Supplier's."""
    owner = matter.question.device.certificate_owner
    if owner is None:
        yield "certificate-owner-not-supplied"
    elif not is_theirs(matter, owner):
        yield "certificate-owner-not-originator"
