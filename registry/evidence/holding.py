"""Keeping an appointment from ending while an act under it is under way."""

from django.db import connection

from registry.errors import NotPermittedError
from registry.models import Person


def hold_appointment(actor: Person) -> None:
    """Keep the appointment that somebody acts under from ending until the transaction ends.

    Many acts may hold one at once; whoever ends it waits for them, and an act that begins after
    that is refused. Call this first in the transaction, so that no two wait for each other.

    Raises:
        NotPermittedError: The appointment has ended (`person-inactive`).
    """
    appointment = actor.appointment
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM registry_appointment WHERE id = %s AND ended_at IS NULL FOR SHARE",
            [appointment.pk if appointment is not None else None],
        )
        if cursor.fetchone() is None:
            raise NotPermittedError("person-inactive", "This account has been closed.")
