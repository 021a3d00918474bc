"""How an appointment ends, and by whom one alone may end it."""

from collections.abc import Mapping
from enum import StrEnum

from rules.duties import PersonRole


class Ending(StrEnum):
    """How an appointment ended. Each is final: whoever comes back is appointed anew."""

    REMOVED = "removed"
    """For good: the person has left, or acts for the Party no longer."""
    SUSPENDED = "suspended"
    """Until it is looked into."""
    CLOSED_BEFORE = "closed-before"
    """The account was closed before there were appointments; by whom is not recorded."""


ENDED_BY: Mapping[PersonRole, frozenset[PersonRole]] = {
    PersonRole.ARO: frozenset({PersonRole.SRO, PersonRole.OFFICER}),
    PersonRole.SRO: frozenset({PersonRole.OFFICER}),
}
"""Who may end an appointment alone, by its role (SEC Appendix D, the SMKI RAPP).

An SRO only one of their own Party. What is not here takes two persons.
"""


def may_end(ender: PersonRole, role: PersonRole) -> bool:
    """Tell whether somebody of one role may end an appointment of another role alone."""
    return ender in ENDED_BY.get(role, frozenset())
