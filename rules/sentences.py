"""The sentence of a finding: made from its values, for whoever reads it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import Any, Final

from rules.findings import Values
from rules.periods import in_words, utc_stamp
from rules.words import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How a reader is told moments."""

    act: Callable[[datetime], str]
    validity: Callable[[datetime], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How a reason is told."""

    says: str | Callable[[Mapping[str, Any], Clock], str]
    """One sentence, with the names of the finding's values in braces; or what makes it of the
    values, where they change more of it than their own places.

    A moment says of what it is: `{revoked_at:act}` of what somebody did, `{not_after:validity}`
    of a certificate's validity, which is told in UTC everywhere, `{begins:utc}` of one that is
    compared with a validity or with what a message says. Several values say how they are listed:
    `{roles}` with commas, `{names:and}` and `{names:or}` as a person writes a list."""
    do: str
    """What to do about it: one imperative sentence that stands by itself."""


IN_UTC: Final = Clock(act=in_words, validity=in_words)
"""As the API and what is stored have them."""


def sentence(told: Told, values: Values, clock: Clock = IN_UTC) -> str:
    """Return the sentence of a reason with its values filled in.

    Raises:
        KeyError: A value that the sentence names is not there, or a moment does not say of what
            it is.
        ValueError: A value is not of a kind that can be told so.
    """
    if isinstance(told.says, str):
        return _Filling(clock).vformat(told.says, (), values)
    return told.says(values, clock)


class _Filling(Formatter):
    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._words = {"act": clock.act, "validity": clock.validity, "utc": utc_stamp}

    def format_field(self, value: Any, format_spec: str) -> Any:
        match value:
            case datetime():
                return self._words[format_spec](value)
            case tuple() if format_spec:
                return listed(value, last=format_spec)
            case tuple():
                return ", ".join(value)
        return super().format_field(value, format_spec)
