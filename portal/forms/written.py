"""A reason that a person gives in words."""

from django import forms

from portal.forms import Textarea
from registry.written import LONGEST_REASON
from rules.visible_text import shows_something


class WrittenReasonField(forms.CharField):
    """Several lines of words that say something: what cannot be seen counts as nothing."""

    def __init__(self, *, label: str, missing: str, rows: int = 4, help_text: str = "") -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            max_length=LONGEST_REASON,
            error_messages={
                "required": missing,
                "max_length": f"“{label}” must have {LONGEST_REASON:,} characters or fewer.",
            },
            widget=Textarea(rows=rows),
        )

    def to_python(self, value: object) -> str:
        """Return the words, or nothing where none of them can be seen."""
        words = super().to_python(value) or ""
        return words if shows_something(words) else ""
