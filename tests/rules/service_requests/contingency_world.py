"""A Supplier that failed, its Shared Resource Provider, and the messages that this one sends."""

from dataclasses import replace
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from rules.identifiers import Eui64
from rules.register.arrangements import Instruction, Threshold, ThresholdAuthor, Window
from rules.register.snapshot import Snapshot, SnapshotCertificate, ThresholdsOf
from rules.roles import UserRole
from rules.service_requests.question import DeviceFacts, Generation
from tests.rules.messages.builders import TARGET
from tests.rules.messages.gbcs_builders import payload, pre_command
from tests.rules.messages.vectors import signed
from tests.rules.service_requests.world import (
    AT,
    DAY,
    SRP_USER_ID,
    certificate,
    roles_held,
    snapshot,
    user,
)

SRP_TOO = Eui64("90-B3-D5-1F-30-04-00-01")
"""Another User ID of the Shared Resource Provider."""
HARBOUR = {"party": "Harbour Shared Services", "party_reference": "P-4"}
FAILED = Eui64("90-B3-D5-1F-30-05-00-00")
"""The EUI-64 of the failed Supplier, in its certificates and as its User ID."""
FAILED_TOO = Eui64("90-B3-D5-1F-30-05-00-01")
"""Another User ID of the same Party."""
FALLEN = {"party": "Fallen Energy", "party_reference": "P-5"}
ANOTHER = Eui64("90-B3-D5-1F-30-06-00-00")
"""Another failed Supplier."""
OTHERS = {"party": "Other Energy", "party_reference": "P-6"}

FAILED_KEY = ec.derive_private_key(0xFA11ED_1234512345_BADC0FFEE_01, ec.SECP256R1())
ANOTHER_FAILED_KEY = ec.derive_private_key(0xFA11ED_5432154321_BADC0FFEE_02, ec.SECP256R1())

SMETS1, SMETS2 = Generation.SMETS1, Generation.SMETS2_PLUS
CREDIT = "<sr:UpdatePaymentMode><sr:Credit/></sr:UpdatePaymentMode>"
PREPAYMENT = (
    "<sr:UpdatePaymentMode><sr:Prepayment><sr:SuspendDebtDisabled>true</sr:SuspendDebtDisabled>"
    "<sr:SuspendDebtEmergency>true</sr:SuspendDebtEmergency>"
    "<sr:DisablementThreshold>0</sr:DisablementThreshold></sr:Prepayment></sr:UpdatePaymentMode>"
)
_NEVER = "<sr:ExecutionDateTime>3000-12-31T00:00:00.00Z</sr:ExecutionDateTime>"
"""How the DUIS cancels what was ordered for a later day."""


def cancelled(body: str) -> str:
    return body.replace("<sr:UpdatePaymentMode>", f"<sr:UpdatePaymentMode>{_NEVER}")


def _with(credit: str) -> str:
    return CREDIT.replace("<sr:Credit/>", credit)


NOT_CREDIT_ALONE = (
    # Credit is an empty element (DUIS 5.4 schema): there is nothing in it …
    _with("<sr:Credit>x</sr:Credit>"),
    _with("<sr:Credit>Prepayment</sr:Credit>"),
    _with("<sr:Credit>\u00a0</sr:Credit>"),
    _with("<sr:Credit> <sr:Prepayment/> </sr:Credit>"),
    _with("<sr:Credit mode='Prepayment'/>"),
    _with("<sr:Credit xmlns:x='urn:x' x:mode='Prepayment'/>"),
    # … nor text beside it, …
    _with("Prepayment<sr:Credit/>"),
    _with("<sr:Credit/>Prepayment"),
    _with("<sr:Credit/>\u00a0"),
    cancelled(_with("Prepayment<sr:Credit/>")),
    cancelled(_with("<sr:Credit/>Prepayment")),
    cancelled(CREDIT).replace("<sr:ExecutionDateTime>", "Prepayment<sr:ExecutionDateTime>"),
    cancelled(_with("<sr:Credit>x</sr:Credit>")),
    # … nor anything but a moment in the other element that may be there.
    _with("<sr:ExecutionDateTime><sr:Prepayment/></sr:ExecutionDateTime><sr:Credit/>"),
    cancelled(CREDIT).replace(
        "</sr:ExecutionDateTime>", "<sr:Prepayment/></sr:ExecutionDateTime>"
    ),
)
"""Bodies that have the elements of a switch to Credit, and something else besides."""

SRP = user(
    eui64=SRP_USER_ID,
    user_roles=roles_held(UserRole.SOLR_CONTINGENCY),
    **HARBOUR,
)
SRP_CERTIFICATE = certificate(eui64=SRP_USER_ID, mpids=(), **HARBOUR)


