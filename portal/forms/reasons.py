"""Narrowing the list of reason codes down."""

from django import forms

from portal.forms import PageForm, Select, TextInput
from portal.reason_list import areas


class ReasonFilterForm(PageForm):
    """Which reason codes are shown."""

    text = forms.CharField(
        label="Words",
        required=False,
        max_length=120,
        widget=TextInput(spellcheck="false", autocomplete="off"),
    )
    area = forms.ChoiceField(
        label="About",
        required=False,
        choices=lambda: [("", "All"), *areas()],
        widget=Select(),
    )
