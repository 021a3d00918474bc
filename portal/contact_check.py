"""A system check: whoever is stuck is told how to reach somebody, by words that can be used."""

import re
from collections.abc import Iterable, Sequence
from email.utils import parseaddr
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

_TELEPHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,28}[0-9]", re.ASCII)
_LONGEST = 120
_DOMAIN = 80
"""Characters of the sender's domain, which stands in each mail's Message-ID."""


@register
def the_registration_team_can_be_reached(
    app_configs: Sequence[AppConfig] | None, **_: Any
) -> Iterable[CheckMessage]:
    """Refuse a telephone number, e-mail addresses or hours that lead nowhere."""
    del app_configs
    return [
        Error(f"{name} is `{getattr(settings, name)}`", hint=hint, id="portal.E005")
        for name, is_right, hint in (
            (
                "REGISTRATION_TEAM_TELEPHONE",
                _is_telephone,
                "Write a telephone number in digits and spaces, such as 020 7946 0018.",
            ),
            (
                "REGISTRATION_TEAM_EMAIL",
                _is_email,
                "Write an e-mail address, such as registration@example.com.",
            ),
            (
                "STAFF_EMAIL",
                _is_email,
                "Write one e-mail address without a name, such as staff@example.com.",
            ),
            (
                "DEFAULT_FROM_EMAIL",
                _is_sender,
                f"Write an e-mail address whose domain has {_DOMAIN} characters or fewer.",
            ),
            (
                "REGISTRATION_TEAM_HOURS",
                _is_words,
                f"Write when somebody answers, in {_LONGEST} characters or fewer.",
            ),
        )
        if not is_right(getattr(settings, name))
    ]


def _is_telephone(text: str) -> bool:
    return _TELEPHONE.fullmatch(text) is not None


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _is_sender(text: str) -> bool:
    address = parseaddr(text)[1]
    return _is_email(address) and len(address.rpartition("@")[2]) <= _DOMAIN


def _is_words(text: str) -> bool:
    return 0 < len(text.strip()) <= _LONGEST and text.isprintable()
