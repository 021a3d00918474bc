"""Placing and lifting holds of the SMKI PMA on the transfer of an MPID (MP185)."""

import re
from datetime import datetime

from psycopg.types.range import TimestamptzRange

from registry import access
from registry.errors import ConflictError, NotFoundError, RefusedActError
from registry.evidence import history
from registry.models import MpidTransferHold, MpidUse, Party, PartyMpid, Person
from registry.models.parties import MPID_PATTERN
from registry.parties.acts.hold_documents import keep_after_lifting
from registry.parties.acts.mpid_claims import lock_mpids
from registry.parties.reads.mpid_uses import blocking_uses
from registry.written import written_reason
from rules.certificates.mpids import MPID_SYNTAX
from rules.duties import Act
from rules.roles import PartyCategory

_SHOWN = 40


def place_mpid_hold(  # noqa: PLR0913 -- what a hold consists of
    mpid: str,
    *,
    party_reference: str,
    actor: Person,
    reason: str,
    at: datetime,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> MpidTransferHold:
    """Hold an MPID with the Party that has it, from now or a moment to come (MP185).

    Others are blocked at once, and until the end or the lifting, also when that Party's last
    certificate with it has been revoked or has expired. The Party itself never is.

    Raises:
        NotPermittedError: The person is no officer.
        NotFoundError: There is no such Party.
        RefusedActError: What is given is not an MPID (`mpid-malformed`), no reason
            (`reason-missing`, `reason-too-long`), a moment that has passed (`moment-passed`) or an
            end that is not after the beginning (`ends-before-it-begins`); the Party is not a
            Supplier Party (`party-not-supplier`) or has never had the MPID (`mpid-not-of-party`).
        ConflictError: The same hold is in force (`already-held`), or the MPID is with another
            Supplier Party already (`mpid-with-another-supplier`).
    """
    with history.acting(
        Act.PLACE_MPID_HOLD, actor=actor, at=at, subject=f"mpid:{mpid[:_SHOWN]}"
    ) as act:
        access.require(actor, Act.PLACE_MPID_HOLD)
        _require_mpid(mpid)
        begins = _beginning(valid_from, valid_until, at=at)
        party = _supplier(party_reference)
        words = written_reason(reason, missing="Enter why the SMKI PMA holds it.")
        lock_mpids([mpid])
        _require_its_own(mpid, party)
        _require_new(mpid, party, valid_until, at=at)
        _require_not_transferred(mpid, party, (begins, valid_until), at=at)
        hold = MpidTransferHold.objects.create(
            mpid=mpid,
            party=party,
            valid_from=begins,
            valid_until=valid_until,
            reason=words,
            placed_at=at,
            placed_by=actor,
        )
        act.done(
            hold=hold.pk,
            party=party.reference,
            valid_from=begins.isoformat(),
            valid_until=valid_until.isoformat() if valid_until is not None else None,
            note=words,
        )
        return hold


def lift_mpid_hold(hold_id: int, *, actor: Person, reason: str, at: datetime) -> MpidTransferHold:
    """Lift a hold, from this very moment on.

    Raises:
        NotPermittedError: The person is no officer.
        NotFoundError: There is no such hold.
        RefusedActError: No reason is given (`reason-missing`), or one that is too long
            (`reason-too-long`).
        ConflictError: It was lifted before, or has ended (`hold-ended`).
    """
    with history.acting(
        Act.LIFT_MPID_HOLD, actor=actor, at=at, subject=f"mpidtransferhold:{hold_id}"
    ) as act:
        access.require(actor, Act.LIFT_MPID_HOLD)
        words = written_reason(reason, missing="Enter why the hold is lifted.")
        held = MpidTransferHold.objects.filter(pk=hold_id).first()
        if held is None:
            raise NotFoundError("hold on an MPID's transfer")
        # Before its own row, as everybody locks first what orders the racers for an MPID.
        lock_mpids([held.mpid])
        hold = MpidTransferHold.objects.select_for_update(no_key=True).get(pk=hold_id)
        if _has_ended(hold, at=at):
            raise ConflictError("hold-ended", "This hold was lifted before, or has ended.")
        hold.lifted_at = at
        hold.lifted_by = actor
        hold.lifting_reason = words
        hold.save(update_fields=["lifted_at", "lifted_by", "lifting_reason"])
        keep_after_lifting(hold, at=at)
        act.done(f"mpid:{hold.mpid}", hold=hold.pk, party=hold.party.reference, note=words)
        return hold


def _require_mpid(mpid: str) -> None:
    if re.fullmatch(MPID_PATTERN, mpid) is None or mpid.endswith("\n"):
        raise RefusedActError(
            "mpid-malformed",
            f"{mpid[:_SHOWN]!r} is not an MPID; one has {MPID_SYNTAX.lengths} characters of A to "
            "Z and 0 to 9.",
        )


def _beginning(
    valid_from: datetime | None, valid_until: datetime | None, *, at: datetime
) -> datetime:
    begins = at if valid_from is None else valid_from
    if begins < at:
        raise RefusedActError(
            "moment-passed",
            f"{begins.isoformat()} has passed; hold it from now on or from a moment to come.",
        )
    if valid_until is not None and valid_until <= begins:
        raise RefusedActError(
            "ends-before-it-begins",
            f"The hold would end at {valid_until.isoformat()}, which is not after its beginning "
            f"at {begins.isoformat()}.",
        )
    return begins


def _supplier(reference: str) -> Party:
    party = Party.objects.filter(reference=reference).first() if "\0" not in reference else None
    if party is None:
        raise NotFoundError(f"Party as {reference[:_SHOWN]!r}")
    if party.party_category is not PartyCategory.SUPPLIER:
        raise RefusedActError(
            "party-not-supplier",
            f"{party.name} is not a Supplier Party, and no other Party has MPIDs.",
        )
    return party


def _require_its_own(mpid: str, party: Party) -> None:
    """Refuse a Party that has never had the MPID: most likely one of the two is a slip."""
    recorded = PartyMpid.objects.filter(mpid=mpid, party=party, withdrawn_at__isnull=True)
    used = MpidUse.objects.filter(mpid=mpid, party=party, in_name="")
    if not recorded.exists() and not used.exists():
        raise RefusedActError(
            "mpid-not-of-party",
            f"{party.name} has no record of the MPID {mpid} and no certificate ever held it for "
            "that Party.",
        )


def _require_new(mpid: str, party: Party, valid_until: datetime | None, *, at: datetime) -> None:
    same = MpidTransferHold.objects.filter(
        mpid=mpid, party=party, valid_until=valid_until, lifted_at__isnull=True
    )
    found = same.first()
    if found is not None and not _has_ended(found, at=at):
        raise ConflictError(
            "already-held", f"Hold {found.pk} on the MPID {mpid} has the same end and is in force."
        )


def _require_not_transferred(
    mpid: str,
    party: Party,
    period: tuple[datetime, datetime | None],
    *,
    at: datetime,
) -> None:
    """Refuse an MPID that is another's by now. A clash that there is anyway may be held."""
    if blocking_uses([mpid], at=at).filter(party=party).exists():
        return
    others = MpidUse.objects.filter(mpid=mpid, in_name="", held__overlap=TimestamptzRange(*period))
    other = others.exclude(party=party).select_related("party").first()
    if other is not None:
        raise ConflictError(
            "mpid-with-another-supplier",
            f"The MPID {mpid} is with {other.party.name} already, so it cannot be held with "
            f"{party.name}.",
        )


def _has_ended(hold: MpidTransferHold, *, at: datetime) -> bool:
    return hold.lifted_at is not None or (hold.valid_until is not None and hold.valid_until <= at)
