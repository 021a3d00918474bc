"""Is the User registered for the Device, and is the certificate that is held for it theirs?

SRPD 6.1(f) with the exceptions of 6.2, and S1SR 4.2. They are asked at the DSP and, for SMETS1
Devices, at the Device's S1SP again, each with its own switch for exception (d) (SECMP0107). The
two may come to different ends, so that what an S1SP would say can be asked from the DSP.
"""

from rules.certificates.certificate_reading import CertificateReading
from rules.identifiers import Eui64
from rules.messages.credentials import network_operators_certificates
from rules.messages.names import IssuerNameError, normalise_issuer
from rules.register.checkpoints import DSP, Checkpoint
from rules.register.suppliers import are_one_supplier, party_of
from rules.roles import NETWORK_OPERATOR, UserRole
from rules.service_requests.case import Case
from rules.service_requests.contingency_rules import instructions_for
from rules.service_requests.duis_codes import DEVICE
from rules.service_requests.message_rule import Check
from rules.service_requests.outcomes import MessageOutcome, NotApplicable, NotChecked
from rules.service_requests.question import Generation
from rules.service_requests.reason_codes import CheckReason, reason
from rules.service_requests.variants import (
    JOIN_SERVICE,
    RESTORE_GPF_DEVICE_LOG,
    UPDATE_SECURITY_CREDENTIALS,
    VARIANTS,
    VariantKind,
)

_SMETS1 = Generation.SMETS1
NON_DEVICE = 8
"""The Command Variant of requests of which nothing is sent to a Device."""
_OF_NON_CRITICAL = frozenset({1, 2, 3})
"""Command Variants of SMETS2+ Non-Critical Device requests (DUIS 5.4 schema)."""
_OF_A_SHARED_HUB = JOIN_SERVICE | {RESTORE_GPF_DEVICE_LOG}
_NETWORK_OPERATORS = frozenset({UserRole.ELECTRICITY_DISTRIBUTOR, UserRole.GAS_TRANSPORTER})


def registrant_of(case: Case) -> Eui64 | None:
    """Return who must be registered for the Device and hold it: the User, or the failed Supplier.

    None where the failed Supplier is not clear.
    """
    if case.is_contingency:
        return case.supplier
    return case.header.business_originator_id


def _is_registered(case: Case) -> MessageOutcome:
    if not case.eligible_roles:
        return NotChecked.NOT_ELIGIBLE
    command_variant = case.header.command_variant
    if case.asked.generation is _SMETS1 or case.is_contingency:
        is_asked = command_variant != NON_DEVICE
    else:
        is_asked = command_variant in _OF_NON_CRITICAL
    if not is_asked:
        return NotApplicable.NOT_REGISTERED_FOR
    registrant = registrant_of(case)
    if registrant is None:
        return NotChecked.SUPPLIER_NOT_NAMED
    registered = case.asked.device.registered_user_ids
    if registered is not None and registrant in registered:
        return None
    _read_targets(case)
    return registration_at(case.asked.checkpoint, case)


def registration_at(checkpoint: Checkpoint, case: Case) -> MessageOutcome:
    """Return what the check of Registration Data comes to at a checkpoint, where it is asked."""
    registrant = registrant_of(case)
    registered = case.asked.device.registered_user_ids
    if registrant is None or (registered is not None and registrant in registered):
        return None
    if case.is_contingency:
        return _failed_supplier_is_registered(case, registrant)
    hub_suppliers = case.asked.device.hub_import_supplier_ids
    if _is_exempt(case, checkpoint, shares_hub=registrant in (hub_suppliers or ())):
        return None
    if registered is None:
        return CheckReason.REGISTRATION_NOT_SUPPLIED
    if hub_suppliers is None and _is_exempt(case, checkpoint, shares_hub=True):
        return CheckReason.HUB_IMPORT_SUPPLIERS_NOT_SUPPLIED
    return CheckReason.NOT_REGISTERED


