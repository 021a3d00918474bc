"""Who may do what, and what a person finds by an id: their own Party's things, or nothing."""

import pytest
from django.apps import apps
from django.db.models import Model

from registry import access
from registry.certificates.acts.certificate_requests import submit_request
from registry.errors import NotFoundError, NotPermittedError
from registry.models import (
    Appointment,
    CertificateRequest,
    Document,
    KnownDevice,
    OrganisationCertificate,
    Party,
    Person,
    SigningNotification,
    UserId,
)
from rules.certificates.making import build_request
from rules.duties import Act, PersonRole
from rules.roles import PartyCategory
from tests.factories import (
    AT,
    a_certificate,
    a_document,
    a_key,
    a_notification,
    a_party,
    a_person,
    a_user_id,
    an_eui64,
    end_appointments,
)

pytestmark = pytest.mark.django_db

OWN_PARTYS = (Act.SUBMIT_REQUEST, Act.NOTIFY_CERTIFICATE)
OFFICERS = (Act.APPROVE_REQUEST, Act.REVOKE_CERTIFICATE)


@pytest.fixture
def dcc():
    return a_party("DCC", category=PartyCategory.DCC)


# --- acts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", OWN_PARTYS)
@pytest.mark.parametrize("role", [PersonRole.SRO, PersonRole.ARO])
def test_a_partys_people_act_for_it_and_for_no_other(act, role, dcc):
    person = a_person(role)
    access.require(person, act, party=person.party)
    for other in (a_party(), dcc):
        with pytest.raises(NotPermittedError, match="party-not-own"):
            access.require(person, act, party=other)


@pytest.mark.parametrize("act", OWN_PARTYS)
def test_an_officer_acts_for_the_dcc_and_for_no_other(act, dcc):
    officer = a_person(PersonRole.OFFICER)
    access.require(officer, act, party=dcc)
    with pytest.raises(NotPermittedError, match="party-not-own"):
        access.require(officer, act, party=a_party())


@pytest.mark.parametrize("act", OFFICERS)
def test_what_only_an_officer_may_is_done_for_every_party(act, dcc):
    officer = a_person(PersonRole.OFFICER)
    for party in (a_party(), dcc, None):
        access.require(officer, act, party=party)
    for role in (PersonRole.SRO, PersonRole.ARO, PersonRole.AUDITOR):
        person = a_person(role)
        with pytest.raises(NotPermittedError, match="role-may-not"):
            access.require(person, act, party=person.party)


@pytest.mark.parametrize("role", list(PersonRole))
def test_whose_account_was_closed_may_do_nothing(role):
    person = a_person(role)
    end_appointments(person)
    for act in Act:
        with pytest.raises(NotPermittedError, match="person-inactive"):
            access.require(person, act, party=person.party)


def test_for_whom_a_person_acts(dcc):
    aro = a_person(PersonRole.ARO)
    assert access.party_acted_for(aro) == aro.party
    assert access.party_acted_for(a_person(PersonRole.OFFICER)) == dcc
    with pytest.raises(NotPermittedError, match="acts-for-no-party"):
        access.party_acted_for(a_person(PersonRole.AUDITOR))


def test_an_officer_acts_for_nobody_where_there_is_no_dcc():
    assert not Party.objects.filter(category=PartyCategory.DCC).exists()
    with pytest.raises(NotPermittedError, match="acts-for-no-party"):
        access.party_acted_for(a_person(PersonRole.OFFICER))


# --- things ----------------------------------------------------------------------------------


def a_request(user_id):
    submission = build_request(a_key(), eui64=user_id.eui64, remote_party_role="87")
    return submit_request(submission, actor=a_person(PersonRole.ARO, user_id.party), at=AT)


DOORS = {
    Appointment: (
        lambda user_id: a_person(PersonRole.ARO, user_id.party).appointments.get(),
        "pk",
        999_999,
    ),
    CertificateRequest: (a_request, "reference", "CSR-999999"),
    Document: (
        lambda user_id: a_document(a_person(PersonRole.OFFICER), party=user_id.party),
        "pk",
        999_999,
    ),
    OrganisationCertificate: (a_certificate, "pk", 999_999),
    UserId: (lambda user_id: user_id, "eui64", an_eui64()),
    SigningNotification: (
        lambda user_id: a_notification(a_certificate(user_id)),
        "pk",
        999_999,
    ),
}


