"""Fills a register with many certificates at once, by SQL alone.

The rows are as the services and the triggers would have made them: a request, its certificate,
the key's use, the MPID's use, a notification, the evidence. The triggers themselves are off, or
a million certificates would take an hour. The hashes in the evidence chain nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources

import psycopg
from psycopg import sql

from tests.benchmarks.messages import Signer

USERS = 10_000
PARTIES = 300

_STATEMENTS = resources.files("tests.benchmarks").joinpath("sql")
_TABLES = (
    "registry_organisationcertificate",
    "registry_certificaterequest",
    "registry_keyuse",
    "registry_mpiduse",
    "registry_signingnotification",
    "registry_event",
)
# Not those on which foreign keys, primary keys or `ON CONFLICT` rest.
_INDEXES = """
SELECT relation.relname, object.relname, excludes.oid IS NOT NULL,
       pg_get_indexdef(index.indexrelid)
FROM pg_index AS index
JOIN pg_class AS object ON object.oid = index.indexrelid
JOIN pg_class AS relation ON relation.oid = index.indrelid
LEFT JOIN pg_constraint AS other
    ON other.conindid = index.indexrelid AND other.contype <> 'x'
LEFT JOIN pg_constraint AS excludes
    ON excludes.conindid = index.indexrelid AND excludes.contype = 'x'
WHERE relation.relname = ANY (%(tables)s) AND other.oid IS NULL
"""


def connect(address: str) -> psycopg.Connection:
    """Connect to the database as its superuser, for whom triggers can be left out."""
    database = psycopg.connect(address.replace("//portal@", "//postgres@", 1), autocommit=True)
    database.execute("SET session_replication_role = replica")
    database.execute("SET statement_timeout = 0")
    return database


def add_users(database: psycopg.Connection) -> None:
    """Add Parties, a person of each, and User IDs."""
    _run(database, "users.sql", parties=PARTIES, users=USERS)


def add_certificates(
    database: psycopg.Connection, *, first: int, last: int, with_history: bool
) -> None:
    """Add xmlSign certificates by number, each with an MPID.

    Two after each other are of one User ID and have one MPID: the older was revoked when the
    newer was issued. With their history they have a request, the use of their key, a notification
    and evidence too.
    """
    numbers = {"first": first, "last": last, "users": USERS, "parties": PARTIES}
    with _indexes_built_afterwards(database):
        _run(database, "certificates.sql", **numbers)
        if with_history:
            _run(database, "history.sql", **numbers)


def add_signer(database: psycopg.Connection, signer: Signer) -> None:
    """Add the certificate that the messages are signed with, notified for its User ID."""
    _run(
        database,
        "signer.sql",
        eui64=signer.eui64,
        issuer=signer.issuer,
        serial=str(signer.serial),
        der=signer.der,
        point=signer.point,
    )


def settle(database: psycopg.Connection) -> None:
    """Have the database know what it holds, as its own upkeep would in time."""
    database.execute("VACUUM (ANALYZE)")
    database.execute("CHECKPOINT")


@contextmanager
def _indexes_built_afterwards(database: psycopg.Connection) -> Iterator[None]:
    """Build the indexes at once in the end, which takes a fraction of the time.

    The exclusion constraint comes back as the index that it is: to hold a million rows to it
    again takes minutes, and nothing is written any more.
    """
    definitions = database.execute(_INDEXES, {"tables": list(_TABLES)}).fetchall()
    for table, name, is_constraint, _ in definitions:
        drop = "ALTER TABLE {} DROP CONSTRAINT {}" if is_constraint else "DROP INDEX {1}"
        database.execute(sql.SQL(drop).format(sql.Identifier(table), sql.Identifier(name)))
    yield
    for *_, definition in definitions:
        database.execute(definition)


def _run(database: psycopg.Connection, name: str, **values: object) -> None:
    """Run the statements of a file, each with the values."""
    for statement in _STATEMENTS.joinpath(name).read_text("utf-8").split(";\n"):
        if statement.strip():
            database.execute(statement.encode(), values)