def _failed_supplier_is_registered(case: Case, supplier: Eui64) -> MessageOutcome:
    registered = case.asked.device.registered_user_ids
    if registered is None:
        if may_leave_registration_out(case):
            return None
        return CheckReason.REGISTRATION_NOT_SUPPLIED
    if any(are_one_supplier(case.snapshot, supplier, user_id) for user_id in registered):
        return None
    if any(is_last_resort(case, user_id) for user_id in registered):
        return None
    return CheckReason.NOT_REGISTERED


def may_leave_registration_out(case: Case) -> bool:
    """Tell whether a message for a failed Supplier passes where the registration was not given.

    SRPD 6.1(f) does not ask it of Critical requests to SMETS2+ Devices, nor of their Signed
    Pre-Commands, of which the Device takes only what the failed Supplier has signed. What is
    given all the same must be right. A variant that is newer than the schema may be Non-Critical,
    of which it is asked.
    """
    if not case.is_contingency or case.asked.generation is _SMETS1:
        return False
    variant = VARIANTS.get(case.header.service_reference_variant)
    return case.is_signed_pre_command or (
        variant is not None and variant.kind is VariantKind.CRITICAL
    )


def is_last_resort(case: Case, user_id: Eui64) -> bool:
    """Tell whether a User ID is of a Supplier of Last Resort that the live instruction names.

    In gas that one registers the meter points before the certificates of the Devices are
    changed, which takes weeks.
    """
    if not case.is_contingency:
        return False
    party = party_of(case.snapshot, user_id)
    return any(party in each.last_resort_references for each in instructions_for(case))


def _is_exempt(case: Case, checkpoint: Checkpoint, *, shares_hub: bool) -> bool:
    """Tell whether SRPD 6.2 exempts it: itself, or every User Role in which it may be sent."""
    variant = case.header.service_reference_variant
    is_update = case.asked.generation is _SMETS1 and variant == UPDATE_SECURITY_CREDENTIALS
    exempts_updates = is_update and _is_switched_on(case, checkpoint)
    if exempts_updates and checkpoint != DSP and case.targets_network_operator:
        return True
    exempt = {UserRole.OTHER_USER}
    if exempts_updates and checkpoint == DSP:
        exempt |= _NETWORK_OPERATORS
    if shares_hub and variant in _OF_A_SHARED_HUB:
        exempt.add(UserRole.IMPORT_SUPPLIER)
    return case.eligible_roles <= exempt


def _is_switched_on(case: Case, checkpoint: Checkpoint) -> bool:
    switch = case.snapshot.registration_switches.get(checkpoint)
    return switch is not None and switch.is_on(case.at)


def _read_targets(case: Case) -> None:
    case.targets_network_operator = (
        case.asked.generation is _SMETS1
        and case.header.service_reference_variant == UPDATE_SECURITY_CREDENTIALS
        and _are_a_network_operators(case)
    )


def _are_a_network_operators(case: Case) -> bool:
    """Tell whether all that a request puts in place are certificates of the register for that.

    Anybody can make a certificate that says whose it is.
    """
    certificates = network_operators_certificates(case.message.body)
    return bool(certificates) and all(_is_registered_as_such(each, case) for each in certificates)


def _is_registered_as_such(reading: CertificateReading, case: Case) -> bool:
    try:
        issuer = normalise_issuer(reading.issuer_text or "")
    except IssuerNameError:
        return False
    held = case.snapshot.certificates.get((issuer, reading.serial_number or 0))
    return (
        held is not None
        and held.remote_party_role == NETWORK_OPERATOR
        and held.eui64 == reading.eui64
        and held.public_key == reading.point
    )


def _certificate_is_the_originators(case: Case) -> MessageOutcome:
    if case.asked.checkpoint == DSP or case.asked.generation is not _SMETS1:
        return NotApplicable.NO_CERTIFICATE_HELD
    return certificate_owner(case)


