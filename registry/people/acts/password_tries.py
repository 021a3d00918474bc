"""Counts wrong passwords by name and network address, at the same small cost however many come.

The part of django-axes that stores is replaced: its own appends all that was typed to one row,
which is then written anew, and begins a lock's time again with each try during it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from axes.handlers.base import AbstractAxesHandler, AxesBaseHandler
from axes.helpers import get_client_username, get_cool_off
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from registry.models import PasswordTries
from registry.people.acts.known_devices import known_device

LOTS = 4096
"""Lots into which names fall. So few say nothing of a name, and two people at one address seldom
share one."""

EVERY_NAME = -1
"""The lot that counts what was refused from an address, whatever the name."""

RECORDED = 50
"""Refusals from one address that the evidence has one by one, until none came for as long as a
lock lasts; one more says that there were more."""

_NETWORK_OF_ONE = 64
"""Bits of an IPv6 address that one subscriber has at least; the rest is for them to choose."""

# One statement, so that of many at once no more pass than may.
_TAKE = """
INSERT INTO registry_passwordtries AS held (address, lot, tries, until)
VALUES (%(address)s, %(lot)s, 1, %(until)s)
ON CONFLICT (address, lot) DO UPDATE SET
    tries = CASE WHEN held.until > %(at)s AND held.until <= %(until)s THEN held.tries ELSE 0 END
        + 1,
    until = EXCLUDED.until
WHERE held.tries < %(most)s OR held.until <= %(at)s OR held.until > %(until)s
RETURNING tries
"""
# A few with each that is added, so that what is over never piles up.
_CLEAR = """
DELETE FROM registry_passwordtries WHERE id IN (
    SELECT id FROM registry_passwordtries WHERE until <= %(at)s OR until > %(until)s
    ORDER BY until LIMIT 10 FOR UPDATE SKIP LOCKED
)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """What became of one try."""

    is_looked_at: bool
    """Whether the password may be looked at."""
    is_last: bool
    """Whether a wrong one begins the lock."""
    until: datetime
    """When the lock ends, where there is one."""


def take_try(name: str, address: str, *, at: datetime, device: int | None = None) -> Try:
    """Take one of the tries that a name has from an address, before the password is looked at.

    A try during the lock changes nothing: the lock ends when it said that it would.

    Args:
        name: whose password it is to be.
        address: the network address that the try came from.
        at: the moment of the try.
        device: the number of a device that is known for the name. Its tries are counted apart,
            so that nobody else can use them up.
    """
    most = settings.AXES_FAILURE_LIMIT
    count, until = _take(*_counted_by(name, address, device), most=most, at=at)
    return Try(is_looked_at=count is not None, is_last=count == most, until=until)


def give_back(name: str, address: str, *, device: int | None = None) -> None:
    """Forget the tries of a name from an address, once the password was right."""
    counted_by, lot = _counted_by(name, address, device)
    PasswordTries.objects.filter(address=counted_by, lot=lot).delete()


def refusals_recorded(address: str, *, at: datetime) -> int | None:
    """Count one refusal from an address, and return how many that makes.

    None where there were more than the evidence has one by one, and the one that says so.
    """
    return _take(_network(address), EVERY_NAME, most=RECORDED + 1, at=at)[0]


class PasswordTriesHandler(AbstractAxesHandler, AxesBaseHandler):  # type: ignore[misc]  # no types
    """Has django-axes count by `PasswordTries`; it calls these with the attributes it sets."""

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Take a try, and tell whether the password may be looked at."""
        name = get_client_username(request, credentials) or ""
        device = known_device(name, _token(request), at=_moment(request))
        taken = take_try(name, _address(request), at=_moment(request), device=device)
        request.password_try = taken  # type: ignore[attr-defined]  # this request's alone
        return taken.is_looked_at

    def user_login_failed(
        self,
        sender: object,
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **_: object,
    ) -> None:
        """Have the middleware of django-axes answer where signing in is locked from now on."""
        del sender, credentials
        taken = getattr(request, "password_try", None)
        if isinstance(taken, Try) and (taken.is_last or not taken.is_looked_at):
            request.axes_locked_out = True  # type: ignore[union-attr]  # as django-axes does

    def user_logged_in(self, sender: object, request: HttpRequest, user: Any, **_: object) -> None:
        """Forget the tries before."""
        del sender
        name, at = user.get_username(), _moment(request)
        device = known_device(name, _token(request), at=at)
        give_back(name, _address(request), device=device)

    def user_logged_out(self, sender: object, request: object, user: object, **_: object) -> None:
        """Do nothing."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return how many tries count now."""
        name = get_client_username(request, credentials) or ""
        at = _moment(request)
        device = known_device(name, _token(request), at=at)
        counted_by, lot = _counted_by(name, _address(request), device)
        held = PasswordTries.objects.filter(address=counted_by, lot=lot, until__gt=at).first()
        return held.tries if held is not None else 0


def _counted_by(name: str, address: str, device: int | None) -> tuple[str, int]:
    if device is not None:
        return f"device {device}", 0
    return _network(address), _lot(name)


def _token(request: HttpRequest) -> str:
    return str(getattr(request, "device_token", ""))


def _address(request: HttpRequest) -> str:
    return str(getattr(request, "axes_ip_address", None) or "")


def _moment(request: HttpRequest) -> datetime:
    moment: datetime = request.axes_attempt_time  # type: ignore[attr-defined]  # django-axes's
    return moment


def _lot(name: str) -> int:
    # Any spelling that the database takes for the same name: see the form's.
    spelled = name.strip().upper().lower()
    drawn = salted_hmac("registry.password-tries", spelled, algorithm="sha256").digest()
    return int.from_bytes(drawn[:4]) % LOTS


def _network(address: str) -> str:
    try:
        read = ip_address(address)
    except ValueError:
        return ""
    if isinstance(read, IPv6Address):
        return str(ip_network((read, _NETWORK_OF_ONE), strict=False))
    return str(read)


def _take(address: str, lot: int, *, most: int, at: datetime) -> tuple[int | None, datetime]:
    """Count one more, and return how many there are now and until when they count.

    None in place of the number where there were `most` already; nothing is written then.
    """
    until = at + (get_cool_off() or timedelta(minutes=15))
    held = PasswordTries.objects.filter(
        address=address, lot=lot, tries__gte=most, until__gt=at, until__lte=until
    ).first()
    if held is not None:
        return None, held.until
    values: dict[str, str | int | datetime] = {
        "address": address,
        "lot": lot,
        "most": most,
        "at": at,
        "until": until,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        row = cursor.fetchone()
        cursor.execute(_CLEAR, values)
    # None here: another has taken the last one at this moment.
    return (int(row[0]) if row is not None else None), until
