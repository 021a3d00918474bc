"""Waits for what another thread or process is about to do."""

import time
from collections.abc import Callable


def seconds_until(happens: Callable[[], object], *, within: float = 30.0) -> float:
    """Return how long it took until something was true; fail when it took far too long.

    The limit is for what never comes: a busy machine must not fail a test.
    """
    start = time.monotonic()
    while not happens():
        taken = time.monotonic() - start
        assert taken < within, f"it did not happen within {within} seconds"
        time.sleep(0.005)
    return time.monotonic() - start
