"""The label of a choice, with a hint below it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceLabel:
    """What one choice says; the hint is drawn below it."""

    text: str
    hint: str = ""

    def __str__(self) -> str:
        return self.text