def certificate_owner(case: Case) -> MessageOutcome:
    """Return what S1SR 4.2 comes to for a request to a SMETS1 Device at its S1SP."""
    variant = VARIANTS.get(case.header.service_reference_variant)
    # One that is newer than the schema may be Critical: a SMETS1 Command Variant does not tell.
    if variant is not None and variant.kind is not VariantKind.CRITICAL:
        return NotApplicable.NO_CERTIFICATE_HELD
    registrant = registrant_of(case)
    if registrant is None:
        return NotChecked.SUPPLIER_NOT_NAMED
    owner = case.asked.device.certificate_owner
    if owner is None:
        return CheckReason.CERTIFICATE_OWNER_NOT_SUPPLIED
    if owner == registrant or (
        case.is_contingency and are_one_supplier(case.snapshot, registrant, owner)
    ):
        return None
    return CheckReason.CERTIFICATE_OWNER_NOT_ORIGINATOR


IS_REGISTERED = Check(
    id="SRPD-6.1F",
    title="The User, or the failed Supplier, is registered for the Device, or exempt.",
    # docs/decisions/0050, 0060 and 0095 say what was decided where these are silent.
    cites="SRPD 6.1(f), 6.2",
    reasons={
        CheckReason.REGISTRATION_NOT_SUPPLIED: reason(
            DEVICE,
            "Who is registered for the Device was not supplied.",
            "Who is registered for the Device {target} was not supplied; "
            "give `device.registered_user_ids`.",
            do=(
                "Give the User IDs that are registered for the Device as "
                "`device.registered_user_ids`."
            ),
        ),
        CheckReason.HUB_IMPORT_SUPPLIERS_NOT_SUPPLIED: reason(
            DEVICE,
            "The Import Suppliers that share the Communications Hub were not supplied.",
            "{registrant} is not registered for the Device {target}, and whether it is the Import "
            "Supplier of a Communications Hub that the Device shares was not supplied; "
            "give `device.hub_import_supplier_ids`.",
            do="Give the Import Suppliers that share the hub as `device.hub_import_supplier_ids`.",
        ),
        CheckReason.NOT_REGISTERED: reason(
            DEVICE,
            "The User, or the failed Supplier, is not registered for the Device.",
            "The Device {target} is registered to {registered}, not to {registrant}.",
            do=(
                "Send only to a Device that the User, or the failed Supplier, is registered "
                "for, or have its registration corrected."
            ),
        ),
    },
    passed="{registrant} {registration} the Device {target}.",
    check=_is_registered,
)

CERTIFICATE_IS_THE_ORIGINATORS = Check(
    id="S1SR-4.2",
    title="The certificate that is held for the SMETS1 Device is the User's, or the failed "
    "Supplier's.",
    # docs/decisions/0060 says what was decided where these are silent.
    cites="S1SR 4.2",
    reasons={
        CheckReason.CERTIFICATE_OWNER_NOT_SUPPLIED: reason(
            DEVICE,
            "Whose certificate the SMETS1 Device holds was not supplied.",
            "Whose certificate is held for the Device {target} was not supplied; "
            "give `device.certificate_owner`.",
            do=(
                "Give the User ID whose certificate the Device holds as "
                "`device.certificate_owner`."
            ),
        ),
        CheckReason.CERTIFICATE_OWNER_NOT_ORIGINATOR: reason(
            DEVICE,
            "The certificate that is held for the SMETS1 Device is another's.",
            "The certificate that is held for the Device {target} is that of {certificate_owner}, "
            "not of {registrant}.",
            do=(
                "Have the certificate of the User, or of the failed Supplier, placed on the "
                "Device before sending to it."
            ),
        ),
    },
    passed="The certificate that is held for the Device {target} is that of {registrant}.",
    check=_certificate_is_the_originators,
)

REGISTRATION_RULES = (IS_REGISTERED, CERTIFICATE_IS_THE_ORIGINATORS)
"""In the order in which they are asked."""
