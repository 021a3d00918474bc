"""The end of an appointment, with everything that rests on it (SEC Appendix D, the SMKI RAPP)."""

from datetime import datetime

from registry import access
from registry.errors import ConflictError, NotPermittedError
from registry.evidence import history
from registry.models import Appointment, Person
from registry.pairs.leaving import withdraw_proposals_of
from registry.written import written_reason
from rules.appointments import Ending, may_end
from rules.duties import Act


def end_appointment(
    appointment_id: int, *, actor: Person, ending: Ending, reason: str, at: datetime
) -> Appointment:
    """End an SRO's or ARO's appointment at once, for good or until it is looked into.

    In the same transaction the person's sessions end, and what they have proposed is withdrawn.
    An act of theirs under way is done before, or refused after.

    Raises:
        NotFoundError: There is no such appointment, or it is another Party's.
        NotPermittedError: The role may not (`role-may-not`): an SRO ends those of their Party's
            AROs, an officer those of SROs and AROs. Staff's are ended by two persons.
        RefusedActError: No reason is given (`reason-missing`, `reason-too-long`).
        ConflictError: It has ended already (`appointment-ended`).
        ValueError: People do not end one so (`closed-before`), which is a fault of ours.
    """
    if ending is Ending.CLOSED_BEFORE:
        raise ValueError(
            "an appointment is not ended as one that was closed before there were any"
        )
    with history.acting(
        Act.END_APPOINTMENT, actor=actor, at=at, subject=f"appointment:{appointment_id}"
    ) as act:
        access.require(actor, Act.END_APPOINTMENT)
        appointment = access.find(actor, Appointment, appointment_id, lock=True)
        act.details.update(_about(appointment))
        if not may_end(actor.person_role, appointment.person_role):
            raise NotPermittedError(
                "role-may-not",
                f"A person with the role {actor.role} may not end the appointment of an "
                f"{appointment.role} alone.",
            )
        words = written_reason(reason, missing="Enter why the appointment ends.")
        if appointment.ended_at is not None:
            raise ConflictError("appointment-ended", "This appointment has ended already.")
        appointment.ended_at, appointment.ending = at, ending.value
        appointment.ended_by, appointment.ending_note = actor, words
        appointment.save(update_fields=["ended_at", "ending", "ended_by", "ending_note"])
        withdrawn = withdraw_proposals_of(appointment.person, by=actor, at=at)
        act.done(appointment, ending=ending, note=words, proposals_withdrawn=list(withdrawn))
        return appointment


def _about(appointment: Appointment) -> dict[str, object]:
    person, party = appointment.person, appointment.party
    return {
        "person": {"id": person.pk, "name": person.name, "email": person.email},
        "role": appointment.role,
        "party": party.reference if party is not None else None,
    }
