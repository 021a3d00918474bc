"""The cookie by which a browser is known that somebody has signed in with."""

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse

from registry.people.acts.known_devices import LIFETIME

_NAME = "device"
_SALT = "portal.known-device"


def device_token(request: HttpRequest) -> str:
    """Return the token that the browser shows, empty where it shows none that we signed."""
    try:
        return str(request.get_signed_cookie(_NAME, "", salt=_SALT, max_age=LIFETIME))
    except BadSignature:
        return ""


def give_device_token(response: HttpResponse, token: str) -> None:
    """Have the browser show the token where people sign in, and nowhere else."""
    response.set_signed_cookie(
        _NAME,
        token,
        salt=_SALT,
        max_age=LIFETIME,
        path="/sign-in",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
