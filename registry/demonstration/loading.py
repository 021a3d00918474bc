"""Makes the demonstration's Parties and people. Safe to run again: it adds what is missing."""

import secrets
from datetime import datetime

from django.conf import settings
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry.demonstration.cast import PARTIES, CastParty, CastPerson, everybody
from registry.demonstration.secrets_file import (
    DemonstrationSecrets,
    read_secrets,
    write_secrets,
)
from registry.errors import NotFoundError, RefusedActError
from registry.evidence import history
from registry.models import Appointment, EnforcementMoment, Party, PartyMpid, Person, UserId
from rules.duties import Act

TOTP_KEY_OCTETS = 20
"""RFC 4226, section 4, R6: at least 128 bits, 160 recommended."""


def load_demonstration(*, at: datetime) -> bool:
    """Create whatever the demonstration lacks; return whether anything was created.

    Raises:
        RefusedActError: This is not a demonstration (`not-a-demonstration`).
    """
    if not settings.DEMONSTRATION:
        raise RefusedActError(
            "not-a-demonstration",
            "This installation is not a demonstration, so no demonstration data is loaded.",
        )
    known = _known_secrets()
    everybody_known = Person.objects.filter(email__in=known.totp_keys).count() == len(everybody())
    if everybody_known and EnforcementMoment.objects.exists():
        return False
    with history.acting(Act.LOAD_DEMONSTRATION, actor=None, at=at) as act:
        parties = {cast.reference: _party(cast, at=at) for cast in PARTIES}
        for person, cast in everybody():
            _person(person, parties[cast.reference] if cast else None, secrets_=known, at=at)
        if not EnforcementMoment.objects.exists():
            # The demonstration shows what MP104 is for, so it enforces from the start.
            EnforcementMoment.objects.create(enforced_from=at, recorded_at=at, is_loaded=True)
        act.done("demonstration", parties=sorted(parties))
    return True


def one_time_code(email: str, *, at: datetime) -> tuple[str, float]:
    """Return the next one-time code that will be accepted, and how long to wait for it in seconds.

    A time step that was used is refused by the sign-in, so that step's successor is taken; the
    sign-in accepts one step ahead.

    Raises:
        NotFoundError: There is no such demonstration person.
    """
    device = TOTPDevice.objects.filter(user__email__iexact=email, confirmed=True).first()
    if device is None or email.lower() not in read_secrets().totp_keys:
        raise NotFoundError(f"demonstration person as `{email[:60]}`")
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = at.timestamp()
    now_step = totp.t()
    step = max(now_step, device.last_t + 1)
    wait = max(0, step - now_step - device.tolerance) * device.step
    totp.drift = device.drift + (step - now_step)
    return f"{totp.token():0{device.digits}d}", float(wait)


def _known_secrets() -> DemonstrationSecrets:
    """Return the stored secrets, made anew where there are none or somebody is missing."""
    emails = {person.email for person, _ in everybody()}
    try:
        known = read_secrets()
    except NotFoundError:
        known = DemonstrationSecrets(password=_password(), totp_keys={})
    if emails - set(known.totp_keys):
        fresh = {email: secrets.token_hex(TOTP_KEY_OCTETS) for email in sorted(emails)}
        known = DemonstrationSecrets(password=known.password, totp_keys=fresh | known.totp_keys)
        write_secrets(known)
    return known


def _password() -> str:
    return f"demonstration-{secrets.token_hex(4)}"


def _party(cast: CastParty, *, at: datetime) -> Party:
    party, _ = Party.objects.get_or_create(
        reference=cast.reference,
        defaults={
            "name": cast.name,
            "category": cast.category,
            "is_authorised_subscriber": True,
            "created_at": at,
        },
    )
    UserId.objects.get_or_create(
        eui64=cast.eui64,
        defaults={"party": party, "user_roles": list(cast.user_roles), "created_at": at},
    )
    for mpid in cast.mpids:
        PartyMpid.objects.get_or_create(
            mpid=mpid, party=party, withdrawn_at=None, defaults={"recorded_at": at}
        )
    return party


def _person(
    cast: CastPerson, party: Party | None, *, secrets_: DemonstrationSecrets, at: datetime
) -> None:
    person = Person.objects.filter(email=cast.email).first()
    if person is None:
        person = Person(email=cast.email, created_at=at)
    person.name = cast.name
    person.set_password(secrets_.password)
    person.save()
    if person.appointment is None:
        Appointment.objects.create(person=person, role=cast.role, party=party, started_at=at)
    TOTPDevice.objects.update_or_create(
        user=person,
        name="demonstration",
        defaults={"key": secrets_.totp_keys[cast.email], "confirmed": True},
    )
