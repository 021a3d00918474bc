"""To whom a decision is told: what they may see, and how they read a moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rules.periods import utc_stamp

ANOTHER_PARTY: Final = "another Party"
"""What is said of a Party that its reader may not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who is told of a decision. Of other Parties they are told only that they are others."""

    party_reference: str | None = None
    """Their own Party."""
    sees_every_party: bool = False
    moment: Callable[[datetime], str] = utc_stamp
    """How they read when something was done."""
    validity: Callable[[datetime], str] = utc_stamp
    """How they read from when and until when a certificate is valid, which is always in UTC."""

    def sees(self, party_reference: str | None) -> bool:
        """Tell whether they may know a Party."""
        is_own = party_reference is not None and party_reference == self.party_reference
        return self.sees_every_party or is_own


SEES_EVERY_PARTY: Final = Reader(sees_every_party=True)
"""The enforcement engine and whoever operates it, who have the whole register."""
