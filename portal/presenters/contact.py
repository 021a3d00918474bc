"""How the DCC's registration team is reached, for people who are stuck."""

import re
from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How a team is reached."""

    telephone: str
    """As people read it."""
    email: str
    hours: str
    """When somebody answers."""

    @property
    def dials(self) -> str:
        """What a telephone dials: the digits alone, with the plus sign of a country's code."""
        return re.sub(r"[^+0-9]", "", self.telephone)


def registration_team() -> Contact:
    """Return how the DCC's registration team is reached, as the settings have it."""
    return Contact(
        telephone=settings.REGISTRATION_TEAM_TELEPHONE,
        email=settings.REGISTRATION_TEAM_EMAIL,
        hours=settings.REGISTRATION_TEAM_HOURS,
    )
