"""Taking MPIDs: whoever wants one locks its claim row first, then looks, then writes."""

from collections.abc import Iterable

from django.db import connection


def lock_mpids(codes: Iterable[str]) -> None:
    """Lock the claim rows of these MPIDs until the transaction ends, making them where needed.

    Always in alphabetical order, so that racers for several MPIDs wait for each other instead of
    deadlocking. Statements after this one see what the transactions before have committed.
    """
    with connection.cursor() as cursor:
        for code in sorted(set(codes)):
            cursor.execute(
                "INSERT INTO registry_mpid (code) VALUES (%s)"
                " ON CONFLICT (code) DO UPDATE SET code = EXCLUDED.code",
                [code],
            )
