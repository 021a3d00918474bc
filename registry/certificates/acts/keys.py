"""Acts that concern one key come one after the other."""

from django.db import connection


def lock_key(key_x: str | None) -> None:
    """Lock a key and its negative until the transaction ends; nothing for an unreadable one.

    A key has no row of its own before its first request, so this is an advisory lock. Statements
    after it see what the transactions before have committed.
    """
    if key_x is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key_x])
