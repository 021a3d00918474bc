"""To whom a decision is told: what they may see, and how they read a moment."""

from dataclasses import dataclass
from typing import Final

from rules.periods import utc_stamp
from rules.sentences import Clock

ANOTHER_PARTY: Final = "another Party"
"""What is said of a Party that its reader may not know."""


STAMPS: Final = Clock(act=utc_stamp, validity=utc_stamp)
"""Moments as the API has them in what it says of a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who is told of a decision. Of other Parties they are told only that they are others."""

    party_reference: str | None = None
    """Their own Party."""
    sees_every_party: bool = False
    clock: Clock = STAMPS
    """How they read moments."""

    def sees(self, party_reference: str | None) -> bool:
        """Tell whether they may know a Party."""
        is_own = party_reference is not None and party_reference == self.party_reference
        return self.sees_every_party or is_own


SEES_EVERY_PARTY: Final = Reader(sees_every_party=True)
"""The enforcement engine and whoever operates it, who have the whole register."""
