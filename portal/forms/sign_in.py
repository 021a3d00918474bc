"""Signing in: a password, then a one-time code."""

from django import forms

from portal.forms import EmailInput, PageForm, PasswordInput, TextInput
from portal.forms.typed import passing, secret


class SignInForm(PageForm):
    """Who somebody says they are, and their password."""

    email = secret(
        forms.CharField(
            label="Email address",
            max_length=254,
            error_messages={
                "required": "Enter your email address.",
                "max_length": "Your email address must have 254 characters or fewer.",
            },
            widget=EmailInput(autocomplete="username"),
        )
    )
    password = secret(
        forms.CharField(
            label="Password",
            max_length=1000,
            strip=False,
            error_messages={
                "required": "Enter your password.",
                "max_length": "Your password must have 1,000 characters or fewer.",
            },
            widget=PasswordInput(),
        )
    )
    next = passing(forms.CharField(required=False, widget=forms.HiddenInput()))

    def clean_email(self) -> str:
        """Return the address in one case, so that another spelling does not allow more tries.

        By way of upper case, in which the database compares: there a long s is an S, a dotless
        i an I and the sign of kelvin a K.
        """
        return str(self.cleaned_data["email"]).strip().upper().lower()


class CodeInput(TextInput):
    """A field that is empty whenever it is shown: a code that was refused is of no more use."""

    def format_value(self, value: object) -> None:
        """Return nothing."""
        del value


class CodeForm(PageForm):
    """A one-time code."""

    code = secret(
        forms.CharField(
            label="One-time code",
            help_text="Enter the 6-digit code from your authenticator app.",
            max_length=40,
            error_messages={
                "required": "Enter the one-time code.",
                "max_length": "Enter a 6-digit code, like 123456.",
            },
            widget=CodeInput(
                classes="govuk-input--width-10 govuk-input--extra-letter-spacing",
                autocomplete="one-time-code",
                inputmode="numeric",
                spellcheck="false",
            ),
        )
    )
    next = passing(forms.CharField(required=False, widget=forms.HiddenInput()))

    def clean_code(self) -> str:
        """Return the six digits, without the spaces that apps show between them."""
        code = "".join(str(self.cleaned_data["code"]).split())
        if not (code.isascii() and code.isdigit() and len(code) == 6):  # noqa: PLR2004 - RFC 6238
            raise forms.ValidationError("Enter a 6-digit code, like 123456.", code="shape")
        return code
