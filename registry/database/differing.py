"""How a database differs from what is declared: nobody decides by what it does not hold."""

from collections.abc import Iterator, Mapping

import pgtrigger
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model

from registry.database.declared import TriggerName, declared

_FUNCTIONS = """
SELECT proname, replace(pg_get_functiondef(oid), quote_ident(current_schema()) || '.', '')
FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'registry\\_%'
"""
_TRIGGERS = """
SELECT relname, tgname,
       replace(pg_get_triggerdef(pg_trigger.oid), quote_ident(current_schema()) || '.', ''),
       obj_description(pg_trigger.oid, 'pg_trigger'), tgenabled = 'O'
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
    AND relname LIKE 'registry\\_%'
"""


def differences(*, using: str = DEFAULT_DB_ALIAS) -> tuple[str, ...]:
    """Return in words each function and trigger that is not as declared; none where all is well.

    Those that `pgtrigger` declares are held to their models likewise. A trigger that is switched
    off differs, and so does one on a table of ours that nothing here declares.
    """
    return (*_of_functions(present_functions(using=using)), *_of_triggers(using=using))


def present_functions(*, using: str) -> Mapping[str, str]:
    """Return the functions of ours that a database has, by name, as PostgreSQL prints them."""
    with connections[using].cursor() as cursor:
        cursor.execute(_FUNCTIONS)
        return {name: text.rstrip() for name, text in cursor.fetchall()}


def present_triggers(*, using: str) -> Mapping[TriggerName, tuple[str, str | None, bool]]:
    """Return every trigger on our tables: its text, its comment, and whether it is switched on."""
    with connections[using].cursor() as cursor:
        cursor.execute(_TRIGGERS)
        return {
            TriggerName(table, name): (text, comment, is_on)
            for table, name, text, comment, is_on in cursor.fetchall()
        }


def _of_functions(present: Mapping[str, str]) -> Iterator[str]:
    wanted = declared().functions
    for name in sorted(wanted.keys() | present.keys()):
        if name not in present:
            yield f"the function {name} is missing"
        elif name not in wanted:
            yield f"the function {name} is not declared"
        elif wanted[name] != present[name]:
            yield f"the function {name} differs"


def _of_triggers(*, using: str) -> Iterator[str]:
    wanted = declared().triggers
    of_models = _of_models()
    present = present_triggers(using=using)
    for name in sorted(wanted.keys() | of_models.keys() | present.keys(), key=str):
        if name not in present:
            yield f"the trigger {name} is missing"
            continue
        text, comment, is_on = present[name]
        if name not in wanted and name not in of_models:
            yield f"the trigger {name} is not declared"
        elif wanted.get(name, text) != text or of_models.get(name, comment) != comment:
            yield f"the trigger {name} differs"
        elif not is_on:
            yield f"the trigger {name} is switched off"


def _of_models() -> Mapping[TriggerName, str]:
    """Return the digest that `pgtrigger` leaves as the comment of each trigger of a model."""
    return {
        _name_of(model, trigger): trigger.compile(model).hash
        for model, trigger in pgtrigger.registered()
    }


def _name_of(model: Model, trigger: pgtrigger.Trigger) -> TriggerName:
    table = model._meta.db_table  # noqa: SLF001 -- Django documents it under this name
    return TriggerName(table, trigger.get_pgid(model))
