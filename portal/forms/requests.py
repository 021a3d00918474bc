"""Certificate signing requests: what is pasted or uploaded, and what an officer decides."""

import base64
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from portal.forms import FileInput, PageForm, Select, Textarea
from portal.forms.typed import passing, record, secret
from portal.forms.written import WrittenReasonField
from portal.presenters.words import state_tag
from rules.certificates.reading import MAX_SUBMISSION
from rules.findings import Finding
from rules.workflow import OPEN_STATES, RequestState

INCOMPLETE = "The form came without a part that the page had put in it. Load the page again."


class SubmissionForm(PageForm):
    """A certificate signing request, pasted or uploaded."""

    text = secret(
        forms.CharField(
            label="Paste the request",
            help_text="PEM or Base64. Leave blank if you are uploading a file.",
            required=False,
            strip=False,
            error_messages={
                "null_characters_not_allowed": (
                    "The text contains NUL characters. Upload the file instead."
                )
            },
            widget=Textarea(
                rows=10, classes="app-code-input", spellcheck="false", autocomplete="off"
            ),
        ),
        leaves_digest=True,
    )
    file = secret(
        forms.FileField(
            label="Or upload a file",
            help_text="PEM, Base64 or DER, up to 64 kB.",
            required=False,
            allow_empty_file=True,
            widget=FileInput(accept=".csr,.pem,.der,.p10,.req,.txt"),
        ),
        leaves_digest=True,
    )

    def clean(self) -> dict[str, object]:
        """Take one of the two, whole: how much is read of it is for the rules to say."""
        cleaned = super().clean() or {}
        # As it was pasted: its lines are counted as the person counts them.
        text: str = cleaned.get("text", "")
        text = text if text.strip() else ""
        file: UploadedFile[Any] | None = cleaned.get("file")
        if text and file is not None:
            self.add_error("text", "Paste the request or upload a file, not both.")
        elif file is not None:
            cleaned["submission"] = file.read()
        elif text:
            cleaned["submission"] = text.encode()
        elif not self.errors:
            self.add_error("text", "Paste a certificate signing request or upload a file.")
        return cleaned


class CarriedForm(PageForm):
    """The request that the page with its checks carries on to be submitted."""

    request = record(forms.CharField(required=False, strip=False, widget=forms.HiddenInput()))
    """In Base64."""
    notify = record(forms.BooleanField(required=False))
    """Whether the DCC is notified of the certificate with it."""

    def submission(self) -> bytes:
        """Return the request; what no page of ours carried here, as it came."""
        carried = self.cleaned_data.get("request", "")
        try:
            return base64.b64decode(carried, validate=True)
        except ValueError:
            return str(carried).encode()[: 2 * MAX_SUBMISSION]


class RequestFilterForm(PageForm):
    """Which requests a list shows."""

    state = passing(
        forms.ChoiceField(
            label="State",
            required=False,
            choices=[
                ("", "All"),
                ("open", "All that are open"),
                *((state.value, state_tag(state)[0]) for state in RequestState),
            ],
            widget=Select(),
        )
    )

    def states(self) -> frozenset[RequestState]:
        """Return the states that are wanted; none means all."""
        wanted = self.cleaned_data.get("state", "") if self.is_valid() else ""
        if wanted == "open":
            return OPEN_STATES
        return frozenset({RequestState(wanted)}) if wanted else frozenset()


class SeenForm(PageForm):
    """Which version of a request was on the page that was acted on."""

    version = passing(
        forms.IntegerField(
            min_value=0,
            max_value=2**31 - 1,
            error_messages={"required": INCOMPLETE, "invalid": INCOMPLETE},
            widget=forms.HiddenInput(),
        )
    )


_LABELS = {"mpid-may-be-a-word": "Why it is a word and not an MPID"}
"""What is asked of an officer instead, where a warning asks for more than its acknowledgement."""


class ApproveForm(SeenForm):
    """An officer's approval, with a reason for each warning."""

    facts = passing(
        forms.CharField(
            max_length=64, error_messages={"required": INCOMPLETE}, widget=forms.HiddenInput()
        )
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        warnings: Iterable[Finding] = (),
        initial: dict[str, object] | None = None,
    ) -> None:
        # Its own ids, since the form to reject is on the same page.
        super().__init__(data, initial=initial, auto_id="approve_%s")
        for warning in warnings:
            self.fields[_warning_field(warning.reason or "")] = record(
                WrittenReasonField(
                    label=_LABELS.get(warning.reason or "", "Why do you accept this warning?"),
                    help_text=warning.says,
                    missing=f"Say why you accept this warning: {warning.says}",
                    rows=3,
                )
            )

    def acknowledgements(self) -> dict[str, str]:
        """Return the reason for each warning, by the warning's reason code."""
        prefix = _warning_field("")
        return {
            name.removeprefix(prefix): value
            for name, value in self.cleaned_data.items()
            if name.startswith(prefix)
        }


class RejectForm(SeenForm):
    """An officer's rejection, with the reason that the Party reads."""

    note = record(
        WrittenReasonField(
            label="Reason for rejecting the request",
            help_text="The Party will see this. Say what is wrong and what they should do.",
            missing="Enter why the request is rejected.",
        )
    )


def _warning_field(reason: str) -> str:
    return f"reason-{reason}"
