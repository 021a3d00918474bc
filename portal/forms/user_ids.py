"""Which certificate a User ID signs with."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import forms
from django.http import QueryDict

from portal.forms import MomentInput, PageForm, RadioSelect
from portal.forms.choices import ChoiceLabel
from portal.forms.typed import record
from portal.presenters.certificate_names import name_of
from portal.presenters.certificates import published_source
from portal.presenters.moments import date_words

if TYPE_CHECKING:
    from registry.models import OrganisationCertificate, Person

_CHOOSE = "Choose the certificate to notify."


class NotifyForm(PageForm):
    """The certificate to notify, of those that can be, and from when."""

    certificate = record(
        forms.TypedChoiceField(
            label="Which certificate will this User ID sign with?",
            coerce=int,
            error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE},
            widget=RadioSelect(),
        )
    )

    counts_from = record(
        forms.DateTimeField(
            label="From when does it count? (optional)",
            help_text=(
                "Leave this empty for it to count from now on. For later, enter a date and time "
                "in Great Britain, like 2026-12-15T09:00."
            ),
            required=False,
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
            error_messages={
                "invalid": "Enter from when it counts as a date and time, like 2026-12-15T09:00.",
            },
            widget=MomentInput(),
        )
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        certificates: Iterable["OrganisationCertificate"],
        reader: "Person",
    ) -> None:
        super().__init__(data)
        self.fields["certificate"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (str(certificate.pk), _label(certificate, reader=reader))
            for certificate in certificates
        ]


def _label(certificate: "OrganisationCertificate", *, reader: "Person") -> ChoiceLabel:
    name = name_of(certificate, reader=reader)
    # What has no request says itself from when it is valid.
    begins = f". Valid from {date_words(certificate.not_before)}"
    start = begins if certificate.request_reference else ""
    mpids = ", ".join(certificate.mpids) or "none"
    source = published_source(certificate)
    warning = (
        f" Its private key is published ({source}): anyone can sign with it." if source else ""
    )
    return ChoiceLabel(
        text=name.role,
        identifier=name.serial,
        hint=(
            f"{name.holder}, {name.origin}{start} until {date_words(certificate.not_after)}. "
            f"MPIDs: {mpids}.{warning}"
        ),
        href=name.href,
    )
