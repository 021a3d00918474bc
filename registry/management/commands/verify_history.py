"""Proves that the evidence is whole and unaltered, or names the first event that is not."""

import re
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registry.evidence.history import prove_history
from registry.models import Event

_HEAD = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})", re.ASCII)


class Command(BaseCommand):
    """`python manage.py verify_history [--expect POSITION:HASH]`; exit status 1 on a break."""

    help = (
        "Reads every event of the evidence and proves that none was altered, taken out or put "
        "in, or names the first at which the chain breaks (exit status 1). Note the printed head "
        "elsewhere: given with --expect later, it also proves that nothing was cut off or "
        "written anew since."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument(
            "--expect",
            metavar="POSITION:HASH",
            help="a head that was noted earlier, as this command printed it",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the proof, or the first break."""
        expected = _read_head(options["expect"])
        proof = prove_history()
        if proof.first_break is not None:
            self.stdout.write(proof.first_break.says)
            sys.exit(1)
        if expected is not None:
            position, noted = expected
            if position > proof.events:
                self.stdout.write(
                    f"Event {position} was noted and is missing; there are {proof.events} events."
                )
                sys.exit(1)
            if not Event.objects.filter(position=position, hash=noted).exists():
                self.stdout.write(f"Event {position} is not the one that was noted.")
                sys.exit(1)
            self.stdout.write(f"Event {position} is the one that was noted.")
        events = "1 event is" if proof.events == 1 else f"{proof.events} events are"
        self.stdout.write(f"{events} whole and unaltered. Head: {proof.events}:{proof.head}")


def _read_head(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    read = _HEAD.fullmatch(text.strip().lower())
    if read is None:
        raise CommandError(
            f"--expect is `{text[:90]}`, not a position and a hash such as 42:{'0' * 8}…",
            returncode=2,
        )
    return int(read[1]), read[2]
