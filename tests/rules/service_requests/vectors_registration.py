"""For each reason that lies in the Device: cases that give it, and the controls of each exception.

SRPD 6.1(f) with 6.2 (a) to (d), and S1SR 4.2.
"""

from dataclasses import replace
from typing import Any

from rules.identifiers import Eui64
from rules.register.arrangements import RegistrationSwitch
from rules.register.checkpoints import DSP, Checkpoint
from rules.register.snapshot import Snapshot
from rules.roles import UserRole
from rules.service_requests.question import DeviceFacts, Generation
from rules.service_requests.reasons import CheckReason as C
from tests.rules.messages.builders import MESSAGE, OTHER_KEY
from tests.rules.messages.credentials_builders import (
    HELD,
    HOLDERS_KEY,
    NOT_OF_ONE_ALONE,
    credential,
    update_credentials,
)
from tests.rules.messages.vectors import signed
from tests.rules.service_requests.vectors import Vector
from tests.rules.service_requests.world import (
    AT,
    DAY,
    ELIGIBILITY,
    OTHER_PARTYS_USER_ID,
    OTHER_USER_ID,
    SECOND,
    USER_ID,
    certificate,
    eligible,
    roles_held,
    snapshot,
    user,
)

SMETS1, SMETS2 = Generation.SMETS1, Generation.SMETS2_PLUS
ALPHA = Checkpoint("s1sp:ALPHA")
IS, GS = UserRole.IMPORT_SUPPLIER, UserRole.GAS_SUPPLIER
ED, GT = UserRole.ELECTRICITY_DISTRIBUTOR, UserRole.GAS_TRANSPORTER
OU = UserRole.OTHER_USER

NOBODY: frozenset[Eui64] = frozenset()
ANOTHERS = frozenset({OTHER_PARTYS_USER_ID})
OWN = frozenset({USER_ID})

LIST = {
    **ELIGIBILITY,
    "6.15.1": tuple(map(eligible, (IS, GS, ED, GT))),
    "8.7.1": tuple(map(eligible, (IS, GS))),
    "8.7.2": tuple(map(eligible, (IS, GS, OU))),
    "8.12.2": tuple(map(eligible, (IS, GS))),
    "8.2": tuple(map(eligible, (IS, OU))),
}

_OTHER_DEVICE = "<sr:OtherDeviceID>00-DB-12-34-56-78-90-9C</sr:OtherDeviceID>"
NETWORK_OPERATORS = update_credentials(credential("03"), credential("03", usage="keyAgreement"))
OPERATORS_CERTIFICATES = tuple(
    certificate(serial=serial, key=HOLDERS_KEY, remote_party_role=role, key_usage=usage, mpids=())
    for (role, usage), serial in HELD.items()
)
"""Of the register, as the credentials that a right request carries are."""
_NOT_IN_THE_REGISTER = update_credentials(credential("03", serial=99))
SUPPLIERS = update_credentials(credential("02"), role="Supplier")
BODIES = {
    "1.6": "<sr:UpdatePaymentMode><sr:Credit/></sr:UpdatePaymentMode>",
    "4.1.1": "<sr:ReadInstantaneousImportRegisters/>",
    "6.15.1": NETWORK_OPERATORS,
    "8.2": "<sr:ReadInventory/>",
    "8.7.1": f"<sr:JoinServiceCritical>{_OTHER_DEVICE}</sr:JoinServiceCritical>",
    "8.7.2": f"<sr:JoinServiceNonCritical>{_OTHER_DEVICE}</sr:JoinServiceNonCritical>",
    "8.12.2": "<sr:RestoreGPFDeviceLog><sr:OldGPFID>00-DB-12-34-56-78-90-B3</sr:OldGPFID>"
    "</sr:RestoreGPFDeviceLog>",
}


def message(srv: str, command_variant: str = "1", *, body: str = "") -> bytes:
    return signed(
        service_reference=".".join(srv.split(".")[:2]),
        srv=srv,
        command_variant=command_variant,
        body=body or BODIES[srv],
    )


def register(*roles: UserRole, **changes: Any) -> Snapshot:
    """A register in which the User has these User Roles."""
    values: dict[str, Any] = {
        "users": (user(user_roles=roles_held(*roles)),),
        "eligibility": LIST,
        **changes,
    }
    return snapshot(certificate(), *OPERATORS_CERTIFICATES, **values)


def switched_on(*checkpoints: Checkpoint, at: Any = AT - DAY) -> dict[str, Any]:
    return {
        "registration_switches": {
            checkpoint: RegistrationSwitch(checkpoint=checkpoint, turned_on_at=at)
            for checkpoint in checkpoints
        }
    }


def vector(
    text: bytes,
    held: Snapshot,
    *,
    generation: Generation = SMETS2,
    checkpoint: Checkpoint = DSP,
    **said: Any,
) -> Vector:
    return Vector(
        message=text,
        held=held,
        asked={
            "generation": generation,
            "checkpoint": checkpoint,
            "device": DeviceFacts(**said),
        },
    )


