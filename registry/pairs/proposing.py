"""Proposing something that needs two persons, or doing it alone in an emergency."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from registry import access
from registry.errors import ConflictError
from registry.evidence import history
from registry.models import Person, Proposal, ProposalSubject
from registry.pairs.applying import applied
from registry.pairs.content import (
    Content,
    as_json,
    content_of,
    gathered,
    lock_subjects,
    moments_of,
)
from registry.pairs.kinds import Doing, Facts, Kinds, Part
from registry.pairs.telling import tell_who_may_confirm, tell_who_may_review
from registry.working_days.reads.limits import due_though_not_recorded
from registry.written import written_reason
from rules.duties import Act
from rules.pairs.life import ProposalMove, ProposalState
from rules.pairs.moving import PairFacts, check_move
from rules.time_limits import TimeLimit

_HELD = "subject_is_in_one_open_proposal"


def propose(
    parts: Sequence[Part], *, actor: Person, note: str, kinds: Kinds, at: datetime
) -> Proposal:
    """Propose acts that need two persons, to be done together when another confirms them.

    Raises:
        NotPermittedError: The person may not do one of the acts.
        RefusedError: The rules on proposals say no.
        RefusedActError: No reason is given (`reason-missing`, `reason-too-long`).
        ConflictError: An open proposal is about the same (`proposal-open-already`).
        RegistryError: As each act's own check raises it.
    """
    with history.acting(Act.PROPOSE, actor=actor, at=at, subject=_about(parts)) as record:
        words = written_reason(note, missing="Enter why it is proposed.")
        keys, facts, content = _prepared(parts, ProposalMove.PROPOSE, actor, kinds, at=at)
        del facts
        over = _end_expired(keys, at=at)
        proposal = _stored(
            content,
            parts,
            state=ProposalState.OPEN,
            actor=actor,
            note=words,
            named=_named(parts, kinds),
            due_at=due_though_not_recorded(TimeLimit.PROPOSAL, since=at),
            at=at,
        )
        _hold(proposal, keys, is_open=True)
        tell_who_may_confirm(proposal, parts, at=at)
        for each in over:
            # After all that may wait for somebody else, since the chain's head is locked by it.
            _record_expiry(each, at=at)
        record.done(proposal, **_said(proposal), due_at=proposal.due_at.isoformat())
    return proposal


def act_alone(
    parts: Sequence[Part], *, actor: Person, note: str, kinds: Kinds, at: datetime
) -> Proposal:
    """Do at once, alone, in an emergency, what another person then reviews.

    Raises:
        NotPermittedError: The person may not do one of the acts.
        RefusedError: The rules say no: nobody may do this alone, for one.
        RefusedActError: No reason is given (`reason-missing`, `reason-too-long`).
        RegistryError: As each act's own check raises it.
    """
    with history.acting(parts[0].act, actor=actor, at=at, subject=_about(parts)) as record:
        words = written_reason(note, missing="Enter why it cannot wait for another person.")
        keys, facts, content = _prepared(parts, ProposalMove.ACT_ALONE, actor, kinds, at=at)
        moments = moments_of(parts, kinds, at=at)
        if moments is None:  # the rules have refused it
            raise AssertionError("an act alone names a moment that has passed")
        proposal = _stored(
            content,
            parts,
            state=ProposalState.REVIEW_OWED,
            actor=actor,
            note=words,
            named=_named(parts, kinds),
            due_at=due_though_not_recorded(TimeLimit.EMERGENCY_REVIEW, since=at),
            holds_from=min(moments),
            at=at,
        )
        _hold(proposal, keys, is_open=False)
        doings = [
            Doing(proposal=proposal, by=actor, holds_from=moment, at=at) for moment in moments
        ]
        details = applied(parts, facts, kinds, doings)
        tell_who_may_review(proposal, parts, at=at)
        record.done(
            proposal,
            **_said(proposal),
            alone=True,
            review_due=proposal.due_at.isoformat(),
            **details,
        )
    return proposal


def _prepared(
    parts: Sequence[Part], move: ProposalMove, actor: Person, kinds: Kinds, *, at: datetime
) -> tuple[tuple[str, ...], tuple[Facts, ...], Content]:
    if not parts:
        raise ValueError("a proposal has one act at least")
    for part in parts:
        access.require(actor, part.act)
        check_move(
            PairFacts(
                move=move,
                state=None,
                act=part.rule,
                actor=access.natural_person(actor),
                actor_role=actor.person_role,
                first=None,
                first_role=None,
                digest="",
                seen="",
                until=None,
                named=kinds[part.act].named(part.payload),
                at=at,
            )
        ).require_clear()
    keys = lock_subjects(parts, kinds)
    facts = gathered(parts, kinds)
    for part, fact in zip(parts, facts, strict=True):
        kinds[part.act].check(part.payload, fact, at=at)
    return keys, as_json(facts), content_of(parts, facts, kinds)


def _stored(content: Content, parts: Sequence[Part], **given: Any) -> Proposal:
    actor, at, state = given.pop("actor"), given.pop("at"), given.pop("state")
    return Proposal.objects.create(
        state=state.value,
        kind=parts[0].act.value,
        parts=content.parts,
        facts=content.facts,
        words=content.words,
        digest=content.digest,
        proposed_by=actor,
        proposed_at=at,
        **given,
    )


def _hold(proposal: Proposal, keys: Sequence[str], *, is_open: bool) -> None:
    try:
        with transaction.atomic():
            for key in keys:
                ProposalSubject.objects.create(proposal=proposal, key=key, is_held=is_open)
    except IntegrityError as refused:
        if _HELD not in str(refused):
            raise
        raise ConflictError(
            "proposal-open-already",
            "Another proposal about the same waits for a second person; confirm, refuse or "
            "withdraw that one first.",
        ) from refused


def _end_expired(keys: Sequence[str], *, at: datetime) -> list[Proposal]:
    """End what held the same and has expired, so that it no longer does."""
    over = list(
        Proposal.objects.select_for_update(no_key=True, of=("self",))
        .filter(
            state=ProposalState.OPEN.value,
            due_at__lte=at,
            pk__in=ProposalSubject.objects.filter(key__in=keys, is_held=True).values("proposal"),
        )
        .order_by("pk")
    )
    for proposal in over:
        proposal.state = ProposalState.EXPIRED.value
        proposal.decided_at = at
        proposal.save(update_fields=["state", "decided_at"])
    return over


def _record_expiry(proposal: Proposal, *, at: datetime) -> None:
    history.append(
        kind=Act.EXPIRE_PROPOSAL,
        actor=None,
        at=at,
        subject=history.subject_of(proposal),
        result="done",
        details={"due_at": proposal.due_at.isoformat()},
    )


def _named(parts: Sequence[Part], kinds: Kinds) -> datetime | None:
    """Return the moment that the proposal names: the earliest, where several do."""
    moments = [kinds[part.act].named(part.payload) for part in parts]
    return min((moment for moment in moments if moment is not None), default=None)


def _about(parts: Sequence[Part]) -> str:
    return f"proposal-of:{parts[0].act}" if parts else ""


def _said(proposal: Proposal) -> Mapping[str, Any]:
    return {"act": proposal.kind, "digest": proposal.digest, "note": proposal.note}
