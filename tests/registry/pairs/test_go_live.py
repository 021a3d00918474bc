"""From when MP104 is enforced is set and postponed by two persons."""

import pytest
from django.db import IntegrityError, transaction

from registry.arrangements.acts.enforcement import postponing_enforcement, setting_enforcement
from registry.errors import ConflictError, RefusedActError
from registry.models import EnforcementMoment
from tests.arranging import set_enforcement
from tests.factories import AT
from tests.registry.pairs.world import (
    DAY,
    GO_LIVE,
    confirmed,
    enforced,
    proposed,
    refused_for,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serves("MP104-5")]


@pytest.mark.parametrize(
    ("set_for", "part", "code"),
    [
        (GO_LIVE, setting_enforcement(GO_LIVE), "enforcement-is-so"),
        (GO_LIVE, setting_enforcement(GO_LIVE + DAY), "enforcement-would-postpone"),
        (AT - 9 * DAY, setting_enforcement(GO_LIVE), "enforcement-would-postpone"),
        (None, postponing_enforcement(None), "enforcement-not-set"),
        (GO_LIVE, postponing_enforcement(GO_LIVE), "enforcement-is-so"),
        (GO_LIVE, postponing_enforcement(GO_LIVE - DAY), "enforcement-not-later"),
        (AT - 9 * DAY, postponing_enforcement(AT), "enforcement-not-later"),
    ],
)
def test_what_changes_nothing_or_does_not_postpone_is_refused(first, set_for, part, code):
    set_enforcement(enforced_from=set_for, at=AT)
    with pytest.raises((ConflictError, RefusedActError), match=code):
        proposed(first, part)


def test_go_live_is_set_ahead_and_postponed_to_later(first, second):
    assert refused_for(lambda: proposed(first, setting_enforcement(AT))) == "proposal-moment-past"
    confirmed(proposed(first), second)
    confirmed(proposed(second, postponing_enforcement(GO_LIVE + DAY)), first)
    confirmed(proposed(second, postponing_enforcement(None)), first)
    assert enforced() == [GO_LIVE, GO_LIVE + DAY, None]


def test_no_moment_of_go_live_is_recorded_without_its_proposal(proposal):
    for row in (
        {},
        {"proposal": proposal, "is_loaded": True},
    ):
        with pytest.raises(IntegrityError, match="enforcement_is_set"), transaction.atomic():
            EnforcementMoment.objects.create(enforced_from=AT, recorded_at=AT, **row)
