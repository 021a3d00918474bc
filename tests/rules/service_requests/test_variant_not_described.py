"""A Service Reference Variant that staff added, and the DUIS 5.4 schema and the matrix lack.

Which Command Variants it has is not known, so that none is refused for it. What a Command Variant
says by itself holds all the same, and so does what a SMETS1 Device's certificate needs, since
nobody knows that the variant is not Critical.
"""

import pytest

from rules.register.checkpoints import Checkpoint
from rules.service_requests.decision import Action
from rules.service_requests.question import DeviceFacts, Generation
from rules.service_requests.reader import SEES_EVERY_PARTY
from rules.service_requests.reasons import CheckReason as C
from rules.service_requests.variants import VARIANTS
from tests.rules.messages.gbcs_builders import SUPPLIER_KEY, payload, pre_command
from tests.rules.messages.vectors import signed
from tests.rules.service_requests.world import (
    ELIGIBILITY,
    OTHER_PARTYS_USER_ID,
    REGISTERED,
    USER_ID,
    ask,
    certificate,
    snapshot,
)

ADDED = "99.1"
SIGNING = certificate(
    serial=20,
    remote_party_role="02",
    key=SUPPLIER_KEY,
    key_usage="digitalSignature",
    mpids=(),
)
HELD = snapshot(certificate(), SIGNING, eligibility={**ELIGIBILITY, ADDED: ELIGIBILITY["4.1.1"]})
REQUEST = "<sr:ReadSomethingNew/>"
PRE_COMMAND = pre_command(payload(code="0FFF"))
SMETS1, SMETS2 = Generation.SMETS1, Generation.SMETS2_PLUS
AT_S1SP = {"generation": SMETS1, "checkpoint": Checkpoint("s1sp:alpha")}


def decided(command_variant, body=REQUEST, **asked):
    message = signed(
        service_reference=ADDED, srv=ADDED, command_variant=command_variant, body=body
    )
    return ask(message, HELD, **asked)


def verdict(decision, rule):
    (found,) = (finding for finding in decision.findings(SEES_EVERY_PARTY) if finding.rule == rule)
    return found.verdict


@pytest.mark.parametrize("generation", [SMETS1, SMETS2])
@pytest.mark.parametrize("command_variant", "12348")
def test_no_command_variant_of_a_request_is_refused(command_variant, generation):
    assert ADDED not in VARIANTS
    decision = decided(command_variant, generation=generation)
    assert (decision.decision, decision.reasons) == (Action.PROCESS, ())
    assert verdict(decision, "DUIS-E12") == "not-checked"


@pytest.mark.parametrize("command_variant", "567")
def test_no_command_variant_of_a_signed_pre_command_is_refused(command_variant):
    decision = decided(command_variant, PRE_COMMAND)
    assert (decision.decision, decision.reasons) == (Action.PROCESS, ())
    assert verdict(decision, "DUIS-E12") == "not-checked"


@pytest.mark.parametrize(
    ("command_variant", "body", "reason"),
    [
        ("9", REQUEST, C.COMMAND_VARIANT_INTERNAL),
        *((number, REQUEST, C.COMMAND_VARIANT_MISMATCH) for number in "567"),
        *((number, PRE_COMMAND, C.COMMAND_VARIANT_MISMATCH) for number in "12348"),
    ],
    ids=[
        "9",
        *(f"{number}-of-a-request" for number in "567"),
        *(f"{number}-of-a-pre-command" for number in "12348"),
    ],
)
def test_what_a_command_variant_says_by_itself_holds(command_variant, body, reason):
    decision = decided(command_variant, body)
    assert (decision.decision, decision.reasons) == (Action.CEASE, (reason,))


@pytest.mark.parametrize("command_variant", "12348")
@pytest.mark.parametrize(
    ("owner", "reasons"),
    [
        (USER_ID, ()),
        (OTHER_PARTYS_USER_ID, (C.CERTIFICATE_OWNER_NOT_ORIGINATOR,)),
        (None, (C.CERTIFICATE_OWNER_NOT_SUPPLIED,)),
    ],
)
def test_at_an_s1sp_it_is_held_to_the_certificate_as_if_critical(command_variant, owner, reasons):
    device = DeviceFacts(
        registered_user_ids=REGISTERED.registered_user_ids, certificate_owner=owner
    )
    assert decided(command_variant, device=device, **AT_S1SP).reasons == reasons
