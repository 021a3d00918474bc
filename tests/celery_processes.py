"""Real Celery processes on the tests' database and broker."""

import os
import subprocess
import sys
from contextlib import contextmanager

from django.conf import settings

from tests.waiting import seconds_until


@contextmanager
def celery(*arguments, broker, database, log, app="portal.celery", **more):
    """Run a Celery process on the tests' data folder; `more` are further variables."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "--app", app, *arguments],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "portal.settings.development",
                "DATABASE_URL": database,
                "CELERY_BROKER_URL": broker,
                "DATA_DIR": str(settings.DATA_DIR),
                **more,
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def a_worker(*, concurrency=2, **where):
    """Run a real worker; it is ready when the block begins."""
    arguments = ("--concurrency", str(concurrency), "--without-gossip", "--without-mingle")
    log = where["log"]
    with celery("worker", "--loglevel", "INFO", *arguments, **where) as process:
        seconds_until(lambda: " ready." in log.read_text() or process.poll(), within=60)
        assert process.poll() is None, log.read_text()
        yield process
