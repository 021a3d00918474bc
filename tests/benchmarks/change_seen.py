"""How soon another process knows what was changed in the register. Runs by itself on a register.

python -m tests.benchmarks.change_seen TURNS
    Writes its figures to standard output, as JSON.
"""

import json
import multiprocessing
import sys
import time
from dataclasses import asdict
from multiprocessing.connection import Connection
from statistics import median

import django

django.setup()

from django.utils import timezone  # noqa: E402 -- Django comes first

from registry.feed.reads.snapshot_holder import current_snapshot  # noqa: E402
from registry.models import Party, UserId  # noqa: E402
from tests.benchmarks.figures import Figure  # noqa: E402

NAME = "change-seen"

_GOAL_SECONDS = 1.0
_PAUSE = 0.0005
_PATIENCE = 60.0


def main(turns: int) -> None:
    """Change something and ask the process that holds the register when it knew it, in turns."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    holder = context.Process(target=watch, args=(theirs,), daemon=True)
    holder.start()
    count = _heard(ours)
    taken = [_one_change(ours, number) for number in range(turns)]
    ours.send(None)
    holder.join(_PATIENCE)
    figure = Figure(
        name=NAME,
        value=max(taken),
        unit="s at most",
        ratio=_GOAL_SECONDS / max(taken),
        against="1 second",
        goal=1.0,
        note=f"from the commit until another process decides by it, {turns} changes, a register "
        f"of {count:,.0f} certificates; the median is {median(taken):.3f} s",
    )
    sys.stdout.write(json.dumps([asdict(figure)]))


def watch(wire: Connection) -> None:
    """Hold the register, and answer each User ID with the moment from which it is known."""
    wire.send(float(len(current_snapshot().certificates)))
    while (eui64 := wire.recv()) is not None:
        while eui64 not in current_snapshot().user_ids:
            time.sleep(_PAUSE)
        wire.send(time.monotonic())


def _one_change(wire: Connection, number: int) -> float:
    eui64 = f"90-B3-D5-1F-FE-00-{number >> 8:02X}-{number & 255:02X}"
    party = Party.objects.order_by("pk").first()
    if party is None:
        raise SystemExit("the register has no Party")
    wire.send(eui64)
    UserId.objects.create(eui64=eui64, party=party, created_at=timezone.now())
    committed = time.monotonic()
    # It may have been seen before the commit was confirmed to us.
    return max(0.0, _heard(wire) - committed)


def _heard(wire: Connection) -> float:
    if not wire.poll(_PATIENCE):
        raise SystemExit(f"nothing was seen within {_PATIENCE:.0f} s")
    return float(wire.recv())


if __name__ == "__main__":
    main(int(sys.argv[1]))
