"""Whether an Alert is sent, to whom and with what: every case of MP134B-7."""

from datetime import datetime
from itertools import product

import pytest

from rules.alerts.alert_codes import parse_alert_code
from rules.alerts.alert_rules import ALERT_BOOK, AlertReason
from rules.alerts.deciding import AlertAction, AlertDecision, decide_alert
from rules.findings import Verdict
from rules.identifiers import IdentifierError
from rules.register.arrangements import Period, ResourceProvider
from rules.register.snapshot import Snapshot
from rules.service_requests.reader import SEES_EVERY_PARTY
from tests.rules.service_requests.contingency_world import (
    FAILED,
    FAILED_TOO,
    FALLEN,
    HARBOUR,
    SRP,
    USERS,
    suppliers,
)
from tests.rules.service_requests.world import (
    AT,
    DAY,
    SECOND,
    SRP_USER_ID,
    certificate,
    snapshot,
)

pytestmark = pytest.mark.serves("MP134B-7")

LOW_BATTERY = parse_alert_code("0x8F1F")
ANOTHER = parse_alert_code("8F0F")
ALWAYS = (Period(valid_from=AT - 1000 * DAY, valid_until=None),)

CERTIFICATES = {
    "none": (suppliers(remote_party_role="03"), suppliers(serial=53, remote_party_role="87")),
    "live": (suppliers(revoked_at=None), suppliers(serial=51, revoked_at=AT - DAY)),
    "revoked": (
        suppliers(),
        suppliers(serial=51, key_usage="keyAgreement", not_before=AT - 30 * DAY),
        suppliers(serial=52, revoked_at=None, not_after=AT - SECOND),
    ),
    "ended": (suppliers(revoked_at=None, not_after=AT - SECOND),),
}


def provider(**changes) -> ResourceProvider:
    values = {
        "provider": HARBOUR["party"],
        "provider_reference": HARBOUR["party_reference"],
        "user_id": SRP_USER_ID,
        "valid_from": AT - DAY,
        "valid_until": None,
        **changes,
    }
    return ResourceProvider(**values)


def register(certificates: str = "revoked", **changes) -> Snapshot:
    values = {
        "users": USERS,
        "safety_critical_alerts": {LOW_BATTERY: ALWAYS},
        "resource_providers": {FALLEN["party_reference"]: (provider(),)},
        **changes,
    }
    return snapshot(certificate(), *CERTIFICATES[certificates], **values)


def decide(held: Snapshot, alert_code=LOW_BATTERY, *, at: datetime = AT) -> AlertDecision:
    return decide_alert(alert_code, FAILED, held, at=at)


# --- the table -------------------------------------------------------------------------------


def reference(certificates, alert_code, sends_all, has_provider):
    """What MP134B-7 says: why it is held, to whom it is sent, whether staff are told."""
    if certificates == "live":
        return None, FAILED, False
    if certificates == "none":
        return "alert-supplier-unknown", None, True
    if certificates == "ended":
        return "alert-supplier-certificates-ended", None, True
    if alert_code != LOW_BATTERY and not sends_all:
        return "alert-not-safety-critical", None, False
    if not has_provider:
        return "alert-without-resource-provider", None, True
    return None, SRP_USER_ID, False


@pytest.mark.parametrize(
    ("certificates", "alert_code", "sends_all", "has_provider"),
    list(product(CERTIFICATES, (LOW_BATTERY, ANOTHER), (True, False), (True, False))),
)
def test_every_case_is_decided_as_mp134b_has_it(certificates, alert_code, sends_all, has_provider):
    held = register(
        certificates,
        all_alerts_from=AT if sends_all else None,
        resource_providers={FALLEN["party_reference"]: (provider(),)} if has_provider else {},
    )

    decision = decide(held, alert_code)

    recipient = decision.recipient
    assert (
        decision.reason,
        None if recipient is None else recipient.user_id,
        decision.tells_staff,
    ) == reference(certificates, alert_code, sends_all, has_provider)
    assert (decision.action is AlertAction.SEND) is (decision.reason is None)
    assert (recipient is None) is (decision.certificates == ()) is (decision.reason is not None)
    assert len(decision.findings) == len(ALERT_BOOK.rules)


def test_certificates_that_have_not_begun_are_not_said_to_have_ended():
    held = snapshot(certificate(), suppliers(revoked_at=None, not_before=AT + SECOND), users=USERS)
    decision = decide(held)
    assert decision.reason == "alert-supplier-certificates-ended"
    assert decision.findings[1].says == (
        f"No certificate in the Supplier role of {FAILED} is in force and none was revoked, "
        "so that it is not a failed Supplier; have one issued that is."
    )


# --- to whom, and with what ------------------------------------------------------------------


def test_to_a_supplier_with_live_certificates_it_is_sent_with_these():
    decision = decide(register("live"))

    assert [held.serial for held in decision.certificates] == [50]
    assert decision.recipient is not None
    assert not decision.recipient.is_resource_provider
    assert decision.recipient.party == FALLEN["party"]


def test_to_a_failed_supplier_it_is_sent_with_the_revoked_ones_newest_first():
    decision = decide(register())

    assert [held.serial for held in decision.certificates] == [51, 50]
    recipient = decision.recipient
    assert recipient is not None
    assert recipient.is_resource_provider
    assert (recipient.party, recipient.party_reference) == tuple(HARBOUR.values())


