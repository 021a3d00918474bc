"""The words in which a person gives a reason, as every act that takes one holds them to."""

from registry.errors import RefusedActError
from rules.visible_text import shows_something

LONGEST_REASON = 2_000
"""Characters of a reason."""


def written_reason(given: str, *, missing: str, code: str = "reason-missing") -> str:
    """Return a reason without the space around it; `missing` says what to enter.

    Raises:
        RefusedActError: Nothing of it can be seen, or it holds a NUL, which PostgreSQL cannot
            store (`code`); or it is too long (`reason-too-long`).
    """
    words = given.strip()
    if not shows_something(words) or "\0" in words:
        raise RefusedActError(code, missing)
    if len(words) > LONGEST_REASON:
        raise RefusedActError(
            "reason-too-long",
            f"The reason has {len(words):,} characters. It must have {LONGEST_REASON:,} or fewer.",
        )
    return words
