"""The label of a choice, with a hint below it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceLabel:
    """What one choice says; the hint is drawn below it."""

    text: str
    identifier: str = ""
    """A long number that the text ends with: it breaks where a narrow window ends."""
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.text} {self.identifier}".rstrip()
