# ruff: noqa: S608 -- statements about every table, whose names are the register's own
"""One plain row in every table of the register, and what is known of the table's columns.

The rows are filled in from the models, so that a new table has one too: what a constraint asks of
a new column goes into `ALWAYS` or `OF_ONE`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from psycopg.types.range import Range

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
_X = "ab" * 32

ALWAYS: dict[str, Any] = {
    "eui64": "90-B3-D5-1F-30-01-00-00",
    "spki_sha256": "cd" * 32,
    "key_x": _X,
    "public_key": b"\x04" + bytes.fromhex(_X) + b"\x01" * 32,
    "mpid": "NWEL",
}
"""By the field's name, in every table that has it."""

OF_ONE: dict[str, dict[str, Any]] = {
    "appointment": {"role": "ARO", "party": "sample"},
    "ceasedmessage": {"attribution": "nobody", "request_id": "a"},
    "dayoff": {"reason": "a", "recorded_by": "sample"},
    "dccsigningcertificate": {"purpose": "transform"},
    "enforcementmoment": {"proposal": "sample"},
    "document": {"sha256": "ab" * 32},
    "event": {"result": "done"},
    "job": {"is_single": True},
    "mpid": {"code": "NWEL"},
    "mpiduse": {"certificate": "sample", "held": Range(AT, AT + timedelta(days=9))},
    "observation": {
        "user_id": ALWAYS["eui64"],
        "is_proven": True,
        "generation": "SMETS1",
        "kind": "service-request",
        "outcome": "process",
        "reason": "",
        "would_be": "process",
        "would_be_reason": "",
    },
    "organisationcertificate": {"serial_number": "77", "request": "sample"},
    "party": {"category": "Supplier"},
    "partystanding": {"standing": "suspended"},
    "proposal": {"state": "open"},
    "proposalsubject": {"is_held": True},
    "registrationswitchmoment": {"checkpoint": "dsp"},
    "safetycriticalalert": {"alert_code": "8F0A"},
    "servicerequesteligibility": {"user_role": "IS"},
}
"""By table and field. `sample`: the row of the table that it refers to."""

_BY_TYPE: list[tuple[Any, Any]] = [
    (models.DateTimeField, AT),
    (models.DateField, date(2026, 11, 20)),
    (models.BooleanField, False),
    (models.IntegerField, 1),
    (models.BinaryField, b"\x30"),
    ((models.JSONField, ArrayField), []),
    (models.CharField, "a"),
    (models.TextField, "a"),
]

OTHER = {
    "text": "'~'",
    "character varying": "'~'",
    "bigint": "COALESCE({0}, 0) + 1",
    "integer": "COALESCE({0}, 0) + 1",
    "smallint": "COALESCE({0}, 0) + 1",
    "boolean": "NOT {0}",
    "timestamp with time zone": "COALESCE({0}, now()) + interval '1 day'",
    "date": "COALESCE({0}, current_date) + 1",
    "bytea": "'\\x00'::bytea",
    "jsonb": "'\"~\"'::jsonb",
    "ARRAY": "ARRAY['~']",
    "tstzrange": "tstzrange('2000-01-01', '2000-01-02')",
    "uuid": "gen_random_uuid()",
}
"""By the type of a column, an expression of another value than it has."""


def tables() -> list[str]:
    """Return the register's tables, without the prefix that they all have."""
    return sorted(model._meta.model_name or "" for model in _models())  # noqa: SLF001


def make_all() -> None:
    """Make one row in each table, past every trigger, and leave all of those off."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables():
        run(f"ALTER TABLE registry_{table} DISABLE TRIGGER USER")
    made: dict[type[models.Model], models.Model] = {}
    for model in _models():
        _sample(model, made)
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET CONSTRAINTS ALL DEFERRED")


def switch_on(table: str, trigger: str) -> None:
    """Switch one trigger on; the others stay off, so that what refuses is that one."""
    run(f"ALTER TABLE registry_{table} ENABLE TRIGGER {trigger}")


def columns(table: str) -> dict[str, str]:
    """Return the type of each column that can be written."""
    found = ask(
        "SELECT column_name, CASE WHEN data_type = 'USER-DEFINED' THEN udt_name ELSE data_type END"
        " FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = %s AND is_generated = 'NEVER'",
        f"registry_{table}",
    )
    return dict(found)


def another(table: str, column: str) -> str:
    """Return an expression of another value than a column has."""
    return OTHER[columns(table)[column]].format(f'"{column}"')


def copy(table: str, *, primary: str, **changed: str) -> str:
    """Return the statement that puts the row in again, but for its key and what differs."""
    every = list(columns(table))
    if (
        primary in every
        and primary not in changed
        and columns(table)[primary] in {"bigint", "integer"}
    ):
        changed = {primary: f'"{primary}" + 1000', **changed}
    values = [changed.get(name, f'"{name}"') for name in every]
    named = ", ".join(f'"{name}"' for name in every)
    return (
        f"INSERT INTO registry_{table} ({named}) SELECT {', '.join(values)} FROM registry_{table}"
    )


def run(statement: str, *parameters: object) -> None:
    """Run a statement past our code."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)


def ask(statement: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Return the rows of a question."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall()


@contextmanager
def undone() -> Iterator[None]:
    """Undo everything that was done within."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _models() -> list[type[models.Model]]:
    return list(apps.get_app_config("registry").get_models())


def _has_default(field: Any) -> bool:
    return bool(field.has_default() or field.has_db_default())


def _sample(model: type[models.Model], made: dict[type[models.Model], models.Model]) -> Any:
    if model not in made:
        own = OF_ONE.get(model._meta.model_name or "", {})  # noqa: SLF001
        values = {}
        for field in model._meta.concrete_fields:  # noqa: SLF001
            if field.generated or isinstance(field, models.BigAutoField):
                continue
            given = own.get(field.name, ALWAYS.get(field.name))
            if isinstance(field, models.ForeignKey) and (given == "sample" or not field.null):
                given = _sample(field.related_model, made)  # type: ignore[arg-type]
            elif given is None and not (field.null or field.blank or _has_default(field)):
                given = next(value for kind, value in _BY_TYPE if isinstance(field, kind))
            if given is not None:
                values[field.name] = given
        made[model] = model._base_manager.create(**values)  # noqa: SLF001
    return made[model]