def test_a_supplier_who_is_no_user_any_more_is_known_by_its_certificates():
    assert decide(register(users=(SRP,))).reason is None
    live = decide(register("live", users=(SRP,))).recipient
    assert live is not None
    assert live.party == FALLEN["party"]


def test_an_identity_is_an_eui64_and_not_a_party():
    assert decide_alert(LOW_BATTERY, FAILED_TOO, register(), at=AT).reason == (
        AlertReason.SUPPLIER_UNKNOWN
    )


@pytest.mark.parametrize(
    ("providers", "sent"),
    [
        ((provider(valid_from=AT),), True),
        ((provider(valid_from=AT + SECOND),), False),
        ((provider(valid_until=AT),), False),
        ((provider(valid_until=AT + SECOND),), True),
        ((), False),
    ],
)
def test_the_provider_is_the_one_of_that_moment(providers, sent):
    held = register(resource_providers={FALLEN["party_reference"]: providers})
    assert (decide(held).reason is None) is sent


def test_of_two_providers_the_later_one_is_sent_it():
    older = provider(provider="Older Services", valid_from=AT - 9 * DAY)
    for both in ((older, provider()), (provider(), older)):
        held = register(resource_providers={FALLEN["party_reference"]: both})
        recipient = decide(held).recipient
        assert recipient is not None
        assert recipient.party == HARBOUR["party"]


def test_a_provider_of_another_supplier_is_not_sent_it():
    held = register(resource_providers={"P-6": (provider(),)})
    assert decide(held).reason == AlertReason.NO_RESOURCE_PROVIDER


# --- the list has a history ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("periods", "sent"),
    [
        ((Period(valid_from=AT, valid_until=None),), True),
        ((Period(valid_from=AT + SECOND, valid_until=None),), False),
        ((Period(valid_from=AT - DAY, valid_until=AT),), False),
        (
            (
                Period(valid_from=AT - 9 * DAY, valid_until=AT - DAY),
                Period(valid_from=AT, valid_until=AT + SECOND),
            ),
            True,
        ),
        ((), False),
    ],
)
def test_the_list_is_that_of_the_moment(periods, sent):
    decision = decide(register(safety_critical_alerts={LOW_BATTERY: periods}))
    assert (decision.reason is None) is sent


@pytest.mark.parametrize(
    ("since", "sent"), [(AT, True), (AT - DAY, True), (AT + SECOND, False), (None, False)]
)
def test_all_alerts_are_sent_from_the_very_moment_on(since, sent):
    assert (decide(register(all_alerts_from=since), ANOTHER).reason is None) is sent


# --- the answer ------------------------------------------------------------------------------


def test_the_answer_has_the_shape_of_the_api():
    answer = decide(register()).as_dict(checked_at=AT, snapshot_age=0.0, reader=SEES_EVERY_PARTY)

    findings = answer.pop("findings")
    assert isinstance(findings, list)
    assert [finding["rule"] for finding in findings] == [rule.id for rule in ALERT_BOOK.rules]
    assert answer == {
        "decision": "send",
        "reason": None,
        "to": {
            "user_id": SRP_USER_ID,
            "party": "Harbour Shared Services",
            "is_resource_provider": True,
        },
        "certificates": [
            {
                "issuer": "CN=TESTOCA,OU=07",
                "serial": serial,
                "key_usage": usage,
                "revoked": True,
            }
            for serial, usage in (("51", "keyAgreement"), ("50", "digitalSignature"))
        ],
        "tell_staff": False,
        "snapshot": "418",
        "snapshot_age": 0.0,
        "checked_at": "2026-11-20T09:00:00Z",
    }
    held = decide(register(resource_providers={})).as_dict(
        checked_at=AT, snapshot_age=0.0, reader=SEES_EVERY_PARTY
    )
    assert (held["decision"], held["to"], held["certificates"]) == ("hold", None, [])


def test_every_finding_says_one_thing_in_a_whole_sentence():
    for certificates in CERTIFICATES:
        for finding in decide(register(certificates, resource_providers={}), ANOTHER).findings:
            assert finding.says.endswith(".")
            assert (finding.verdict is Verdict.FAILED) is (finding.reason is not None)


def test_a_moment_without_a_time_zone_is_our_own_mistake():
    with pytest.raises(ValueError, match="time zone"):
        decide(register(), at=datetime(2026, 11, 20))  # noqa: DTZ001 - that is the mistake


@pytest.mark.parametrize(
    ("text", "code"), [("0x8F1F", "8F1F"), ("8f1f", "8F1F"), (" 0X81a0 ", "81A0")]
)
def test_an_alert_code_is_four_hexadecimal_digits(text, code):
    assert parse_alert_code(text) == code


@pytest.mark.parametrize(
    "text", ["", "8F1", "8F1F0", "0x", "8G1F", "x8F1F", "\u0661\u0661\u0661\u0661", "8F 1F"]
)
def test_nothing_else_is_an_alert_code(text):
    with pytest.raises(IdentifierError):
        parse_alert_code(text)
