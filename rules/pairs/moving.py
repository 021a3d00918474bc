"""The rule book on what a person may do with a proposal (docs/decisions/0087)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rules.duties import PersonRole
from rules.findings import Report
from rules.pairs.acts import Moment, PairAct
from rules.pairs.life import MOVES, ProposalMove, ProposalState
from rules.periods import in_words
from rules.rule import Outcome, Rule, failed_for, not_applicable, passed
from rules.rulebook import RuleBook
from rules.sentences import Told

_BEGINNING: Final = frozenset({ProposalMove.PROPOSE, ProposalMove.ACT_ALONE})
_BY_THE_FIRST: Final = _BEGINNING | {ProposalMove.WITHDRAW}
_DOING: Final = _BEGINNING | {ProposalMove.CONFIRM, ProposalMove.UNDO}
"""What does the act, or has it done, and so must know it."""
_WHILE_OPEN: Final = frozenset({ProposalMove.CONFIRM, ProposalMove.WITHDRAW, ProposalMove.REFUSE})
_STATES: Final = {
    ProposalState.OPEN: "waiting for a second person",
    ProposalState.APPLIED: "confirmed and done",
    ProposalState.WITHDRAWN: "withdrawn",
    ProposalState.REFUSED: "refused",
    ProposalState.VOID: "void",
    ProposalState.EXPIRED: "expired",
    ProposalState.REVIEW_OWED: "done by one person and waiting for its review",
    ProposalState.STANDS: "reviewed and found to stand",
    ProposalState.UNDONE: "reviewed and undone",
    ProposalState.MAKING_GOOD: "found wrong and being put right",
    ProposalState.MADE_GOOD: "found wrong and put right",
}
_MOVED: Final = {
    ProposalMove.PROPOSE: "proposed",
    ProposalMove.ACT_ALONE: "done by one person",
    ProposalMove.CONFIRM: "confirmed",
    ProposalMove.WITHDRAW: "withdrawn",
    ProposalMove.REFUSE: "refused",
    ProposalMove.VOID: "made void",
    ProposalMove.EXPIRE: "ended as expired",
    ProposalMove.LET_STAND: "left to stand by a review",
    ProposalMove.UNDO: "undone by a review",
    ProposalMove.FIND_WRONG: "found wrong by a review",
    ProposalMove.CLOSE: "closed as put right",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFacts:
    """What a person would do with a proposal."""

    move: ProposalMove
    state: ProposalState | None
    """None: there is none yet."""
    act: PairAct | None
    """None: this version of the portal has no such act, or none of this format."""
    actor: int
    """The natural person who asks; two accounts of one person have the same."""
    actor_role: PersonRole
    first: int | None
    """The natural person who proposed it or did it alone; None: there is none yet."""
    first_role: PersonRole | None
    """In which role the first person could act now; None: in none, or there is none yet."""
    digest: str
    """Of what the proposal is; empty where there is none yet."""
    seen: str
    """The digest on the page that the person acted on."""
    until: datetime | None
    """Until when it can be confirmed, exclusive; None: there is no such end."""
    named: datetime | None
    """The moment that it names for the act to hold from, if it names one."""
    at: datetime


def _is_known(facts: PairFacts) -> Outcome:
    if facts.move not in _DOING:
        return not_applicable("The act is not done, so it need not be known.")
    if facts.act is None:
        return failed_for("proposal-act-unknown")
    return passed(f"This version of the portal has the act {facts.act.act}.")


def _is_in_time(facts: PairFacts) -> Outcome:
    if facts.state is ProposalState.OPEN and facts.move in _WHILE_OPEN and facts.until is not None:
        if facts.at >= facts.until:
            return failed_for("proposal-expired", until=facts.until)
        return passed(f"The proposal is open until {in_words(facts.until)}.")
    return not_applicable("The proposal has no end that this must come before.")


def _allows(facts: PairFacts) -> Outcome:
    if (facts.state, facts.move) in MOVES:
        return passed(f"A proposal as this one may be {_MOVED[facts.move]}.")
    state = "not made yet" if facts.state is None else _STATES[facts.state]
    return failed_for("proposal-move-too-late", state=state, moved=_MOVED[facts.move])


def _is_of_the_first(facts: PairFacts) -> Outcome:
    if facts.move is not ProposalMove.WITHDRAW:
        return not_applicable("The proposal is not withdrawn.")
    if facts.actor != facts.first:
        return failed_for("proposal-of-another-person")
    return passed("The person proposed it.")


def _is_of_another(facts: PairFacts) -> Outcome:
    if facts.move in _BY_THE_FIRST:
        return not_applicable("This is for the first person to do.")
    if facts.first is None or facts.actor == facts.first:
        return failed_for("proposal-needs-another-person")
    return passed("The person is another than the one who proposed it.")


def _first_still_may(facts: PairFacts) -> Outcome:
    if facts.move is not ProposalMove.CONFIRM or facts.act is None:
        return not_applicable("Nothing that another person proposed is confirmed.")
    if facts.first_role not in facts.act.first:
        return failed_for("proposal-first-person-may-not")
    return passed("The person who proposed it could still do so.")


def _role_may(facts: PairFacts) -> Outcome:
    if facts.move is ProposalMove.WITHDRAW:
        return not_applicable("Whoever proposed something may withdraw it.")
    if facts.act is None:
        # Nobody knows any more whose act it was: officers clear it away.
        roles = frozenset({PersonRole.OFFICER})
    else:
        roles = facts.act.first if facts.move in _BEGINNING else facts.act.second
    if facts.actor_role not in roles:
        return failed_for("proposal-role-may-not", role=facts.actor_role, moved=_MOVED[facts.move])
    return passed(f"A person with the role {facts.actor_role} may do this.")


def _is_as_seen(facts: PairFacts) -> Outcome:
    if facts.move in _BEGINNING:
        return not_applicable("There is no proposal yet that could have been seen.")
    if facts.seen != facts.digest:
        return failed_for("proposal-not-as-seen")
    return passed("The proposal is the one that was seen.")


def _may_be_alone(facts: PairFacts) -> Outcome:
    if facts.move is not ProposalMove.ACT_ALONE or facts.act is None:
        return not_applicable("Nobody acts alone.")
    if not facts.act.is_alone_in_emergency:
        return failed_for("proposal-never-by-one-person")
    return passed("One person may do this in an emergency, for another to review.")


def _has_inverse(facts: PairFacts) -> Outcome:
    if facts.move is not ProposalMove.UNDO or facts.act is None:
        return not_applicable("Nothing is undone.")
    if not facts.act.has_inverse:
        return failed_for("proposal-cannot-be-undone")
    return passed("What was done can be undone.")


def _is_named_ahead(facts: PairFacts) -> Outcome:
    if facts.move not in _BEGINNING or facts.act is None:
        return not_applicable("Nothing is proposed or done alone.")
    if facts.act.moment is not Moment.NAMED:
        return not_applicable("The act does not hold from a moment that must be named.")
    if facts.named is None:
        return failed_for("proposal-moment-missing")
    if facts.named <= facts.at:
        return failed_for("proposal-moment-past", named=facts.named)
    return passed(f"The moment named is {in_words(facts.named)}.")


_CITES: Final = "docs/decisions/0087"

PAIR_RULES: tuple[Rule[PairFacts], ...] = (
    Rule(
        id="PAIR-ACT",
        title="This version of the portal has the act",
        cites=_CITES,
        reasons={
            "proposal-act-unknown": Told(
                says="This version of the portal no longer does what was proposed, or not in "
                "this form, so it can be neither confirmed nor undone.",
                do="Withdraw or refuse it and make a new proposal, or choose another finding in a "
                "review.",
            ),
        },
        check=_is_known,
    ),
    Rule(
        id="PAIR-UNTIL",
        title="The proposal has not expired",
        cites=_CITES,
        reasons={
            "proposal-expired": Told(
                says="The proposal expired on {until:act}; make a new one.",
                do="Make a new proposal.",
            ),
        },
        check=_is_in_time,
    ),
    Rule(
        id="PAIR-STATE",
        title="The proposal stands where this may be done with it",
        cites=_CITES,
        reasons={
            "proposal-move-too-late": Told(
                says="The proposal is {state}, so it cannot be {moved}.",
                do="Open the proposal again to see what became of it.",
            ),
        },
        check=_allows,
    ),
    Rule(
        id="PAIR-FIRST",
        title="Only the person who proposed it withdraws it",
        cites=_CITES,
        reasons={
            "proposal-of-another-person": Told(
                says="Only the person who made this proposal can withdraw it; refuse it instead.",
                do="Refuse the proposal, or ask the person who made it to withdraw it.",
            ),
        },
        check=_is_of_the_first,
    ),
    Rule(
        id="PAIR-SECOND",
        title="The second person is another natural person",
        cites=_CITES,
        reasons={
            "proposal-needs-another-person": Told(
                says="This needs another person than the one who proposed it or did it alone, "
                "whichever account is used.",
                do="Ask another officer to look at the proposal.",
            ),
        },
        check=_is_of_another,
    ),
    Rule(
        id="PAIR-FIRST-ROLE",
        title="The person who proposed it could still do so",
        cites=_CITES,
        reasons={
            "proposal-first-person-may-not": Told(
                says="The person who proposed this may no longer do so: their account has been "
                "closed, or their role has changed.",
                do="Refuse the proposal, and propose it yourself if it is still wanted.",
            ),
        },
        check=_first_still_may,
    ),
    Rule(
        id="PAIR-ROLE",
        title="The person's role may do this",
        cites=_CITES,
        reasons={
            "proposal-role-may-not": Told(
                says="A person with the role {role} may not do this: the proposal cannot be "
                "{moved} by that role.",
                do="Ask a person whose role may do this.",
            ),
        },
        check=_role_may,
    ),
    Rule(
        id="PAIR-SEEN",
        title="The proposal is the one that the person saw",
        cites=_CITES,
        reasons={
            "proposal-not-as-seen": Told(
                says="The proposal is not the one that was on your page; open it again.",
                do="Open the proposal again, read it and decide again.",
            ),
        },
        check=_is_as_seen,
    ),
    Rule(
        id="PAIR-ALONE",
        title="One person acts alone only where the act allows it in an emergency",
        cites=_CITES,
        reasons={
            "proposal-never-by-one-person": Told(
                says="Nobody may do this alone, even in an emergency; propose it to another "
                "person.",
                do="Propose it, and ask another person to confirm it.",
            ),
        },
        check=_may_be_alone,
    ),
    Rule(
        id="PAIR-INVERSE",
        title="A review undoes only what can be undone",
        cites=_CITES,
        reasons={
            "proposal-cannot-be-undone": Told(
                says="What was done cannot be undone; say instead that it should not have been "
                "done, and how it will be put right.",
                do="Record that it should not have been done, and how it will be put right.",
            ),
        },
        check=_has_inverse,
    ),
    Rule(
        id="PAIR-MOMENT",
        title="What holds from a named moment names one that is to come",
        cites=_CITES,
        reasons={
            "proposal-moment-missing": Told(
                says="The proposal names no moment to hold from; name one.",
                do="Name the moment from which it is to hold.",
            ),
            "proposal-moment-past": Told(
                says="The proposal would hold from {named:act}, which has passed; name a "
                "moment to come.",
                do="Name a moment to come, late enough for the second person to confirm.",
            ),
        },
        check=_is_named_ahead,
    ),
)


PAIR_BOOK = RuleBook(name="pairs", title="What two persons do together", rules=PAIR_RULES)


def check_move(facts: PairFacts) -> Report:
    """Ask every rule whether the person may do this with the proposal."""
    return PAIR_BOOK.ask(facts)


def moved(facts: PairFacts) -> ProposalState:
    """Return where the proposal stands once the person has done this.

    Raises:
        RefusedError: A rule says no; its report says which.
    """
    check_move(facts).require_clear()
    return MOVES[facts.state, facts.move]