_SUPPLIER = register(IS, GS)
_IMPORTS = register(IS)
_READ = message("4.1.1")
_UPDATE = message("6.15.1")
_OPERATOR = register(ED, GT, **switched_on(DSP, ALPHA))


def _knowing(**otherwise: Any) -> Snapshot:
    """A register that has something else of the second certificate."""
    (role, usage), serial = list(HELD.items())[1]
    values = {"serial": serial, "key": HOLDERS_KEY, "remote_party_role": role, **otherwise}
    second = certificate(key_usage=usage, mpids=(), **values)
    named = {
        (each.issuer, each.serial): each
        for each in (certificate(), OPERATORS_CERTIFICATES[0], second)
    }
    return replace(_OPERATOR, certificates=named)


_S1SP = {"generation": SMETS1, "checkpoint": ALPHA}

_ASKED = [
    # What SECMP0107-1 names: every SMETS1 Device request, and SMETS2+ Non-Critical ones.
    *((message("4.1.1", variant), SMETS2, DSP) for variant in "123"),
    (_READ, SMETS1, DSP),
    (_READ, SMETS1, ALPHA),
    (message("1.6"), SMETS1, DSP),
    (message("1.6", "4"), SMETS1, DSP),
    (message("1.6"), SMETS1, ALPHA),
]

FAILING: dict[C, list[Vector]] = {
    C.REGISTRATION_NOT_SUPPLIED: [
        *(
            vector(text, _SUPPLIER, generation=generation, checkpoint=checkpoint)
            for text, generation, checkpoint in _ASKED
        ),
        # Whoever else is known, it is not known who is registered.
        vector(message("8.7.2"), _IMPORTS),
        vector(message("8.7.2"), _IMPORTS, hub_import_supplier_ids=ANOTHERS),
        vector(_READ, _IMPORTS, hub_import_supplier_ids=OWN),
    ],
    C.HUB_IMPORT_SUPPLIERS_NOT_SUPPLIED: [
        vector(text, _IMPORTS, registered_user_ids=registered, generation=generation)
        for text, generation in (
            (message("8.7.2"), SMETS2),
            (message("8.12.2"), SMETS2),
            (message("8.7.2"), SMETS1),
            (message("8.7.1"), SMETS1),
        )
        for registered in (NOBODY, ANOTHERS)
    ]
    # One that is an Other User too would be exempt as that.
    + [vector(message("8.7.2"), register(IS, OU), registered_user_ids=ANOTHERS)],
    C.NOT_REGISTERED: [
        *(
            vector(
                text,
                _SUPPLIER,
                generation=generation,
                checkpoint=checkpoint,
                registered_user_ids=registered,
            )
            for text, generation, checkpoint in _ASKED
            for registered in (NOBODY, ANOTHERS)
        ),
        # (a), (b): the Import Supplier of the hub, of that hub, in no other User Role, for that.
        *(
            vector(message(srv), held, registered_user_ids=ANOTHERS, hub_import_supplier_ids=hub)
            for srv, held, hub in (
                ("8.7.2", _IMPORTS, ANOTHERS),
                ("8.7.2", _IMPORTS, NOBODY),
                ("8.7.2", register(GS), OWN),
                ("8.7.2", _SUPPLIER, OWN),
                ("8.12.2", _SUPPLIER, OWN),
                ("8.12.2", _IMPORTS, ANOTHERS),
                ("4.1.1", _IMPORTS, OWN),
            )
        ),
        # (c): one that may send it as something else too.
        vector(message("8.7.2"), register(GS, OU), registered_user_ids=ANOTHERS),
        vector(
            message("8.7.2"),
            register(IS, GS, OU),
            registered_user_ids=ANOTHERS,
            hub_import_supplier_ids=OWN,
        ),
        # (d), at the DSP: before it was turned on, or elsewhere; not for Suppliers, nor for both.
        *(
            vector(text, held, generation=SMETS1, registered_user_ids=ANOTHERS)
            for text, held in (
                (_UPDATE, register(ED, GT)),
                (_UPDATE, register(ED, GT, **switched_on(DSP, at=AT + SECOND))),
                (_UPDATE, register(ED, GT, **switched_on(DSP, at=None))),
                (_UPDATE, register(ED, GT, **switched_on(ALPHA))),
                (_UPDATE, register(IS, **switched_on(DSP))),
                (_UPDATE, register(ED, IS, **switched_on(DSP))),
                (_READ, register(ED, eligibility={"4.1.1": (eligible(ED),)}, **switched_on(DSP))),
            )
        ),
        # (d), at an S1SP: by what it targets, whoever sends it.
        *(
            vector(message("6.15.1", body=body), held, registered_user_ids=ANOTHERS, **_S1SP)
            for body, held in (
                (NETWORK_OPERATORS, register(ED, GT, **switched_on(DSP))),
                (
                    NETWORK_OPERATORS,
                    register(ED, GT, **switched_on(Checkpoint("s1sp:BETA"), DSP)),
                ),
                (NETWORK_OPERATORS, register(ED, GT, **switched_on(ALPHA, at=AT + SECOND))),
                (SUPPLIERS, _OPERATOR),
                # Self-made, beside a true one, or a true one of which the register says otherwise.
                (_NOT_IN_THE_REGISTER, _OPERATOR),
                (
                    update_credentials(credential("03"), credential("03", serial=99)),
                    _OPERATOR,
                ),
                *(
                    (NETWORK_OPERATORS, _knowing(**otherwise))
                    for otherwise in (
                        {"remote_party_role": "02"},
                        {"eui64": OTHER_USER_ID},
                        {"key": OTHER_KEY},
                        {"issuer": "CN=OTHEROCA,OU=07"},
                    )
                ),
                (update_credentials(credential("02")), _OPERATOR),
                (update_credentials("QUJD"), _OPERATOR),
                (update_credentials(), _OPERATOR),
                *((body, _OPERATOR) for body in NOT_OF_ONE_ALONE),
            )
        ),
    ],
    C.CERTIFICATE_OWNER_NOT_SUPPLIED: [
        vector(message(srv), held, registered_user_ids=OWN, **_S1SP)
        for srv, held in (("1.6", _SUPPLIER), ("6.15.1", _OPERATOR), ("8.7.1", _SUPPLIER))
    ],
    C.CERTIFICATE_OWNER_NOT_ORIGINATOR: [
        vector(
            message(srv),
            held,
            registered_user_ids=OWN,
            certificate_owner=OTHER_PARTYS_USER_ID,
            **_S1SP,
        )
        for srv, held in (("1.6", _SUPPLIER), ("6.15.1", _OPERATOR), ("8.7.1", _SUPPLIER))
    ],
}
"""The first reason that each gives."""

