"""Who holds an MPID. Whoever looks in order to write has locked it first (`acts.mpid_claims`).

MP104 business requirements 2.1: no xmlSign request of a Supplier Party may have an MPID that an
unexpired, unrevoked Organisation Certificate of a different Supplier Party contains. What the
SMKI PMA holds the transfer of (MP185) is a use like any other, so it blocks in the same look-up.
What stands in a name, the commonName of a certificate of another role, may be a word: it is found
by a look-up of its own, and an officer's decision that it is one takes it out of that.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Exists, OuterRef, Q, QuerySet

from registry.models import MpidUse, Party, PartyMpid, WordInName
from rules.certificates.facts import MpidHolding, NameMatch

HOLDS = """
SELECT upper(held) FROM registry_mpiduse
WHERE mpid = %b AND in_name = '' AND held && tstzrange(%b, NULL) AND party_id <> %b
"""
"""When the holds of other Parties on one MPID end that have not ended by a moment."""


class Names(Protocol):
    """What a request, a certificate or a reading of one names."""

    @property
    def mpids(self) -> Sequence[str]:
        """What an xmlSign commonName lists."""

    @property
    def name_tokens(self) -> Sequence[str]:
        """What may be an MPID in the commonName of another role."""

    @property
    def common_name(self) -> str | None:
        """The commonName itself."""


def holdings_of_others(
    codes: Iterable[str], *, party: Party, at: datetime
) -> tuple[MpidHolding, ...]:
    """Return the holds that different Supplier Parties have on these MPIDs now or later.

    Without what stands in names. One per MPID, with the latest end; None where a reservation has
    no end yet.
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
    return _uses(at).filter(mpid__in=sorted(set(codes)), in_name="")


def uses_that_may_clash(names: Names, *, party: Party, at: datetime) -> QuerySet[MpidUse]:
    """Return what different Supplier Parties have that what is named clashes with, or may.

    Of an MPID: every hold on it, and every name in which it is not decided to be a word. Of a
    token in a name: every hold on it, unless it is decided to be a word there.
    """
    decided = WordInName.objects.filter(party=party, common_name=names.common_name or "")
    words = set(decided.values_list("mpid", flat=True)) if names.name_tokens else set()
    in_this_name = sorted(set(names.name_tokens) - words)
    is_mpid = Q(mpid__in=sorted(set(names.mpids))) & (Q(in_name="") | ~_DECIDED)
    return _uses(at).filter(is_mpid | Q(mpid__in=in_this_name, in_name="")).exclude(party=party)


def name_matches(names: Names, *, party: Party, at: datetime) -> tuple[NameMatch, ...]:
    """Return what an xmlSign certificate and a name have in common that may be a word in it.

    One per token, Party and name, with the latest end; None where a reservation has no end yet.
    """
    elsewhere = _recorded().exclude(party=party)
    found: dict[tuple[str, str, str], NameMatch] = {}
    # Of MPIDs only what stands in the names of others: holds are another look-up.
    uses = uses_that_may_clash(names, party=party, at=at).exclude(in_name="", mpid__in=names.mpids)
    for use in uses.annotate(is_recorded=Exists(elsewhere)):
        name = use.in_name or names.common_name or ""
        key = (use.mpid, use.party.reference, name)
        same = found.get(key)
        until = use.held.upper
        if same is not None and until is not None:
            until = None if same.until is None else max(same.until, until)
        found[key] = NameMatch(
            mpid=use.mpid,
            party_reference=use.party.reference,
            common_name=name,
            is_recorded=use.is_recorded,
            until=until,
        )
    return tuple(found.values())


def clashes(names: Names, *, party: Party, at: datetime) -> bool:
    """Tell whether the database would refuse a Supplier Party a certificate that names this."""
    return (
        uses_that_may_clash(names, party=party, at=at)
        .filter(Q(in_name="", mpid__in=names.mpids) | Exists(_recorded()))
        .exists()
    )


_DECIDED = Exists(
    WordInName.objects.filter(
        mpid=OuterRef("mpid"), party=OuterRef("party"), common_name=OuterRef("in_name")
    )
)


def _recorded() -> QuerySet[PartyMpid]:
    return PartyMpid.objects.filter(mpid=OuterRef("mpid"), withdrawn_at__isnull=True)


def _uses(at: datetime) -> QuerySet[MpidUse]:
    """Return every use that has not ended by a moment."""
    return (
        MpidUse.objects.filter(held__overlap=(at, None))
        .select_related("party", "certificate__party", "request", "transfer_hold")
        .order_by("mpid", "pk")
    )
