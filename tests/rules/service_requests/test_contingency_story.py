"""What happens when a Supplier fails and its Shared Resource Provider switches Meters to Credit.

The two flows of MP134B 2.1.2, told from the first day to the last, by one register that changes as
the days go by. Nothing is taken out: every message is signed, and decided as the DCC would.
"""

from dataclasses import replace
from typing import Any

import pytest

from rules.register.arrangements import RegistrationSwitch
from rules.register.checkpoints import Checkpoint
from rules.register.snapshot import Snapshot, SnapshotChange
from rules.service_requests.decision import Decision
from rules.service_requests.question import DeviceFacts
from rules.service_requests.reader import SEES_EVERY_PARTY
from tests.rules.service_requests.contingency_world import (
    CREDIT,
    FAILED,
    FAILED_KEY,
    PREPAYMENT,
    SMETS1,
    SMETS2,
    SRP_CERTIFICATE,
    USERS,
    cancelled,
    contingency,
    instructed,
    instruction,
    limited,
    ordered,
    request,
    suppliers,
    threshold,
)
from tests.rules.service_requests.vectors_registration import (
    ED,
    GT,
    message,
    register as register_of,
    switched_on,
)
from tests.rules.service_requests.world import (
    AT,
    DAY,
    OTHER_PARTYS_USER_ID,
    SRP_USER_ID,
    USER_ID,
    ask,
)

pytestmark = pytest.mark.serves("MP134B-1", "MP134B-5", "MP134B-6a", "MP134B-6b", "MP134B-6c")

_S1SP = Checkpoint("s1sp:ALPHA")
_DEVICE = DeviceFacts(
    registered_user_ids=frozenset({FAILED}),
    notified_critical_supplier_id=FAILED,
    certificate_owner=FAILED,
    s1sp="ALPHA",
)
_TRADING = (
    suppliers(revoked_at=None),
    suppliers(serial=51, key_usage="keyAgreement", revoked_at=None, public_key=b"\x04" * 65),
)


def _changed(register: Snapshot, **entries: Any) -> Snapshot:
    version = str(int(register.version) + 1)
    return register.changed(SnapshotChange(version=version, **entries))


def _revoked(register: Snapshot) -> Snapshot:
    """The Supplier's certificates are revoked, as its licence has been."""
    revoked = {
        (held.issuer, held.serial): replace(held, revoked_at=AT - 2 * DAY) for held in _TRADING
    }
    version = str(int(register.version) + 1)
    return register.changed(SnapshotChange(version=version, certificates=revoked))


def _before() -> Snapshot:
    """The Supplier trades; its provider has a User ID, a notified certificate, and no more."""
    return contingency(*_TRADING, instructions={}, thresholds={})


def _smets1(message: bytes, register: Snapshot, checkpoint: Checkpoint | None = None) -> Decision:
    at = {} if checkpoint is None else {"checkpoint": checkpoint}
    return ask(message, register, generation=SMETS1, device=_DEVICE, **at)


def _smets2(message: bytes, register: Snapshot) -> Decision:
    return ask(message, register, generation=SMETS2, device=_DEVICE)


def test_a_smets1_meter_is_switched_to_credit_from_the_request_to_the_countersignature():
    # In the normal course of events the provider can do nothing: no instruction, thresholds zero,
    # and a Supplier that trades.
    register = _before()
    switch = request(FAILED, CREDIT)
    assert _smets1(switch, register).reasons == (
        "solr-instruction-not-live",
        "failed-supplier-has-live-certificate",
        "solr-instruction-not-for-supplier",
        "solr-threshold-zero",
    )

    # The Supplier fails, and its certificates are revoked. That alone opens nothing.
    register = _revoked(register)
    assert _smets1(switch, register).reasons == (
        "solr-instruction-not-live",
        "solr-instruction-not-for-supplier",
        "solr-threshold-zero",
    )

    # The Authority instructs the provider. Its thresholds are still zero.
    register = _changed(register, instructions=instructed(instruction()))
    assert _smets1(switch, register).reasons == ("solr-threshold-zero",)

    # An ARO of the provider submits an ADT file. Now the DCC checks the Service Request …
    register = _changed(register, thresholds=limited(threshold(20_000)))
    at_the_dsp = _smets1(switch, register)
    assert at_the_dsp.reasons == ()
    assert at_the_dsp.signer is not None
    assert at_the_dsp.signer.user_id == SRP_USER_ID
    # … and the S1SP, whose countersignature comes after it.
    assert at_the_dsp.s1sp_would_refuse(SEES_EVERY_PARTY) is None
    assert _smets1(switch, register, _S1SP).reasons == ()

    # Nothing else can be done with it: not Prepayment, not another request, not another Meter.
    assert _smets1(request(FAILED, PREPAYMENT), register).reason == "payment-mode-not-credit"
    assert _smets1(request(FAILED, cancelled(PREPAYMENT)), register).reason == (
        "payment-mode-not-credit"
    )
    assert _smets1(request(FAILED, CREDIT, srv="2.1"), register).reason is not None
    of_another = replace(_DEVICE, registered_user_ids=frozenset({SRP_USER_ID}))
    decision = ask(switch, register, generation=SMETS1, device=of_another)
    assert decision.reason == "not-registered-for-device"

    # A switch that was ordered for a later day may still be cancelled, if it was one to Credit.
    assert _smets1(request(FAILED, cancelled(CREDIT)), register).reason is None

    # The instruction ends, and with it everything, at that very moment.
    over = _changed(register, instructions=instructed(instruction(valid_until=AT)))
    assert _smets1(switch, over).reason == "solr-instruction-not-live"


