"""What is of SolrContingency, so that it must rest on a fresher register than all else."""

import pytest

from rules.roles import UserRole
from tests.rules.messages.builders import OTHER_KEY, Parts, sign
from tests.rules.service_requests import (
    vectors,
    vectors_content,
    vectors_contingency,
    vectors_registration,
)
from tests.rules.service_requests.world import ask, roles_held, snapshot, user

OWN_ROLE = "in a User Role of one's own nothing of it is asked"
ORDINARY = [
    *vectors.PASSING.values(),
    *vectors_content.PASSING.values(),
    *vectors_registration.PASSING.values(),
    vectors_contingency.PASSING[OWN_ROLE],
]


@pytest.mark.parametrize("name", sorted(vectors_contingency.PASSING.keys() - {OWN_ROLE}))
def test_what_is_sent_as_solr_contingency_and_processed_is(name):
    assert vectors_contingency.PASSING[name].decide().is_of_contingency


def test_so_is_all_of_it_that_ceases():
    ceased = [vector for given in vectors_contingency.FAILING.values() for vector in given]
    assert ceased
    assert all(vector.decide().is_of_contingency for vector in ceased)


def test_nothing_else_is():
    assert not any(vector.decide().is_of_contingency for vector in ORDINARY)


def test_whoever_has_no_other_user_role_is_held_to_it_where_it_may_not_send_something():
    contingency = snapshot(users=(user(user_roles=roles_held(UserRole.SOLR_CONTINGENCY)),))
    decision = ask(held=contingency)
    assert decision.reason == "service-request-not-eligible"
    assert decision.is_of_contingency


def test_where_it_is_not_proven_who_signed_it_is_nobodys():
    contingency = snapshot(users=(user(user_roles=roles_held(UserRole.SOLR_CONTINGENCY)),))
    forged = sign(Parts().text(), key=OTHER_KEY)
    assert ask(forged, contingency).reason == "signature-invalid"
    assert not ask(forged, contingency).is_of_contingency
    assert not ask(b"no XML", contingency).is_of_contingency
