"""People at the pages: who they are, and a browser that is signed in as them."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry.models import Party, Person, UserId
from rules.certificates.making import build_request
from rules.duties import PersonRole
from rules.roles import PartyCategory
from tests.factories import a_key, a_party, a_person, a_user_id

PASSWORD = "a-password-for-tests"


@dataclass(frozen=True, kw_only=True)
class Side:
    """A Supplier Party with its User ID and people."""

    party: Party
    user_id: UserId
    sro: Person
    aro: Person


@pytest.fixture
def north() -> Side:
    return a_side("Northwind Energy")


@pytest.fixture
def south() -> Side:
    return a_side("Southgate Power")


@pytest.fixture
def dcc() -> UserId:
    return a_user_id(a_party("DCC", category=PartyCategory.DCC), user_roles=())


@pytest.fixture
def officer() -> Person:
    return a_person(PersonRole.OFFICER)


@pytest.fixture
def other_officer() -> Person:
    return a_person(PersonRole.OFFICER)


@pytest.fixture
def auditor() -> Person:
    return a_person(PersonRole.AUDITOR)


@pytest.fixture
def signed_in():
    """Return a browser that is signed in as a person, with both factors."""
    return _signed_in


@pytest.fixture
def half_signed_in():
    """Return a browser in which a person has given the password and owes the code."""

    def browser_of(person: Person) -> Client:
        a_device(person)
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return browser_of


def _signed_in(person: Person) -> Client:
    device = a_device(person)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def a_device(person: Person) -> TOTPDevice:
    found = TOTPDevice.objects.filter(user=person, confirmed=True).first()
    return found or TOTPDevice.objects.create(user=person, name="test", confirmed=True)


def a_csr(user_id: UserId, *, role="87", common_name=None, key=None) -> bytes:
    """Return a certificate signing request that every rule lets pass, in DER."""
    return build_request(
        key or a_key(),
        eui64=user_id.eui64,
        remote_party_role=role,
        common_name=common_name,
    )


def a_side(name: str) -> Side:
    """Make a Supplier Party with a User ID, an SRO and an ARO."""
    party = a_party(name)
    return Side(
        party=party,
        user_id=a_user_id(party),
        sro=a_person(PersonRole.SRO, party),
        aro=a_person(PersonRole.ARO, party),
    )
