"""`manage.py fold_observations`: counts what this machine's web processes have noted."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from django.utils import timezone

from registry.observations.acts.folding import Folded, fold_spool
from registry.observations.acts.observing import spool_folder


class Command(BaseCommand):
    """Counts once, or again and again on a machine that has no worker."""

    help = "Count the decisions that the web processes of this machine have noted."

    def add_arguments(self, parser: CommandParser) -> None:
        """Describe the options."""
        parser.add_argument(
            "--every",
            type=float,
            metavar="SECONDS",
            help="go on until stopped, for a machine with web processes and no worker",
        )

    def handle(self, *, every: float | None, **options: Any) -> None:
        """Count; while the database is away go on trying where it is to go on at all.

        Raises:
            CommandError: The database cannot be reached, or lines could not be read.
        """
        del options
        if every is None:
            self._fold_once()
        while every is not None:
            try:
                fold_spool(spool_folder(), at=timezone.now())
            except OperationalError as fault:
                self.stderr.write(f"the database cannot be reached: {str(fault).strip()}")
                connection.close()
            time.sleep(max(every, 0.1))

    def _fold_once(self) -> None:
        try:
            folded: Folded = fold_spool(spool_folder(), at=timezone.now())
        except OperationalError as fault:
            raise CommandError(
                f"the database cannot be reached: {str(fault).strip()}", returncode=2
            ) from fault
        self.stdout.write(str(folded.decisions))
        if folded.damaged_lines:
            raise CommandError(
                f"{folded.damaged_lines} lines could not be read; their files are kept as "
                f"*.damaged in {spool_folder()}",
            )
