"""The tests' database is a copy of one that was migrated: as migrating would make it today."""

from pathlib import Path

import pytest

from registry.database.loading import is_migrated, load_differing
from tests.migrated import state_of


@pytest.mark.django_db
def test_a_copy_has_every_migration_and_all_that_is_declared() -> None:
    assert is_migrated()
    assert load_differing() == ()


def test_a_changed_renamed_or_further_migration_is_another_state(tmp_path: Path) -> None:
    first, second = tmp_path / "0001_first.py", tmp_path / "0002_second.py"
    first.write_text("1")
    states = [state_of([first])]
    second.write_text("2")
    states += [state_of([first, second])]
    second.write_text("3")
    states += [state_of([first, second])]
    renamed = second.rename(tmp_path / "0003_second.py")
    states += [state_of([first, renamed])]
    assert len(set(states)) == 4
    assert state_of([renamed, first]) == states[-1]
