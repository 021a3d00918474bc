"""Empties the database after a test whose writes were committed."""

from django.db import connection
from django.test import TransactionTestCase

_KEPT = ["django_migrations", "django_content_type", "auth_permission"]
"""What migrations write, and what follows from the models: no test's."""

# The triggers that keep rows from being deleted are for everybody else; that they do has tests of
# its own. References are looked at in the end, so that the order does not matter but for those few
# that are looked at once: the tables that have them come first.
_EMPTY_WHAT_HAS_ROWS = """
DO $$
DECLARE
    one text;
    has_rows boolean;
    filled text[] := '{}';
BEGIN
    FOR one IN
        SELECT quote_ident(tablename) FROM pg_tables
        WHERE schemaname = current_schema() AND tablename <> ALL (%s)
        ORDER BY NOT EXISTS (
            SELECT FROM pg_constraint
            WHERE contype = 'f' AND NOT condeferrable
                AND conrelid = quote_ident(tablename)::regclass
        )
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || one || ')' INTO has_rows;
        IF has_rows THEN
            filled := filled || one;
        END IF;
    END LOOP;
    FOREACH one IN ARRAY filled LOOP
        EXECUTE 'ALTER TABLE ' || one || ' DISABLE TRIGGER USER';
        EXECUTE 'DELETE FROM ' || one;
    END LOOP;
    SET CONSTRAINTS ALL IMMEDIATE;
    FOREACH one IN ARRAY filled LOOP
        EXECUTE 'ALTER TABLE ' || one || ' ENABLE TRIGGER USER';
    END LOOP;
END
$$
"""


def empty_quickly() -> None:
    """Have every test from now on delete the rows there are, in a twentieth of the time.

    Django truncates every table, filled or not, and then writes anew what it knows of the models.
    """

    def empty(_: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_EMPTY_WHAT_HAS_ROWS.replace("%s", f"ARRAY{_KEPT}"))

    TransactionTestCase._fixture_teardown = empty  # type: ignore[method-assign] # noqa: SLF001 -- there is no other place to say so
