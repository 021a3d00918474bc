"""No message of a megabyte costs more than 50 ms of one processor or 50 MB of memory.

Each is decided in a process of its own, which has decided an ordinary message before, so that
neither what another left behind nor what a first decision takes is counted. Time is that of the
processor, the best of three, and the limit here is three times what is promised: a machine that
runs this may be slower, and busy.
"""

import multiprocessing
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rules.messages.refusals import MessageReason
from tests.attacks.messages.bombs import BOMBS
from tests.attacks.messages.making import decided
from tests.rules.messages.builders import MESSAGE, sign

pytestmark = pytest.mark.slow

MOST_MILLISECONDS = 50
MOST_MEGABYTES = 50
SLOWER = 3


@dataclass(frozen=True)
class Cost:
    name: str
    octets: int
    milliseconds: float
    megabytes: float
    reason: str | None
    is_proven: bool


def ask(message: bytes):
    decision = decided(message)
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
    proven = decision.signer is not None and decision.signer.is_proven
    return Cost(name, len(message), min(taken) * 1000, megabytes, decision.reason, proven)


def _peak() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def measured(messages: Iterable[tuple[str, bytes]]) -> list[Cost]:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.attacks.messages.test_cost"])
    with processes.Pool(1, maxtasksperchild=1) as pool:
        return [pool.apply(cost_of, each) for each in messages]


def table(costs: list[Cost]) -> str:
    return "\n".join(
        f"{c.milliseconds:7.1f} ms {c.megabytes:6.1f} MB {c.octets:9,} octets"
        f"  {c.name}: {c.reason}"
        for c in sorted(costs, key=lambda c: -c.milliseconds)
    )


def hold(costs: list[Cost]) -> None:
    said = table(costs)
    print(said)  # noqa: T201 -- shown where somebody asks for it, with `-s`
    assert not [c for c in costs if c.milliseconds > MOST_MILLISECONDS * SLOWER], said
    assert not [c for c in costs if c.megabytes > MOST_MEGABYTES], said


def test_a_megabyte_of_anything_is_decided_quickly_and_in_little_memory() -> None:
    costs = measured((name, made().encode()) for name, made in BOMBS.items())
    assert len(costs) == len(BOMBS) > 100
    assert all(cost.reason is not None and not cost.is_proven for cost in costs)
    hold(costs)


def _signed() -> Iterator[tuple[str, bytes]]:
    """Return every bomb that is read at all, signed by somebody who may."""
    for name, made in BOMBS.items():
        text = made()
        if ask(text.encode()).reason == MessageReason.DIGEST_VALUE_MALFORMED:
            yield name, sign(text)


def test_it_is_too_when_somebody_signs_it_who_may() -> None:
    costs = measured(_signed())
    assert sum(cost.is_proven for cost in costs) > 20
    hold(costs)
