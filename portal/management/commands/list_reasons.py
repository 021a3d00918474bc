"""Prints the catalogue page of reason codes."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.api.reasons import reasons_page


class Command(BaseCommand):
    """`python manage.py list_reasons > docs/reasons.md`."""

    help = "Prints every reason code with its meaning and its rule, as docs/reasons.md has them."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print the page."""
        self.stdout.write(reasons_page(), ending="")
