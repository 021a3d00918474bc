"""Certificates: narrowing the register down, and revoking one."""

import re

from django import forms

from portal.forms import PageForm, RadioSelect, Select, TextInput
from portal.forms.choices import ChoiceLabel
from portal.forms.typed import passing, record
from portal.forms.written import WrittenReasonField
from portal.presenters.certificates import STATUS_TAGS
from portal.presenters.words import REVOCATION_REASONS
from registry.certificates.reads.certificates import CertificateFilter, CertificateStatus
from rules.identifiers import IdentifierError, parse_eui64
from rules.roles import REMOTE_PARTY_ROLES, remote_party_role_words
from rules.workflow import RevocationReason

_LONGEST_SERIAL = 60
_IN_CONFLICT = "in-conflict"


class CertificateFilterForm(PageForm):
    """Which certificates a list shows."""

    eui64 = passing(
        forms.CharField(
            label="User ID (EUI-64)",
            required=False,
            max_length=40,
            widget=TextInput(classes="app-id", spellcheck="false", autocomplete="off"),
        )
    )
    serial = passing(
        forms.CharField(
            label="Serial number",
            required=False,
            max_length=_LONGEST_SERIAL,
            widget=TextInput(classes="app-id", spellcheck="false", autocomplete="off"),
        )
    )
    role = passing(
        forms.ChoiceField(
            label="Remote Party Role",
            required=False,
            choices=[
                ("", "All"),
                *((code, remote_party_role_words(code)) for code in REMOTE_PARTY_ROLES),
            ],
            widget=Select(),
        )
    )
    status = passing(
        forms.ChoiceField(
            label="Status",
            required=False,
            choices=[
                ("", "All"),
                *((status.value, tag.words) for status, tag in STATUS_TAGS.items()),
                (_IN_CONFLICT, "In conflict"),
            ],
            widget=Select(),
        )
    )
    party = passing(forms.ChoiceField(label="Party", required=False, widget=Select()))

    def __init__(self, data: object = None, *, parties: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict
        if parties:
            self.fields["party"].choices = [("", "All"), *parties]  # type: ignore[attr-defined]  # a ChoiceField
        else:
            del self.fields["party"]

    def clean_eui64(self) -> str:
        """Return the EUI-64 as the register has it."""
        text = str(self.cleaned_data["eui64"]).strip()
        if not text:
            return ""
        try:
            return parse_eui64(text)
        except IdentifierError:
            raise forms.ValidationError(
                "Enter the EUI-64 as 16 hexadecimal digits, like 90-B3-D5-1F-30-01-00-00.",
                code="shape",
            ) from None

    def clean_serial(self) -> str:
        """Return the serial number in decimal; hexadecimal is taken where it looks like that."""
        text = "".join(str(self.cleaned_data["serial"]).split()).lower()
        digits = text.removeprefix("0x").replace(":", "").replace("-", "")
        if not digits:
            return ""
        is_decimal = text == digits and digits.isdigit()
        if re.fullmatch(r"[0-9a-f]+", digits) is None:
            raise forms.ValidationError(
                "Enter the serial number in decimal, or in hexadecimal such as 1A:2B.",
                code="shape",
            )
        return str(int(digits, 10 if is_decimal else 16))

    def wanted(self) -> CertificateFilter:
        """Return what is wanted; everything where the form cannot be read."""
        if not self.is_valid():
            return CertificateFilter()
        status = self.cleaned_data["status"]
        is_status = bool(status) and status != _IN_CONFLICT
        return CertificateFilter(
            eui64=self.cleaned_data["eui64"],
            role=self.cleaned_data["role"],
            serial_number=self.cleaned_data["serial"],
            party=self.cleaned_data.get("party", ""),
            status=CertificateStatus(status) if is_status else None,
            in_conflict=status == _IN_CONFLICT,
        )


class RevokeForm(PageForm):
    """Why a certificate is revoked."""

    reason = record(
        forms.ChoiceField(
            label="Why is it revoked?",
            choices=[
                (reason.value, ChoiceLabel(text=words, hint=meaning))
                for reason, (words, meaning) in REVOCATION_REASONS.items()
            ],
            error_messages={
                "required": "Choose why the certificate is revoked.",
                "invalid_choice": "Choose why the certificate is revoked.",
            },
            widget=RadioSelect(),
        )
    )
    note = record(
        WrittenReasonField(
            label="What happened",
            help_text="The Party reads this.",
            missing="Enter what happened.",
        )
    )

    def revocation_reason(self) -> RevocationReason:
        """Return the reason as the rules name it."""
        return RevocationReason(self.cleaned_data["reason"])
