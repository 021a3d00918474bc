# ruff: noqa: S608 -- statements about every table, whose names are the register's own
"""Each thing that the database holds by itself refuses what it forbids, past our code.

The list is the database's own. Each try is made twice: with the hold, which must refuse by its own
name, and without it, when the same statement must pass; so each test fails where the hold is gone.
"""

import re

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction

from tests.registry.holds import constraints, triggers
from tests.registry.holds.samples import (
    another,
    ask,
    columns,
    copy,
    make_all,
    run,
    switch_on,
    tables,
    undone,
)

pytestmark = pytest.mark.django_db

_WHERE = "write down what it forbids in tests/registry/holds/: "


@pytest.fixture
def _rows() -> None:
    make_all()


def refusal(statement: str) -> tuple[str, str]:
    """Return what the database says to a statement, and the constraint that it names."""
    try:
        with undone():
            run(statement)
            run("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError as refused:
        cause = refused.__cause__
        return str(refused), getattr(getattr(cause, "diag", None), "constraint_name", None) or ""
    return "", ""


# --- triggers ------------------------------------------------------------------------------------


def _triggers() -> dict[str, tuple[str, str]]:
    """Return, by the name that we gave it, the table and the full name of each trigger."""
    found = ask(
        "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE NOT tgisinternal AND relname LIKE 'registry\\_%'"
    )
    return {
        re.sub(r"^pgtrigger_(.+)_[0-9a-f]{5}$", r"\1", name): (table, name)
        for table, name in found
    }


def test_every_trigger_is_known_with_what_it_forbids() -> None:
    ours = {name for name in _triggers() if not name.endswith("_is_never_truncated")}
    watching = {f"registry_{table}_is_watched" for table in triggers.WATCHED}
    refusing = {
        *triggers.NEVER_DELETED,
        *triggers.NEVER_CHANGED,
        *triggers.MAY_CHANGE,
        *triggers.TRIED,
        *triggers.KEEPS,
    }
    unknown = ours - watching - refusing
    assert unknown == set(), (
        _WHERE
        + "a trigger in triggers.NEVER_DELETED, NEVER_CHANGED, MAY_CHANGE, TRIED or KEEPS, one"
        " that tells followers in WATCHED"
    )
    assert (watching | refusing) - ours == set(), "the database has lost these"


def _is_held(trigger: str, table: str, statement: str, says: str) -> None:
    full = _triggers()[trigger][1]
    assert refusal(statement) == ("", ""), "without its trigger it is refused by something else"
    switch_on(table, full)
    said, _ = refusal(statement)
    assert said, f"{trigger} lets pass: {statement}"
    assert said.startswith(says)


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("trigger", sorted(triggers.NEVER_DELETED | triggers.NEVER_CHANGED))
def test_what_is_never_deleted(trigger) -> None:
    table = (triggers.NEVER_DELETED | triggers.NEVER_CHANGED)[trigger]
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for name, other in ask(
        "SELECT conname, conrelid::regclass::text FROM pg_constraint"
        " WHERE contype = 'f' AND confrelid = %s::regclass",
        f"registry_{table}",
    ):
        run(f"ALTER TABLE {other} DROP CONSTRAINT {name}")
    _is_held(trigger, table, f"DELETE FROM registry_{table}", "pgtrigger: Cannot ")


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("trigger", sorted(triggers.NEVER_CHANGED | triggers.MAY_CHANGE))
def test_what_may_not_change_does_not_column_by_column(trigger) -> None:
    whole = triggers.NEVER_CHANGED.get(trigger)
    table, free = (whole, set()) if whole else triggers.MAY_CHANGE[trigger]
    assert free < set(columns(table))
    _drop_all_constraints(table)
    for column in sorted(set(columns(table)) - free):
        with undone():
            statement = f'UPDATE registry_{table} SET "{column}" = {another(table, column)}'
            _is_held(trigger, table, statement, "pgtrigger: Cannot update")


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("trigger", sorted(triggers.TRIED))
def test_what_hangs_on_the_row(trigger) -> None:
    tried = triggers.TRIED[trigger]
    _drop_all_constraints(tried.table)
    for step in tried.before:
        run(_statement(tried.table, step))
    forbidden = _statement(tried.table, tried.forbidden)
    _is_held(trigger, tried.table, forbidden, tried.refusal)


def _statement(table: str, step: triggers.Step) -> str:
    return step if isinstance(step, str) else copy(table, primary="id", **step)


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("trigger", sorted(triggers.KEEPS))
def test_what_keeps_one_table_by_another(trigger) -> None:
    keeps = triggers.KEEPS[trigger]
    _drop_all_constraints(keeps.table)
    run(f"DELETE FROM registry_{keeps.other}")
    for statement in keeps.before:
        run(statement)
    does = _statement(keeps.table, keeps.does)
    with undone():
        run(does)
        assert ask(f"SELECT FROM registry_{keeps.other} WHERE {keeps.is_so}") == []
    switch_on(keeps.table, _triggers()[trigger][1])
    run(does)
    assert ask(f"SELECT FROM registry_{keeps.other} WHERE {keeps.is_so}") == [()]


_NEW_KEY = {"servicereferencevariant": {"code": "'~'"}}


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("table", sorted(triggers.WATCHED))
def test_followers_hear_of_every_change(table) -> None:
    key = triggers.WATCHED[table]
    primary = "code" if table == "servicereferencevariant" else "id"
    _drop_all_constraints(table)
    run(f"ALTER TABLE registry_{table} ENABLE TRIGGER registry_{table}_is_watched")
    for statement, of in (
        (f'UPDATE registry_{table} SET "{key}" = "{key}"', ""),
        (copy(table, primary=primary, **_NEW_KEY.get(table, {})), "new"),
        (f"DELETE FROM registry_{table}", ""),
    ):
        with undone():
            run("DELETE FROM registry_snapshotchange")
            before = {str(row) for (row,) in ask(f'SELECT "{key}" FROM registry_{table}')}
            run(statement)
            run("SET CONSTRAINTS ALL IMMEDIATE")
            after = {str(row) for (row,) in ask(f'SELECT "{key}" FROM registry_{table}')}
            changed = (after - before or after) if of else before
            told = {row for (row,) in ask("SELECT subject_id FROM registry_snapshotchange")}
            assert told == changed, statement


# --- constraints ---------------------------------------------------------------------------------


def _constraints(kinds: str) -> dict[str, str]:
    """Return the table of each constraint of these kinds, as pg_constraint writes them."""
    return dict(
        ask(
            "SELECT conname, relname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid"
            " WHERE relname LIKE 'registry\\_%%' AND contype::text = ANY (%s)",
            list(kinds),
        )
    )


def _unique_indexes() -> dict[str, str]:
    """Return the table of each unique index that is no constraint."""
    return dict(
        ask(
            "SELECT indexrelid::regclass::text, indrelid::regclass::text FROM pg_index"
            " WHERE indisunique AND indrelid::regclass::text LIKE 'registry\\_%'"
            " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"
        )
    )


def _drop_all_constraints(table: str, *, but: str = "") -> None:
    """Leave of everything that holds a table one constraint or index, or none."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for name, owner in _constraints("cuxf").items():
        if owner == f"registry_{table}" and name != but:
            run(f'ALTER TABLE {owner} DROP CONSTRAINT IF EXISTS "{name}" CASCADE')
    for name, owner in _unique_indexes().items():
        if owner == f"registry_{table}" and name != but:
            run(f"DROP INDEX {name}")
    for (name,) in ask(
        "SELECT conname FROM pg_constraint WHERE contype = 'p' AND conrelid = %s::regclass",
        f"registry_{table}",
    ):
        run(f"ALTER TABLE registry_{table} DROP CONSTRAINT {name} CASCADE")
    run("SET CONSTRAINTS ALL DEFERRED")


def _at_least_nought() -> dict[str, str]:
    """Return what Django itself asks of a positive number."""
    return {name: table for name, table in _constraints("c").items() if name.startswith(table)}


def test_every_constraint_is_known_with_what_it_forbids() -> None:
    known_checks = set(constraints.CHECKS)
    known_unique = set(constraints.UNIQUE) | constraints.REFERRED_TO
    found = set(_constraints("c")) - set(_at_least_nought())
    assert found - known_checks == set(), _WHERE + "a check in constraints.CHECKS"
    assert known_checks - found == set(), "the database has lost these"
    found = set(_constraints("u")) | set(_unique_indexes())
    assert found - known_unique == set(), _WHERE + "what is unique in constraints.UNIQUE"
    assert known_unique - found == set(), "the database has lost these"
    found = set(_constraints("x"))
    assert found - set(constraints.EXCLUDED) == set(), _WHERE + "one in constraints.EXCLUDED"
    assert set(constraints.EXCLUDED) - found == set(), "the database has lost these"


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("name", sorted(constraints.CHECKS))
def test_each_check_refuses(name) -> None:
    table, broken = constraints.CHECKS[name]
    _drop_all_constraints(table, but=name)
    said, by = refusal(f"UPDATE registry_{table} SET {broken}")
    assert by == name, said


@pytest.mark.usefixtures("_rows")
def test_a_number_that_counts_is_never_below_nought() -> None:
    found = _at_least_nought()
    assert found
    for name, table in found.items():
        column = name.removeprefix(f"{table}_").removesuffix("_check")
        assert refusal(f"UPDATE {table} SET {column} = -1")[1] == name


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("name", sorted(constraints.UNIQUE))
def test_what_is_unique_is_so_by_these_columns_and_no_others(name) -> None:
    one = constraints.UNIQUE[name]
    _drop_all_constraints(one.table, but=name)
    others = {
        column: another(one.table, column)
        for column in columns(one.table)
        if column not in one.alike and column not in {*one.unless, *_UNLESS_OF.get(name, ())}
    }
    again = copy(one.table, primary="", **others)
    said, by = refusal(again)
    assert by == name, said or f"twice the same passes: {again}"
    for column in one.alike:
        differs = others | {column: another(one.table, column)}
        assert refusal(copy(one.table, primary="", **differs)) == ("", ""), column
    if one.unless:
        assert refusal(copy(one.table, primary="", **(others | one.unless))) == ("", "")


_UNLESS_OF = {
    "key_is_in_one_open_request": ("state",),
    "single_job_is_under_way_once": ("state",),
}


@pytest.mark.usefixtures("_rows")
def test_an_address_is_one_persons_however_it_is_cased() -> None:
    name = "person_email_is_unique_in_any_case"
    _drop_all_constraints("person", but=name)
    assert refusal(copy("person", primary="id", email="upper(email)"))[1] == name


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("name", sorted(constraints.EXCLUDED))
def test_what_cannot_stand_beside_each_other(name) -> None:
    excluded = constraints.EXCLUDED[name]
    _drop_all_constraints(excluded.table, but=name)
    said, by = refusal(copy(excluded.table, primary="id", **excluded.differs))
    assert by == name, said
    assert refusal(copy(excluded.table, primary="id")) == ("", "")
    for beside in excluded.passes:
        assert refusal(copy(excluded.table, primary="id", **(excluded.differs | beside))) == (
            "",
            "",
        )


@pytest.mark.slow
@pytest.mark.usefixtures("_rows")
def test_every_reference_leads_somewhere() -> None:
    held = 0
    for model in apps.get_app_config("registry").get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001
            if not isinstance(field, models.ForeignKey):
                continue
            table = model._meta.model_name or ""  # noqa: SLF001
            with undone():
                for name, (owner, _) in constraints.COMPOSITE.items():
                    run(f"ALTER TABLE registry_{owner} DROP CONSTRAINT {name}")
                for name, owner in _constraints("c").items():
                    run(f"ALTER TABLE {owner} DROP CONSTRAINT {name}")
                said, _ = refusal(f"UPDATE registry_{table} SET {field.column} = -1")
                assert "violates foreign key" in said, (table, field.column)
                held += 1
    assert held > len(tables()) // 2


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("name", sorted(constraints.COMPOSITE))
def test_what_repeats_another_row_cannot_lie_about_it(name) -> None:
    table, repeats = constraints.COMPOSITE[name]
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for other, owner in _constraints("f").items():
        if owner == f"registry_{table}" and other != name:
            run(f"ALTER TABLE {owner} DROP CONSTRAINT {other}")
    for column in repeats:
        said, by = refusal(f"UPDATE registry_{table} SET {column} = {another(table, column)}")
        assert by == name, (column, said)
    with transaction.atomic():
        run(f"ALTER TABLE registry_{table} DROP CONSTRAINT {name}")
    free = f"UPDATE registry_{table} SET {repeats[0]} = {another(table, repeats[0])}"
    assert refusal(free) == ("", "")
