"""The time limits that are counted in Working Days, and how many days each has unless set.

How the days are counted is in `rules.working_days`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class TimeLimit(StrEnum):
    """A time limit; its value is what the operator's setting calls it."""

    NOMINATION = "nomination"
    DOCUMENT_OWED = "document-owed"
    UNANSWERED_QUESTION = "unanswered-question"
    REJECTION_OF_CERTIFICATE = "rejection-of-certificate"
    PROPOSAL = "proposal"
    EMERGENCY_REVIEW = "emergency-review"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitEntry:
    """What is known of one time limit."""

    words: str
    """What has to happen within it, and from when it runs."""
    working_days: int
    """How many it has unless the operator sets another number."""
    source: str
    """The clause that it comes from, or that it is our choice."""


_OURS: Final = "Our choice; no clause names a number."

TIME_LIMITS: Final[Mapping[TimeLimit, LimitEntry]] = {
    TimeLimit.NOMINATION: LimitEntry(
        words="The DCC decides on a nomination, from the nomination",
        working_days=10,
        source=_OURS,
    ),
    TimeLimit.DOCUMENT_OWED: LimitEntry(
        words="The document follows what was asked for by telephone, from the call",
        working_days=2,
        source=_OURS,
    ),
    TimeLimit.UNANSWERED_QUESTION: LimitEntry(
        words="An applicant answers a question about a request, from the question",
        working_days=20,
        source=_OURS,
    ),
    # If this changes, the SEC must change first.
    TimeLimit.REJECTION_OF_CERTIFICATE: LimitEntry(
        words="A Subscriber rejects a certificate, from its issue",
        working_days=10,
        source="SEC L11.5 has the rejection; the number is our choice.",
    ),
    TimeLimit.PROPOSAL: LimitEntry(
        words="A second person confirms or refuses what one has proposed, from the proposal",
        working_days=5,
        source=_OURS,
    ),
    TimeLimit.EMERGENCY_REVIEW: LimitEntry(
        words="Another person reviews what one did alone in an emergency, from the act",
        working_days=1,
        source=_OURS,
    ),
}
"""Every time limit that is counted in Working Days."""

MOST_WORKING_DAYS: Final = 250
"""Of one limit: about a year. A longer one would be set by a slip."""


def limits_set(given: Mapping[str, int]) -> dict[TimeLimit, int]:
    """Return how many Working Days each limit has, where an operator has set some of them.

    Args:
        given: Working Days by the name of the limit; those that are not named stay.

    Raises:
        ValueError: A name is not that of a limit, or a number is not from 1 to
            `MOST_WORKING_DAYS`; names the limit and the number.
    """
    known = {limit.value for limit in TimeLimit}
    for name, days in given.items():
        if name not in known:
            raise ValueError(f"`{name}` is not a limit; there are {', '.join(sorted(known))}")
        if not 1 <= days <= MOST_WORKING_DAYS:
            raise ValueError(f"`{name}` is {days}; it must be from 1 to {MOST_WORKING_DAYS}")
    return {
        limit: given.get(limit.value, entry.working_days) for limit, entry in TIME_LIMITS.items()
    }
