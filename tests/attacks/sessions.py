"""What is put into a session, which lies in the database for hours: who it is, and no more."""

from base64 import b32encode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models.signals import post_save
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

WHO_IT_IS = {SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY, DEVICE_ID_SESSION_KEY}
"""The person, how they signed in, whether their password is still the one, and their device."""


@contextmanager
def sessions_saved() -> Iterator[list[dict[str, Any]]]:
    """Note what each session holds each time that it is saved, also those that end soon."""
    noted: list[dict[str, Any]] = []

    def note(instance: Session, **_: object) -> None:
        noted.append(instance.get_decoded())

    post_save.connect(note, sender=Session)
    try:
        yield noted
    finally:
        post_save.disconnect(note, sender=Session)


def hold_nothing_secret(saved: list[dict[str, Any]], *secrets: str) -> None:
    """Hold that sessions say who it is and nothing else, and none of the secrets."""
    for session in saved:
        assert set(session) <= WHO_IT_IS
    text = repr(saved)
    for secret in (*secrets, *_of_devices(), "PRIVATE KEY", "BEGIN CERTIFICATE"):
        assert secret not in text


def _of_devices() -> Iterator[str]:
    for key in (bytes(device.bin_key) for device in TOTPDevice.objects.all()):
        yield from (key.hex(), b32encode(key).decode(), b64encode(key).decode())
