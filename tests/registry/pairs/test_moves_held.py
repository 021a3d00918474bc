"""The database lets a proposal move as its life has it, and in no other way."""

import pytest
from django.db import DatabaseError, transaction

from registry.models import Proposal
from rules.pairs.life import MOVES, ProposalState
from tests.factories import AT
from tests.registry.pairs.world import (
    a_row,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serves("MP104-5")]


def test_the_database_allows_the_moves_of_the_table_and_no_other(first, second):
    allowed = {(before, after) for (before, _), after in MOVES.items()}
    for before in ProposalState:
        for after in set(ProposalState) - {before}:
            is_refused = _is_refused(before, after, first, second)
            assert is_refused is ((before, after) not in allowed), (before, after)


def _is_refused(before, after, first, second):
    try:
        with transaction.atomic():
            row = proposal_in(before, first, second)
            rows = Proposal.objects.filter(pk=row.pk)
            rows.update(state=after.value, **_decided(second))
            transaction.set_rollback(True)
    except DatabaseError as refused:
        return "cannot move" in str(refused)
    return False


def proposal_in(state, first, second):
    """Make a proposal and bring it to a state on the way that there is."""
    begins = "review-owed" if state in AFTER_ALONE else "open"
    row = a_row(first, state=begins)
    if state is ProposalState.MADE_GOOD:
        Proposal.objects.filter(pk=row.pk).update(state="making-good", **_decided(second))
    if state.value != begins:
        Proposal.objects.filter(pk=row.pk).update(state=state.value, **_decided(second))
    return row


def _decided(second):
    return {
        "second": second,
        "decided_at": AT,
        "closed_by": second,
        "closed_at": AT,
        "closing_note": "Done.",
    }


AFTER_ALONE = {
    ProposalState.REVIEW_OWED,
    ProposalState.STANDS,
    ProposalState.UNDONE,
    ProposalState.MAKING_GOOD,
    ProposalState.MADE_GOOD,
}
