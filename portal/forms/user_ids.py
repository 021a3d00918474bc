"""Which certificate a User ID signs with."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import forms
from django.http import QueryDict

from portal.forms import PageForm, RadioSelect
from portal.forms.choices import ChoiceLabel
from portal.presenters.moments import date_words

if TYPE_CHECKING:
    from registry.models import OrganisationCertificate

_CHOOSE = "Choose the certificate to notify."


class NotifyForm(PageForm):
    """The certificate to notify, of those that can be."""

    certificate = forms.TypedChoiceField(
        label="Which certificate?",
        coerce=int,
        error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE},
        widget=RadioSelect(),
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
    return ChoiceLabel(
        text="Serial number",
        identifier=certificate.serial_number,
        hint=(
            f"Valid from {date_words(certificate.not_before)} until "
            f"{date_words(certificate.not_after)}. MPIDs: {mpids}."
        ),
    )
