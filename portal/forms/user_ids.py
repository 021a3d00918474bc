"""Which certificate a User ID signs with."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import forms
from django.http import QueryDict

from portal.forms import MomentInput, PageForm, RadioSelect
from portal.forms.choices import ChoiceLabel
from portal.presenters.certificates import published_source
from portal.presenters.moments import date_words

if TYPE_CHECKING:
    from registry.models import OrganisationCertificate

_CHOOSE = "Choose the certificate to notify."


class NotifyForm(PageForm):
    """The certificate to notify, of those that can be, and from when."""

    certificate = forms.TypedChoiceField(
        label="Which certificate?",
        coerce=int,
        error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE},
        widget=RadioSelect(),
    )

    counts_from = forms.DateTimeField(
        label="From when does it count? (optional)",
        help_text=(
            "Leave this empty for it to count from now on. For later, enter a date and time in "
            "Great Britain, like 2026-12-15T09:00."
        ),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={
            "invalid": "Enter from when it counts as a date and time, like 2026-12-15T09:00.",
        },
        widget=MomentInput(),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        certificates: Iterable["OrganisationCertificate"],
    ) -> None:
        super().__init__(data)
        self.fields["certificate"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (str(certificate.pk), _label(certificate)) for certificate in certificates
        ]


def _label(certificate: "OrganisationCertificate") -> ChoiceLabel:
    mpids = ", ".join(certificate.mpids) or "none"
    source = published_source(certificate)
    warning = (
        f" Its private key is published ({source}): anyone can sign with it." if source else ""
    )
    return ChoiceLabel(
        text="Serial number",
        identifier=certificate.serial_number,
        hint=(
            f"Valid from {date_words(certificate.not_before)} until "
            f"{date_words(certificate.not_after)}. MPIDs: {mpids}.{warning}"
        ),
    )
