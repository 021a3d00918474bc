"""What an entry of a report may say, and what of it goes together."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.api.reported import (
    EntryFaultError,
    Member,
    day_until,
    moment_until,
    number,
    one_of,
    read_checkpoint,
    read_entries,
    read_generation,
    read_issuer,
    read_reason,
    read_request_id,
    read_serial,
    read_text,
    read_user_id,
)
from registry.notices.acts.ceased import Ceased
from registry.observations.acts.observations import ISSUER_LENGTH, KINDS, OUTCOMES, Observed
from rules.register.checkpoints import DSP
from rules.register.snapshot import Snapshot, SnapshotUserId
from rules.service_requests.reasons import RELAXED_IN_MONITOR

MOST_ENTRIES = 1_000
"""Entries of one report."""
MOST_COUNTED = 1_000_000_000
"""Messages that one entry may count."""

OBSERVATIONS = "observations"
CEASED = "ceased"

_UNREADABLE = "unreadable"
_PROCESS, _CEASE = "process", "cease"
_HIGHEST_COMMAND_VARIANT = 9


def read_observations(
    document: Mapping[str, Any], *, register: Snapshot, at: datetime, most: int
) -> dict[Observed, int]:
    """Read a report of counts; entries that say the same are added up.

    Raises:
        UnreadableQuestionError: Something in it is not well; names each entry and member.
    """
    counts: Counter[Observed] = Counter()
    pairs = read_entries(
        document,
        name=OBSERVATIONS,
        members=_members(
            Member(name="day", read=day_until(at), is_required=True),
            Member(name="user_id", read=read_user_id, default=""),
            Member(name="issuer", read=read_issuer, default=""),
            Member(name="serial", read=read_serial, default=""),
            Member(name="generation", read=read_generation, is_required=True),
            Member(name="kind", read=one_of(*KINDS), is_required=True),
            Member(name="srv", read=_srv_of(register), default=""),
            Member(name="supplier_id", read=read_user_id, default=""),
            Member(name="checkpoint", read=read_checkpoint, default=DSP),
            Member(name="outcome", read=one_of(*OUTCOMES), is_required=True),
            Member(name="reason", read=read_reason, default=""),
            Member(name="would_be", read=one_of(*OUTCOMES), default=""),
            Member(name="would_be_reason", read=read_reason, default=""),
            Member(name="count", read=number(1, MOST_COUNTED), is_required=True),
        ),
        most=most,
        finish=lambda read: _observed(read, register),
    )
    for observed, count in pairs:
        counts[observed] += count
    return dict(counts)


def read_ceased(
    document: Mapping[str, Any], *, register: Snapshot, at: datetime, most: int
) -> list[Ceased]:
    """Read a report of messages that ceased.

    Raises:
        UnreadableQuestionError: Something in it is not well; names each entry and member.
    """
    return read_entries(
        document,
        name=CEASED,
        members=_members(
            Member(name="request_id", read=read_request_id, is_required=True),
            Member(name="time", read=moment_until(at), is_required=True),
            Member(name="user_id", read=read_user_id, default=""),
            Member(name="reason", read=read_reason, is_required=True),
            Member(name="issuer", read=read_issuer, default=""),
            Member(name="serial", read=read_serial, default=""),
            Member(name="generation", read=read_generation, default=""),
            Member(name="checkpoint", read=read_checkpoint, default=""),
            Member(name="command_variant", read=number(1, _HIGHEST_COMMAND_VARIANT), default=0),
            Member(name="srv", read=_srv_of(register), default=""),
        ),
        most=most,
        finish=_ceased,
    )


def _members(*members: Member) -> dict[str, Member]:
    return {member.name: member for member in members}


def _srv_of(register: Snapshot) -> Any:
    def read(value: object) -> str:
        text = read_text(value)
        if text not in register.eligibility:
            raise ValueError(
                f"is `{text[:20]}`, which is not a Service Reference Variant of the list; "
                "leave it out where the message names none that is"
            )
        return text

    return read


def _observed(read: dict[str, Any], register: Snapshot) -> tuple[Observed, int]:
    _require_certificate(read)
    _require_reasons(read)
    if read["kind"] == _UNREADABLE:
        _require_unreadable(read)
    signer = _signer(read, register)
    observed = Observed(
        day=read["day"],
        user_id="" if signer is None else signer.eui64,
        party="" if signer is None else signer.party_reference,
        issuer=read["issuer"][:ISSUER_LENGTH],
        serial_number=read["serial"],
        is_proven=signer is not None,
        generation=read["generation"],
        kind=read["kind"],
        srv=read["srv"],
        supplier_id=read["supplier_id"],
        checkpoint=read["checkpoint"],
        outcome=read["outcome"],
        reason=read["reason"],
        would_be=read["would_be"],
        would_be_reason=read["would_be_reason"],
    )
    return observed, read["count"]


def _signer(read: dict[str, Any], register: Snapshot) -> SnapshotUserId | None:
    """Return the User ID that signed, where the register bears out that it can have.

    Whoever reports may name any certificate and any User ID; each that were believed would have a
    row of its own.
    """
    user = register.user_ids.get(read["user_id"])
    if user is None or (read["supplier_id"] and read["supplier_id"] not in register.user_ids):
        return None
    named = register.certificates.get((read["issuer"], int(read["serial"])))
    return user if named is not None and named.eui64 == user.eui64 else None


def _require_certificate(read: dict[str, Any]) -> None:
    if bool(read["issuer"]) != bool(read["serial"]):
        missing = "serial" if read["issuer"] else "issuer"
        raise EntryFaultError(missing, "is missing; give issuer and serial, or neither")
    if read["user_id"] and not read["issuer"]:
        raise EntryFaultError(
            "issuer", "is missing; a User ID is known by the certificate that signed"
        )
    if read["outcome"] == _PROCESS and not read["user_id"]:
        raise EntryFaultError("user_id", "is missing; what is processed has a known signer")


def _require_reasons(read: dict[str, Any]) -> None:
    """Hold outcomes and reasons to each other; fill in what is as if all were enforced."""
    outcome, reason = read["outcome"], read["reason"]
    if (outcome == _CEASE) != bool(reason):
        says = "is missing; say why it ceased" if outcome == _CEASE else _NO_REASON
        raise EntryFaultError("reason", says)
    read["would_be"] = read["would_be"] or outcome
    if read["would_be"] == _PROCESS:
        if outcome == _CEASE:
            raise EntryFaultError("would_be", "is `process`, but the message ceased already")
        if read["would_be_reason"]:
            raise EntryFaultError("would_be_reason", _NO_REASON)
        return
    read["would_be_reason"] = read["would_be_reason"] or reason
    if not read["would_be_reason"]:
        raise EntryFaultError("would_be_reason", "is missing; say why it would cease")
    if outcome == _PROCESS and read["would_be_reason"] not in RELAXED_IN_MONITOR:
        raise EntryFaultError(
            "would_be_reason",
            f"is `{read['would_be_reason']}`, for which a message ceases in monitor mode too",
        )


_NO_REASON = "explains why a message ceases, and this one does not; leave it out"


def _require_unreadable(read: dict[str, Any]) -> None:
    if read["outcome"] == _PROCESS:
        raise EntryFaultError("outcome", "is `process`, but an unreadable message ceases")
    for name in ("user_id", "issuer", "srv", "supplier_id"):
        if read[name]:
            raise EntryFaultError(name, f"is `{read[name]}`, which no unreadable message says")


def _ceased(read: dict[str, Any]) -> Ceased:
    if bool(read["issuer"]) != bool(read["serial"]):
        missing = "serial" if read["issuer"] else "issuer"
        raise EntryFaultError(missing, "is missing; give issuer and serial, or neither")
    return Ceased(
        request_id=read["request_id"],
        at=read["time"],
        user_id=read["user_id"],
        reason=read["reason"],
        issuer=read["issuer"][:ISSUER_LENGTH],
        serial_number=read["serial"],
        generation=read["generation"],
        checkpoint=read["checkpoint"],
        command_variant=read["command_variant"],
        srv=read["srv"],
    )
