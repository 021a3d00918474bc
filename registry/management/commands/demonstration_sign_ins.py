"""Prints how to sign in as each demonstration person."""

import shlex
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from registry.demonstration.cast import everybody
from registry.demonstration.secrets_file import read_secrets
from registry.errors import RegistryError


class Command(BaseCommand):
    """Print a table of the demonstration's people, their password and where codes come from."""

    help = "Print how to sign in as each demonstration person."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print the table."""
        try:
            secrets = read_secrets()
        except RegistryError as refusal:
            raise CommandError(refusal.says) from refusal
        rows = [
            (party.name if party else "DCC staff", str(person.role), person.name, person.email)
            for person, party in everybody()
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        for row in rows:
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write(f"  {line}".rstrip())
        self.stdout.write(f"\n  Password of each: {secrets.password}")
        self.stdout.write(
            f"  One-time code:    {_folder()}.venv/bin/python manage.py demo_code EMAIL"
        )


def _folder() -> str:
    """Return what a command must begin with to find the data folder, where it is another."""
    usual = settings.BASE_DIR / ".data"
    if usual.resolve() == settings.DATA_DIR:
        return ""
    return f"DATA_DIR={shlex.quote(str(settings.DATA_DIR))} "
