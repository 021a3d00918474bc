"""Narrowing the list of reason codes down."""

from django import forms

from portal.forms import PageForm, Select, TextInput
from portal.forms.typed import passing
from portal.reason_list import areas


class ReasonFilterForm(PageForm):
    """Which reason codes are shown."""

    text = passing(
        forms.CharField(
            label="Words",
            required=False,
            max_length=120,
            widget=TextInput(spellcheck="false", autocomplete="off"),
        )
    )
    area = passing(
        forms.ChoiceField(
            label="About",
            required=False,
            choices=lambda: [("", "All"), *areas()],
            widget=Select(),
        )
    )
