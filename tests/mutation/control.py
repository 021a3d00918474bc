"""Defects that nobody can notice, planted beside the others: each run is held to them.

If one of these is noticed, the tests fail for another reason than the defect, and the score
means nothing.
"""

from pathlib import Path

MODULE = "rules/of_no_effect.py"
TEST = "tests/test_of_no_effect.py"

_MODULE = '''"""Has no effect."""


def without_effect() -> None:
    """Make numbers that nobody looks at."""
    for number in (1, 2, 3, 4, 5, 6, 7, 8):
        number + 1
'''
_TEST = """import pytest

from rules.of_no_effect import without_effect
{marker}

def test_it_is_called() -> None:
    without_effect()
"""


def add_to(folder: Path, *, needs_database: bool) -> None:
    """Put the module and its test into a copy of the project."""
    marker = "\npytestmark = pytest.mark.django_db\n" if needs_database else ""
    (folder / MODULE).write_text(_MODULE)
    (folder / TEST).write_text(_TEST.format(marker=marker))


def is_of_it(name: str) -> bool:
    """Tell whether a defect, by mutmut's name, is one of these."""
    return name.startswith("rules.of_no_effect.")
