"""The words of a mail, from its template: the first line is the subject, the rest the text."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string

LONGEST_SUBJECT = 200
"""Characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A mail's subject and text."""

    subject: str
    text: str


def worded(template: str, values: Mapping[str, object]) -> Wording:
    """Return the words of a mail by its template, `templates/mail/NAME.txt`.

    The subject is one line without control characters, whatever a value holds, so that no value
    can begin another header.
    """
    contact = {
        "portal_address": settings.PORTAL_ADDRESS,
        "team_telephone": settings.REGISTRATION_TEAM_TELEPHONE,
        "team_email": settings.REGISTRATION_TEAM_EMAIL,
        "team_hours": settings.REGISTRATION_TEAM_HOURS,
    }
    rendered = render_to_string(f"mail/{template}.txt", {**contact, **values})
    head, _, text = rendered.partition("\n\n")
    subject = " ".join("".join(c if c.isprintable() else " " for c in head).split())
    return Wording(subject=subject[:LONGEST_SUBJECT], text=_without_nul(text).strip() + "\n")


def _without_nul(text: str) -> str:
    return text.replace("\0", "")  # which PostgreSQL cannot store
