"""The end of an appointment: by whom, and what ends with it."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from registry.errors import ConflictError, NotFoundError, NotPermittedError, RefusedActError
from registry.evidence import history
from registry.models import Appointment, Event, Person, ProposalSubject
from registry.paired_acts import PAIRED_ACTS
from registry.pairs.confirming import confirm
from registry.pairs.leaving import withdraw_proposals_of
from registry.people.acts.appointments import end_appointment
from rules.appointments import ENDED_BY, Ending, may_end
from rules.duties import Act, PersonRole
from rules.findings import RefusedError
from tests.factories import AT, a_party, a_person, an_appointment, appoint_instead
from tests.registry.pairs.world import proposed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serves("RA-PEOPLE")]

HOUR = timedelta(hours=1)
WHY = "Left the company."


@pytest.fixture
def party():
    return a_party()


@pytest.fixture
def aro(party):
    return a_person(PersonRole.ARO, party)


@pytest.fixture
def sro(party):
    return a_person(PersonRole.SRO, party)


@pytest.fixture
def officer():
    return a_person(PersonRole.OFFICER)


def ended(person, actor, *, ending=Ending.REMOVED, reason=WHY):
    return end_appointment(
        Appointment.objects.get(person=person, ended_at=None).pk,
        actor=actor,
        ending=ending,
        reason=reason,
        at=AT + HOUR,
    )


def refused_for(write) -> str:
    with pytest.raises((ConflictError, NotFoundError, NotPermittedError, RefusedActError)) as told:
        write()
    assert Event.objects.latest("position").result == "refused"
    return told.value.code


@pytest.mark.parametrize("ending", [Ending.REMOVED, Ending.SUSPENDED])
def test_an_sro_ends_the_appointment_of_an_aro_of_their_party(aro, sro, party, ending):
    appointment = ended(aro, sro, ending=ending)
    appointment.refresh_from_db()
    assert (appointment.ended_at, appointment.ending) == (AT + HOUR, ending)
    assert (appointment.ended_by, appointment.ending_note) == (sro, WHY)
    assert not Person.objects.get(pk=aro.pk).is_active
    event = Event.objects.latest("position")
    assert (event.kind, event.actor, event.result) == (Act.END_APPOINTMENT, sro, "done")
    assert event.subject == f"appointment:{appointment.pk}"
    assert history.actor_of(event).role == "SRO"
    for told in (aro.name, party.reference, ending, WHY):
        assert told in event.body


@pytest.mark.parametrize("role", list(PersonRole))
@pytest.mark.parametrize("ender", list(PersonRole))
def test_who_may_end_whose(role, ender, party):
    whose = a_person(role, party if role in ENDED_BY else None)
    by = a_person(ender, party if ender in ENDED_BY else None)
    if may_end(ender, role):
        ended(whose, by)
        assert not Person.objects.get(pk=whose.pk).is_active
    else:
        assert refused_for(lambda: ended(whose, by)) in {"role-may-not", "not-found"}
        assert Person.objects.get(pk=whose.pk).is_active


def test_the_table_of_who_may_end_whose():
    allowed = {
        (ender, role) for ender in PersonRole for role in PersonRole if may_end(ender, role)
    }
    assert allowed == {("SRO", "ARO"), ("officer", "ARO"), ("officer", "SRO")}


def test_an_appointment_for_another_party_is_not_there_to_an_sro(aro):
    assert refused_for(lambda: ended(aro, a_person(PersonRole.SRO))) == "not-found"


def test_what_has_ended_does_not_end_again(aro, sro, officer):
    appointment = ended(aro, sro)
    given = {"actor": officer, "ending": Ending.SUSPENDED, "reason": WHY, "at": AT + 2 * HOUR}
    assert refused_for(lambda: end_appointment(appointment.pk, **given)) == "appointment-ended"
    appointment.refresh_from_db()
    assert appointment.ending == Ending.REMOVED


@pytest.mark.parametrize(
    ("reason", "code"), [("", "reason-missing"), ("a" * 2_001, "reason-too-long")]
)
def test_an_end_says_why(aro, sro, reason, code):
    assert refused_for(lambda: ended(aro, sro, reason=reason)) == code
    assert Person.objects.get(pk=aro.pk).is_active


def test_nobody_ends_one_as_closed_before_there_were_any(aro, sro):
    with pytest.raises(ValueError, match="closed before"):
        ended(aro, sro, ending=Ending.CLOSED_BEFORE)


def test_the_appointment_for_another_party_goes_on(aro, sro):
    other = a_party()
    here = aro.appointments.get()
    an_appointment(aro, PersonRole.ARO, other)
    end_appointment(here.pk, actor=sro, ending=Ending.REMOVED, reason=WHY, at=AT + HOUR)
    left = Person.objects.get(pk=aro.pk)
    assert (left.is_active, left.party) == (True, other)


def test_what_they_proposed_is_withdrawn_and_can_be_proposed_by_somebody_else(officer):
    first, party = a_person(PersonRole.OFFICER), a_party()
    proposal = proposed(first)
    appoint_instead(first, PersonRole.ARO, party)
    sro = a_person(PersonRole.SRO, party)
    ended(first, sro)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_at) == ("withdrawn", AT + HOUR)
    assert not ProposalSubject.objects.filter(is_held=True).exists()
    withdrawn, end = Event.objects.order_by("position")[1:]
    assert (withdrawn.kind, withdrawn.actor) == (Act.WITHDRAW_PROPOSAL, sro)
    assert withdrawn.subject == f"proposal:{proposal.pk}"
    assert f'"proposals_withdrawn":[{proposal.pk}]' in end.body
    assert history.prove_history().first_break is None
    with pytest.raises(RefusedError, match="proposal-move-too-late"):
        confirm(
            proposal.pk, actor=officer, seen=proposal.digest, kinds=PAIRED_ACTS, at=AT + 2 * HOUR
        )
    proposed(officer, at=AT + 2 * HOUR)


def test_what_is_done_or_expired_or_somebody_elses_is_left_as_it_is(officer):
    first = a_person(PersonRole.OFFICER)
    proposal = proposed(first)
    with transaction.atomic():
        assert withdraw_proposals_of(officer, by=first, at=AT + HOUR) == ()
        assert withdraw_proposals_of(first, by=officer, at=proposal.due_at) == ()
    proposal.refresh_from_db()
    assert proposal.state == "open"


def told_by(capsys, *arguments: str) -> str:
    call_command("end_appointment", *arguments)
    return capsys.readouterr().out


def test_the_command_ends_the_one_that_is_meant_in_an_officers_name(
    aro, officer, party, capsys
) -> None:
    other = a_party()
    an_appointment(aro, PersonRole.SRO, other)
    given = (aro.email.upper(), "--officer", officer.email, "--reason", WHY)
    with pytest.raises(CommandError, match=r"name one with --party and --role: ARO at .*SRO at "):
        call_command("end_appointment", *given)
    said = told_by(capsys, *given, "--party", other.reference, "--role", "SRO", "--suspend")
    assert said == f"{aro.name}, SRO of {other.name}: suspended\n"
    said = told_by(capsys, *given)
    assert said == f"{aro.name}, ARO of {party.name}: removed\n"
    with pytest.raises(CommandError, match="no such appointment that has not ended"):
        call_command("end_appointment", *given)
    assert set(aro.appointments.values_list("ended_by", flat=True)) == {officer.pk}


@pytest.mark.parametrize(
    ("email", "officer_email", "says"),
    [
        ("nobody@example.test", None, r"^nobody@example\.test: there is no such person$"),
        (
            None,
            "nobody@example.test",
            r"^--officer nobody@example\.test: there is no such person$",
        ),
    ],
)
def test_the_command_says_whom_it_does_not_know(aro, officer, email, officer_email, says) -> None:
    given = (email or aro.email, "--officer", officer_email or officer.email, "--reason", WHY)
    with pytest.raises(CommandError, match=says):
        call_command("end_appointment", *given)


def test_the_command_says_why_it_is_refused(sro) -> None:
    with pytest.raises(CommandError, match="may not end the appointment of an SRO alone"):
        call_command("end_appointment", sro.email, "--officer", sro.email, "--reason", WHY)
    assert sro.appointments.get().ended_at is None
