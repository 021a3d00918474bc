"""No table that keeps something, or that followers hear of, can be truncated."""

import pytest
from django.db import DatabaseError, connection, transaction

pytestmark = pytest.mark.django_db

_KEEPING = """
SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE NOT tgisinternal AND relname LIKE 'registry\\_%' AND tgtype & 8 <> 0
ORDER BY relname
"""
"""Tables with a trigger on DELETE, which either refuses it or tells followers of it."""

ALSO = [
    "registry_eventchainhead",
    "registry_naturalperson",
    "registry_partympid",
    "registry_person",
    "registry_snapshotversion",
]
"""Those without one that decisions or the evidence rest on all the same."""


def test_what_may_not_be_deleted_unseen_cannot_be_truncated() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_KEEPING)
        tables = sorted({name for (name,) in cursor.fetchall()} | set(ALSO))
    assert len(tables) > 20
    assert [table for table in tables if _truncating(table) != _REFUSED.format(table)] == [], (
        "TRUNCATE passes on these; add to your migration, as 0018 does: CREATE TRIGGER "
        "<table>_is_never_truncated BEFORE TRUNCATE ON <table> FOR EACH STATEMENT "
        "EXECUTE FUNCTION registry_refuse_truncate()"
    )


_REFUSED = "append-only: {} cannot be truncated"


def _truncating(table: str) -> str:
    """Return what the database says; the tables that hang on this one are not asked first."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_OTHERS_ARE_SILENT, [table])
            cursor.execute(f"TRUNCATE {table} CASCADE")
            transaction.set_rollback(True)
    except DatabaseError as refused:
        return str(refused).splitlines()[0]
    return "truncated"


_OTHERS_ARE_SILENT = """
DO $$
DECLARE
    one text;
BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
    FOR one IN SELECT tablename FROM pg_tables
        WHERE schemaname = current_schema() AND tablename LIKE 'registry\\_%%' AND tablename <> %s
    LOOP
        EXECUTE 'ALTER TABLE ' || one || ' DISABLE TRIGGER USER';
    END LOOP;
END
$$
"""
