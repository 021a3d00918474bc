"""The list of Alerts and the switches of SRPD 6.2 (d): configuration with a history."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from registry.arrangements.acts.arrangements import (
    add_alert,
    remove_alert,
    set_all_alerts,
    set_notification_waiver,
    set_registration_switch,
)
from registry.arrangements.acts.reference_data import MATRIX_VALID_FROM, load_reference_data
from registry.errors import ConflictError, NotFoundError
from registry.feed.reads.snapshot import apply_changes, load_snapshot
from registry.models import (
    AllAlertsMoment,
    Event,
    NotificationWaiverMoment,
    RegistrationSwitchMoment,
    SafetyCriticalAlert,
)
from rules.alerts.alert_codes import parse_alert_code, published_alerts
from rules.register.arrangements import Period, RegistrationSwitch
from rules.register.checkpoints import DSP, Checkpoint
from tests.factories import AT

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.serves("MP104-NOTIFY", "MP134B-7", "SECMP0107-2"),
]

DAY = timedelta(days=1)
ALPHA = Checkpoint("s1sp:ALPHA")
LOW_BATTERY = parse_alert_code("8F1F")
ANOTHER = parse_alert_code("81A0")
KEPT = "pgtrigger: Cannot (update|delete|update or delete) rows from "
"""The words of the triggers that keep a history."""


def evidence():
    """Return what each act was about and what it set, oldest first."""
    events = Event.objects.order_by("position")
    return [(event.kind, event.subject, json.loads(event.body)["details"]) for event in events]


# --- the list --------------------------------------------------------------------------------


def test_the_list_begins_with_the_nine_of_mp134b():
    load_reference_data(at=AT)

    codes = ["8F1F", "8F3F", "8F73", "8F74", "8F75", "8F76", "8F77", "8F78", "8F1D"]
    assert [alert.code for alert in published_alerts()] == codes
    assert load_snapshot().safety_critical_alerts == {
        code: (Period(valid_from=MATRIX_VALID_FROM, valid_until=None),) for code in sorted(codes)
    }


def test_what_was_taken_out_of_the_list_does_not_come_back_by_itself():
    load_reference_data(at=AT)
    remove_alert(LOW_BATTERY, at=AT)

    load_reference_data(at=AT + DAY)

    assert SafetyCriticalAlert.objects.count() == 9
    (period,) = load_snapshot().safety_critical_alerts[LOW_BATTERY]
    assert period.valid_until == AT


def test_an_alert_comes_and_goes_and_comes_again_and_all_of_it_is_kept():
    add_alert(ANOTHER, name="Meter Integrity Issue Warning", at=AT)
    remove_alert(ANOTHER, at=AT + DAY)
    add_alert(ANOTHER, name="Meter Integrity Issue Warning", at=AT + 2 * DAY)

    assert load_snapshot().safety_critical_alerts[ANOTHER] == (
        Period(valid_from=AT, valid_until=AT + DAY),
        Period(valid_from=AT + 2 * DAY, valid_until=None),
    )
    listed = {"listed": True, "name": "Meter Integrity Issue Warning"}
    assert evidence() == [
        ("alert-list.set", ANOTHER, listed),
        ("alert-list.set", ANOTHER, {"listed": False}),
        ("alert-list.set", ANOTHER, listed),
    ]


def test_an_alert_is_in_the_list_once():
    add_alert(ANOTHER, name="Warning", at=AT)

    with pytest.raises(ConflictError) as refusal:
        add_alert(ANOTHER, name="Warning", at=AT)
    assert refusal.value.code == "alert-listed"
    with pytest.raises(IntegrityError, match="alert_is_in_the_list_once"):
        SafetyCriticalAlert.objects.create(alert_code=ANOTHER, name="x", valid_from=AT)
    assert Event.objects.order_by("position").last().result == "refused"


def test_what_is_not_in_the_list_cannot_be_taken_out():
    with pytest.raises(NotFoundError):
        remove_alert(ANOTHER, at=AT)
    add_alert(ANOTHER, name="Warning", at=AT)
    remove_alert(ANOTHER, at=AT)
    with pytest.raises(NotFoundError):
        remove_alert(ANOTHER, at=AT)


def test_the_database_keeps_the_history_of_the_list():
    alert = add_alert(ANOTHER, name="Warning", at=AT)

    for change in (
        lambda rows: rows.delete(),
        lambda rows: rows.update(alert_code="FFFF"),
        lambda rows: rows.update(valid_from=AT - DAY),
    ):
        with pytest.raises(DatabaseError, match=KEPT), transaction.atomic():
            change(SafetyCriticalAlert.objects.filter(pk=alert.pk))
    with pytest.raises(IntegrityError, match="ends_after_its_beginning"), transaction.atomic():
        SafetyCriticalAlert.objects.filter(pk=alert.pk).update(valid_until=AT - DAY)
    with pytest.raises(IntegrityError, match="alert_code_is_four"), transaction.atomic():
        SafetyCriticalAlert.objects.create(alert_code="8f1f", name="x", valid_from=AT)


def test_that_all_alerts_are_sent_is_as_it_was_recorded_last():
    assert load_snapshot().all_alerts_from is None
    set_all_alerts(all_alerts_from=AT + DAY, at=AT)
    assert load_snapshot().all_alerts_from == AT + DAY
    set_all_alerts(all_alerts_from=None, at=AT)
    assert load_snapshot().all_alerts_from is None

    assert AllAlertsMoment.objects.count() == 2
    with pytest.raises(DatabaseError, match=KEPT), transaction.atomic():
        AllAlertsMoment.objects.all().delete()
    assert evidence() == [
        ("alert-list.set", "all-alerts", {"all_alerts_from": (AT + DAY).isoformat()}),
        ("alert-list.set", "all-alerts", {"all_alerts_from": None}),
    ]


# --- the need for a notification -------------------------------------------------------------


def test_whether_a_certificate_needs_a_notification_is_as_it_was_recorded_last():
    assert load_snapshot().notification_waived_from is None
    set_notification_waiver(waived_from=AT + DAY, at=AT)
    assert load_snapshot().notification_waived_from == AT + DAY
    set_notification_waiver(waived_from=None, at=AT)
    assert load_snapshot().notification_waived_from is None

    assert NotificationWaiverMoment.objects.count() == 2
    for change in (lambda rows: rows.delete(), lambda rows: rows.update(waived_from=AT)):
        with pytest.raises(DatabaseError, match=KEPT), transaction.atomic():
            change(NotificationWaiverMoment.objects.all())
    assert evidence() == [
        ("notification-waiver.set", "notification-waiver", {"waived_from": since})
        for since in ((AT + DAY).isoformat(), None)
    ]


# --- the switches ----------------------------------------------------------------------------


def test_each_checkpoint_has_a_switch_of_its_own_as_it_was_set_last():
    set_registration_switch(DSP, turned_on_at=AT, at=AT)
    set_registration_switch(ALPHA, turned_on_at=AT, at=AT)
    set_registration_switch(ALPHA, turned_on_at=AT + DAY, alert_code="SA-17", at=AT)

    assert load_snapshot().registration_switches == {
        DSP: RegistrationSwitch(checkpoint=DSP, turned_on_at=AT),
        ALPHA: RegistrationSwitch(checkpoint=ALPHA, turned_on_at=AT + DAY, alert_code="SA-17"),
    }
    set_registration_switch(DSP, turned_on_at=None, at=AT)
    assert not load_snapshot().registration_switches[DSP].is_on(AT + 999 * DAY)
    now, later = AT.isoformat(), (AT + DAY).isoformat()
    assert evidence() == [
        ("registration-switch.set", *of)
        for of in (
            (DSP, {"turned_on_at": now, "alert_code": None}),
            (ALPHA, {"turned_on_at": now, "alert_code": None}),
            (ALPHA, {"turned_on_at": later, "alert_code": "SA-17"}),
            (DSP, {"turned_on_at": None, "alert_code": None}),
        )
    ]


def test_the_database_keeps_the_history_of_the_switches_and_knows_a_checkpoint():
    set_registration_switch(DSP, turned_on_at=AT, at=AT)

    with pytest.raises(DatabaseError, match=KEPT), transaction.atomic():
        RegistrationSwitchMoment.objects.update(turned_on_at=None)
    with pytest.raises(DatabaseError, match=KEPT), transaction.atomic():
        RegistrationSwitchMoment.objects.all().delete()
    with pytest.raises(IntegrityError, match="switch_is_of_a_checkpoint"):
        RegistrationSwitchMoment.objects.create(checkpoint="DSP", recorded_at=AT)


@pytest.mark.parametrize(
    "change",
    [
        lambda: add_alert(ANOTHER, name="Warning", at=AT),
        lambda: remove_alert(LOW_BATTERY, at=AT),
        lambda: set_all_alerts(all_alerts_from=AT, at=AT),
        lambda: set_notification_waiver(waived_from=AT, at=AT),
        lambda: set_registration_switch(DSP, turned_on_at=AT, at=AT),
    ],
    ids=[
        "an Alert comes",
        "an Alert goes",
        "all are sent",
        "none need be notified",
        "a switch is turned",
    ],
)
def test_after_any_change_a_snapshot_equals_one_read_anew(change):
    load_reference_data(at=AT)
    before = load_snapshot()

    change()

    after = apply_changes(before)
    assert after != before
    assert after == load_snapshot()
    assert after.certificates is before.certificates
