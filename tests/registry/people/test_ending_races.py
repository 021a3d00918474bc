"""An appointment that ends while somebody acts under it: the act is before the end, or refused."""

from collections import Counter
from functools import partial

import pytest
from django.db import connection

from registry.certificates.acts.certificate_requests import submit_request
from registry.errors import NotPermittedError
from registry.evidence import history
from registry.evidence.holding import hold_appointment
from registry.models import Appointment, CertificateRequest, Event
from registry.pairs.ending import withdraw
from registry.pairs.leaving import withdraw_proposals_of
from registry.people.acts.appointments import end_appointment
from rules.appointments import Ending
from rules.certificates.making import build_request
from rules.duties import Act, PersonRole
from tests.factories import AT, a_key, a_person, a_user_id, end_appointments
from tests.racing import overtake, race
from tests.registry.pairs.world import proposed

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.race,
    pytest.mark.serves("RA-PEOPLE"),
]

MANY = 16


@pytest.fixture
def user_id():
    return a_user_id()


@pytest.fixture
def aro(user_id):
    return a_person(PersonRole.ARO, user_id.party)


def submitting(user_id, aro):
    csr = build_request(a_key(), eui64=user_id.eui64, remote_party_role="87")
    return partial(submit_request, csr, actor=aro, at=AT)


def ending_of(person, by):
    return partial(
        end_appointment,
        Appointment.objects.get(person=person).pk,
        actor=by,
        ending=Ending.SUSPENDED,
        reason="So.",
        at=AT,
    )


def came_of(results) -> Counter[str]:
    return Counter(getattr(result, "code", type(result).__name__) for result in results)


def test_an_act_that_begins_while_the_appointment_ends_waits_and_is_refused(user_id, aro):
    submit = submitting(user_id, aro)
    assert aro.is_active  # as the page read it before
    stale = type(aro).objects.get(pk=aro.pk)

    def told():
        with pytest.raises(NotPermittedError) as refusal:
            submit()
        return refusal.value.code

    assert overtake(lambda: end_appointments(stale), told) == ("person-inactive", True)
    assert not CertificateRequest.objects.exists()
    assert Event.objects.get().result == "refused"


def test_an_end_waits_for_the_act_that_is_under_way(aro):
    end = ending_of(aro, a_person(PersonRole.OFFICER))
    appointment, has_waited = overtake(partial(hold_appointment, aro), end)
    assert has_waited
    assert appointment.ending == Ending.SUSPENDED


def test_acts_of_one_person_do_not_wait_for_each_other(aro):
    def held() -> None:
        connection.ensure_connection()
        hold_appointment(aro)

    assert overtake(partial(hold_appointment, aro), held) == (None, False)


def test_of_many_that_end_it_one_does_and_nothing_is_done_after_the_end(user_id, aro):
    officers = [a_person(PersonRole.OFFICER) for _ in range(MANY)]
    acts = [ending_of(aro, officer) for officer in officers]
    acts += [submitting(user_id, aro) for _ in range(MANY)]
    came = came_of(race(acts))
    assert (came["Appointment"], came["appointment-ended"]) == (1, MANY - 1)
    assert came["CertificateRequest"] + came["person-inactive"] == MANY
    done = list(Event.objects.filter(result="done").order_by("position").values_list("kind"))
    assert done.index((Act.END_APPOINTMENT,)) == len(done) - 1
    assert history.prove_history().first_break is None


def test_whoever_withdraws_their_own_while_it_is_withdrawn_for_them_comes_too_late():
    first, by = a_person(PersonRole.OFFICER), a_person(PersonRole.OFFICER)
    proposal = proposed(first)

    def withdrawn():
        try:
            return withdraw(proposal.pk, actor=first, seen=proposal.digest, at=AT).state
        except Exception as refused:  # noqa: BLE001 -- what it raised is looked at
            return ",".join(refused.report.reasons)

    came, has_waited = overtake(lambda: withdraw_proposals_of(first, by=by, at=AT), withdrawn)
    assert (came, has_waited) == ("proposal-move-too-late", True)
