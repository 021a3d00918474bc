"""For each reason that lies in what a message is: cases that give it, and its controls.

Of Signed Pre-Commands by the ordinary User; those of SolrContingency are with its vectors.
"""

from typing import Any

from rules.messages.gbcs import GbcsReason
from rules.roles import UserRole
from rules.service_requests.question import Generation
from rules.service_requests.reasons import CheckReason as C
from tests.rules.messages.builders import TARGET
from tests.rules.messages.gbcs_builders import (
    ANOTHER_KEY,
    SUPPLIER_KEY,
    payload,
    pre_command,
)
from tests.rules.messages.vectors import signed
from tests.rules.messages.vectors_gbcs import IN_XML, MALFORMED
from tests.rules.service_requests.vectors import Vector
from tests.rules.service_requests.world import (
    AT,
    DAY,
    ELIGIBILITY,
    OTHER_PARTYS_USER_ID,
    OTHER_USER_ID,
    SECOND,
    SOUTHGATE,
    certificate,
    eligible,
    roles_held,
    snapshot,
    user,
)

_SMETS1 = {"generation": Generation.SMETS1}
_SIGNING = {
    "serial": 20,
    "remote_party_role": "02",
    "key": SUPPLIER_KEY,
    "key_usage": "digitalSignature",
    "mpids": (),
}
"""The Supplier's certificate for signing towards Devices."""
_BOTH_ROLES = user(
    user_roles=roles_held(UserRole.IMPORT_SUPPLIER, UserRole.SOLR_CONTINGENCY),
)


def _register(*certificates: Any, **changes: Any) -> Any:
    held = certificates or (certificate(**_SIGNING),)
    return snapshot(certificate(), *held, **changes)


_HELD = _register()


def _srv(srv: str, command_variant: str, body: str) -> bytes:
    reference = ".".join(srv.split(".")[:2])
    return signed(service_reference=reference, srv=srv, command_variant=command_variant, body=body)


def _ordered(octets: bytes | None = None, *, srv: str = "1.6", **parts: Any) -> bytes:
    body = pre_command(payload(**parts) if octets is None else octets)
    return _srv(srv, "5", body)


_PAYMENT = "<sr:UpdatePaymentMode><sr:Credit/></sr:UpdatePaymentMode>"
_READ = "<sr:ReadInstantaneousImportRegisters/>"

_REGISTER_8 = _register(
    eligibility={**ELIGIBILITY, **dict.fromkeys(("8.1.1", "8.5"), ELIGIBILITY["4.1.1"])}
)
_NEWER = {**ELIGIBILITY, "99.1": ELIGIBILITY["4.1.1"], "8.2": (eligible(UserRole.GAS_SUPPLIER),)}
_WITH_NEWER = _register(eligibility=_NEWER)

FAILING: dict[C, list[Vector]] = {
    C.COMMAND_VARIANT_NOT_ALLOWED: [
        # A Critical one sent as if it were none, another as if it were, one without a Device.
        *(Vector(message=_srv("1.6", variant, _PAYMENT)) for variant in "1238"),
        *(Vector(message=signed(command_variant=variant)) for variant in "48"),
        *(
            Vector(message=_srv("8.2", variant, "<sr:ReadInventory/>"), held=_WITH_NEWER)
            for variant in "1234"
        ),
        # Of a variant that has fewer than its kind.
        *(
            Vector(
                message=_srv("8.1.1", variant, pre_command(payload(code="0062"))), held=_REGISTER_8
            )
            for variant in "67"
        ),
        *(
            Vector(message=_srv("8.5", variant, "<sr:ServiceOptOut/>"), held=_REGISTER_8)
            for variant in "23"
        ),
        # A Signed Pre-Command of what is not Critical, and for a Device that knows none.
        Vector(message=_srv("4.1.1", "5", pre_command(payload(code="0027"))), held=_HELD),
        Vector(message=_ordered(), held=_HELD, asked=_SMETS1),
        Vector(message=signed(command_variant="8"), asked=_SMETS1),
    ],
    C.BODY_NOT_OF_SRV: [
        Vector(message=signed(body=body))
        for body in (
            "<sr:ReadInstantaneousImportTOUMatrices/>",
            "<sr:EnableSupply/>",
            "<sr:readInstantaneousImportRegisters/>",
            "<sr:Anything/>",
            "<ds:ReadInstantaneousImportRegisters/>",
            "<ReadInstantaneousImportRegisters/>",
            '<x:ReadInstantaneousImportRegisters xmlns:x="urn:x"/>',
        )
    ]
    + [
        # What a variant newer than the schema has is not known, but what is another's is.
        Vector(message=_srv("99.1", "1", _READ), held=_WITH_NEWER),
        Vector(message=_srv("99.1", "4", _PAYMENT), held=_WITH_NEWER),
    ],
    C.GBCS_RECIPIENT_NOT_TARGET: [
        Vector(message=_ordered(recipient=f"{TARGET[:-2]}A1"), held=_HELD),
        Vector(message=_ordered(recipient="FF-FF-FF-FF-FF-FF-FF-FF"), held=_HELD),
    ],
    C.GBCS_MESSAGE_CODE_MISMATCH: [
        # Of another Critical variant, of one that is not Critical.
        *(Vector(message=_ordered(code=code), held=_HELD) for code in ("0050", "0103", "0021")),
        Vector(
            message=_ordered(srv="7.2", code="001A"),
            held=_register(eligibility={"7.2": ELIGIBILITY["4.1.1"]}),
        ),
    ],
    C.GBCS_ORIGINATOR_NOT_USER: [
        # Signed validly, by another Party and by another User ID of the same.
        Vector(
            message=_ordered(originator=other, key=ANOTHER_KEY),
            held=_register(
                certificate(
                    **{**_SIGNING, "serial": 21, "eui64": other, "key": ANOTHER_KEY, **party}
                ),
                users=(user(), user(eui64=other, **party)),
            ),
        )
        for other, party in ((OTHER_PARTYS_USER_ID, SOUTHGATE), (OTHER_USER_ID, {}))
    ],
    C.GBCS_CERTIFICATE_UNKNOWN: [
        Vector(message=_ordered()),
        # For agreeing keys, of a use that is not known, for signing messages, of somebody else.
        *(
            Vector(message=_ordered(), held=_register(certificate(**{**_SIGNING, **changes})))
            for changes in (
                {"key_usage": "keyAgreement"},
                {"key_usage": ""},
                {"remote_party_role": "87"},
                {"remote_party_role": "89"},
                {"eui64": OTHER_USER_ID},
            )
        ),
    ],
    C.GBCS_SIGNATURE_INVALID: [
        Vector(message=_ordered(key=ANOTHER_KEY), held=_HELD),
        # Of other octets than those that are sent.
        Vector(message=_ordered(payload()[:-70] + b"\x09" + payload()[-69:]), held=_HELD),
        Vector(message=_ordered(signature=payload(code="006C")[-64:]), held=_HELD),
        Vector(message=_ordered(signature=payload()[-32:] + payload()[-64:-32]), held=_HELD),
        Vector(message=_ordered(signature=b"\x01" * 64), held=_HELD),
        # Whatever the register holds instead of a key.
        *(
            Vector(message=_ordered(), held=_register(certificate(**_SIGNING, public_key=point)))
            for point in (b"", b"\x04" + bytes(64), b"\x04" + b"\xff" * 64, b"\x02" + b"\x01" * 32)
        ),
    ],
    C.GBCS_CERTIFICATE_NOT_IN_FORCE: [
        Vector(message=_ordered(), held=_register(certificate(**_SIGNING, **ended)))
        for ended in (
            {"revoked_at": AT},
            {"revoked_at": AT - DAY},
            {"not_after": AT - SECOND},
            {"not_before": AT + SECOND},
        )
    ]
    + [
        # One in force, of another key, beside the one that was used.
        Vector(
            message=_ordered(),
            held=_register(
                certificate(**_SIGNING, revoked_at=AT - DAY),
                certificate(**{**_SIGNING, "serial": 22, "key": ANOTHER_KEY}),
            ),
        )
    ],
}
"""The first reason that each gives."""

