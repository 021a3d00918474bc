"""For each reason of SolrContingency: cases that give it, and its controls.

A case is what a Shared Resource Provider sends for a failed Supplier, as good as can be but for
the one thing.
"""

from dataclasses import replace
from typing import Any

from rules.identifiers import Eui64
from rules.register.arrangements import ThresholdAuthor
from rules.roles import UserRole
from rules.service_requests.question import DeviceFacts
from rules.service_requests.reasons import CheckReason as C
from tests.rules.messages.builders import TARGET
from tests.rules.service_requests.contingency_world import (
    ANOTHER,
    ANOTHER_FAILED_KEY,
    CREDIT,
    DEVICE,
    FAILED,
    FAILED_KEY,
    FAILED_TOO,
    HARBOUR,
    NOT_CREDIT_ALONE,
    OTHERS,
    PREPAYMENT,
    REVOKED,
    SMETS1,
    SMETS2,
    SRP,
    SRP_TOO,
    USERS,
    cancelled,
    contingency,
    instructed,
    instruction,
    limited,
    ordered,
    providers,
    request,
    suppliers,
    threshold,
    with_variant,
)
from tests.rules.service_requests.vectors import Vector
from tests.rules.service_requests.world import (
    AT,
    DAY,
    OTHER_PARTYS_USER_ID,
    SECOND,
    SRP_USER_ID,
    USER_ID,
    roles_held,
    user,
)

_HELD = contingency()
_CV4 = request(command_variant="4")


def _device(**changes: Any) -> DeviceFacts:
    said: dict[str, Any] = {
        "registered_user_ids": DEVICE.registered_user_ids,
        "notified_critical_supplier_id": FAILED,
        "certificate_owner": FAILED,
        **changes,
    }
    return DeviceFacts(**said)


_UNKNOWN = Eui64("90-B3-D5-1F-30-FF-FF-FF")
_UNTOLD = _device(notified_critical_supplier_id=None)


def vector(
    message: bytes, held: Any = _HELD, *, device: DeviceFacts = DEVICE, **asked: Any
) -> Vector:
    """A case of SMETS1 unless its Device is said to be of another generation."""
    said = {"generation": SMETS1, "device": device, **asked}
    return Vector(message=message, held=held, asked=said)


def smets2(message: bytes, held: Any = _HELD, *, device: DeviceFacts = _UNTOLD) -> Vector:
    return vector(message, held, device=device, generation=SMETS2)


def _three(held: Any) -> list[Vector]:
    """The same register for each of the three messages that a flow has."""
    return [vector(request(), held), smets2(_CV4, held), smets2(ordered(), held)]


_OTHER = frozenset({OTHERS["party_reference"]})


def _registered_to_another(held: Any) -> list[Vector]:
    """The three messages, to a Device that is registered to another Supplier than the failed."""
    theirs = frozenset({ANOTHER})
    return [
        vector(request(), held, device=_device(registered_user_ids=theirs)),
        smets2(
            _CV4,
            held,
            device=_device(registered_user_ids=theirs, notified_critical_supplier_id=None),
        ),
        smets2(
            ordered(),
            held,
            device=_device(registered_user_ids=theirs, notified_critical_supplier_id=None),
        ),
    ]


_TOO = suppliers(serial=53, eui64=FAILED_TOO)
_BOTH_REVOKED = contingency(*REVOKED, _TOO)


def _by_two(held: Any) -> list[Vector]:
    """Messages of which one part names the failed Supplier and another its other User ID."""
    told_too = _device(notified_critical_supplier_id=FAILED_TOO)
    return [
        vector(request(FAILED_TOO), held),
        vector(request(), held, device=told_too),
        vector(request(FAILED_TOO), held, checkpoint="s1sp:ALPHA"),
        smets2(request(FAILED_TOO, command_variant="4"), held, device=DEVICE),
        smets2(ordered(FAILED_TOO), held),
        smets2(ordered(), held, device=told_too),
        smets2(ordered(SRP_USER_ID), held, device=told_too),
    ]


_SRP_TWICE = contingency(users=(*USERS, replace(SRP, eui64=SRP_TOO)))
_IS_TOO = user(
    eui64=SRP_USER_ID,
    user_roles=roles_held(UserRole.GAS_SUPPLIER, UserRole.SOLR_CONTINGENCY),
    **HARBOUR,
)

