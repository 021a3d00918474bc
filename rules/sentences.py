"""The sentence of a finding: made from its values, for whoever reads it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import Any, Final, TypeAlias

from rules.findings import Values
from rules.periods import day_in_words, in_words, utc_stamp
from rules.words import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How a reader is told moments."""

    act: Callable[[datetime], str]
    validity: Callable[[datetime], str]


Says: TypeAlias = str | Callable[[Mapping[str, Any], Clock], str]
"""What makes a sentence of values."""

FURTHER_FAULTS: Final = "further_faults"
"""The value that has the faults after the first, each a reason with its values."""
FAULTS_NOT_TOLD: Final = "faults_not_told"
"""The value that counts the faults which are not told in words of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How a reason is told."""

    says: Says
    """One sentence, with the names of the finding's values in braces; or what makes it of the
    values, where they change more of it than their own places.

    A moment says of what it is: `{revoked_at:act}` of what somebody did, `{not_after:validity}`
    of a certificate's validity, which is told in UTC everywhere, `{not_after:day}` of its day,
    `{begins:utc}` of one that is compared with a validity or with what a message says. Several
    values say how they are listed: `{roles}` with commas, `{names:and}` and `{names:or}` as a
    person writes a list."""
    do: str
    """What to do about it: one imperative sentence that stands by itself."""


IN_UTC: Final = Clock(act=in_words, validity=in_words)
"""As the API and what is stored have them."""


def by(name: str, sentences: Mapping[str, str]) -> Says:
    """Return what makes that one of several sentences which a value names."""

    def says(values: Mapping[str, Any], clock: Clock) -> str:
        return _Filling(clock).vformat(sentences[values[name]], (), values)

    return says


def words_of(
    reasons: Mapping[str, Told], reason: str, values: Mapping[str, Any], clock: Clock = IN_UTC
) -> str:
    """Return how a finding is told: its sentence, and that of each further fault it has.

    Raises:
        KeyError: A reason is not among these, or a value that a sentence names is not there.
        ValueError: A value is not of a kind that can be told so.
    """
    further = values.get(FURTHER_FAULTS, ())
    said = [
        sentence(reasons[reason], values, clock),
        *(sentence(reasons[other], dict(its), clock) for other, its in further),
    ]
    more = values.get(FAULTS_NOT_TOLD, 0)
    if more:
        are = "is 1 more fault" if more == 1 else f"are {more:,} more faults"
        said.append(f"There {are} like it.")
    return " ".join(said)


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
        self._words = {
            "act": clock.act,
            "validity": clock.validity,
            "day": day_in_words,
            "utc": utc_stamp,
        }

    def format_field(self, value: Any, format_spec: str) -> Any:
        match value:
            case datetime():
                return self._words[format_spec](value)
            case tuple() if format_spec:
                return listed(value, last=format_spec)
            case tuple():
                return ", ".join(value)
        return super().format_field(value, format_spec)
