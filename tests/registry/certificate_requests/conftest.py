"""A Supplier's User ID, the ARO who asks, and the officer who decides."""

import pytest

from rules.duties import PersonRole
from tests.factories import a_party, a_person, a_user_id


@pytest.fixture
def user_id():
    return a_user_id(a_party("Northwind"))


@pytest.fixture
def aro(user_id):
    return a_person(PersonRole.ARO, user_id.party)


@pytest.fixture
def officer():
    return a_person(PersonRole.OFFICER)