OF_THE_SIGNER: dict[C, list[Vector]] = {
    # The provider signs with its xmlSign certificate for this role (MP134B 2.7).
    C.CERTIFICATE_NOT_XMLSIGN: [
        vector_
        for role in ("02", "03", "7F", "89", "XX")
        for vector_ in _three(contingency(signer=providers(remote_party_role=role)))
    ],
    C.CERTIFICATE_NOT_FOR_SIGNING: [
        vector_
        for usage in ("keyAgreement", "")
        for vector_ in _three(contingency(signer=providers(key_usage=usage)))
    ],
    C.CERTIFICATE_NOT_NOTIFIED: _three(
        contingency(users=(replace(SRP, notifications=()), *USERS[1:]))
    ),
    C.NOTIFICATION_WITHDRAWN: _three(
        contingency(
            users=(
                replace(SRP, notifications=(replace(SRP.notifications[0], withdrawn_at=AT),)),
                *USERS[1:],
            )
        )
    ),
    C.KEY_SERVES_TWO_USER_IDS: _three(contingency(*REVOKED, providers(serial=80, eui64=SRP_TOO))),
    C.KEY_USED_TOWARDS_DEVICES: _three(
        contingency(*REVOKED, providers(serial=80, remote_party_role="7F"))
    ),
    C.ORIGINATOR_OTHER_USER_ID: [
        vector(request(SRP_TOO), _SRP_TWICE),
        smets2(request(SRP_TOO, command_variant="4"), _SRP_TWICE),
        smets2(ordered(SRP_TOO), _SRP_TWICE),
    ],
}
"""What ceases while MP104 is monitored too, since it is sent as SolrContingency."""

