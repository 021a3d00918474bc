"""The project's own Celery application, whose sweep comes every second: tests do not wait 15."""

from portal.celery import app

_SWEEP = "drain-outbox"

app.conf.beat_schedule = {_SWEEP: {**app.conf.beat_schedule[_SWEEP], "schedule": 1.0}}
