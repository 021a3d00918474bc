"""A signed message to be checked, and what only the person knows of its Device."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField

from portal.forms import FileInput, PageForm, RadioSelect, Textarea, TextInput
from portal.forms.choices import ChoiceLabel
from portal.forms.typed import passing
from rules.service_requests.question import Generation
from rules.service_requests.questions import DEVICE, FieldFault, read_moment

NOBODY = "nobody"
"""What is typed where it is known that there is nobody, which is not the same as nothing."""

_BETWEEN = re.compile(r"[,;\r\n]+")
_LISTS = frozenset({"registered_user_ids", "hub_import_supplier_ids"})
_DEVICE = (
    "registered_user_ids",
    "hub_import_supplier_ids",
    "s1sp",
    "certificate_owner",
    "notified_critical_supplier_id",
)
_SELDOM = ("checkpoint", *_DEVICE[1:], "received_at")
"""The fields that few messages need, shown when somebody asks for them."""


def _fact(label: str, hint: str, *, width: str = "20") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        max_length=1000,
        widget=TextInput(
            classes=f"govuk-input--width-{width}", spellcheck="false", autocomplete="off"
        ),
    )


class MessageForm(PageForm):
    """A signed DUIS message, uploaded or pasted, and the generation of its Device."""

    file = passing(
        forms.FileField(
            label="Upload the message",
            help_text=(
                "The XML as it was sent, up to "
                f"{settings.MESSAGE_SIZE_LIMIT // (1024 * 1024)} MB. A file keeps every byte."
            ),
            required=False,
            allow_empty_file=True,
            widget=FileInput(accept=".xml,.txt"),
        )
    )
    text = passing(
        forms.CharField(
            label="Or paste it",
            required=False,
            strip=False,
            widget=Textarea(
                rows=10, classes="app-code-input", spellcheck="false", autocomplete="off"
            ),
        )
    )
    generation = passing(
        forms.ChoiceField(
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
    )

    registered_user_ids = passing(
        forms.CharField(
            label="Who is registered for the Device",
            help_text=(
                "User IDs like 90-B3-D5-1F-30-01-00-00, one per line. Enter “{NOBODY}” if no "
                "User is registered. If you leave this blank and the message needs it, the "
                "check will tell you."
            ),
            required=False,
            max_length=5000,
            widget=Textarea(
                rows=2, classes="app-code-input", spellcheck="false", autocomplete="off"
            ),
        )
    )
    checkpoint = passing(
        _fact(
            "Where it is checked",
            "“dsp” for the DSP, as when you leave it blank, or “s1sp:NAME” for an S1SP.",
        )
    )
    hub_import_supplier_ids = passing(
        _fact(
            "Import Suppliers of a Communications Hub that the Device shares",
            f"Their User IDs, apart by commas, or “{NOBODY}”. Only for Join Service and Restore "
            "GPF Device Log.",
            width="30",
        )
    )
    s1sp = passing(_fact("The Device's S1SP", "Its name. Only for SMETS1.", width="10"))
    certificate_owner = passing(
        _fact(
            "Whose certificate is held for the Device", "A User ID. Only for SMETS1, at an S1SP."
        )
    )
    notified_critical_supplier_id = passing(
        _fact(
            "Notified Critical Supplier ID of the Device",
            "A User ID. Only where a Shared Resource Provider acts for a failed Supplier.",
        )
    )
    kept = passing(forms.CharField(required=False, max_length=43, widget=forms.HiddenInput()))
    """Under which token the message is kept that is checked again."""
    received_at = passing(
        forms.CharField(
            label="When a Response was received, in UTC",
            help_text=(
                "Leave blank to check as of now. To check a Response as of when you received "
                "it, enter that time, like 2026-11-20T09:00:00Z."
            ),
            required=False,
            max_length=40,
            widget=TextInput(
                classes="govuk-input--width-20", spellcheck="false", autocomplete="off"
            ),
        )
    )

    def __init__(self, *args: Any, earlier: bytes | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earlier = earlier
        """The message that is checked again, unless another one is sent."""
        # The words of a finding are the same everywhere, and name a field as the API does.
        for name in _DEVICE:
            self.fields[name].help_text += f" In the API `{DEVICE}{name}`."

    @classmethod
    def labels(cls) -> dict[str, str]:
        """Return the label of each field about the Device, by the name that the API has for it."""
        return {f"{DEVICE}{name}": str(cls.base_fields[name].label) for name in _DEVICE}

    def clean_received_at(self) -> datetime | None:
        """Read the moment; None where there is none."""
        text: str = self.cleaned_data["received_at"].strip()
        if not text:
            return None
        try:
            return read_moment(text)
        except ValueError as fault:
            label = self.fields["received_at"].label
            raise forms.ValidationError(f"“{label}” {fault}.") from fault

    def clean(self) -> dict[str, object]:
        """Take one of the two, whole: how much is read of it is for the rules to say."""
        cleaned = super().clean() or {}
        text: str = cleaned.get("text", "")
        file: UploadedFile[Any] | None = cleaned.get("file")
        if text.strip() and file is not None:
            self.add_error("file", "Upload the message or paste it, not both.")
        elif file is not None:
            cleaned["message"] = file.read()
        elif text.strip():
            # Browsers send CR LF for every line break, which XML reads as LF (XML 1.0, 2.11).
            cleaned["message"] = text.strip().encode()
        elif self.earlier is not None:
            cleaned["message"] = self.earlier
        elif cleaned.get("kept"):
            self.add_error(
                "file",
                "The message that you sent before is no longer kept. Upload or paste it again.",
            )
        elif "file" not in self.errors and "text" not in self.errors:
            self.add_error("file", "Upload a signed message or paste it.")
        return cleaned

    @property
    def earlier_size(self) -> str:
        """How many bytes the message has that is checked again; empty where there is none."""
        return "" if self.earlier is None else f"{len(self.earlier):,}"

    @property
    def always(self) -> list[BoundField]:
        """The fields that every message needs."""
        apart = {*_SELDOM, "kept"}
        return [self[name] for name in self.fields if name not in apart]

    @property
    def seldom(self) -> list[BoundField]:
        """The fields that few messages need."""
        return [self[name] for name in self.fields if name in _SELDOM]

    @property
    def is_seldom_open(self) -> bool:
        """Whether those fields are to be seen at once, since something is in them or wrong."""
        return any(field.errors or field.value() for field in self.seldom)

    def as_sent(self) -> dict[str, str]:
        """Return what was typed beside the message, by field, whatever it is."""
        return {
            name: str(self.data.get(name, ""))
            for name in self.fields
            if name not in {"file", "text", "kept"}
        }

    def as_taken(self) -> dict[str, str]:
        """Return what was typed beside the message and could be read, which can be kept."""
        return {name: typed for name, typed in self.as_sent().items() if name not in self.errors}

    def said(self) -> dict[str, object]:
        """Return what was said, by the names that the API has for it; what was not is left out."""
        said: dict[str, object] = {"generation": self.cleaned_data["generation"]}
        if checkpoint := self.cleaned_data["checkpoint"].strip():
            said["checkpoint"] = checkpoint
        for name in _DEVICE:
            text: str = self.cleaned_data[name].strip()
            if text:
                said[f"{DEVICE}{name}"] = _listed(text) if name in _LISTS else text
        return said

    def refuse(self, faults: Iterable[FieldFault]) -> None:
        """Note what is wrong with what was said, each at its field."""
        for fault in faults:
            name = fault.field.removeprefix(DEVICE)
            label = self.fields[name].label if name in self.fields else name
            self.add_error(
                name if name in self.fields else None,
                fault.says.replace(f"`{fault.field}`", f"“{label}”"),
            )


def _listed(text: str) -> list[str]:
    """Return each of a list; one empty text is how a question says that there is nobody."""
    if text.lower() == NOBODY:
        return [""]
    return [part for part in map(str.strip, _BETWEEN.split(text)) if part]
