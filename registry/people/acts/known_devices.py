"""Browsers that a person has signed in with: strangers cannot lock that person out there.

Its wrong passwords are counted apart. A device opens nothing by itself: password and one-time
code are asked for all the same.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from registry.errors import NotFoundError
from registry.evidence import history
from registry.models import KnownDevice, Person
from rules.duties import Act

LIFETIME = timedelta(days=180)
"""How long a device stays known after the last sign-in with it."""

MOST = 20
"""Devices of one person that are known, the last used ones."""


def known_device(email: str, token: str, *, at: datetime) -> int | None:
    """Return the number of a person's device by its token; None where it is not known."""
    if not token:
        return None
    found = KnownDevice.objects.filter(
        person__email__iexact=email, token_sha256=_digest(token), seen_at__gt=at - LIFETIME
    ).first()
    return found.pk if found is not None else None


def remember_device(person: Person, token: str, *, at: datetime) -> str:
    """Remember the device that a person has signed in with, and return its token.

    Args:
        person: who has given both factors.
        token: what the device showed, empty where it showed none. One that we did not give to
            anybody is replaced, so that nobody can choose it.
        at: the moment of the sign-in.
    """
    is_ours = KnownDevice.objects.filter(token_sha256=_digest(token)).exists()
    kept = token if is_ours else secrets.token_urlsafe(32)
    KnownDevice.objects.update_or_create(
        person_id=person.pk, token_sha256=_digest(kept), defaults={"seen_at": at}
    )
    of_person = KnownDevice.objects.filter(person_id=person.pk).order_by("-seen_at", "-pk")
    KnownDevice.objects.filter(pk__in=[device.pk for device in of_person[MOST:]]).delete()
    return kept


def forget_devices(email: str, *, at: datetime) -> int:
    """Forget every device of a person, and return how many there were.

    Raises:
        NotFoundError: Nobody has this e-mail address.
    """
    person = Person.objects.filter(email__iexact=email).first()
    # Not the address that nobody has: what was typed there may be anything.
    subject = f"person:{person.pk if person is not None else 'unknown'}"
    with history.acting(Act.FORGET_DEVICES, actor=None, at=at, subject=subject) as act:
        if person is None:
            raise NotFoundError(f"person as `{email[:80]}`")
        number, _ = KnownDevice.objects.filter(person=person).delete()
        act.done(devices=number)
    return number


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
