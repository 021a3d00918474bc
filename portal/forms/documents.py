"""Documents: a file, what it is, and with what it is filed."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from portal.forms import FileInput, PageForm, Select, TextInput
from portal.forms.typed import record
from registry.documents.acts.filing import LONGEST_TITLE
from rules.documents.kinds import DocumentType

if TYPE_CHECKING:
    from registry.models import MpidTransferHold

_FILE = "Choose the file of the document."
_MEGABYTE = 1024 * 1024


class HoldDocumentForm(PageForm):
    """A document of the SMKI PMA that is filed with a hold on an MPID."""

    hold = record(
        forms.TypedChoiceField(
            label="For which hold on an MPID?",
            coerce=int,
            error_messages=dict.fromkeys(
                ("required", "invalid_choice"), "Choose a hold that is in force."
            ),
            widget=Select(),
        )
    )
    title = record(
        forms.CharField(
            label="What is it?",
            help_text="For example, “Letter of the SMKI PMA, 12 November 2026”.",
            max_length=LONGEST_TITLE,
            error_messages={
                "required": "Enter what the document is.",
                "max_length": f"What it is must have {LONGEST_TITLE} characters or fewer.",
            },
            widget=TextInput(autocomplete="off"),
        )
    )
    file = record(
        forms.FileField(
            label="File",
            allow_empty_file=True,
            max_length=None,
            error_messages={"required": _FILE, "missing": _FILE, "invalid": _FILE},
            widget=FileInput(
                accept=",".join(ending for each in DocumentType for ending in each.endings)
            ),
        )
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        files: "MultiValueDict[str, UploadedFile[Any]] | None" = None,
        *,
        holds: Iterable["MpidTransferHold"],
    ) -> None:
        super().__init__(data, files)
        self.fields["hold"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", "Choose one"),
            *((str(hold.pk), f"{hold.mpid}, {hold.party.name}") for hold in holds),
        ]
        *kinds, last = (each.words for each in DocumentType)
        most = f"{settings.DOCUMENT_SIZE_LIMIT / _MEGABYTE:.3g}"
        self.fields["file"].help_text = f"{', '.join(kinds)} or {last}, up to {most} MB."

    def octets(self) -> bytes:
        """Return the file, once the form is valid."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        return bytes(file.read())

    def file_name(self) -> str:
        """Return what the file was called, once the form is valid."""
        return self.cleaned_data["file"].name or ""
