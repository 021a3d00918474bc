"""Repeats what chance has a hand in: once in `make test`, more often in `make test-long`."""

from collections.abc import Callable
from typing import Any

import pytest


def rounds(count: int) -> Callable[[Any], Any]:
    """Have a test run so many times, all but the first in the long run."""
    more = [pytest.param(number, marks=pytest.mark.long) for number in range(1, count)]

    def several_times(test: Any) -> Any:
        numbered = pytest.mark.parametrize("round_number", [0, *more], indirect=True)
        return pytest.mark.usefixtures("round_number")(numbered(test))

    return several_times
