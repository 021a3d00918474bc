"""Taking and freeing MPIDs: lock the claim rows in one order, then look, then write.

MP104 business requirements 2.1: no xmlSign request of a Supplier Party may have an MPID that an
unexpired, unrevoked Organisation Certificate of a different Supplier Party contains.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from registry.models import MpidUse, Party
from rules.certificates.facts import MpidHolding

_HOLDINGS = """
SELECT mpid, bool_or(upper_inf(held)), max(upper(held))
FROM registry_mpiduse
WHERE mpid = ANY(%s) AND held && tstzrange(%s, NULL) AND party_id <> %s
GROUP BY mpid ORDER BY mpid
"""


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
    with connection.cursor() as cursor:
        # In plain SQL, since it is asked at every check and the rest of the rows is not wanted.
        cursor.execute(_HOLDINGS, [wanted, at, party.pk])
        return tuple(
            MpidHolding(mpid=mpid, until=None if is_open else until)
            for mpid, is_open, until in cursor.fetchall()
        )


def blocking_uses(codes: Iterable[str], *, at: datetime) -> QuerySet[MpidUse]:
    """Return every hold on these MPIDs that has not ended by this moment, whoever's it is."""
    return (
        MpidUse.objects.filter(mpid__in=sorted(set(codes)), held__overlap=(at, None))
        .select_related("party", "certificate", "request")
        .order_by("mpid", "pk")
    )
