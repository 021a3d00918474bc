"""Keeping the messages that ceased, each once, with whom to tell (docs/decisions/0060)."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection

from registry.models import CeasedMessage, Party, UserId

logger = logging.getLogger(__name__)

MOST_OF_NOBODY = 10_000
"""Messages of nobody that are kept one by one within a day; anybody can send any number. Each is
counted as an observation whatever their number."""

_AT_ONCE = 1_000
_A_DAY = timedelta(days=1)
_COLUMNS = (
    "request_id",
    "at",
    "user_id",
    "reason",
    "attribution",
    "party_id",
    "issuer",
    "serial_number",
    "generation",
    "checkpoint",
    "command_variant",
    "srv",
    "reported_by_id",
    "recorded_at",
)
_INSERT = (
    "INSERT INTO registry_ceasedmessage "  # noqa: S608 -- the names are ours
    f"({', '.join(_COLUMNS)}) VALUES "
)
_PLACES = f"({', '.join(['%s'] * len(_COLUMNS))})"
_ONCE = " ON CONFLICT (request_id, at, user_id, reason) DO NOTHING"
_LOCK_NOBODYS = "SELECT pg_advisory_xact_lock(hashtextextended('ceased-nobodys', 0))"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Ceased:
    """A message that ceased. Empty text: it is not known."""

    request_id: str
    at: datetime
    user_id: str
    """The signer's, where the signature verified."""
    reason: str
    party: str = ""
    """The reference of the signer's Party, where the signature verified and it is known."""
    issuer: str = ""
    serial_number: str = ""
    generation: str = ""
    checkpoint: str = ""
    command_variant: int = 0
    srv: str = ""

    @property
    def originator(self) -> str:
        """The Business Originator ID, which whoever wrote the message chose."""
        return self.request_id.partition(":")[0].upper()


def record_ceased(
    messages: Iterable[Ceased], *, at: datetime, reported_by: int | None = None
) -> int:
    """Record messages that ceased, in the caller's transaction; return how many are new.

    One that was recorded before is not recorded again: that with the same RequestID, moment, User
    ID and reason. One that has no RequestID could not be read and is always new.

    Args:
        messages: What ceased.
        at: Now.
        reported_by: The id of the API client that decided; None where we did.
    """
    # In one order, so that two transactions with the same messages wait and do not deadlock.
    ordered = sorted(messages)
    whom = _Addressees(ordered)
    rows = [(ceased, *whom.of(ceased)) for ceased in ordered]
    nobodys = sum(party is None for _, _, party in rows)
    if nobodys:
        rows = _without_too_many_of_nobody(rows, nobodys, at)
    return sum(
        _insert(rows[i : i + _AT_ONCE], at=at, reported_by=reported_by)
        for i in range(0, len(rows), _AT_ONCE)
    )


_Row = tuple[Ceased, CeasedMessage.Attribution, int | None]
"""A message, how it is known whom to tell of it, and the Party's id (None: the DCC's staff)."""


class _Addressees:
    """Whom to tell of some messages, asked of the register at once."""

    def __init__(self, messages: Sequence[Ceased]) -> None:
        self._parties: Mapping[str, int] = dict(
            Party.objects.filter(reference__in={m.party for m in messages}).values_list(
                "reference", "pk"
            )
        )
        user_ids = {user_id for m in messages for user_id in (m.user_id, m.originator)}
        self._user_ids: Mapping[str, int] = dict(
            UserId.objects.filter(eui64__in=user_ids).values_list("eui64", "party")
        )

    def of(self, message: Ceased) -> tuple[CeasedMessage.Attribution, int | None]:
        """Return how it is known whom to tell, and the Party's id (None: the DCC's staff)."""
        signer = self._parties.get(message.party) or self._user_ids.get(message.user_id)
        if signer is not None:
            return CeasedMessage.Attribution.SIGNER, signer
        originator = self._user_ids.get(message.originator)
        if originator is not None:
            return CeasedMessage.Attribution.ORIGINATOR, originator
        return CeasedMessage.Attribution.NOBODY, None


def _without_too_many_of_nobody(rows: list[_Row], nobodys: int, at: datetime) -> list[_Row]:
    """Leave out those of nobody for which there is no room within a day."""
    with connection.cursor() as cursor:
        # Nobody else finds out how much there is until this transaction ends.
        cursor.execute(_LOCK_NOBODYS)
    lately = CeasedMessage.objects.filter(party__isnull=True, recorded_at__gt=at - _A_DAY)
    room = max(0, MOST_OF_NOBODY - lately.count())
    if nobodys <= room:
        return rows
    logger.warning("%d messages that ceased are nobody's and only counted", nobodys - room)
    kept = islice((row for row in rows if row[2] is None), room)
    return [*(row for row in rows if row[2] is not None), *kept]


def _insert(rows: Sequence[_Row], *, at: datetime, reported_by: int | None) -> int:
    """Insert those that are new and return how many these were."""
    values: list[str | int | datetime | None] = []
    for ceased, attribution, party in rows:
        values += (
            ceased.request_id or None,
            ceased.at,
            ceased.user_id,
            ceased.reason,
            attribution.value,
            party,
            ceased.issuer,
            ceased.serial_number,
            ceased.generation,
            ceased.checkpoint,
            ceased.command_variant or None,
            ceased.srv,
            reported_by,
            at,
        )
    with connection.cursor() as cursor:
        cursor.execute(_INSERT + ", ".join([_PLACES] * len(rows)) + _ONCE, values)
        return int(cursor.rowcount)
