"""What needs two persons: go-live, and what becomes of a proposal."""

from typing import Any

from django import forms

from portal.forms import MomentInput, PageForm, RadioSelect
from portal.forms.choices import ChoiceLabel
from portal.forms.typed import passing, record
from portal.forms.written import WrittenReasonField
from rules.pairs.life import ProposalMove

_INCOMPLETE = "The form came without a part that the page had put in it. Load the page again."
_WHAT = "Choose what you propose."
_HOW = "Choose whether another officer confirms it or you act alone."
_FOUND = "Choose what the review found."


class SeenProposalForm(PageForm):
    """Which proposal was on the page that was acted on."""

    seen = passing(
        forms.CharField(
            max_length=64, error_messages={"required": _INCOMPLETE}, widget=forms.HiddenInput()
        )
    )


class RefuseProposalForm(SeenProposalForm):
    """Why a proposal is refused."""

    note = record(
        WrittenReasonField(
            label="Why do you refuse it?",
            help_text="The person who proposed it can read this here.",
            missing="Enter why you refuse it.",
        )
    )


class ReviewForm(SeenProposalForm):
    """What the review of an emergency found."""

    verdict = record(
        forms.ChoiceField(
            label="What is your decision?",
            error_messages={"required": _FOUND, "invalid_choice": _FOUND},
            widget=RadioSelect(),
        )
    )
    note = record(
        WrittenReasonField(
            label="Why?",
            help_text="Say what you found. If it should not have been done, say how it will be "
            "put right.",
            missing="Enter what you found.",
        )
    )

    def __init__(self, *args: Any, may_undo: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verdict"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (ProposalMove.LET_STAND.value, ChoiceLabel(text="It stands", hint="Nothing changes.")),
            *(
                [
                    (
                        ProposalMove.UNDO.value,
                        ChoiceLabel(
                            text="Undo it",
                            hint="What held before holds again when you record this.",
                        ),
                    )
                ]
                if may_undo
                else []
            ),
            (
                ProposalMove.FIND_WRONG.value,
                ChoiceLabel(
                    text="It should not have been done",
                    hint="It stays open until an officer other than the one who did it records "
                    "that it was put right.",
                ),
            ),
        ]

    def move(self) -> ProposalMove:
        """Return what the review says, as the rules name it."""
        return ProposalMove(self.cleaned_data["verdict"])


class CloseForm(SeenProposalForm):
    """How something was put right."""

    note = record(
        WrittenReasonField(label="How was it put right?", missing="Enter how it was put right.")
    )


class EnforcementForm(PageForm):
    """From when MP104 is to be enforced, and why."""

    SET, POSTPONE, MONITOR = "set", "postpone", "monitor"
    PROPOSE, ALONE = "propose", "alone"

    what = record(
        forms.ChoiceField(
            label="What do you propose?",
            choices=[
                (SET, ChoiceLabel(text="Enforce MP104 from a future date and time", hint="")),
                (POSTPONE, ChoiceLabel(text="Postpone it to a later moment", hint="")),
                (
                    MONITOR,
                    ChoiceLabel(
                        text="Go back to monitoring",
                        hint="No date is set. The DCC only records what MP104 would stop.",
                    ),
                ),
            ],
            error_messages={"required": _WHAT, "invalid_choice": _WHAT},
            widget=RadioSelect(),
        )
    )
    moment = record(
        forms.DateTimeField(
            label="From when?",
            help_text=(
                "A date and time in Great Britain, like 2026-12-15T09:00. Leave it empty to go "
                "back to monitoring."
            ),
            required=False,
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
            error_messages={
                "invalid": "Enter from when as a date and time, like 2026-12-15T09:00.",
            },
            widget=MomentInput(),
        )
    )
    note = record(
        WrittenReasonField(
            label="Why?",
            help_text="The other officer reads this, and the evidence keeps it.",
            missing="Enter why.",
        )
    )
    how = record(
        forms.ChoiceField(
            label="Who decides?",
            choices=[
                (
                    PROPOSE,
                    ChoiceLabel(
                        text="Another officer confirms it", hint="Nothing changes until then."
                    ),
                ),
                (
                    ALONE,
                    ChoiceLabel(
                        text="I do it now, alone, because this is an emergency",
                        hint="Only to postpone or go back to monitoring. It takes effect when you "
                        "press the button, without another page. Another officer reviews it "
                        "afterwards.",
                    ),
                ),
            ],
            initial=PROPOSE,
            error_messages={"required": _HOW, "invalid_choice": _HOW},
            widget=RadioSelect(),
        )
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a moment exactly where one is set."""
        cleaned = super().clean() or {}
        what, moment = cleaned.get("what"), cleaned.get("moment")
        if what in {self.SET, self.POSTPONE} and moment is None and "moment" not in self.errors:
            self.add_error("moment", "Enter the date and time from which MP104 is enforced.")
        if what == self.MONITOR and moment is not None:
            self.add_error("moment", "Leave the moment empty to go back to monitoring.")
        return cleaned