def providers(**changes: Any) -> SnapshotCertificate:
    """A certificate of the provider, with the key with which it signs."""
    return replace(SRP_CERTIFICATE, **changes)


def suppliers(**changes: Any) -> SnapshotCertificate:
    """A certificate in the Supplier role of the failed Supplier, for signing, revoked."""
    values: dict[str, Any] = {
        "serial": 50,
        "eui64": FAILED,
        "remote_party_role": "02",
        "key_usage": "digitalSignature",
        "key": FAILED_KEY,
        "revoked_at": AT - 2 * DAY,
        "mpids": (),
        **FALLEN,
        **changes,
    }
    return certificate(**values)


REVOKED = (
    suppliers(),
    suppliers(serial=51, key_usage="keyAgreement", public_key=b"\x04" + b"\x51" * 64),
)
ANOTHERS = (suppliers(serial=60, eui64=ANOTHER, key=ANOTHER_FAILED_KEY, **OTHERS),)
USERS = (
    SRP,
    user(eui64=FAILED, notifications=(), **FALLEN),
    user(eui64=FAILED_TOO, notifications=(), **FALLEN),
    user(eui64=ANOTHER, notifications=(), **OTHERS),
)


def instruction(**changes: Any) -> Instruction:
    values: dict[str, Any] = {
        "reference": "I-1",
        "supplier_reference": FALLEN["party_reference"],
        "provider_reference": HARBOUR["party_reference"],
        "service_reference_variants": frozenset({"1.6"}),
        "valid_from": AT - DAY,
        "valid_until": AT + DAY,
        **changes,
    }
    return Instruction(**values)


def instructed(*given: Instruction) -> dict[str, Instruction]:
    """These instructions as a register has them, each with a reference of its own."""
    return {f"I-{n}": replace(each, reference=f"I-{n}") for n, each in enumerate(given, start=1)}


def threshold(value: int | None = 1000, **changes: Any) -> Threshold:
    values: dict[str, Any] = {
        "failed_supplier_reference": FALLEN["party_reference"],
        "author": ThresholdAuthor.USER,
        "window": Window.DAY,
        "warning": None,
        "quarantine": value,
        "valid_from": AT - DAY,
        "valid_until": AT + DAY,
        **changes,
    }
    return Threshold(**values)


def limited(
    *given: Threshold, user_id: Eui64 = SRP_USER_ID, srv: str = "1.6"
) -> dict[ThresholdsOf, tuple[Threshold, ...]]:
    """These thresholds as a register has them: of the provider, for switching to Credit."""
    return {(user_id, srv): given}


def contingency(
    *held: SnapshotCertificate, signer: SnapshotCertificate = SRP_CERTIFICATE, **changes: Any
) -> Snapshot:
    """A register in which all is as it must be, with other certificates of Suppliers if given."""
    values: dict[str, Any] = {
        "users": USERS,
        "instructions": instructed(instruction()),
        "thresholds": limited(threshold()),
        **changes,
    }
    return snapshot(signer, *(held or REVOKED), *ANOTHERS, **values)


def with_variant(held: Snapshot, srv: str) -> Snapshot:
    """Add a Service Reference Variant to the list of SolrContingency, with a threshold."""
    entries = held.eligibility["1.6"]
    return replace(
        held,
        eligibility={**held.eligibility, srv: entries},
        thresholds={**held.thresholds, **limited(threshold(), srv=srv)},
        instructions=instructed(
            *(
                replace(each, service_reference_variants=each.service_reference_variants | {srv})
                for each in held.instructions.values()
            )
        ),
    )


DEVICE = DeviceFacts(
    registered_user_ids=frozenset({FAILED}),
    notified_critical_supplier_id=FAILED,
    certificate_owner=FAILED,
)


@cache
def request(
    originator: str = FAILED, body: str = CREDIT, *, command_variant: str = "1", srv: str = "1.6"
) -> bytes:
    """A Service Request as the SRP signs it."""
    return signed(
        request_id=f"{originator}:{TARGET}:7",
        command_variant=command_variant,
        service_reference=".".join(srv.split(".")[:2]),
        srv=srv,
        body=body,
    )


@cache
def ordered(
    originator: str = FAILED,
    *,
    by: Eui64 = FAILED,
    code: str = "001A",
    key: ec.EllipticCurvePrivateKey = FAILED_KEY,
    srv: str = "1.6",
    command_variant: str = "5",
) -> bytes:
    """A Signed Pre-Command as the SRP sends it, made and signed by the failed Supplier."""
    return request(
        originator,
        pre_command(payload(originator=by, code=code, key=key)),
        command_variant=command_variant,
        srv=srv,
    )
