"""Places and lifts holds of the SMKI PMA on the transfer of an MPID."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.errors import RegistryError
from registry.models import MpidTransferHold, Person
from registry.parties.acts.mpid_transfer_holds import lift_mpid_hold, place_mpid_hold
from registry.parties.reads.mpid_transfer_holds import holds_in_force
from rules.service_requests.questions import read_moment


class Command(BaseCommand):
    """`python manage.py hold_mpid place MPID …`, `… lift NUMBER …` or `… list`."""

    help = (
        "Places a hold of the SMKI PMA on the transfer of an MPID (MP185): it stays with the "
        "Party that has it, also when its certificates have ended, and no other Supplier Party "
        "gets it; lifts one; or lists those that have not ended. Times are RFC 3339."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        asked = parser.add_subparsers(dest="asked", required=True)
        place = asked.add_parser("place", help="hold an MPID with the Party that has it")
        place.add_argument("mpid", metavar="MPID")
        place.add_argument("--party", required=True, metavar="REFERENCE", help="who has it")
        place.add_argument("--from", dest="valid_from", metavar="TIME", help="else from now")
        place.add_argument("--until", dest="valid_until", metavar="TIME", help="else until lifted")
        lift = asked.add_parser("lift", help="lift a hold, from now on")
        lift.add_argument("number", type=int, metavar="NUMBER", help="as `list` has it")
        for parts in (place, lift):
            parts.add_argument(
                "--officer", required=True, metavar="EMAIL", help="the officer whose act it is"
            )
            parts.add_argument("--reason", required=True, help="for the DCC's staff only")
        asked.add_parser("list", help="the holds that have not ended")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do what is asked and say what is so now."""
        at = timezone.now()
        if options["asked"] == "list":
            for hold in holds_in_force(at=at):
                self.stdout.write(_line(hold))
            return
        act = {"actor": _officer(options["officer"]), "reason": options["reason"], "at": at}
        try:
            if options["asked"] == "lift":
                hold = lift_mpid_hold(options["number"], **act)
            else:
                hold = place_mpid_hold(
                    options["mpid"],
                    party_reference=options["party"],
                    valid_from=_moment(options, "from"),
                    valid_until=_moment(options, "until"),
                    **act,
                )
        except RegistryError as refusal:
            raise CommandError(refusal.says) from refusal
        self.stdout.write(_line(hold))


def _officer(email: str) -> Person:
    try:
        return Person.objects.get_by_natural_key(email)
    except Person.DoesNotExist:
        raise CommandError(f"--officer {email[:60]}: there is no such person") from None


def _moment(options: dict[str, Any], name: str) -> datetime | None:
    text = options[f"valid_{name}"]
    try:
        return None if text is None else read_moment(text)
    except ValueError as fault:
        raise CommandError(f"--{name} {fault}") from fault


def _line(hold: MpidTransferHold) -> str:
    until = "it is lifted" if hold.valid_until is None else hold.valid_until.isoformat()
    lifted = "" if hold.lifted_at is None else f", lifted at {hold.lifted_at.isoformat()}"
    return (
        f"{hold.pk}: {hold.mpid} stays with {hold.party.reference} from "
        f"{hold.valid_from.isoformat()} until {until}{lifted}: {hold.reason}"
    )
