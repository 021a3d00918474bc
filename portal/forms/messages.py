"""A signed message to be checked."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from portal.forms import FileInput, PageForm, RadioSelect, Textarea, TextInput
from portal.forms.choices import ChoiceLabel
from registry.questions import read_moment
from rules.service_requests.question import Generation


class MessageForm(PageForm):
    """A signed DUIS message, uploaded or pasted, and the generation of its Device."""

    file = forms.FileField(
        label="Upload the message",
        help_text=(
            "The XML as it was sent, up to "
            f"{settings.MESSAGE_SIZE_LIMIT // (1024 * 1024)} MB. A file keeps every byte."
        ),
        required=False,
        allow_empty_file=True,
        widget=FileInput(accept=".xml,.txt"),
    )
    text = forms.CharField(
        label="Or paste it",
        required=False,
        strip=False,
        widget=Textarea(rows=10, classes="app-code-input", spellcheck="false", autocomplete="off"),
    )
    generation = forms.ChoiceField(
        label="Generation of the Device",
        choices=[
            (Generation.SMETS2_PLUS.value, ChoiceLabel(text="SMETS2+")),
            (Generation.SMETS1.value, ChoiceLabel(text="SMETS1")),
        ],
        error_messages={
            "required": "Choose the generation of the Device.",
            "invalid_choice": "Choose the generation of the Device.",
        },
        widget=RadioSelect(),
    )

    received_at = forms.CharField(
        label="When a Response was received, in UTC",
        help_text=(
            "Only for a Response that came earlier, such as 2026-11-20T09:00:00Z: its certificate "
            "must have stood then. Leave it empty for now."
        ),
        required=False,
        max_length=40,
        widget=TextInput(classes="govuk-input--width-20", spellcheck="false", autocomplete="off"),
    )

    def clean_received_at(self) -> datetime | None:
        """Read the moment; None where there is none."""
        text: str = self.cleaned_data["received_at"].strip()
        if not text:
            return None
        try:
            return read_moment(text)
        except ValueError as fault:
            raise forms.ValidationError(f"When the Response was received {fault}.") from fault

    def clean(self) -> dict[str, object]:
        """Take one of the two, and never more of it than is read at all."""
        cleaned = super().clean() or {}
        text: str = cleaned.get("text", "")
        file: UploadedFile[Any] | None = cleaned.get("file")
        if text.strip() and file is not None:
            self.add_error("file", "Upload the message or paste it, not both.")
        elif file is not None:
            # One octet past the limit is enough for the rules to say that it is too large.
            cleaned["message"] = file.read(settings.MESSAGE_SIZE_LIMIT + 1)
        elif text.strip():
            # Browsers send CR LF for every line break, which XML reads as LF (XML 1.0, 2.11).
            cleaned["message"] = text.strip().encode()
        elif "file" not in self.errors and "text" not in self.errors:
            self.add_error("file", "Upload a signed message or paste it.")
        return cleaned
