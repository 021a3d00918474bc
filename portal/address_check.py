"""A system check: the links in mail lead to this portal, and nowhere else."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.http.request import validate_host


@register
def links_in_mail_lead_here(
    app_configs: Sequence[AppConfig] | None, **_: Any
) -> Iterable[CheckMessage]:
    """Refuse an address of the portal that is not one of its own hosts, or not encrypted."""
    del app_configs
    if _leads_here(settings.PORTAL_ADDRESS):
        return []
    return [
        Error(
            f"PORTAL_ADDRESS is `{settings.PORTAL_ADDRESS}`",
            hint="Write https:// and one of ALLOWED_HOSTS, without a path, such as "
            "https://registration.example.",
            id="portal.E009",
        )
    ]


def _leads_here(address: str) -> bool:
    schemes = {"http", "https"} if settings.DEMONSTRATION else {"https"}
    try:
        split = urlsplit(address)
        host, port = split.hostname or "", split.port
    except ValueError:  # not an address at all
        return False
    written = f"[{host}]" if ":" in host else host
    plain = f"{split.scheme}://{written}" + (f":{port}" if port is not None else "")
    return (
        split.scheme in schemes
        and address == plain
        and validate_host(written, settings.ALLOWED_HOSTS)
        and not written.startswith(".")
    )
