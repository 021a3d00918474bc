"""What people enter, held to its shape only; whether it is right is for the rules to say."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.forms.renderers import BaseRenderer
from django.template.backends.django import DjangoTemplates
from django.utils.functional import cached_property

from portal.forms.typed import typed_as
from portal.pages import Trouble


class PageRenderer(BaseRenderer):
    """Draws forms with our own templates, in the folder `forms`, around Django's widgets."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    @cached_property
    def _engine(self) -> DjangoTemplates:
        folders = [
            settings.BASE_DIR / "templates",
            Path(forms.__file__).parent / "templates",
        ]
        return DjangoTemplates(
            {
                "NAME": "forms",
                "DIRS": folders,
                "APP_DIRS": False,
                "OPTIONS": {"libraries": {"portal_pages": "portal.templatetags.portal_pages"}},
            }
        )

    def get_template(self, template_name: str) -> Any:
        """Return a template of ours or of Django's widgets."""
        return self._engine.get_template(template_name)


class PageForm(forms.Form):
    """A form whose mistakes are told by the page, not by the browser's pop-ups.

    Closed by default: a field that does not say what becomes of what is typed into it is a fault
    of ours, found when its class is made, or where the field is added later, before it is read.
    """

    default_renderer = PageRenderer()
    use_required_attribute = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _require_classes(cls.__name__, cls.__dict__.get("declared_fields", {}))

    def full_clean(self) -> None:
        """Read what was sent.

        Raises:
            TypeError: A field does not say what becomes of what is typed into it.
        """
        _require_classes(type(self).__name__, self.fields)
        super().full_clean()

    def troubles(self) -> tuple[Trouble, ...]:
        """Return the lines of the error summary, each leading to its field."""
        lines: list[Trouble] = []
        for name, errors in self.errors.items():
            href = self._anchor(name) if name in self.fields else ""
            lines.extend(Trouble(says=str(error), href=href) for error in errors)
        return tuple(lines)

    def _anchor(self, name: str) -> str:
        field = self[name]
        suffix = "_0" if isinstance(field.field.widget, forms.RadioSelect) else ""
        return f"#{field.auto_id}{suffix}"


def _require_classes(form: str, fields: Mapping[str, forms.Field]) -> None:
    for name, field in fields.items():
        if typed_as(field) is None:
            raise TypeError(f"`{form}.{name}` does not say what becomes of what is typed")


class TextInput(forms.TextInput):
    """One line of text."""

    def __init__(self, *, classes: str = "", **attrs: str) -> None:
        super().__init__(attrs={"class": f"govuk-input {classes}".strip(), **attrs})


class MomentInput(forms.DateTimeInput):
    """A date and time of day, which most browsers help to choose."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(
            attrs={"class": "govuk-input govuk-input--width-20"}, format="%Y-%m-%dT%H:%M"
        )


class DateInput(forms.DateInput):
    """A date, which most browsers help to choose."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "govuk-input govuk-input--width-10"}, format="%Y-%m-%d")


class EmailInput(forms.EmailInput):
    """An e-mail address."""

    def __init__(self, **attrs: str) -> None:
        super().__init__(attrs={"class": "govuk-input", "spellcheck": "false", **attrs})


class PasswordInput(forms.PasswordInput):
    """A password, which the person may choose to see while typing it."""

    template_name = "forms/password.html"

    def __init__(self) -> None:
        super().__init__(
            attrs={
                "class": "govuk-input govuk-password-input__input govuk-js-password-input-input",
                "autocomplete": "current-password",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        )


class Textarea(forms.Textarea):
    """Several lines of text."""

    def __init__(self, *, rows: int, classes: str = "", **attrs: str) -> None:
        super().__init__(
            attrs={"class": f"govuk-textarea {classes}".strip(), "rows": rows, **attrs}
        )


class FileInput(forms.FileInput):
    """A file, which can be dropped where the browser can do that."""

    template_name = "forms/file.html"

    def __init__(self, **attrs: str) -> None:
        super().__init__(attrs={"class": "govuk-file-upload", **attrs})


class RadioSelect(forms.RadioSelect):
    """A choice of one, each with a hint where its label has one."""

    template_name = "forms/radios.html"


class Select(forms.Select):
    """A choice of one, to filter a list by."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "govuk-select"})
