"""Whose address a request comes from, where proxies stand before us."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address that the outermost of our own proxies saw.

    Each proxy adds the address it saw at the end of `X-Forwarded-For`; what comes before was
    written by strangers. `TRUSTED_PROXIES` says how many of ours there are; with none the header
    is not looked at.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    proxies = settings.TRUSTED_PROXIES
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies < 1 or len(seen) < proxies or not seen[-proxies]:
        return direct
    return seen[-proxies]
