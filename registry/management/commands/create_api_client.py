"""Makes an API client and prints its token once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.clients.acts.api_clients import create_api_client
from registry.clients.reads.scopes import SCOPES
from registry.errors import RegistryError


class Command(BaseCommand):
    """`python manage.py create_api_client NAME --scope SCOPE…`."""

    help = (
        "Makes an API client and prints its bearer token, which is shown this once and kept "
        "nowhere. Scopes: " + " ".join(f"{scope}: {says}" for scope, says in SCOPES.items())
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("name", help="what the client is called, such as engine-1")
        parser.add_argument(
            "--scope",
            action="append",
            default=[],
            dest="scopes",
            metavar="SCOPE",
            help=f"what it may do, once for each: {', '.join(SCOPES)}",
        )
        parser.add_argument(
            "--party",
            metavar="REFERENCE",
            help="the Party it acts for; without one it is for the enforcement engine",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make the client and print its token alone."""
        try:
            made = create_api_client(
                options["name"],
                scopes=options["scopes"],
                party_reference=options["party"],
                at=timezone.now(),
            )
        except RegistryError as refusal:
            raise CommandError(refusal.says) from refusal
        self.stderr.write(f"{made.name} may {', '.join(made.scopes)}. Its token, shown only now:")
        self.stdout.write(made.token)
