"""Forgets the devices that a person is known to sign in with."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.errors import RegistryError
from registry.people.acts.known_devices import forget_devices


class Command(BaseCommand):
    """`python manage.py forget_devices EMAIL`."""

    help = "Forgets a person's known devices, as after a loss; signing in makes one known again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("email", help="the person's e-mail address")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Forget them."""
        try:
            number = forget_devices(options["email"], at=timezone.now())
        except RegistryError as refusal:
            raise CommandError(refusal.says) from refusal
        self.stdout.write(f"{number} forgotten.")
