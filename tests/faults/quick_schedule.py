"""The project's own Celery application, whose sweep comes every second: tests do not wait 15."""

from portal.celery import app

app.conf.beat_schedule = {
    name: {**each, "schedule": 1.0}
    for name, each in app.conf.beat_schedule.items()
    if each["task"] == "registry.tasks.drain_outbox"
}
