"""By how much a lane of the outbox that is full of slow effects delays a certificate.

python -m tests.benchmarks.lane_delay ROWS TURNS
    Issues certificates one after the other, by a real worker, with nothing else in the outbox; and
    then as many beside ROWS effects of a second each in one lane, every one with its wake-up.
"""

import json
import os
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from statistics import median

import django

django.setup()

from django.utils import timezone  # noqa: E402 -- Django comes first

from registry.lanes import LANES  # noqa: E402
from registry.models import CertificateRequest, OutboxMessage  # noqa: E402
from registry.wake import wake_outbox  # noqa: E402
from tests.benchmarks.figures import Figure  # noqa: E402
from tests.benchmarks.slow_lane import SLOW  # noqa: E402
from tests.celery_processes import a_worker  # noqa: E402
from tests.faults.lives import Cast  # noqa: E402

NAME = "outbox/lane-delay"

_GOAL_SECONDS = 1.0
_PAUSE = 0.002
_PATIENCE = 60.0


def main(rows: int, turns: int) -> None:
    """Measure and write the figure."""
    with (
        tempfile.TemporaryDirectory() as folder,
        a_worker(
            broker=os.environ["CELERY_BROKER_URL"],
            database=os.environ["DATABASE_URL"],
            log=Path(folder) / "worker.log",
            app="tests.benchmarks.slow_lane",
            concurrency=4,
        ),
    ):
        cast = Cast()
        _issued_after(cast)  # the OCA makes its hierarchy
        alone = [_issued_after(cast) for _ in range(turns)]
        _fill(rows)
        _wait_until(lambda: _in_hand() > 0, "no worker took up the slow lane")
        beside = [_issued_after(cast) for _ in range(turns)]
        if not _left():
            raise SystemExit("the slow lane was empty before everything was measured")
    delay = max(max(beside) - median(alone), 0.001)
    figure = Figure(
        name=NAME,
        value=delay,
        unit="s at most",
        ratio=_GOAL_SECONDS / delay,
        against="1 second",
        goal=1.0,
        note=f"{turns} certificates beside {rows:,} effects of a second each: from the approval "
        f"to the certificate {max(beside):.3f} s at most, {median(beside):.3f} s at the median; "
        f"without them {median(alone):.3f} s",
    )
    sys.stdout.write(json.dumps([asdict(figure)]))


def _issued_after(cast: Cast) -> float:
    """Return the seconds from an approval until its certificate is in the register."""
    request = cast.submitted(at=timezone.now())
    approve = cast.approving(request, at=timezone.now())
    begun = time.monotonic()
    approve()
    issued = CertificateRequest.objects.filter(pk=request.pk, state="issued")
    _wait_until(issued.exists, "the certificate was not issued")
    return time.monotonic() - begun


def _fill(rows: int) -> None:
    now = timezone.now()
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(kind=SLOW.kind, key=f"{number}", created_at=now, due_at=now)
            for number in range(rows)
        ],
        batch_size=1_000,
    )
    for _ in range(rows):
        wake_outbox(SLOW)


def _in_hand() -> int:
    return OutboxMessage.objects.filter(kind=SLOW.kind).exclude(held_by="").count()


def _left() -> bool:
    return OutboxMessage.objects.filter(kind=SLOW.kind, done_at__isnull=True).exists()


def _wait_until(holds, otherwise: str) -> None:
    until = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > until:
            raise SystemExit(f"{otherwise} within {_PATIENCE:.0f} s")
        time.sleep(_PAUSE)


if __name__ == "__main__":
    if SLOW.kind in LANES:
        raise SystemExit("the product has a lane of this name itself")
    main(int(sys.argv[1]), int(sys.argv[2]))
