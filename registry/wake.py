"""Wakes a worker for the outbox. It only hastens the sweep, so a lost broker costs seconds."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def wake_outbox() -> None:
    """Tell a worker that the outbox has something; a broker that cannot be had is only logged."""
    try:
        current_app.send_task("registry.tasks.drain_outbox")
    except OperationalError as fault:
        logger.warning("the broker cannot be reached; the sweep will find the message: %s", fault)
