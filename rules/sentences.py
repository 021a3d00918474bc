"""The sentence of a finding: made from its values, for whoever reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import Any, Final

from rules.findings import Values
from rules.periods import in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How a reason is told."""

    says: str
    """One sentence, with the names of the finding's values in braces.

    A moment says of what it is: `{revoked_at:act}` of what somebody did, `{not_after:validity}`
    of a certificate's validity, which is told in UTC everywhere."""
    do: str
    """What to do about it: one imperative sentence that stands by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How a reader is told moments."""

    act: Callable[[datetime], str]
    validity: Callable[[datetime], str]


IN_UTC: Final = Clock(act=in_words, validity=in_words)
"""As the API and what is stored have them."""


def sentence(says: str, values: Values, clock: Clock = IN_UTC) -> str:
    """Return a sentence with its values filled in.

    Raises:
        KeyError: A value that the sentence names is not there, or a moment does not say of what
            it is.
    """
    return _Filling(clock).vformat(says, (), values)


class _Filling(Formatter):
    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._words = {"act": clock.act, "validity": clock.validity}

    def format_field(self, value: Any, format_spec: str) -> Any:
        if isinstance(value, datetime):
            return self._words[format_spec](value)
        return super().format_field(value, format_spec)
