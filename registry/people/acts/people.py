"""How people prove who they are: a password, then a one-time code, with evidence of both.

A password alone opens nothing, so the event of a sign-in is written when the code was right.
Neither a password nor a code is ever written anywhere.
"""

from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django_otp.oath import hotp
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry.errors import ConflictError, RefusedActError, RegistryError
from registry.evidence import history
from registry.models import Person
from registry.people.acts.password_tries import RECORDED, refusals_recorded
from rules.duties import Act

_DEVICE_NAME = "authenticator app"

TRIES = 5
"""So many wrong codes may follow one another: people mistype, and apps show the next one. From
then on django-otp's wait is owed, which each wrong code doubles: 16 seconds after the fifth."""


class CodeThrottledError(RefusedActError):
    """Too many wrong codes: no code is looked at before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("code-throttled", "There were too many wrong codes. Wait and try again.")
        self.until = until


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSecret:
    """What an authenticator app needs to know, shown while a device is being set up."""

    uri: str
    """As the app reads it from a QR code: `otpauth://totp/…`."""
    secret: str
    """The same secret in Base32, to type in where there is no camera."""


def find_person(email: str) -> Person | None:
    """Return the person of an e-mail address, however it is cased."""
    return Person.objects.filter(email__iexact=email).first()


def record_refused_password(
    email: str, *, address: str, is_locked_out: bool, at: datetime
) -> None:
    """Record that a sign-in was refused at its first step.

    The e-mail address is kept where it is a person's; anything else that was typed there is not,
    since people type passwords into the wrong field. Of an address from which refusal follows
    refusal only the first `RECORDED` are recorded, and then one that says so, since a stranger
    could fill the evidence otherwise; a try during a lock is not recorded either.

    Args:
        email: what was typed.
        address: the network address that it came from.
        is_locked_out: whether signing in is locked from now on.
        at: the moment of the try.
    """
    number = refusals_recorded(address, at=at)
    if number is None:
        return
    person = find_person(email)
    reasons = ["wrong-password" if person is not None else "unknown-person"]
    if is_locked_out:
        reasons.append("locked-out")
    if number > RECORDED:
        reasons.append("more-not-recorded")
    with transaction.atomic(durable=True):
        history.append(
            kind=Act.SIGN_IN,
            # Nobody has proven to be this person, so it is on them and not by them.
            actor=None,
            at=at,
            subject=_subject(person) if person is not None else "person:unknown",
            result="refused",
            details={"reasons": reasons},
        )


def has_device(person: Person) -> bool:
    """Tell whether a person has confirmed a device that makes their codes."""
    return bool(TOTPDevice.objects.filter(user=person, confirmed=True).exists())


def verify_code(person: Person, code: str, *, at: datetime) -> TOTPDevice:
    """Verify a one-time code; the event of the sign-in, done or refused, is written here.

    Raises:
        CodeThrottledError: There were too many wrong codes just before.
        RefusedActError: The code is wrong (`code-wrong`), was used already (`code-used`), or
            the person has no device (`no-device`).
    """
    # The count of wrong codes must stay although the act is refused, so it has a transaction of
    # its own before the one that the evidence is written in.
    device, refusal = _verified(person, code)
    with history.acting(Act.SIGN_IN, actor=person, at=at, subject=_subject(person)) as act:
        if device is None:
            raise refusal
        act.done()
        return device


def device_to_set_up(person: Person) -> DeviceSecret:
    """Return the secret of the device that a person is setting up, the same until it is confirmed.

    Raises:
        ConflictError: The person has a device already (`device-set-up`).
    """
    device = _unconfirmed(person)
    return DeviceSecret(uri=device.config_url, secret=b32encode(device.bin_key).decode())


def confirm_device(person: Person, code: str, *, at: datetime) -> TOTPDevice:
    """Confirm the device that a person is setting up by a code that it shows.

    Raises:
        ConflictError: The person has a device already (`device-set-up`).
        CodeThrottledError: There were too many wrong codes just before.
        RefusedActError: The code is wrong (`code-wrong`).
    """
    device: TOTPDevice | None = None
    refusal: RegistryError
    try:
        _unconfirmed(person)
    except ConflictError as conflict:
        refusal = conflict
    else:
        device, refusal = _verified(person, code, confirmed=False)
    with history.acting(Act.CONFIRM_DEVICE, actor=person, at=at, subject=_subject(person)) as act:
        if device is None:
            raise refusal
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        act.done()
        return device


def _subject(person: Person) -> str:
    # By its key: the person of a web request is wrapped, and its type is not that of the model.
    return f"person:{person.pk}"


def _verified(
    person: Person, code: str, *, confirmed: bool = True
) -> tuple[TOTPDevice | None, RefusedActError]:
    """Return the device that accepted the code; or None, and what to say of the code."""
    with transaction.atomic(durable=True):
        device = (
            TOTPDevice.objects.select_for_update()
            .filter(user=person, confirmed=confirmed)
            .order_by("pk")
            .first()
        )
        if device is None:
            return None, RefusedActError("no-device", "No device is set up for this person.")
        if device.throttling_failure_count < TRIES:
            device.throttling_failure_timestamp = None  # what the wait would be counted from
        is_allowed, throttled = device.verify_is_allowed()
        if not is_allowed:
            return None, CodeThrottledError(throttled["locked_until"])
        refusal = RefusedActError(
            "code-wrong",
            "That code is wrong or has expired. Wait for the next code and enter that. If "
            "this keeps happening, check that your phone sets its time automatically.",
        )
        if _was_used_last(device, code):
            refusal = RefusedActError(
                "code-used",
                "That code has been used already. Wait for the next code and enter that.",
            )
        # Reads the clock of the machine itself, as the codes are made by the real time.
        return (device if device.verify_token(code) else None), refusal


def _was_used_last(device: TOTPDevice, code: str) -> bool:
    if device.last_t < 0 or not (code.isascii() and code.isdigit()):
        return False
    return bool(hotp(device.bin_key, device.last_t, device.digits) == int(code))


def _unconfirmed(person: Person) -> TOTPDevice:
    with transaction.atomic():
        # Two pages opened at once must show one secret.
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        if has_device(person):
            raise ConflictError(
                "device-set-up", "A device is set up for you already; enter a code from it."
            )
        device = TOTPDevice.objects.filter(user=person, confirmed=False).order_by("pk").first()
        if device is None:
            device = TOTPDevice.objects.create(user=person, name=_DEVICE_NAME, confirmed=False)
        return device
