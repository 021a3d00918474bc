"""Narrowing the evidence down."""

from django import forms

from portal.forms import PageForm, Select, TextInput
from portal.forms.typed import passing
from portal.presenters.acts import ACTS
from registry.evidence.events import EventFilter
from rules.duties import Act


class EventFilterForm(PageForm):
    """Which events a list shows."""

    kind = passing(
        forms.ChoiceField(
            label="Kind",
            required=False,
            choices=[("", "All"), *((act.value, ACTS[act].tag) for act in Act)],
            widget=Select(),
        )
    )
    result = passing(
        forms.ChoiceField(
            label="Result",
            required=False,
            choices=[("", "All"), ("done", "Done"), ("refused", "Refused")],
            widget=Select(),
        )
    )
    subject = passing(
        forms.CharField(
            label="On what",
            help_text="A part of it, as CSR-000042",
            required=False,
            max_length=120,
            widget=TextInput(spellcheck="false", autocomplete="off"),
        )
    )

    def wanted(self) -> EventFilter:
        """Return what is wanted; everything where the form cannot be read."""
        if not self.is_valid():
            return EventFilter()
        return EventFilter(
            kind=self.cleaned_data["kind"],
            result=self.cleaned_data["result"],
            subject=self.cleaned_data["subject"].strip(),
        )
