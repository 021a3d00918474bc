"""Every refusal of what needs two persons: its codes, and how it comes to be."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from registry.arrangements.acts.enforcement import postponing_enforcement, setting_enforcement
from registry.models import Proposal
from registry.paired_acts import PAIRED_ACTS
from registry.pairs.confirming import confirm
from registry.pairs.ending import close, refuse, review, withdraw
from registry.pairs.proposing import act_alone, propose
from rules.duties import Act, PersonRole
from rules.pairs.life import ProposalMove
from tests.arranging import set_enforcement
from tests.factories import AT, a_person
from tests.registry.refusals.world import DAY, LATER, TOO_LONG, World, after, closed

GO_LIVE = LATER + 2 * DAY
Refused = Callable[[], object]


def _proposing(w: World, part=None, **changes: object) -> Refused:
    given = {"actor": w.officer, "note": "So.", "kinds": PAIRED_ACTS, "at": LATER}
    return partial(propose, [part or setting_enforcement(GO_LIVE)], **given | changes)


def _alone(w: World, part=None, **changes: object) -> Refused:
    given = {"actor": w.officer, "note": "So.", "kinds": PAIRED_ACTS, "at": LATER}
    return partial(act_alone, [part or postponing_enforcement(None)], **given | changes)


def _set(moment: datetime | None = GO_LIVE) -> Refused:
    return partial(set_enforcement, enforced_from=moment, at=AT)


def _proposed(w: World) -> Proposal:
    return _proposing(w, at=AT)()


def _emergency(w: World, moment: datetime = GO_LIVE) -> Proposal:
    _set(moment)()
    return _alone(w, at=AT)()


def _wrong(w: World) -> Proposal:
    return _deciding(
        review, w, _emergency(w), verdict=ProposalMove.FIND_WRONG, note="So.", at=AT
    )()


def _deciding(act, w: World, proposal: Proposal | None = None, **changes: object) -> Refused:
    """Return what another officer does with a proposal."""
    proposal = proposal or _proposed(w)
    given = {
        "proposal_id": proposal.pk,
        "actor": a_person(PersonRole.OFFICER),
        "seen": proposal.digest,
        "at": LATER,
        **changes,
    }
    if act in {confirm, review}:
        given["kinds"] = PAIRED_ACTS
    return partial(act, **given)


def _of_the_first(act, w: World, **changes: object) -> Refused:
    return _deciding(act, w, actor=w.officer, **changes)


def _left(w: World) -> Refused:
    confirming = _deciding(confirm, w)
    closed(w.officer)
    return confirming


def _undoing(w: World, moment: datetime = GO_LIVE) -> Refused:
    undo = {"verdict": ProposalMove.UNDO, "note": "So."}
    return _deciding(review, w, _emergency(w, moment), **undo)


def _undoing_what_was_decided_on_since(w: World) -> Refused:
    undoing = _undoing(w)
    _set(GO_LIVE + DAY)()
    return undoing


OF_TWO: dict[Act, list[tuple[str, Callable[[World], Refused]]]] = {
    Act.PROPOSE: [
        ("person-inactive", lambda w: _proposing(w, actor=closed(w.officer))),
        ("role-may-not", lambda w: _proposing(w, actor=w.aro)),
        ("reason-missing", lambda w: _proposing(w, note=" ")),
        ("reason-too-long", lambda w: _proposing(w, note=TOO_LONG)),
        ("proposal-moment-past", lambda w: _proposing(w, setting_enforcement(AT))),
        ("proposal-open-already", lambda w: after(_proposing(w, at=AT), _proposing(w))),
        ("enforcement-is-so", lambda w: after(_set(), _proposing(w))),
        ("enforcement-would-postpone", lambda w: after(_set(GO_LIVE - DAY), _proposing(w))),
        ("enforcement-not-set", lambda w: _proposing(w, postponing_enforcement(None))),
        (
            "enforcement-not-later",
            lambda w: after(_set(), _proposing(w, postponing_enforcement(GO_LIVE - DAY))),
        ),
    ],
    Act.SET_ENFORCEMENT: [
        ("proposal-never-by-one-person", lambda w: _alone(w, setting_enforcement(GO_LIVE))),
    ],
    Act.POSTPONE_ENFORCEMENT: [
        ("person-inactive", lambda w: _alone(w, actor=closed(w.officer))),
        ("role-may-not", lambda w: _alone(w, actor=w.aro)),
        ("reason-missing", lambda w: _alone(w, note="")),
        ("enforcement-not-set", _alone),
    ],
    Act.CONFIRM_PROPOSAL: [
        ("not-found", lambda w: _deciding(confirm, w, proposal_id=0)),
        ("person-inactive", lambda w: _deciding(confirm, w, actor=closed(w.aro))),
        ("proposal-role-may-not", lambda w: _deciding(confirm, w, actor=w.aro)),
        ("proposal-needs-another-person", lambda w: _of_the_first(confirm, w)),
        ("proposal-first-person-may-not", _left),
        ("proposal-not-as-seen", lambda w: _deciding(confirm, w, seen="another")),
    ],
    Act.WITHDRAW_PROPOSAL: [
        ("not-found", lambda w: _of_the_first(withdraw, w, proposal_id=0)),
        ("proposal-of-another-person", lambda w: _deciding(withdraw, w)),
    ],
    Act.REFUSE_PROPOSAL: [
        ("not-found", lambda w: _deciding(refuse, w, note="No.", proposal_id=0)),
        ("reason-missing", lambda w: _deciding(refuse, w, note="")),
        ("reason-too-long", lambda w: _deciding(refuse, w, note=TOO_LONG)),
        ("proposal-needs-another-person", lambda w: _of_the_first(refuse, w, note="No.")),
    ],
    Act.REVIEW_PROPOSAL: [
        ("enforcement-decided-since", _undoing_what_was_decided_on_since),
        ("enforcement-moment-passed", lambda w: _undoing(w, LATER)),
        (
            "reason-missing",
            lambda w: _deciding(review, w, _emergency(w), verdict=ProposalMove.LET_STAND, note=""),
        ),
    ],
    Act.CLOSE_PROPOSAL: [
        ("not-found", lambda w: _deciding(close, w, _wrong(w), note="So.", proposal_id=0)),
        ("reason-missing", lambda w: _deciding(close, w, _wrong(w), note=" ")),
    ],
}
