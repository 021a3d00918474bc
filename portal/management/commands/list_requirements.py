"""Prints the page of requirements."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.requirements_page import requirements_page


class Command(BaseCommand):
    """`python manage.py list_requirements > docs/requirements.md`."""

    help = "Prints every requirement with what serves it, as docs/requirements.md has them."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print the page."""
        self.stdout.write(requirements_page(), ending="")
