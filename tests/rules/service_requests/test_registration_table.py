"""Every combination of what SRPD 6.1(f), its exceptions and S1SR 4.2 rest on, held to a reference.

The reference below is written from SECMP0107 and the clauses alone, User Role by User Role. It
tells for each combination why the message ceases, and what the Device's S1SP would say of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import pytest

from rules.register.arrangements import RegistrationSwitch
from rules.register.checkpoints import DSP
from rules.register.snapshot import Snapshot
from rules.service_requests.question import DeviceFacts
from rules.service_requests.reader import SEES_EVERY_PARTY
from tests.rules.service_requests.vectors_registration import (
    ALPHA,
    ANOTHERS,
    ED,
    GS,
    IS,
    LIST,
    NETWORK_OPERATORS,
    OU,
    OWN,
    SMETS1,
    SMETS2,
    SUPPLIERS,
    message,
    register,
    switched_on,
)
from tests.rules.service_requests.world import OTHER_PARTYS_USER_ID, USER_ID, ask

pytestmark = [pytest.mark.slow, pytest.mark.serves("SECMP0107-1", "SECMP0107-2", "SECMP0107-3")]

ROLES = ((IS,), (GS,), (ED,), (OU,), (IS, GS), (IS, ED), (IS, OU), (GS, OU), (IS, ED, OU))
REQUESTS = {
    # SRV, what it targets, and the Command Variant for a SMETS2+ Device. For SMETS1 it is 1.
    "read": ("4.1.1", "", "1"),
    "payment mode": ("1.6", "", "4"),
    "credentials of a Network Operator": ("6.15.1", NETWORK_OPERATORS, "4"),
    "credentials of a Supplier": ("6.15.1", SUPPLIERS, "4"),
    "join, Critical": ("8.7.1", "", "4"),
    "join": ("8.7.2", "", "1"),
    "restore": ("8.12.2", "", "1"),
    "inventory": ("8.2", "", "8"),
}
CRITICAL = {"1.6", "6.15.1", "8.7.1"}
WHO = {"not said": None, "nobody": frozenset(), "another": ANOTHERS, "the User": OWN}
OWNERS = {"not said": None, "another": OTHER_PARTYS_USER_ID, "the User": USER_ID}


@dataclass(frozen=True)
class Choice:
    """One value of each condition."""

    generation: str
    checkpoint: str
    """`dsp`, or `s1sp` for the Device's S1SP."""
    request: str
    roles: tuple[str, ...]
    registered: str
    hub: str
    owner: str
    dsp_switch: bool
    s1sp_switch: bool
    s1sp_is_known: bool

    @property
    def srv(self) -> str:
        return REQUESTS[self.request][0]

    @property
    def eligible(self) -> set[str]:
        return {entry.user_role for entry in LIST[self.srv]} & set(self.roles)


def choices(generation: str, checkpoint: str) -> Iterator[Choice]:
    is_smets1, is_dsp = generation == SMETS1, checkpoint == "dsp"
    for request, roles in product(REQUESTS, ROLES):
        shares = request in {"join", "join, Critical", "restore"}
        for chosen in product(
            WHO,
            WHO if shares else ("not said", "the User"),
            OWNERS if is_smets1 else ("not said", "another"),
            (True, False),
            (True, False),
            (True, False) if is_smets1 and is_dsp else (False,),
        ):
            choice = Choice(generation, checkpoint, request, roles, *chosen)
            if choice.eligible:
                yield choice


# --- the reference ---------------------------------------------------------------------------


def is_asked(choice: Choice) -> bool:
    """SECMP0107-1: every SMETS1 Device request; SMETS2+ ones that are not Critical."""
    if choice.request == "inventory":
        return False
    return choice.generation == SMETS1 or choice.srv not in CRITICAL


def exempt(choice: Choice, role: str, place: str, *, shares: bool) -> bool:
    """SRPD 6.2, for one User Role."""
    smets1_update = choice.generation == SMETS1 and choice.srv == "6.15.1"
    if role == "IS" and choice.request in {"join", "join, Critical", "restore"} and shares:
        return True  # (a), (b)
    if role == "OU":
        return True  # (c)
    if smets1_update and place == "dsp" and choice.dsp_switch:
        return role == "ED"  # (d), by the sender
    if smets1_update and place == "s1sp" and choice.s1sp_switch:
        return choice.request == "credentials of a Network Operator"  # (d), by the target
    return False


def registration(choice: Choice, place: str) -> str | None:
    if not is_asked(choice) or choice.registered == "the User":
        return None

    def is_exempt(*, shares: bool) -> bool:
        return all(exempt(choice, role, place, shares=shares) for role in choice.eligible)

    if is_exempt(shares=choice.hub == "the User"):
        return None
    if choice.registered == "not said":
        return "registration-not-supplied"
    if choice.hub == "not said" and is_exempt(shares=True):
        return "hub-import-suppliers-not-supplied"
    return "not-registered-for-device"


