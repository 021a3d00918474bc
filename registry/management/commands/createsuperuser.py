"""Stands in the place of Django's command, which would make what there is not here."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.core.management.base import CommandError


class Command(createsuperuser.Command):
    """Say that there is no superuser."""

    help = "Does nothing: there is no superuser here."
    requires_system_checks = ()
    requires_migrations_checks = False

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say so in one line.

        Raises:
            CommandError: Always.
        """
        raise CommandError(
            "there is no superuser: everybody is an SRO, an ARO, an officer or an auditor; "
            "docs/operations.md says how people come on board"
        )
