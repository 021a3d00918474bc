"""The project's own Celery application, with one lane more, whose effects take a second each."""

import time
from dataclasses import replace

import django
from kombu import Queue

django.setup()

from portal.celery import app  # noqa: E402 -- Django comes first
from registry import tasks  # noqa: E402
from registry.lanes import CERTIFICATES, LANES  # noqa: E402

SLOW = replace(CERTIFICATES, kind="benchmark.slow", called="Slow", batch=20, workers=3)
"""With as large a share of a worker's four threads as a lane may have."""


def _take_a_second(*_: object) -> None:
    time.sleep(1)


tasks.LANES = {**LANES, SLOW.kind: SLOW}
tasks.HANDLERS[SLOW.kind] = _take_a_second
app.conf.task_queues = (*app.conf.task_queues, Queue(SLOW.queue, routing_key=SLOW.queue))
