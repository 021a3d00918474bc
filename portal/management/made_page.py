"""A command that prints a page of the documents which is made from the code."""

from abc import abstractmethod
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class MadePageCommand(BaseCommand):
    """Prints its page, or with `--check` compares it with the one that is in the documents."""

    requires_system_checks = ()
    page: str
    """Where it lies, from the project's folder: `docs/reasons.md`."""

    @abstractmethod
    def made(self) -> str:
        """Return the page as it is now."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--check",
            action="store_true",
            help=f"print nothing, and exit 1 where {self.page} is not this page",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the page, or compare.

        Raises:
            CommandError: The page in the documents is another, or is not there.
        """
        made = self.made()
        if not options["check"]:
            self.stdout.write(made, ending="")
            return
        there = Path(settings.BASE_DIR) / self.page
        if not there.exists() or there.read_text("utf-8") != made:
            name = type(self).__module__.rpartition(".")[2]
            raise CommandError(
                f"{self.page} is not what there is now; make it anew with `python manage.py "
                f"{name} > page.md` and put that in its place"
            )
