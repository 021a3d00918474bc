"""Holds a target to its promises, input by input, and keeps every input on which it breaks one.

A break does not end the fuzzing: each place in the code that breaks is kept once, with the
shortest input that reached it.
"""

import resource
import time
import traceback
from hashlib import sha256
from pathlib import Path

from tests.fuzz.target import Target

MOST_SECONDS = 0.5
"""Of the processor, for one input. What is measured is slower here than it is otherwise, as the
fuzzer counts every branch; and no input has more than some kilobytes."""
MOST_KILOBYTES = 50_000
"""By which one input may raise the most memory that the process ever had."""
_AGAIN = 3


class CostError(Exception):
    """An input took too much time or memory."""


class Holding:
    """Calls a target and keeps what breaks it in a folder."""

    def __init__(self, target: Target, folder: Path) -> None:
        self._target = target
        self._folder = folder
        self._kept: dict[str, int] = {}
        self._is_warm = False

    def warm(self) -> None:
        """Hold every seed once, so that what is made only once counts for no input."""
        for seed in self._target.seeds:
            self(seed)
        self._is_warm = True

    def __call__(self, data: bytes) -> None:
        try:
            self._hold(data)
        except Exception as fault:  # noqa: BLE001 -- whatever it is, it is what is looked for
            self._keep(data, fault)

    def _hold(self, data: bytes) -> None:
        memory = _peak()
        if self._seconds(data) > MOST_SECONDS and self._is_warm:
            # A busy machine makes anything slow once.
            least = min(self._seconds(data) for _ in range(_AGAIN))
            if least > MOST_SECONDS:
                raise CostError(f"it takes {least:.2f} s of the processor")
        grown = _peak() - memory
        if grown > MOST_KILOBYTES and self._is_warm:
            raise CostError(f"it takes {grown // 1_000} MB")

    def _seconds(self, data: bytes) -> float:
        begun = time.process_time()
        self._target.hold(data)
        return time.process_time() - begun

    def _keep(self, data: bytes, fault: Exception) -> None:
        name = f"{type(fault).__name__}-{_place(fault)}"
        if self._kept.get(name, len(data) + 1) <= len(data):
            return
        self._kept[name] = len(data)
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_bytes(data)
        says = "".join(traceback.format_exception(fault))
        (self._folder / f"{name}.txt").write_text(says, encoding="utf-8", errors="replace")


def _place(fault: Exception) -> str:
    """Return a short name of the lines that led to a fault; the same for the same lines."""
    frames = traceback.extract_tb(fault.__traceback__)
    # The innermost few: all of them differ from one call of a recursion to the next.
    lines = "\n".join(f"{frame.filename}:{frame.lineno}" for frame in frames[-3:])
    return sha256(lines.encode()).hexdigest()[:8]


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
