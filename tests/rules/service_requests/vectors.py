"""For each reason that lies in who signed and who sends: cases that give it, and its control.

A case is a message, a register and a moment, each as good as can be but for the one thing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rules.register.arrangements import NotActive
from rules.register.snapshot import Snapshot
from rules.roles import UserRole
from rules.service_requests.decision import Decision
from rules.service_requests.question import DeviceFacts
from rules.service_requests.reasons import CheckReason as C
from tests.rules.messages.builders import MESSAGE, OTHER_KEY, SERIAL, TARGET, Parts, sign
from tests.rules.messages.gbcs_builders import PAYLOAD, pre_command
from tests.rules.messages.vectors import changed, signed, signed_by
from tests.rules.service_requests.world import (
    AT,
    DAY,
    OTHER_PARTYS_USER_ID,
    OTHER_USER_ID,
    SECOND,
    SOUTHGATE,
    USER_ID,
    ask,
    certificate,
    eligible,
    inactive,
    notification,
    roles_held,
    snapshot,
    user,
)

_REGISTER = snapshot()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    message: bytes = MESSAGE
    held: Snapshot = _REGISTER
    at: datetime = AT
    asked: Mapping[str, Any] = field(default_factory=dict)
    """What the caller says, where it is not the ordinary."""

    def decide(self) -> Decision:
        return ask(self.message, self.held, at=self.at, **self.asked)


def _from(originator: str, **parts: str) -> bytes:
    return signed(request_id=f"{originator}:{TARGET}:5", **parts)


_DIGEST = MESSAGE.decode().split("<ds:DigestValue>")[1][:10]
_VALUE = MESSAGE.decode().split("<ds:SignatureValue>")[1][:10]
_OTHER = certificate(serial=2, key=OTHER_KEY)
_SUPPLIERS = (user(), user(eui64=OTHER_PARTYS_USER_ID, **SOUTHGATE))
_BOTH_ROLES = user(
    user_roles=roles_held(UserRole.IMPORT_SUPPLIER, UserRole.SOLR_CONTINGENCY),
)


def _swapped(text: str) -> str:
    """Return base64 with its first two characters changed for others."""
    return ("B" if text[0] == "A" else "A") + ("D" if text[1] == "C" else "C") + text[2:]


FAILING: dict[C, list[Vector]] = {
    C.CERTIFICATE_UNKNOWN: [
        Vector(message=signed_by(serial="99")),
        Vector(message=signed_by(issuer="CN=ANOTHER,OU=07")),
        Vector(message=signed_by(issuer="CN=testoca,OU=07")),
        Vector(held=snapshot(certificates={})),
    ],
    C.DIGEST_MISMATCH: [
        Vector(message=changed("4.1.1", "4.1.2")),
        Vector(message=changed(":1010", ":1011")),
        Vector(message=changed("<sr:Body>\n", "<sr:Body>")),
        Vector(message=changed("</ds:Signature>\n", "</ds:Signature>\n ")),
        Vector(message=changed("</ds:Signature>\n", "</ds:Signature>")),
        Vector(message=changed("</sr:Header>\n", "</sr:Header>&#13;\n")),
        Vector(message=changed("sr:ReadInstantaneousImportRegisters", "sr:ReadInventory")),
        Vector(message=changed('schemaVersion="5.4"', 'schemaVersion="5.3"')),
        Vector(message=changed('schemaVersion="5.4"', 'schemaVersion="5.4" xmlns:x="urn:x"')),
        Vector(message=changed(_DIGEST, _swapped(_DIGEST))),
        Vector(message=signed_by(digest=f"<ds:DigestValue>{'A' * 43}=</ds:DigestValue>")),
    ],
    C.CERTIFICATE_KEY_UNUSABLE: [
        Vector(held=snapshot(certificate(public_key=b"\x04" + bytes(64)))),
        Vector(held=snapshot(certificate(public_key=b""))),
        Vector(held=snapshot(certificate(public_key=b"\x04" + b"\xff" * 64))),
    ],
    C.SIGNATURE_INVALID: [
        Vector(message=changed(_VALUE, _swapped(_VALUE))),
        Vector(message=sign(Parts().text(), key=OTHER_KEY)),
        # Named is a certificate of the register, but not the one.
        Vector(message=signed_by(serial="2"), held=snapshot(certificate(), _OTHER)),
        # White space within SignedInfo is signed too.
        Vector(message=changed("</ds:SignedInfo>", " </ds:SignedInfo>")),
    ],
    C.CERTIFICATE_NOT_YET_VALID: [
        Vector(held=snapshot(certificate(not_before=AT + SECOND))),
        Vector(at=AT - 5000 * DAY),
    ],
    C.CERTIFICATE_EXPIRED: [
        Vector(held=snapshot(certificate(not_after=AT - SECOND))),
        Vector(at=AT + 5000 * DAY),
    ],
    C.CERTIFICATE_REVOKED: [
        Vector(held=snapshot(certificate(revoked_at=AT))),
        Vector(held=snapshot(certificate(revoked_at=AT - 5 * DAY))),
    ],
    C.CERTIFICATE_NOT_FOR_SIGNING: [
        Vector(held=snapshot(certificate(key_usage=usage)))
        for usage in ("keyAgreement", "", "contentCommitment", "digitalsignature")
    ]
    + [
        # Asked before MP104 is live as well.
        Vector(held=snapshot(certificate(key_usage="keyAgreement"), enforced_from=None)),
        Vector(held=snapshot(certificate(key_usage=""), enforced_from=AT + SECOND)),
        Vector(
            held=snapshot(
                certificate(key_usage="keyAgreement", remote_party_role="02"), enforced_from=None
            )
        ),
    ],
    C.CERTIFICATE_NOT_XMLSIGN: [
        Vector(held=snapshot(certificate(remote_party_role=role)))
        for role in ("02", "03", "89", "7F", "XX")
    ],
    C.USER_ID_UNKNOWN: [
        Vector(held=snapshot(users=())),
        Vector(held=snapshot(certificate(eui64=OTHER_USER_ID))),
    ],
    C.CERTIFICATE_NOT_NOTIFIED: [
        Vector(held=snapshot(users=(user(notifications=notifications),)))
        for notifications in (
            (),
            (notification(serial=2),),
            (notification(certificate=("CN=ANOTHER,OU=07", SERIAL)),),
            (notification(notified_at=AT + SECOND),),
            # Another certificate's was withdrawn.
            (notification(serial=2, withdrawn_at=AT - DAY),),
            # It will be withdrawn before it counts.
            (notification(notified_at=AT + 2 * DAY, withdrawn_at=AT + DAY),),
        )
    ]
    + [
        # That none is needed begins later.
        Vector(
            held=snapshot(users=(user(notifications=()),), notification_waived_from=AT + SECOND)
        ),
    ],
    C.NOTIFICATION_WITHDRAWN: [
        Vector(held=snapshot(users=(user(notifications=notifications),), **waiver))
        for waiver in ({}, {"notification_waived_from": AT - DAY})
        for notifications in (
            (notification(withdrawn_at=AT),),
            (notification(withdrawn_at=AT - 5 * DAY),),
            # Notified again, to count from later on.
            (notification(withdrawn_at=AT - 5 * DAY), notification(notified_at=AT + DAY)),
            # Withdrawn before it had begun to count.
            (notification(notified_at=AT + DAY, withdrawn_at=AT - DAY),),
            (notification(notified_at=AT - DAY, withdrawn_at=AT - 2 * DAY),),
        )
    ],
    C.KEY_SERVES_TWO_PARTIES: [
        Vector(held=snapshot(certificate(), certificate(serial=2, **other)))
        for other in (
            {"eui64": OTHER_PARTYS_USER_ID, **SOUTHGATE},
            {"remote_party_role": "02", "eui64": OTHER_PARTYS_USER_ID, **SOUTHGATE},
            # Of all time.
            {"eui64": OTHER_PARTYS_USER_ID, "revoked_at": AT - 99 * DAY, **SOUTHGATE},
        )
    ],
    C.KEY_SERVES_TWO_USER_IDS: [
        Vector(held=snapshot(certificate(), certificate(serial=2, eui64=OTHER_USER_ID))),
        Vector(
            held=snapshot(
                certificate(),
                certificate(serial=2, eui64=OTHER_USER_ID, not_after=AT - 99 * DAY),
            )
        ),
    ],
    C.KEY_USED_TOWARDS_DEVICES: [
        Vector(held=snapshot(certificate(), certificate(serial=2, remote_party_role="02"))),
        Vector(
            held=snapshot(
                certificate(), certificate(serial=2, remote_party_role="08", revoked_at=AT - DAY)
            )
        ),
    ],
    C.ORIGINATOR_NOT_SIGNER: [
        Vector(message=_from(OTHER_PARTYS_USER_ID), held=snapshot(users=_SUPPLIERS)),
        Vector(message=_from(OTHER_PARTYS_USER_ID)),
        Vector(message=_from(TARGET)),
    ],
    C.ORIGINATOR_OTHER_USER_ID: [
        Vector(
            message=_from(OTHER_USER_ID),
            held=snapshot(users=(user(), user(eui64=OTHER_USER_ID))),
            asked={"device": DeviceFacts(registered_user_ids=frozenset({OTHER_USER_ID}))},
        )
    ],
    C.USER_ID_NOT_BEGUN: [
        Vector(held=snapshot(users=(user(valid_from=AT + SECOND),), enforced_from=enforced_from))
        for enforced_from in (AT - DAY, None)
    ],
    C.USER_ID_ENDED: [
        Vector(held=snapshot(users=(user(valid_until=ended),), enforced_from=enforced_from))
        for ended in (AT, AT - 5 * DAY)
        for enforced_from in (AT - DAY, None)
    ],
    C.PARTY_NOT_ACTIVE: [
        Vector(held=snapshot(inactive_parties=inactive(*when), enforced_from=enforced_from))
        for when in ((AT,), (AT - 5 * DAY,), (AT - DAY, AT + SECOND))
        for enforced_from in (AT - DAY, None)
    ]
    + [
        Vector(held=snapshot(inactive_parties=inactive(AT, standing=NotActive.CEASED))),
    ],
    C.USER_HAS_NO_ROLE: [
        Vector(held=snapshot(users=(user(user_roles=roles),)))
        for roles in (
            (),
            roles_held(UserRole.IMPORT_SUPPLIER, valid_until=AT),
            roles_held(UserRole.IMPORT_SUPPLIER, valid_from=AT + SECOND),
            # The one has ended and the other has not begun.
            (
                *roles_held(UserRole.IMPORT_SUPPLIER, valid_until=AT - DAY),
                *roles_held(UserRole.GAS_SUPPLIER, valid_from=AT + DAY),
            ),
        )
    ],
    C.SRV_UNKNOWN: [
        Vector(message=signed(service_reference="99.1", srv="99.1")),
        Vector(message=signed(service_reference="4.1", srv="4.1.9")),
        Vector(held=snapshot(eligibility={})),
    ],
    C.NOT_ELIGIBLE: [
        Vector(message=signed(service_reference="8.2", srv="8.2", command_variant="8")),
        Vector(message=signed(service_reference="7.16", srv="7.16")),
        Vector(held=snapshot(users=(user(user_roles=roles_held(UserRole.OTHER_USER)),))),
        *(
            Vector(
                held=snapshot(
                    eligibility={"4.1.1": (eligible(UserRole.IMPORT_SUPPLIER, **period),)}
                )
            )
            for period in (
                {"valid_from": AT + SECOND},
                {"valid_until": AT},
                {"valid_from": AT - DAY, "valid_until": AT - SECOND},
            )
        ),
        # The User Role that may send it has ended, and another has not.
        Vector(
            held=snapshot(
                users=(
                    user(
                        user_roles=(
                            *roles_held(UserRole.IMPORT_SUPPLIER, valid_until=AT),
                            *roles_held(UserRole.OTHER_USER),
                        )
                    ),
                )
            )
        ),
        # For another Supplier, in no other User Role than SolrContingency.
        Vector(
            message=_from(OTHER_PARTYS_USER_ID),
            held=snapshot(users=(_BOTH_ROLES, _SUPPLIERS[1])),
        ),
    ],
    C.COMMAND_VARIANT_INTERNAL: [Vector(message=signed(command_variant="9"))],
    C.COMMAND_VARIANT_MISMATCH: [
        *(Vector(message=signed(command_variant=variant)) for variant in "567"),
        *(
            Vector(message=signed(command_variant=variant, body=pre_command(PAYLOAD)))
            for variant in "12348"
        ),
    ],
}
"""The first reason that each gives, where MP104 is enforced."""

PASSING: dict[str, Vector] = {
    "the plain case": Vector(),
    "from the first moment of the certificate": Vector(held=snapshot(certificate(not_before=AT))),
    "to its last": Vector(held=snapshot(certificate(not_after=AT))),
    "before it is revoked": Vector(held=snapshot(certificate(revoked_at=AT + SECOND))),
    "from the moment of the notification": Vector(
        held=snapshot(users=(user(notifications=(notification(notified_at=AT),)),))
    ),
    "until it is withdrawn": Vector(
        held=snapshot(users=(user(notifications=(notification(withdrawn_at=AT + SECOND),)),))
    ),
    "notified again after it was withdrawn": Vector(
        held=snapshot(
            users=(
                user(
                    notifications=(
                        notification(withdrawn_at=AT - DAY),
                        notification(notified_at=AT),
                    )
                ),
            )
        )
    ),
    "never notified, from the moment on when none is needed": Vector(
        held=snapshot(users=(user(notifications=()),), notification_waived_from=AT)
    ),
    "notified for later, where none is needed": Vector(
        held=snapshot(
            users=(user(notifications=(notification(notified_at=AT + DAY),)),),
            notification_waived_from=AT - DAY,
        )
    ),
    "while keys roll": Vector(
        held=snapshot(
            certificate(),
            _OTHER,
            users=(user(notifications=(notification(serial=2), notification())),),
        )
    ),
    "with a key in two certificates for the same": Vector(
        held=snapshot(certificate(), certificate(serial=2))
    ),
    "with a key that signs for the DSP too": Vector(
        held=snapshot(certificate(), certificate(serial=2, remote_party_role="89"))
    ),
    "eligible from that moment": Vector(
        held=snapshot(eligibility={"4.1.1": (eligible(UserRole.GAS_SUPPLIER, valid_from=AT),)})
    ),
    "eligible until after it": Vector(
        held=snapshot(
            eligibility={"4.1.1": (eligible(UserRole.GAS_SUPPLIER, valid_until=AT + SECOND),)}
        )
    ),
    "eligible again": Vector(
        held=snapshot(
            eligibility={
                "4.1.1": (
                    eligible(UserRole.GAS_SUPPLIER, valid_until=AT - DAY),
                    eligible(UserRole.GAS_SUPPLIER, valid_from=AT),
                )
            }
        )
    ),
    "from the first moment of the User ID": Vector(
        held=snapshot(users=(user(valid_from=AT, valid_until=AT + SECOND),))
    ),
    "from the first moment of the User Role": Vector(
        held=snapshot(
            users=(
                user(
                    user_roles=roles_held(
                        UserRole.GAS_SUPPLIER, valid_from=AT, valid_until=AT + SECOND
                    )
                ),
            )
        )
    ),
    "before its Party is suspended": Vector(held=snapshot(inactive_parties=inactive(AT + SECOND))),
    "from the moment on at which its Party is active again": Vector(
        held=snapshot(inactive_parties=inactive(AT - DAY, AT))
    ),
    "while another Party is suspended": Vector(
        held=snapshot(inactive_parties=inactive(AT - DAY, party="P-2"))
    ),
    "the issuer in another order": Vector(message=signed_by(issuer="OU=07,  CN=TESTOCA")),
    "an originator in lower case": Vector(message=_from(USER_ID.lower())),
}
