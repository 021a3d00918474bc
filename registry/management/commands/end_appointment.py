"""Ends the appointment of an SRO or ARO."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.errors import RegistryError
from registry.models import Appointment, Person
from registry.people.acts.appointments import end_appointment
from rules.appointments import Ending


class Command(BaseCommand):
    """`python manage.py end_appointment EMAIL --officer EMAIL --reason …`."""

    help = (
        "Ends the appointment of an SRO or ARO at once: they are signed out, and what they have "
        "proposed is withdrawn. Whoever comes back is appointed anew."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("email", metavar="EMAIL", help="whose appointment")
        parser.add_argument("--party", metavar="REFERENCE", help="where they have several")
        parser.add_argument("--role", metavar="ROLE", help="SRO or ARO, where they have both")
        parser.add_argument(
            "--suspend", action="store_true", help="until it is looked into, not for good"
        )
        parser.add_argument(
            "--officer", required=True, metavar="EMAIL", help="the officer whose act it is"
        )
        parser.add_argument("--reason", required=True, help="for the DCC's staff only")

    def handle(self, *_args: Any, **options: Any) -> None:
        """End it and say so."""
        officer = _person(options["officer"], "--officer ")
        appointment = _appointment(options)
        ending = Ending.SUSPENDED if options["suspend"] else Ending.REMOVED
        try:
            end_appointment(
                appointment.pk,
                actor=officer,
                ending=ending,
                reason=options["reason"],
                at=timezone.now(),
            )
        except RegistryError as refusal:
            raise CommandError(refusal.says) from refusal
        self.stdout.write(f"{appointment.person.name}, {appointment}: {ending}")


def _person(email: str, option: str) -> Person:
    try:
        return Person.objects.get_by_natural_key(email)
    except Person.DoesNotExist:
        raise CommandError(f"{option}{email[:60]}: there is no such person") from None


def _appointment(options: dict[str, Any]) -> Appointment:
    person = _person(options["email"], "")
    found = Appointment.objects.filter(person=person, ended_at=None).order_by("pk")
    if options["party"] is not None:
        found = found.filter(party__reference=options["party"])
    if options["role"] is not None:
        found = found.filter(role=options["role"])
    if not found:
        raise CommandError(f"{person.email}: there is no such appointment that has not ended")
    if len(found) > 1:
        several = ", ".join(
            f"{each.role} at {each.party.reference}" if each.party is not None else each.role
            for each in found
        )
        raise CommandError(f"{person.email}: name one with --party and --role: {several}")
    return found[0]