def ownership(choice: Choice) -> str | None:
    if choice.generation != SMETS1 or choice.srv not in CRITICAL or choice.owner == "the User":
        return None
    if choice.owner == "not said":
        return "certificate-owner-not-supplied"
    return "certificate-owner-not-originator"


def reference(choice: Choice) -> tuple[list[str], str | None]:
    """Return every reason for which it ceases, in order, and what the S1SP would refuse it for."""
    found = [registration(choice, choice.checkpoint)]
    if choice.checkpoint == "s1sp":
        found.append(ownership(choice))
    reasons = [reason for reason in found if reason is not None]
    if reasons or not choice.s1sp_is_known or choice.request == "inventory":
        return reasons, None
    would_be = [registration(choice, "s1sp"), ownership(choice)]
    # What was not said the S1SP knows for itself.
    told = [reason for reason in would_be if reason and not reason.endswith("not-supplied")]
    return reasons, told[0] if told else None


# --- the table -------------------------------------------------------------------------------


@cache
def register_of(roles: tuple[str, ...], *, dsp_switch: bool, s1sp_switch: bool) -> Snapshot:
    on = ([DSP] if dsp_switch else []) + ([ALPHA] if s1sp_switch else [])
    return register(*roles, **switched_on(*on))


@cache
def message_of(request: str, generation: str) -> bytes:
    srv, body, command_variant = REQUESTS[request]
    if generation == SMETS1 and srv != "8.2":
        command_variant = "1"
    return message(srv, command_variant, body=body)


def decided(choice: Choice) -> tuple[list[str], str | None]:
    decision = ask(
        message_of(choice.request, choice.generation),
        register_of(choice.roles, dsp_switch=choice.dsp_switch, s1sp_switch=choice.s1sp_switch),
        generation=choice.generation,
        checkpoint=DSP if choice.checkpoint == "dsp" else ALPHA,
        device=DeviceFacts(
            registered_user_ids=WHO[choice.registered],
            hub_import_supplier_ids=WHO[choice.hub],
            certificate_owner=OWNERS[choice.owner],
            s1sp="ALPHA" if choice.s1sp_is_known else None,
        ),
    )
    refusal = decision.s1sp_would_refuse(SEES_EVERY_PARTY)
    return list(decision.reasons), None if refusal is None else refusal.reason


TABLES = {
    (SMETS1, "dsp"): 15_552,
    (SMETS1, "s1sp"): 7_776,
    (SMETS2, "dsp"): 5_184,
    (SMETS2, "s1sp"): 5_184,
}
"""How many lines each table has."""


@pytest.mark.parametrize(("generation", "checkpoint"), TABLES)
def test_every_combination_is_decided_as_the_reference_has_it(generation, checkpoint):
    total, outcomes = 0, set()
    for choice in choices(generation, checkpoint):
        total += 1
        must = reference(choice)
        assert decided(choice) == must, choice
        outcomes.update(must[0] or ["processed"])
        outcomes.add(f"S1SP: {must[1]}")
    assert total == TABLES[generation, checkpoint]
    assert {"processed", "not-registered-for-device", "registration-not-supplied"} <= outcomes
    if (generation, checkpoint) == (SMETS1, "dsp"):
        assert {
            "S1SP: not-registered-for-device",
            "S1SP: certificate-owner-not-originator",
        } <= outcomes


@pytest.mark.parametrize(
    ("registered", "owner", "reason", "alert_code"),
    [
        (ANOTHERS, USER_ID, "not-registered-for-device", "SA-17"),
        # What is known is what the S1SP calls a refusal for want of registration, and that alone.
        (OWN, OTHER_PARTYS_USER_ID, "certificate-owner-not-originator", None),
    ],
)
def test_the_alert_of_the_s1sp_is_named_where_it_is_the_one_for_what_it_refuses(
    registered, owner, reason, alert_code
):
    switches = switched_on(DSP)["registration_switches"]
    off = RegistrationSwitch(checkpoint=ALPHA, turned_on_at=None, alert_code="SA-17")
    decision = ask(
        message("6.15.1"),
        register(ED, registration_switches={**switches, ALPHA: off}),
        generation=SMETS1,
        device=DeviceFacts(registered_user_ids=registered, certificate_owner=owner, s1sp="ALPHA"),
    )
    refusal = decision.s1sp_would_refuse(SEES_EVERY_PARTY)
    assert decision.reason is None
    assert refusal is not None
    assert (refusal.reason, refusal.alert_code) == (reason, alert_code)
