"""A person is what their appointment says; the database keeps staff and Parties apart."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from registry import access
from registry.models import Appointment, NaturalPerson, Person
from rules.duties import PersonRole
from tests.factories import (
    AT,
    a_party,
    a_person,
    an_appointment,
    appoint_instead,
    end_appointments,
)

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-PEOPLE")]

DAY = timedelta(days=1)


def an_account() -> Person:
    return Person.objects.create(email="new@example.test", name="New", created_at=AT)


def of_one_person(first: Person, second: Person) -> None:
    """Record that two accounts are of one natural person, past our acts."""
    Person.objects.filter(pk=second.pk).update(natural_person=first.natural_person)
    second.refresh_from_db()


def refused_by(constraint: str, write) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write()


def test_a_person_is_what_their_open_appointment_says():
    party = a_party()
    person = a_person(PersonRole.SRO, party)
    assert (person.person_role, person.party, person.party_id) == ("SRO", party, party.pk)
    assert person.is_active
    assert str(person) == f"{person.name} (SRO)"
    assert str(person.appointment) == f"SRO of {party.name}"


def test_somebody_whose_appointments_have_ended_is_told_by_the_last_and_may_do_nothing():
    person = a_person(PersonRole.ARO, a_party())
    second = a_party()
    appoint_instead(person, PersonRole.SRO, second)
    end_appointments(person)
    assert (person.role, person.party) == ("SRO", second)
    assert not person.is_active


def test_somebody_who_was_never_appointed_is_nobody():
    person = an_account()
    assert (person.role, person.party, person.party_id) == ("", None, None)
    assert not person.is_active
    with pytest.raises(ValueError, match="is not a valid PersonRole"):
        _ = person.person_role


def test_an_appointment_is_open_once():
    person = a_person(PersonRole.ARO, a_party())
    officer = a_person(PersonRole.OFFICER)
    refused_by(
        "appointment_is_open_once",
        lambda: an_appointment(person, PersonRole.ARO, person.party),
    )
    refused_by("appointment_is_open_once", lambda: an_appointment(officer, PersonRole.OFFICER))
    end_appointments(person)
    an_appointment(person, PersonRole.ARO, person.party)


def test_nobody_is_staff_and_of_a_party_at_once_under_any_account():
    officer, aro = a_person(PersonRole.OFFICER), a_person(PersonRole.ARO)
    held = "nobody_is_staff_and_of_a_party_at_once"
    refused_by(held, lambda: an_appointment(officer, PersonRole.ARO, a_party()))
    refused_by(held, lambda: of_one_person(officer, aro))
    end_appointments(aro)
    of_one_person(officer, aro)
    refused_by(held, lambda: an_appointment(aro, PersonRole.ARO, a_party()))
    an_appointment(aro, PersonRole.AUDITOR)


def test_somebody_may_act_for_several_parties():
    person = a_person(PersonRole.ARO, a_party())
    an_appointment(person, PersonRole.SRO, a_party())
    assert person.appointments.count() == 2


def test_staff_may_be_appointed_for_a_party_from_the_moment_their_own_appointment_ended():
    person = an_account()
    first = an_appointment(person, PersonRole.OFFICER)
    Appointment.objects.filter(pk=first.pk).update(
        ended_at=AT + DAY, ending="removed", ended_by=person
    )

    def from_(moment) -> None:
        Appointment.objects.create(person=person, role="ARO", party=a_party(), started_at=moment)

    refused_by(
        "nobody_is_staff_and_of_a_party_at_once", lambda: from_(AT + DAY - timedelta(seconds=1))
    )
    from_(AT + DAY)


def test_the_appointments_of_an_account_follow_it_to_its_natural_person():
    first, second = a_person(PersonRole.ARO), a_person(PersonRole.SRO)
    end_appointments(second)
    assert access.natural_person(first) != access.natural_person(second)
    of_one_person(first, second)
    assert access.natural_person(first) == access.natural_person(second)
    followed = second.appointments.values_list("natural_person", flat=True)
    assert list(followed) == [first.natural_person_id]


def test_who_holds_a_role_now_is_found_once_for_however_many_parties():
    several, left = a_person(PersonRole.ARO), a_person(PersonRole.ARO)
    an_appointment(several, PersonRole.ARO, a_party())
    appoint_instead(left, PersonRole.SRO, a_party())
    a_person(PersonRole.OFFICER)
    assert list(Person.objects.appointed_as({PersonRole.ARO})) == [several]


def test_each_account_begins_as_a_natural_person_of_its_own():
    people = [a_person(), a_person()]
    people[0].name = "Renamed"
    people[0].save()
    assert len({access.natural_person(person) for person in people}) == 2
    assert NaturalPerson.objects.count() == 2
