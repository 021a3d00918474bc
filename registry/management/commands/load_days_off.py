"""Loads the days off by which Working Days are counted."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.errors import RegistryError
from registry.working_days.acts.days_off import load_computed_days


class Command(BaseCommand):
    """`python manage.py load_days_off [--until YEAR]`."""

    help = (
        "Records the days off of England and Wales that are not recorded yet, from 2015 to two "
        "years after the present one. Run it after each upgrade, and each year. It takes nothing "
        "away: what an officer added or took back stays so."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the option."""
        parser.add_argument("--until", type=int, metavar="YEAR", help="the last year")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load, and say what came and what somebody should look at."""
        try:
            loaded = load_computed_days(at=timezone.now(), until_year=options["until"])
        except RegistryError as refusal:
            raise CommandError(f"--until {options['until']}: {refusal.says}") from refusal
        self.stdout.write(f"{len(loaded.added)} days off recorded, until {loaded.until_year}.")
        for day in loaded.no_longer_computed:
            self.stderr.write(
                f"{day.isoformat()} is recorded as computed, and is not a day off by what is "
                "computed now: an officer can take it back on the page Working Days."
            )
