"""Who asks, how far they have come in signing in, and when."""

from datetime import datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest
from django.utils import timezone

if TYPE_CHECKING:
    from registry.models import Person


def person_of(request: HttpRequest) -> "Person":
    """Return who is signed in. Only for views that open to people who are."""
    return cast("Person", request.user)


def is_verified(request: HttpRequest) -> bool:
    """Tell whether somebody is signed in and has given a one-time code in this session."""
    user = getattr(request, "user", None)
    check = getattr(user, "is_verified", None)
    return bool(user is not None and user.is_authenticated and check is not None and check())


def moment_of(request: HttpRequest) -> datetime:
    """Return the moment of a request, in UTC: the same however often it is asked."""
    known = getattr(request, "moment", None)
    if not isinstance(known, datetime):
        known = timezone.now()
        request.moment = known  # type: ignore[attr-defined]  # it is this request's alone
    return known


def address_behind_proxy(request: HttpRequest) -> str:
    """Return from which address a request reached the proxy in front of us.

    The last one in `X-Forwarded-For` is what the proxy has added; whoever asks can write those
    before it. Without one it is the proxy's own.
    """
    last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        return str(ip_address(last))
    except ValueError:
        return str(request.META.get("REMOTE_ADDR", ""))
