"""Makes the demonstration's Parties and people."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.demonstration.loading import load_demonstration
from registry.errors import RegistryError


class Command(BaseCommand):
    """Make the demonstration; run again, it adds what is missing."""

    help = "Make the demonstration's Parties and people; run again, it adds what is missing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Make what is missing and say whether anything was."""
        try:
            made = load_demonstration(at=timezone.now())
        except RegistryError as refusal:
            raise CommandError(refusal.says) from refusal
        self.stdout.write("Demonstration made." if made else "The demonstration is there already.")
