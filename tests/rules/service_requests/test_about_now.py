"""The clock set back: a question about now counts what was ended at a moment that lies ahead.

As of a moment that the asker names, the same end counts from its own moment on and not before.
"""

from dataclasses import replace

import pytest

from rules.alerts.alert_rules import AlertReason
from rules.alerts.deciding import decide_alert
from rules.register.snapshot import Snapshot
from rules.service_requests.question import Generation
from rules.service_requests.reader import SEES_EVERY_PARTY
from tests.rules.service_requests.contingency_world import (
    DEVICE,
    FAILED,
    contingency,
    request,
    suppliers,
)
from tests.rules.service_requests.test_alerts import LOW_BATTERY, register
from tests.rules.service_requests.vectors_all import PASSING
from tests.rules.service_requests.world import (
    AT,
    DAY,
    ask,
    certificate,
    notification,
    snapshot,
    user,
)

AHEAD = AT + DAY

ENDED_AHEAD: dict[str, tuple[Snapshot, str]] = {
    "the certificate": (snapshot(certificate(revoked_at=AHEAD)), "certificate-revoked"),
    "the notification": (
        snapshot(users=(user(notifications=(notification(withdrawn_at=AHEAD),)),)),
        "certificate-notification-withdrawn",
    ),
}


@pytest.mark.parametrize("what", ENDED_AHEAD)
def test_what_was_ended_ahead_of_the_clock_counts_now_and_not_as_of_before(what):
    held, reason = ENDED_AHEAD[what]
    assert ask(held=held, is_about_now=True).reason == reason
    assert ask(held=held).reason is None
    assert ask(held=held, at=AHEAD).reason == reason


@pytest.mark.parametrize("what", ENDED_AHEAD)
def test_neither_answer_is_remembered_for_the_other(what):
    held, reason = ENDED_AHEAD[what]
    for _ in range(3):
        assert ask(held=held, is_about_now=True).reason == reason
        assert ask(held=held).reason is None


def test_a_certificate_notified_again_is_notified_whatever_was_withdrawn_ahead():
    again = (notification(withdrawn_at=AHEAD), notification(notified_at=AT))
    held = snapshot(users=(user(notifications=again),))
    assert ask(held=held, is_about_now=True).reason is None


def test_the_key_of_a_payload_that_was_revoked_ahead_of_the_clock_is_not_in_force_now():
    vector = PASSING["a Signed Pre-Command until the key is revoked"]
    now = replace(vector, asked={**vector.asked, "is_about_now": True})
    assert vector.decide().reason is None
    assert now.decide().reason == "gbcs-certificate-not-in-force"


def test_a_supplier_revoked_ahead_of_the_clock_has_failed_now():
    held = contingency(suppliers(revoked_at=AHEAD))
    asked = {"held": held, "device": DEVICE, "generation": Generation.SMETS1}
    assert ask(request(), **asked, is_about_now=True).reason is None
    assert ask(request(), **asked).reason == "failed-supplier-has-live-certificate"


def test_an_alert_to_it_is_sent_as_to_a_failed_supplier_now():
    held = register()
    ahead = {
        name: replace(each, revoked_at=AHEAD) if each.revoked_at else each
        for name, each in held.certificates.items()
    }
    held = replace(held, certificates=ahead, resource_providers={})
    now = decide_alert(LOW_BATTERY, FAILED, held, at=AT, is_about_now=True)
    assert now.reason == AlertReason.NO_RESOURCE_PROVIDER
    then = decide_alert(LOW_BATTERY, FAILED, held, at=AT)
    assert then.reason is None
    assert [
        each["revoked"]
        for each in then.as_dict(checked_at=AT, snapshot_age=0.0, reader=SEES_EVERY_PARTY)[
            "certificates"
        ]
    ] == [
        False,
        False,
    ]
