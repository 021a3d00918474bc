"""Two officers, what the first proposed, and what the first did alone."""

import pytest

from registry.arrangements.acts.enforcement import postponing_enforcement
from registry.paired_acts import PAIRED_ACTS
from registry.pairs.proposing import act_alone
from rules.duties import PersonRole
from tests.arranging import set_enforcement
from tests.factories import AT, a_person
from tests.registry.pairs.world import (
    GO_LIVE,
    proposed,
)


@pytest.fixture
def first():
    return a_person(PersonRole.OFFICER)


@pytest.fixture
def second():
    return a_person(PersonRole.OFFICER)


@pytest.fixture
def proposal(first):
    """Go-live, proposed by the first officer."""
    return proposed(first)


@pytest.fixture
def alone(first):
    """Go-live, postponed by one officer alone."""
    set_enforcement(enforced_from=GO_LIVE, at=AT)
    part = postponing_enforcement(None)
    return act_alone([part], actor=first, note="No message passes.", kinds=PAIRED_ACTS, at=AT)
