"""The project's own Celery application, whose sweep comes every second: tests do not wait 15."""

from portal.celery import app

app.conf.beat_schedule = {
    name: {**entry, "schedule": 1.0} for name, entry in app.conf.beat_schedule.items()
}
