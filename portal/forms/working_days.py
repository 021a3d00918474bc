"""Working Days: counting some, adding a day off, taking one back."""

from django import forms

from portal.forms import DateInput, PageForm, TextInput
from portal.forms.typed import passing, record
from portal.forms.written import WrittenReasonField
from registry.working_days.acts.days_off import LONGEST_NAME
from rules.time_limits import MOST_WORKING_DAYS

_DATE = "Enter a date, like 2026-12-15."
_NUMBER = f"Enter how many Working Days, from 1 to {MOST_WORKING_DAYS}."


class CountForm(PageForm):
    """How many Working Days from which day."""

    since = passing(
        forms.DateField(
            label="From",
            help_text="This day does not count, like 2026-12-15",
            input_formats=["%Y-%m-%d"],
            error_messages={"required": _DATE, "invalid": _DATE},
            widget=DateInput(),
        )
    )
    days = passing(
        forms.IntegerField(
            label="Working Days",
            help_text=f"From 1 to {MOST_WORKING_DAYS}",
            min_value=1,
            max_value=MOST_WORKING_DAYS,
            error_messages=dict.fromkeys(
                ("required", "invalid", "min_value", "max_value"), _NUMBER
            ),
            widget=TextInput(classes="govuk-input--width-4", inputmode="numeric"),
        )
    )


class DayOffForm(PageForm):
    """A day off that was proclaimed."""

    day = record(
        forms.DateField(
            label="Which day?",
            help_text="Like 2026-12-15",
            input_formats=["%Y-%m-%d"],
            error_messages={"required": _DATE, "invalid": _DATE},
            widget=DateInput(),
        )
    )
    name = record(
        forms.CharField(
            label="What is it called?",
            help_text="Like State Funeral of Queen Elizabeth II",
            max_length=LONGEST_NAME,
            error_messages={
                "required": "Enter what the day is called.",
                "max_length": f"The name must have {LONGEST_NAME} characters or fewer.",
            },
            widget=TextInput(autocomplete="off"),
        )
    )
    reason = record(
        WrittenReasonField(
            label="By what was it proclaimed?",
            help_text="The proclamation and where it was published, as The Gazette has it.",
            missing="Enter by what it was proclaimed.",
        )
    )


class TakeBackForm(PageForm):
    """Why a day is not off after all."""

    reason = record(
        WrittenReasonField(
            label="Why is this day not off?",
            help_text="For example the proclamation that moved the bank holiday to another day.",
            missing="Enter why the day is not off.",
        )
    )