FAILING: dict[C, list[Vector]] = {
    **OF_THE_SIGNER,
    C.SOLR_INSTRUCTION_NOT_LIVE: [
        vector_
        for instructions in (
            (),
            (instruction(valid_until=AT),),
            (instruction(valid_until=AT - SECOND),),
            (instruction(valid_from=AT + SECOND),),
            (instruction(provider_reference="P-99"),),
            (instruction(provider_reference="P-5", supplier_reference="P-4"),),
        )
        for vector_ in _three(contingency(instructions=instructed(*instructions)))
    ]
    + [
        # For another Supplier a User who is one itself may act in this role alone.
        smets2(
            _CV4,
            contingency(users=(_IS_TOO, *USERS[1:]), instructions={}),
        )
    ],
    C.PAYMENT_MODE_NOT_CREDIT: [
        vector(request(body=body, command_variant=variant), generation=generation)
        for generation, variant in ((SMETS1, "1"), (SMETS1, "4"), (SMETS2, "4"))
        for body in (
            PREPAYMENT,
            cancelled(PREPAYMENT),
            "<sr:UpdatePaymentMode/>",
            cancelled("<sr:UpdatePaymentMode></sr:UpdatePaymentMode>"),
            CREDIT.replace("<sr:Credit/>", "<sr:Credit/><sr:Credit/>"),
            CREDIT.replace("<sr:Credit/>", "<sr:Credit/><sr:Prepayment/>"),
            CREDIT.replace("<sr:Credit/>", "<sr:Prepayment/><sr:Credit/>"),
            CREDIT.replace("<sr:Credit/>", "<sr:Credit><sr:Prepayment/></sr:Credit>"),
            CREDIT.replace("sr:Credit/", 'x:Credit xmlns:x="urn:x"/'),
            CREDIT.replace("<sr:Credit/>", "<sr:credit/>"),
            CREDIT.replace("<sr:Credit/>", "Credit"),
            CREDIT.replace("<sr:Credit/>", "<!-- <sr:Credit/> --><sr:Prepayment/>"),
            *NOT_CREDIT_ALONE,
        )
    ]
    + [smets2(ordered(code=code)) for code in ("001B", "006D")],
    C.GBCS_MESSAGE_CODE_MISMATCH: [
        # Not of the Header's variant, whatever has been added to the list; or in no list at all.
        *(smets2(ordered(code=code)) for code in ("0050", "001F", "0027", "0FFF", "0000")),
        *(
            smets2(ordered(code=code, srv="2.1"), with_variant(_HELD, "2.1"))
            for code in ("001A", "001B", "006C", "006D", "0050")
        ),
    ],
    C.NOTIFIED_CRITICAL_SUPPLIER_NOT_SUPPLIED: [
        vector(request(SRP_USER_ID), device=_UNTOLD),
        smets2(request(SRP_USER_ID, command_variant="4")),
    ],
    C.FAILED_SUPPLIERS_DIFFER: [
        vector(request(FAILED), device=_device(notified_critical_supplier_id=ANOTHER)),
        vector(request(ANOTHER)),
        vector(request(TARGET)),
        # Two of whom the register knows nothing are not therefore the same.
        vector(request(TARGET), device=_device(notified_critical_supplier_id=_UNKNOWN)),
        smets2(request(ANOTHER, command_variant="4"), device=DEVICE),
        smets2(ordered(ANOTHER)),
        smets2(ordered(FAILED, by=ANOTHER, key=ANOTHER_FAILED_KEY)),
        smets2(ordered(SRP_USER_ID), device=_device(notified_critical_supplier_id=ANOTHER)),
        smets2(ordered(), device=_device(notified_critical_supplier_id=ANOTHER)),
        # It acts for a Supplier, not in its own name.
        smets2(
            ordered(by=SRP_USER_ID, key=FAILED_KEY),
            contingency(*REVOKED, suppliers(serial=70, eui64=SRP_USER_ID, **HARBOUR)),
        ),
    ],
    C.FAILED_SUPPLIER_UNKNOWN: [
        vector(
            request(OTHER_PARTYS_USER_ID),
            device=_device(notified_critical_supplier_id=OTHER_PARTYS_USER_ID),
        ),
        vector(request(SRP_USER_ID), device=_device(notified_critical_supplier_id=SRP_USER_ID)),
        vector(request(), contingency(suppliers(remote_party_role="03"))),
        smets2(_CV4, contingency(suppliers(eui64=FAILED_TOO))),
        # Another User ID of that Supplier never had one.
        *_by_two(contingency()),
    ],
    C.FAILED_SUPPLIER_LIVE: [
        vector_
        for live in (
            suppliers(serial=52, revoked_at=None),
            suppliers(serial=52, revoked_at=None, key_usage="keyAgreement"),
            suppliers(serial=52, revoked_at=AT + SECOND),
            suppliers(serial=52, revoked_at=None, not_before=AT),
            suppliers(serial=52, revoked_at=None, not_after=AT),
        )
        for vector_ in _three(contingency(*REVOKED, live))
    ]
    + [
        # Of two that are named, one is revoked and the other one trades.
        vector_
        for of_the_other in (
            (suppliers(serial=53, eui64=FAILED_TOO, revoked_at=None),),
            (_TOO, suppliers(serial=54, eui64=FAILED_TOO, revoked_at=None)),
        )
        for vector_ in _by_two(contingency(*REVOKED, *of_the_other))
    ]
    + [
        vector(
            request(FAILED_TOO),
            contingency(suppliers(revoked_at=None), _TOO),
            device=_device(registered_user_ids=frozenset({FAILED_TOO})),
        )
    ],
    C.FAILED_SUPPLIER_NOT_REVOKED: [
        vector_
        for ended in (
            suppliers(revoked_at=None, not_after=AT - SECOND),
            suppliers(revoked_at=None, not_before=AT + SECOND),
            suppliers(revoked_at=AT + DAY, not_after=AT - SECOND),
        )
        for vector_ in _three(contingency(ended))
    ]
    + [
        vector_
        for ended in (
            suppliers(serial=53, eui64=FAILED_TOO, revoked_at=None, not_after=AT - SECOND),
            suppliers(serial=53, eui64=FAILED_TOO, revoked_at=AT + DAY, not_after=AT - SECOND),
        )
        for vector_ in _by_two(contingency(*REVOKED, ended))
    ],
    C.SOLR_INSTRUCTION_NOT_FOR_SUPPLIER: [
        vector_
        for instructions in (
            (instruction(supplier_reference="P-6"),),
            (instruction(supplier_reference="P-6"), instruction(valid_until=AT)),
            (instruction(supplier_reference="P-6"), instruction(provider_reference="P-9")),
            (instruction(supplier_reference="P-4"), instruction(valid_from=AT + SECOND)),
        )
        for vector_ in _three(contingency(instructions=instructed(*instructions)))
    ],
    C.SOLR_INSTRUCTION_NOT_FOR_SRV: [
        vector_
        for instructions in (
            (instruction(service_reference_variants=frozenset()),),
            (instruction(service_reference_variants=frozenset({"1.5", "2.1"})),),
            # What would be for it is for another Supplier, or has ended.
            (
                instruction(service_reference_variants=frozenset({"2.1"})),
                instruction(supplier_reference="P-6"),
                instruction(valid_until=AT),
            ),
        )
        for vector_ in _three(contingency(instructions=instructed(*instructions)))
    ],
    C.SOLR_THRESHOLD_ZERO: [
        vector_
        for thresholds in (
            {},
            limited(),
            limited(threshold(0)),
            limited(threshold(None)),
            limited(threshold(valid_until=AT)),
            limited(threshold(valid_from=AT + SECOND)),
            limited(threshold(), srv="1.5"),
            # Of the Supplier, of the provider's other customers.
            limited(threshold(), user_id=FAILED),
            # For another failed Supplier, for none, and one that the User did not set.
            limited(threshold(failed_supplier_reference="P-6")),
            limited(threshold(failed_supplier_reference=None)),
            limited(threshold(0), threshold(failed_supplier_reference="P-6")),
            limited(threshold(author=ThresholdAuthor.DCC)),
        )
        for vector_ in _three(contingency(thresholds=thresholds))
    ],
    C.GBCS_CERTIFICATE_UNKNOWN: [
        # Only a key of the Supplier role will do, however good another is.
        smets2(ordered(), contingency(suppliers(remote_party_role="03"), REVOKED[1])),
        smets2(ordered(), contingency(REVOKED[1])),
    ],
    C.GBCS_SIGNATURE_INVALID: [
        smets2(ordered(key=ANOTHER_FAILED_KEY)),
        smets2(ordered(), contingency(suppliers(key=ANOTHER_FAILED_KEY))),
    ],
    C.REGISTRATION_NOT_SUPPLIED: [
        vector(request(), device=_device(registered_user_ids=None)),
        # Newer than the schema, and so perhaps not Critical.
        smets2(
            request(body="<sr:Novelty/>", srv="99.1"),
            with_variant(_HELD, "99.1"),
            device=_device(registered_user_ids=None),
        ),
    ],
    C.NOT_REGISTERED: [
        vector_
        for registered in ((), (USER_ID,), (SRP_USER_ID,), (ANOTHER,), (TARGET,))
        for said in [_device(registered_user_ids=frozenset(registered))]
        for vector_ in (
            vector(request(), device=said),
            smets2(_CV4, device=said),
            smets2(ordered(), device=said),
        )
    ]
    + [
        vector_
        for instructions in (
            (instruction(last_resort_references=frozenset({"P-9"})),),
            # Named by one that has ended, or is for another Service Reference Variant.
            (instruction(), instruction(last_resort_references=_OTHER, valid_until=AT)),
            (
                instruction(),
                instruction(
                    last_resort_references=_OTHER, service_reference_variants=frozenset({"2.1"})
                ),
            ),
        )
        for vector_ in _registered_to_another(contingency(instructions=instructed(*instructions)))
    ],
    C.CERTIFICATE_OWNER_NOT_SUPPLIED: [
        vector(request(), device=_device(certificate_owner=None), checkpoint="s1sp:ALPHA")
    ],
    C.CERTIFICATE_OWNER_NOT_ORIGINATOR: [
        vector(request(), device=_device(certificate_owner=owner), checkpoint="s1sp:ALPHA")
        for owner in (SRP_USER_ID, ANOTHER, USER_ID)
    ],
}
"""The first reason that each gives."""