def test_a_smets2_meter_is_switched_to_credit_from_the_request_to_the_mac():
    register = _before()
    to_transform = request(FAILED, CREDIT, command_variant="4")
    signed_pre_command = ordered(FAILED, by=FAILED, code="001A", key=FAILED_KEY)

    # While the Supplier trades, nobody orders anything in its place.
    assert _smets2(to_transform, register).reason == "solr-instruction-not-live"
    assert _smets2(signed_pre_command, register).reason == "solr-instruction-not-live"

    # The Supplier fails, the Authority instructs, the provider sets its thresholds.
    register = _changed(
        _revoked(register),
        instructions=instructed(instruction()),
        thresholds=limited(threshold(20_000)),
    )

    # The provider sends the Service Request for transforming, and has back a Pre-Command.
    assert _smets2(to_transform, register).reasons == ()

    # It is signed with the former Supplier's key, wrapped, and signed with the provider's own:
    # the DCC adds its MAC.
    before_the_mac = _smets2(signed_pre_command, register)
    assert before_the_mac.reasons == ()
    asked = {
        finding.rule: finding.verdict.value
        for finding in before_the_mac.findings(SEES_EVERY_PARTY)
    }
    assert [rule for rule, verdict in asked.items() if verdict == "not-applicable"] == [
        "DUIS-SCHEMA",
        "GBCS-ORIGINATOR",
        "S1SR-4.2",
    ]

    # A Pre-Command to Prepayment is refused at either step, as is one that is not the Supplier's.
    assert _smets2(request(FAILED, PREPAYMENT, command_variant="4"), register).reason == (
        "payment-mode-not-credit"
    )
    assert _smets2(ordered(code="001B"), register).reason == "payment-mode-not-credit"
    assert _smets2(ordered(code="006D"), register).reason == "payment-mode-not-credit"
    assert _smets2(ordered(by=SRP_USER_ID), register).reason == "gbcs-certificate-unknown"

    # The Supplier of Last Resort takes over: the Device is registered to somebody else, and its
    # trust anchors are replaced. What the provider still sends ceases.
    taken_over = DeviceFacts(registered_user_ids=frozenset({USERS[3].eui64}))
    decision = ask(signed_pre_command, register, generation=SMETS2, device=taken_over)
    assert decision.reason == "not-registered-for-device"

    # The provider's own certificate is revoked.
    held = {
        (SRP_CERTIFICATE.issuer, SRP_CERTIFICATE.serial): replace(SRP_CERTIFICATE, revoked_at=AT)
    }
    gone = register.changed(SnapshotChange(version="500", certificates=held))
    assert _smets2(signed_pre_command, gone).reason == "certificate-revoked"


def test_a_network_operator_whose_certificate_was_placed_in_error_can_correct_it():
    """SECMP0107, 2.2: the wrong Network Operator puts the right one's credentials in place."""
    correction = message("6.15.1")
    device = DeviceFacts(
        # It is not registered for the Meter, and holds the certificate there all the same.
        registered_user_ids=frozenset({OTHER_PARTYS_USER_ID}),
        certificate_owner=USER_ID,
        s1sp="ALPHA",
    )

    def at_the_dsp(held: Snapshot) -> Decision:
        return ask(correction, held, generation=SMETS1, device=device)

    # Before the change both refuse it.
    assert at_the_dsp(register_of(ED, GT)).reason == "not-registered-for-device"

    # The DSP turns its switch on first: it lets it pass, and says what the S1SP will answer.
    dsp_only = register_of(ED, GT, **switched_on(Checkpoint("dsp")))
    decision = at_the_dsp(dsp_only)
    assert decision.reason is None
    refusal = decision.s1sp_would_refuse(SEES_EVERY_PARTY)
    assert refusal is not None
    assert (refusal.s1sp, refusal.reason) == ("ALPHA", "not-registered-for-device")
    at_the_s1sp = ask(correction, dsp_only, generation=SMETS1, device=device, checkpoint=_S1SP)
    assert at_the_s1sp.reason == refusal.reason

    # The S1SP follows.
    switches = {
        checkpoint: RegistrationSwitch(checkpoint=checkpoint, turned_on_at=AT - DAY)
        for checkpoint in (Checkpoint("dsp"), _S1SP)
    }
    both = replace(dsp_only, registration_switches=switches)
    assert at_the_dsp(both).reason is None
    assert at_the_dsp(both).s1sp_would_refuse(SEES_EVERY_PARTY) is None
    assert ask(correction, both, generation=SMETS1, device=device, checkpoint=_S1SP).reason is None
