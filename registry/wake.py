"""Wakes a worker for a lane or for jobs.

It only hastens the sweep, so a lost broker costs seconds.
"""

import logging
from typing import Any

from celery import current_app
from kombu.exceptions import OperationalError

from registry.lanes import Lane

logger = logging.getLogger(__name__)


def wake_outbox(lane: Lane) -> None:
    """Tell a worker that a lane has something; a broker that cannot be had is only logged.

    Each lane has a queue of its own, so that many wake-ups of one are not before another's.
    """
    _wake("registry.tasks.drain_outbox", args=(lane.kind,), queue=lane.queue)


def wake_jobs() -> None:
    """Tell a worker that there is a job; a broker that cannot be had is only logged."""
    _wake("registry.tasks.work_on_jobs")


def _wake(task: str, **to: Any) -> None:
    try:
        current_app.send_task(task, **to)
    except OperationalError as fault:
        logger.warning("the broker cannot be reached; the sweep will do `%s`: %s", task, fault)
