"""Loads the published Service Request matrix where the register has none yet."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from registry.arrangements.acts.reference_data import load_reference_data


class Command(BaseCommand):
    """Load what the register starts from."""

    help = "Load the published Service Request matrix where the register has none yet."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Load and say how much came."""
        loaded = load_reference_data(at=timezone.now())
        self.stdout.write(f"{loaded} Service Reference Variants loaded.")
