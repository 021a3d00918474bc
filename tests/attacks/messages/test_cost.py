"""No message of a megabyte costs more than 50 ms of one processor or 50 MB of memory.

Each is decided in a process of its own, which has decided an ordinary message before, so that
neither what another left behind nor what a first decision takes is counted. Time is that of the
processor, the best of three, and the limit here is three times what is promised: a machine that
runs this may be slower, and busy.
"""

import multiprocessing
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules.service_requests.checker import decide
from rules.service_requests.question import Generation, Question
from rules.service_requests.snapshot import Snapshot
from tests.attacks.messages.bombs import BOMBS
from tests.rules.messages.builders import MESSAGE

pytestmark = pytest.mark.slow

MOST_MILLISECONDS = 50
MOST_MEGABYTES = 50
SLOWER = 3

EMPTY = Snapshot(version="1", certificates={}, user_ids={}, eligibility={}, enforced_from=None)


@dataclass(frozen=True)
class Cost:
    name: str
    octets: int
    milliseconds: float
    megabytes: float
    reason: str | None


def ask(message: bytes):
    at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    question = Question(message=message, generation=Generation.SMETS2_PLUS, received_at=at)
    decision = decide(question, EMPTY)
    decision.findings()
    return decision


def cost_of(name: str, message: bytes) -> Cost:
    """Measure one decision, with its words; runs in a process of its own."""
    ask(MESSAGE)
    Path("/proc/self/clear_refs").write_text("5")  # the peak of memory is counted from here
    before = _peak()
    decision = ask(message)
    megabytes = (_peak() - before) / 1024
    taken = []
    for _ in range(3):
        began = time.process_time()
        ask(message)
        taken.append(time.process_time() - began)
    return Cost(name, len(message), min(taken) * 1000, megabytes, decision.reason)


def _peak() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def measured() -> list[Cost]:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.attacks.messages.test_cost"])
    with processes.Pool(1, maxtasksperchild=1) as pool:
        return [pool.apply(cost_of, (name, made().encode())) for name, made in BOMBS.items()]


def table(costs: list[Cost]) -> str:
    return "\n".join(
        f"{c.milliseconds:7.1f} ms {c.megabytes:6.1f} MB {c.octets:9,} octets"
        f"  {c.name}: {c.reason}"
        for c in sorted(costs, key=lambda c: -c.milliseconds)
    )


def test_a_megabyte_of_anything_is_decided_quickly_and_in_little_memory() -> None:
    costs = measured()
    said = table(costs)
    print(said)  # noqa: T201 -- shown where somebody asks for it, with `-s`
    assert len(costs) == len(BOMBS) > 100
    assert all(cost.reason is not None for cost in costs)
    slow = [c for c in costs if c.milliseconds > MOST_MILLISECONDS * SLOWER]
    large = [c for c in costs if c.megabytes > MOST_MEGABYTES]
    assert not slow, said
    assert not large, said
