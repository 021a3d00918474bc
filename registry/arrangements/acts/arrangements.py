"""What staff arrange for decisions: the list of Alerts, switches, and the notification waiver."""

from datetime import datetime

from registry.errors import ConflictError, NotFoundError
from registry.evidence import history
from registry.models import (
    AllAlertsMoment,
    NotificationWaiverMoment,
    RegistrationSwitchMoment,
    SafetyCriticalAlert,
)
from rules.alerts.alert_codes import AlertCode
from rules.duties import Act
from rules.register.checkpoints import Checkpoint


def add_alert(alert_code: AlertCode, *, name: str, at: datetime) -> SafetyCriticalAlert:
    """Put an Alert into the list of safety-critical ones from a moment on.

    Raises:
        ConflictError: It is in the list (`alert-listed`).
    """
    with history.acting(Act.SET_ALERT_LIST, actor=None, at=at, subject=alert_code) as act:
        listed = SafetyCriticalAlert.objects.filter(
            alert_code=alert_code, valid_until__isnull=True
        )
        if listed.exists():
            raise ConflictError("alert-listed", f"The Alert {alert_code} is in the list already.")
        alert = SafetyCriticalAlert.objects.create(alert_code=alert_code, name=name, valid_from=at)
        act.done(alert_code, listed=True, name=name)
    return alert


def remove_alert(alert_code: AlertCode, *, at: datetime) -> None:
    """Take an Alert out of the list from a moment on; that it was in it is kept.

    Raises:
        NotFoundError: It is not in the list.
    """
    with history.acting(Act.SET_ALERT_LIST, actor=None, at=at, subject=alert_code) as act:
        alert = (
            SafetyCriticalAlert.objects.select_for_update()
            .filter(alert_code=alert_code, valid_until__isnull=True)
            .first()
        )
        if alert is None:
            raise NotFoundError(f"Alert in the list as {alert_code}")
        alert.valid_until = at
        alert.save(update_fields=["valid_until"])
        act.done(alert_code, listed=False)


def set_all_alerts(*, all_alerts_from: datetime | None, at: datetime) -> None:
    """Record from when every Alert to a failed Supplier is sent; None goes back to the list."""
    with history.acting(Act.SET_ALERT_LIST, actor=None, at=at) as act:
        AllAlertsMoment.objects.create(all_alerts_from=all_alerts_from, recorded_at=at)
        since = all_alerts_from.isoformat() if all_alerts_from else None
        act.done("all-alerts", all_alerts_from=since)


def set_notification_waiver(*, waived_from: datetime | None, at: datetime) -> None:
    """Record from when a certificate that was never notified may sign all the same.

    None: it ceases, as it does until something is recorded (docs/decisions/0062).
    """
    with history.acting(Act.SET_NOTIFICATION_WAIVER, actor=None, at=at) as act:
        NotificationWaiverMoment.objects.create(waived_from=waived_from, recorded_at=at)
        since = waived_from.isoformat() if waived_from else None
        act.done("notification-waiver", waived_from=since)


def set_registration_switch(
    checkpoint: Checkpoint,
    *,
    turned_on_at: datetime | None,
    alert_code: str | None = None,
    at: datetime,
) -> None:
    """Record from when a checkpoint applies exception (d) of SRPD 6.2; None turns it off.

    Args:
        checkpoint: The DSP, or an S1SP.
        turned_on_at: From that very moment on.
        alert_code: What an S1SP's Alert calls a refusal for want of registration, if it is known.
        at: Now.
    """
    with history.acting(Act.SET_REGISTRATION_SWITCH, actor=None, at=at, subject=checkpoint) as act:
        RegistrationSwitchMoment.objects.create(
            checkpoint=checkpoint,
            turned_on_at=turned_on_at,
            alert_code=alert_code or "",
            recorded_at=at,
        )
        since = turned_on_at.isoformat() if turned_on_at else None
        act.done(checkpoint, turned_on_at=since, alert_code=alert_code)
