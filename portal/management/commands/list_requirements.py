"""Prints the page of requirements."""

from portal.management.made_page import MadePageCommand
from portal.requirements_page import requirements_page


class Command(MadePageCommand):
    """`python manage.py list_requirements > docs/requirements.md`."""

    help = "Prints every requirement with what serves it, as docs/requirements.md has them."
    page = "docs/requirements.md"

    def made(self) -> str:
        """Return the page as it is now."""
        return requirements_page()
