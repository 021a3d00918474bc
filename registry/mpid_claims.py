"""Taking and freeing MPIDs: lock the claim rows in one order, then look, then write.

MP104 business requirements 2.1: no xmlSign request of a Supplier Party may have an MPID that an
unexpired, unrevoked Organisation Certificate of a different Supplier Party contains. What the
SMKI PMA holds the transfer of (MP185) is a use like any other, so it blocks in the same look-up.
"""

from collections.abc import Iterable
from datetime import datetime

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet

from registry.models import MpidUse, Party
from rules.certificates.facts import MpidHolding

HOLDS = """
SELECT upper(held) FROM registry_mpiduse
WHERE mpid = %b AND held && tstzrange(%b, NULL) AND party_id <> %b
"""
"""When the holds of other Parties on one MPID end that have not ended by a moment."""


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


def holdings_of_others(
    codes: Iterable[str], *, party: Party, at: datetime
) -> tuple[MpidHolding, ...]:
    """Return the holds that different Supplier Parties have on these MPIDs now or later.

    One per MPID, with the latest end; None where a reservation has no end yet.
    """
    wanted = sorted(set(codes))
    if not wanted:
        return ()
    holdings = []
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    # By the driver alone, and prepared: it is asked at every check, and to plan it each time would
    # take three times as long as to look. One MPID at a time, since PostgreSQL plans anew for each
    # list, of which it does not know how long it is.
    with database.wrap_database_errors, psycopg.Cursor(database.connection) as cursor:
        for code in wanted:
            cursor.execute(HOLDS, (code, at, party.pk), prepare=True, binary=True)
            ends = [end for (end,) in cursor.fetchall()]
            if ends:
                until = None if None in ends else max(ends)
                holdings.append(MpidHolding(mpid=code, until=until))
    return tuple(holdings)


def blocking_uses(codes: Iterable[str], *, at: datetime) -> QuerySet[MpidUse]:
    """Return every hold on these MPIDs that has not ended by this moment, whoever's it is."""
    return (
        MpidUse.objects.filter(mpid__in=sorted(set(codes)), held__overlap=(at, None))
        .select_related("party", "certificate__party", "request", "transfer_hold")
        .order_by("mpid", "pk")
    )
