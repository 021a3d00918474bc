"""Revokes an API client's token."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.clients.acts.api_clients import revoke_api_client
from registry.errors import RegistryError


class Command(BaseCommand):
    """`python manage.py revoke_api_client NAME`."""

    help = "Revokes an API client: within a second its token opens nothing, in any process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("name", help="what the client is called")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Revoke the client."""
        try:
            revoke_api_client(options["name"], at=timezone.now())
        except RegistryError as refusal:
            raise CommandError(refusal.says) from refusal
        self.stdout.write(f"{options['name']} is revoked.")
