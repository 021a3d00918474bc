"""What a cost is measured in has been made ready before, whatever other tests did."""

import multiprocessing
import os
from pathlib import Path

from tests.attacks.costs import measured

IMPORTED_BY = os.getpid()


def who_imported(_: bytes) -> tuple[int, int]:
    """Return the process that imported this module, and the one that measures."""
    return IMPORTED_BY, os.getpid()


def test_each_input_has_a_process_of_its_own_that_imports_nothing_anew() -> None:
    # What another test may have done: the fork server of the tests' process runs already.
    process = multiprocessing.get_context("forkserver").Process(target=Path, args=("",))
    process.start()
    process.join()

    costs = measured(who_imported, [("a", b"1"), ("b", b"2"), ("c", b"3")], ordinary=b"")
    importers, measurers = zip(*(cost.answer for cost in costs), strict=True)
    assert len(set(importers)) == 1
    assert len(set(measurers)) == 3
    assert not {*importers, os.getpid()} & set(measurers)