def leads_to_a_party(kind: type[Model], *, by: frozenset[type[Model]] = frozenset()) -> bool:
    """Tell whether a row of a model is a Party's: it is one, names one or leads to one.

    A person leads to the Parties that they are or were appointed for.
    """
    if kind in {Party, Person} or kind in by:
        return kind in {Party, Person}
    fields = kind._meta.get_fields()  # noqa: SLF001 -- Django's own way
    forward = [field for field in fields if field.concrete]
    return any(
        field.name == "party"
        or (field.is_relation and leads_to_a_party(field.related_model, by=by | {kind}))
        for field in forward
    )


def test_whatever_is_a_partys_has_a_door_or_a_reason_for_none():
    of_a_party = {
        kind for kind in apps.get_app_config("registry").get_models() if leads_to_a_party(kind)
    }
    assert len(of_a_party) > len(access.DOORS)
    assert {*access.DOORS} & {*access.WITHOUT_DOOR} == set()
    assert {*access.DOORS} | {*access.WITHOUT_DOOR} == of_a_party


@pytest.mark.parametrize("kind", access.DOORS)
def test_every_door_is_opened_below_and_its_way_leads_to_the_party(kind):
    assert kind in DOORS
    for step in access.DOORS[kind].party.split("__"):
        kind = kind._meta.get_field(step).related_model  # noqa: SLF001 -- Django's own way
    assert kind is Party


def test_what_has_no_door_is_nobodys():
    for role in PersonRole:
        with pytest.raises(KeyError):
            access.visible(a_person(role), KnownDevice)


@pytest.mark.parametrize("kind", list(DOORS))
def test_where_there_is_no_party_nothing_is_its_own(kind):
    make, _, _ = DOORS[kind]
    make(a_user_id())
    assert not access.of_party(kind, None).exists()


@pytest.mark.parametrize("lock", [False, True])
@pytest.mark.parametrize("kind", list(DOORS))
def test_a_thing_is_found_by_its_own_party_and_by_staff(kind, lock):
    make, name, _ = DOORS[kind]
    user_id = a_user_id()
    made = make(user_id)
    for person in (
        a_person(PersonRole.SRO, user_id.party),
        a_person(PersonRole.ARO, user_id.party),
        a_person(PersonRole.OFFICER),
        a_person(PersonRole.AUDITOR),
    ):
        assert access.find(person, kind, getattr(made, name), lock=lock) == made


@pytest.mark.parametrize("lock", [False, True])
@pytest.mark.parametrize("kind", list(DOORS))
def test_a_stranger_hears_the_words_for_what_does_not_exist(kind, lock):
    make, name, absent = DOORS[kind]
    made = make(a_user_id())
    stranger = a_person(PersonRole.ARO)

    def words(asked):
        with pytest.raises(NotFoundError) as refused:
            access.find(stranger, kind, asked, lock=lock)
        return str(refused.value)

    assert words(getattr(made, name)) == words(absent)


@pytest.mark.parametrize(
    "spell",
    [
        lambda reference: reference.removeprefix("CSR-"),
        lambda reference: reference.lower(),
        lambda reference: reference.replace("CSR-", "CSR-0"),
        lambda reference: f"{reference} ",
        lambda _: "CSR-",
        lambda _: "CSR-" + "9" * 18,
        lambda _: "CSR-" + "9" * 30,
        lambda _: "CSR-\u0661",
    ],
)
def test_a_request_has_one_reference(spell):
    request = a_request(a_user_id())
    with pytest.raises(NotFoundError, match="certificate signing request"):
        access.find(a_person(PersonRole.OFFICER), CertificateRequest, spell(request.reference))


def test_a_user_id_is_found_in_any_usual_spelling_and_nothing_else_is_one():
    user_id = a_user_id()
    officer = a_person(PersonRole.OFFICER)
    for spelled in (user_id.eui64, user_id.eui64.lower(), user_id.eui64.replace("-", "")):
        assert access.find(officer, UserId, spelled) == user_id
    for wrong in ("", user_id.eui64[:-1], f"{user_id.eui64}-00", "user"):
        with pytest.raises(NotFoundError, match="User ID"):
            access.find(officer, UserId, wrong)
