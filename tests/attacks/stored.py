"""Everything that the database holds, to show what is not in it."""

from django.db import connection

# What any request may leave behind without anything having been done.
BESIDE_THE_POINT = {"django_session", "django_migrations"}


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    return sorted(names)


def everything_stored() -> str:
    """Return every row of every table as text; octets in hexadecimal."""
    rows: list[str] = []
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')  # noqa: S608 -- its own names
            rows.extend(row[0] for row in cursor.fetchall())
    return "\n".join(rows)


def counts() -> dict[str, int]:
    """Return how many rows each table has, by its name."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table in _tables():
            if table not in BESIDE_THE_POINT:
                cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 -- its own names
                found[table] = cursor.fetchone()[0]
    return found


def grown(before: dict[str, int]) -> dict[str, int]:
    """Return which tables have more or fewer rows than before, and by how many."""
    return {name: n - before[name] for name, n in counts().items() if n != before[name]}
