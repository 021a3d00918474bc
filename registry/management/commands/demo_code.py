"""Prints a one-time code for a demonstration person."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.demonstration.loading import one_time_code
from registry.errors import RegistryError


class Command(BaseCommand):
    """Print the next one-time code that the sign-in will accept for a demonstration person."""

    help = "Print a current one-time code for a demonstration person; only on demonstration data."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the person."""
        parser.add_argument("person", help="the person's e-mail address, as `make run` prints it")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the code, having waited where every step that may be used has been used."""
        if not settings.DEMONSTRATION:
            raise CommandError(
                "this is no demonstration: codes come from each person's own device"
            )
        try:
            code, wait = one_time_code(options["person"], at=timezone.now())
        except RegistryError as refusal:
            raise CommandError(refusal.says) from refusal
        if wait:
            self.stderr.write(f"waiting {wait:.0f} s for a code that has not been used")
            time.sleep(wait)
        self.stdout.write(code)
