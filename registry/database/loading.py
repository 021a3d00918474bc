"""Loads what is declared into a database, where it differs."""

from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from registry.database.declared import declared
from registry.database.differing import present_functions, present_triggers

_ONE_AT_A_TIME = 5_220_409_117_203
"""The key of the lock that keeps two that migrate at once apart."""


def load_differing(*, using: str = DEFAULT_DB_ALIAS) -> tuple[str, ...]:
    """Load each declared function and trigger that a database lacks or has otherwise.

    In one transaction, so that no act meets half of it. What the database has beside the declared
    is left to the migration that takes it away. Returns the names of what was loaded; where all
    was as declared there are none, and nothing was locked but this act itself.
    """
    wanted = declared()
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        functions = present_functions(using=using)
        triggers = present_triggers(using=using)
        loaded = []
        for name, text in wanted.functions.items():
            if functions.get(name) != text:
                cursor.execute(text)
                loaded.append(name)
        for trigger, text in wanted.triggers.items():
            has, _, is_on = triggers.get(trigger, ("", None, True))
            if has != text or not is_on:
                cursor.execute(f'DROP TRIGGER IF EXISTS "{trigger.name}" ON "{trigger.table}"')
                cursor.execute(text)
                loaded.append(str(trigger))
    return tuple(loaded)


def is_migrated(*, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Tell whether a database has every migration of the register."""
    executor = MigrationExecutor(connections[using])
    leaves = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] == "registry"]
    return not executor.migration_plan(leaves)


def load_after_migrating(sender: AppConfig, *, using: str, verbosity: int = 1, **_: Any) -> None:
    """Load what differs where every migration is there: not on the way to an earlier one."""
    del sender
    if not is_migrated(using=using):
        return
    loaded = load_differing(using=using)
    if loaded and verbosity:
        print(f"  Loaded into the database: {', '.join(loaded)}")  # noqa: T201 -- as `migrate` does