UNREADABLE: dict[GbcsReason, list[Vector]] = {
    reason: [
        *(Vector(message=_ordered(octets), held=_HELD) for octets in MALFORMED.get(reason, ())),
        *(Vector(message=_srv("1.6", "5", text), held=_HELD) for text in IN_XML.get(reason, ())),
    ]
    for reason in GbcsReason
}
"""Signed Pre-Commands with a payload that must not be read."""

PASSING: dict[str, Vector] = {
    "a Critical request for transforming": Vector(message=_srv("1.6", "4", _PAYMENT)),
    "a Critical request for SMETS1": Vector(message=_srv("1.6", "1", _PAYMENT), asked=_SMETS1),
    "a Critical request to be transformed, for SMETS1": Vector(
        message=_srv("1.6", "4", _PAYMENT), asked=_SMETS1
    ),
    "a request for a local Command": Vector(message=signed(command_variant="2")),
    "a request for both": Vector(message=signed(command_variant="3")),
    "a variant newer than the schema": Vector(
        message=_srv("99.1", "1", "<sr:ReadSomethingNew/>"), held=_WITH_NEWER
    ),
    "a request without a Device": Vector(
        message=_srv("8.2", "8", "<sr:ReadInventory/>"), held=_WITH_NEWER
    ),
    **{
        f"a Signed Pre-Command with Command Variant {variant}": Vector(
            message=_srv("1.6", variant, pre_command(payload())), held=_HELD
        )
        for variant in "567"
    },
    "a Signed Pre-Command to Prepayment": Vector(message=_ordered(code="001B"), held=_HELD),
    "a Signed Pre-Command for gas": Vector(message=_ordered(code="006C"), held=_HELD),
    "a message code that is in no list": Vector(message=_ordered(code="0FFF"), held=_HELD),
    "a Signed Pre-Command with a moment": Vector(
        message=_srv(
            "1.6",
            "5",
            pre_command(
                payload(),
                before="<sr:ExecutionDateTime>2030-01-15T09:00:00Z</sr:ExecutionDateTime>",
            ),
        ),
        held=_HELD,
    ),
    "a Signed Pre-Command by the newer of two keys": Vector(
        message=_ordered(),
        held=_register(
            certificate(**_SIGNING),
            certificate(**{**_SIGNING, "serial": 22, "key": ANOTHER_KEY, "not_before": AT - DAY}),
        ),
    ),
    "a Signed Pre-Command by a Network Operator's key": Vector(
        message=_ordered(), held=_register(certificate(**{**_SIGNING, "remote_party_role": "03"}))
    ),
    "a Signed Pre-Command until the key is revoked": Vector(
        message=_ordered(), held=_register(certificate(**_SIGNING, revoked_at=AT + SECOND))
    ),
    "beside a certificate with what is no key": Vector(
        message=_ordered(),
        held=_register(
            certificate(**_SIGNING),
            certificate(**{**_SIGNING, "serial": 23, "not_before": AT}, public_key=b"\x04"),
        ),
    ),
    "Prepayment in another User Role than SolrContingency": Vector(
        message=_ordered(code="001B"), held=_register(users=(_BOTH_ROLES,))
    ),
}
