"""Plays the main job through the running system's own pages and API."""

import os
import secrets
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.demonstration.engine import Engine, EngineError
from portal.demonstration.play import Scene, UnexpectedError, play
from portal.demonstration.visitor import PageError
from registry.clients.acts.api_clients import create_api_client, revoke_api_client
from registry.clients.reads.scopes import Scope
from registry.demonstration.loading import one_time_code
from registry.demonstration.secrets_file import read_secrets
from registry.errors import RegistryError


class Command(BaseCommand):
    """Play the main job and print each step; exit status 0 only if all came as it must."""

    help = "Play the main job through the running demonstration, from a request to a decision."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Play it."""
        if not settings.DEMONSTRATION:
            raise CommandError("this is no demonstration: nothing is played here")
        base = os.environ.get("PORTAL_ADDRESS")
        if not base:
            raise CommandError("PORTAL_ADDRESS is not set: use `make demo`")
        name = f"demo-{secrets.token_hex(4)}"
        try:
            self._play(base, name)
        except (UnexpectedError, PageError, EngineError) as fault:
            raise CommandError(str(fault)) from fault
        except RegistryError as refusal:
            raise CommandError(refusal.says) from refusal
        self.stdout.write("All came as it must.")

    def _play(self, base: str, client_name: str) -> None:
        password = read_secrets().password
        client = create_api_client(client_name, scopes=[Scope.CHECKS_ASK], at=timezone.now())
        try:
            play(
                Scene(
                    base=base,
                    password=password,
                    code=self._code,
                    engine=Engine(base, client.token),
                    tell=self._tell,
                )
            )
        finally:
            revoke_api_client(client_name, at=timezone.now())

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _code(self, email: str) -> str:
        code, wait = one_time_code(email, at=timezone.now())
        if wait:
            self.stderr.write(f"waiting {wait:.0f} s for a one-time code that has not been used")
            time.sleep(wait)
        return code