PASSING: dict[str, Vector] = {
    **{
        f"registered, case {number}": vector(
            text,
            _SUPPLIER,
            generation=generation,
            checkpoint=checkpoint,
            registered_user_ids=OWN | ANOTHERS,
            certificate_owner=USER_ID,
        )
        for number, (text, generation, checkpoint) in enumerate(_ASKED)
    },
    "Critical for SMETS2+": vector(message("1.6", "4"), _SUPPLIER, registered_user_ids=NOBODY),
    "without a Device": vector(message("8.2", "8"), _IMPORTS),
    "without a Device, for SMETS1": vector(message("8.2", "8"), _IMPORTS, generation=SMETS1),
    "6.2 (a)": vector(
        message("8.7.2"), _IMPORTS, registered_user_ids=ANOTHERS, hub_import_supplier_ids=OWN
    ),
    "6.2 (a) without who is registered": vector(
        message("8.7.2"), _IMPORTS, hub_import_supplier_ids=OWN | ANOTHERS
    ),
    "6.2 (a), Critical for SMETS1": vector(
        message("8.7.1"), _IMPORTS, generation=SMETS1, hub_import_supplier_ids=OWN
    ),
    "6.2 (b)": vector(message("8.12.2"), _IMPORTS, hub_import_supplier_ids=OWN),
    "6.2 (c)": vector(message("8.7.2"), register(OU)),
    "6.2 (c), for SMETS1": vector(message("8.7.2"), register(OU), generation=SMETS1),
    "6.2 (c) and another role that may not": vector(message("8.7.2"), register(OU, ED)),
    "6.2 (a) and (c) for one in both User Roles": vector(
        message("8.7.2"), register(IS, OU), hub_import_supplier_ids=OWN
    ),
    "6.2 (d) at the DSP": vector(
        _UPDATE, register(ED, **switched_on(DSP)), generation=SMETS1, registered_user_ids=ANOTHERS
    ),
    "6.2 (d) from the very moment": vector(
        _UPDATE, register(GT, **switched_on(DSP, at=AT)), generation=SMETS1
    ),
    "6.2 (d) at the DSP, whatever it targets": vector(
        message("6.15.1", body=SUPPLIERS), _OPERATOR, generation=SMETS1
    ),
    "6.2 (d) at an S1SP": vector(_UPDATE, _OPERATOR, certificate_owner=USER_ID, **_S1SP),
    "6.2 (d) at an S1SP, whoever sends it": vector(
        _UPDATE,
        register(IS, **switched_on(ALPHA)),
        registered_user_ids=ANOTHERS,
        certificate_owner=USER_ID,
        **_S1SP,
    ),
    "registered, for a Supplier's credentials at an S1SP": vector(
        message("6.15.1", body=SUPPLIERS),
        register(IS),
        registered_user_ids=OWN,
        certificate_owner=USER_ID,
        **_S1SP,
    ),
    "at the DSP nobody asks whose certificate it is": vector(
        message("1.6"),
        _SUPPLIER,
        generation=SMETS1,
        registered_user_ids=OWN,
        certificate_owner=OTHER_PARTYS_USER_ID,
    ),
    "nor for what is not Critical": vector(
        _READ, _SUPPLIER, registered_user_ids=OWN, certificate_owner=OTHER_PARTYS_USER_ID, **_S1SP
    ),
    "the ordinary message": vector(MESSAGE, _SUPPLIER, registered_user_ids=OWN),
}
