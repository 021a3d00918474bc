"""Who makes the journeys, in which way, and what is so before they begin."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from registry.models import (
    EnforcementMoment,
    Party,
    PartyMpid,
    Person,
    ServiceReferenceVariant,
    ServiceRequestEligibility,
)
from rules.duties import PersonRole
from rules.identifiers import Eui64
from rules.roles import PartyCategory, UserRole
from tests.attacks.sessions import hold_nothing_secret, sessions_saved
from tests.browser.conftest import PASSWORD, can_sign_in
from tests.browser.hands import Hands, Keyboard, Mouse, NoScript, Phone
from tests.factories import a_party, a_person, a_user_id

USER_ID = Eui64("90-B3-D5-1F-30-01-00-00")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
WAYS = {"desktop": Mouse, "phone": Phone, "keyboard": Keyboard, "no-script": NoScript}
IN_THE_LONG_RUN = {"phone", "keyboard", "no-script"}


@dataclass(frozen=True, kw_only=True)
class People:
    """Those who come on a journey."""

    aro: Person
    """Of Northwind Energy."""
    stranger: Person
    """An ARO of Southgate Power."""
    officer: Person
    """Of the DCC."""


@pytest.fixture(
    params=[
        pytest.param(way, marks=[pytest.mark.long] if way in IN_THE_LONG_RUN else [])
        for way in WAYS
    ]
)
def hands(request: pytest.FixtureRequest, opened: Callable[..., object]) -> Hands:
    """Whoever sits before the browser, in each of the ways of using it."""
    way = WAYS[request.param]
    return way(opened(viewport=way.viewport, has_script=way.has_script))


@pytest.fixture(autouse=True)
def _sessions_say_who_it_is(transactional_db: None) -> Iterator[None]:
    """Hold after each journey that no session had anything else in it on the way."""
    del transactional_db  # asked for, so that the devices are still there afterwards
    with sessions_saved() as saved:
        yield
    assert saved
    hold_nothing_secret(saved, PASSWORD)


@pytest.fixture
def people() -> People:
    """Two Parties and the DCC; MP104 is enforced, and a read may be asked for by suppliers."""
    north, south = a_party("Northwind Energy"), a_party("Southgate Power")
    a_user_id(north, eui64=USER_ID)
    a_user_id(south)
    a_user_id(a_party("DCC", category=PartyCategory.DCC), user_roles=())
    _rules_of_the_register(north)
    return People(
        aro=can_sign_in(a_person(PersonRole.ARO, north)),
        stranger=can_sign_in(a_person(PersonRole.ARO, south)),
        officer=can_sign_in(a_person(PersonRole.OFFICER)),
    )


def _rules_of_the_register(north: Party) -> None:
    PartyMpid.objects.create(mpid="NWEL", party=north, recorded_at=LONG_AGO)
    EnforcementMoment.objects.create(enforced_from=LONG_AGO, recorded_at=LONG_AGO, is_loaded=True)
    ServiceReferenceVariant.objects.create(code="4.1.1", name="Read", is_critical=False)
    ServiceRequestEligibility.objects.create(
        service_reference_variant="4.1.1",
        user_role=UserRole.IMPORT_SUPPLIER.value,
        valid_from=LONG_AGO,
    )
