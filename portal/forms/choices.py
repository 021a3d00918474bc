"""The label of a choice, with a hint below it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceLabel:
    """What one choice says; the hint is drawn below it."""

    text: str
    identifier: str = ""
    """A number that the text ends with."""
    hint: str = ""
    href: str = ""
    """The page of what is chosen, to look at it before; empty where it has none."""

    def __str__(self) -> str:
        return f"{self.text} {self.identifier}".rstrip()
