"""Says at the end how many times a process was killed, and where."""

from collections.abc import Callable

import pytest

_deaths: dict[str, int] = {}


@pytest.fixture
def count_of_deaths() -> Callable[[str, int], None]:
    """Return what notes how many steps of an act a process was killed at."""
    return _deaths.__setitem__


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many steps were died at."""
    if _deaths:
        parts = ", ".join(f"{act} {count}" for act, count in sorted(_deaths.items()))
        terminalreporter.write_line(f"killed at {sum(_deaths.values())} steps: {parts}")
