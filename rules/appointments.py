"""How an appointment ends."""

from enum import StrEnum


class Ending(StrEnum):
    """How an appointment ended. Each is final: whoever comes back is appointed anew."""

    REMOVED = "removed"
    """For good: the person has left, or acts for the Party no longer."""
    SUSPENDED = "suspended"
    """Until it is looked into."""
    CLOSED_BEFORE = "closed-before"
    """The account was closed before there were appointments; by whom is not recorded."""
