"""`migrate` as Django has it; it is what loads the functions and triggers that differ."""

from typing import Any

from django.core.management.commands import migrate

from portal.database_text import about_to_be_loaded


class Command(migrate.Command):
    """Brings the database to this release: its migrations, then its functions and triggers."""

    def check(self, *args: Any, **kwargs: Any) -> Any:
        """Check all but what this command is going to put right."""
        with about_to_be_loaded():
            return super().check(*args, **kwargs)