PASSING: dict[str, Vector] = {
    "SMETS1 by the failed Supplier's User ID": vector(request()),
    "SMETS1 where the caller says nothing of the Supplier": vector(request(), device=_UNTOLD),
    "SMETS1 by the provider's own User ID": vector(request(SRP_USER_ID)),
    **{
        f"by two User IDs of the failed Supplier, both revoked, case {number}": vector_
        for number, vector_ in enumerate(_by_two(_BOTH_REVOKED))
    },
    "SMETS1 at the Device's S1SP": vector(request(), checkpoint="s1sp:ALPHA"),
    "SMETS1 held by another User ID of the failed Supplier": vector(
        request(), device=_device(certificate_owner=FAILED_TOO), checkpoint="s1sp:ALPHA"
    ),
    "SMETS1 registered to another User ID of the failed Supplier": vector(
        request(), device=_device(registered_user_ids=frozenset({FAILED_TOO, USER_ID}))
    ),
    "a cancelled switch to Credit": vector(request(body=cancelled(CREDIT))),
    "a switch to Credit with white space and comments": vector(
        request(
            body=cancelled(
                "<sr:UpdatePaymentMode> <sr:Credit>\n<!-- x -->\t</sr:Credit>\n<!-- "
                "Prepayment --></sr:UpdatePaymentMode>"
            )
        )
    ),
    "a request to be transformed": smets2(_CV4),
    "a cancelled one to be transformed": smets2(
        request(body=cancelled(CREDIT), command_variant="4")
    ),
    "one by the provider itself, where the caller names the Supplier": smets2(
        request(SRP_USER_ID, command_variant="4"), device=DEVICE
    ),
    "a Signed Pre-Command by the failed Supplier's User ID": smets2(ordered()),
    "one by the provider's own": smets2(ordered(SRP_USER_ID)),
    # Its other User ID has a certificate in force, but nobody names that one as failed.
    "where another User ID of the Supplier trades": vector(
        request(),
        contingency(*REVOKED, suppliers(serial=53, eui64=FAILED_TOO, revoked_at=None)),
    ),
    "one where the caller says the same": smets2(ordered(), device=DEVICE),
    "one for gas": smets2(ordered(code="006C")),
    "one with Command Variant 6": smets2(ordered(command_variant="6")),
    "one with Command Variant 7": smets2(ordered(command_variant="7")),
    "one by a key that had expired too": smets2(
        ordered(), contingency(suppliers(not_after=AT - DAY))
    ),
    "where the Supplier is no User any more": smets2(ordered(), contingency(users=(SRP,))),
    "revoked at that very moment": smets2(ordered(), contingency(suppliers(revoked_at=AT))),
    "beside one that is not valid yet": smets2(
        ordered(),
        contingency(*REVOKED, suppliers(serial=52, revoked_at=None, not_before=AT + SECOND)),
    ),
    "from the moment of the instruction": smets2(
        ordered(), contingency(instructions=instructed(instruction(valid_from=AT)))
    ),
    "until it ends": smets2(
        ordered(), contingency(instructions=instructed(instruction(valid_until=AT + SECOND)))
    ),
    "an instruction without an end": smets2(
        ordered(), contingency(instructions=instructed(instruction(valid_until=None)))
    ),
    "with a threshold of one": smets2(
        ordered(), contingency(thresholds=limited(threshold(0), threshold(1)))
    ),
    "another variant in the list": smets2(
        ordered(code="006F", srv="2.1"), with_variant(_HELD, "2.1")
    ),
    "the other failed Supplier": smets2(
        ordered(ANOTHER, by=ANOTHER, key=ANOTHER_FAILED_KEY),
        contingency(
            instructions=instructed(instruction(supplier_reference=OTHERS["party_reference"])),
            thresholds=limited(threshold(failed_supplier_reference=OTHERS["party_reference"])),
        ),
        device=_device(
            registered_user_ids=frozenset({ANOTHER}), notified_critical_supplier_id=None
        ),
    ),
    **{
        f"registered to a Supplier of Last Resort, {number}": vector_
        for number, vector_ in enumerate(
            _registered_to_another(
                contingency(
                    instructions=instructed(
                        instruction(), instruction(last_resort_references=_OTHER)
                    )
                )
            )
        )
    },
    "to be transformed, by whom it is registered was not said": smets2(
        _CV4, device=_device(registered_user_ids=None)
    ),
    "a Signed Pre-Command, by whom it is registered was not said": smets2(
        ordered(), device=_device(registered_user_ids=None)
    ),
    "with two thresholds, each for another Supplier": smets2(
        ordered(),
        contingency(
            thresholds=limited(threshold(0, failed_supplier_reference="P-6"), threshold(1))
        ),
    ),
    "in a User Role of one's own nothing of it is asked": vector(
        request(SRP_USER_ID, PREPAYMENT),
        contingency(users=(_IS_TOO,), instructions={}, thresholds={}),
        device=_device(registered_user_ids=frozenset({SRP_USER_ID})),
    ),
}
