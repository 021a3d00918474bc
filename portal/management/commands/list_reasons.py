"""Prints the catalogue page of reason codes."""

from portal.api.reasons import reasons_page
from portal.management.made_page import MadePageCommand


class Command(MadePageCommand):
    """`python manage.py list_reasons > docs/reasons.md`."""

    help = "Prints every reason code with its meaning and its rule, as docs/reasons.md has them."
    page = "docs/reasons.md"

    def made(self) -> str:
        """Return the page as it is now."""
        return reasons_page()
