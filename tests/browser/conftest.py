"""People at a real browser: how they sign in, and pictures of what they see."""

import os
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page

from registry.models import Person
from tests.browser.opening import DESKTOP, PHONE

__all__ = ["DESKTOP", "PHONE"]

PASSWORD = "a-password-for-tests"
SHOTS = os.environ.get("SHOTS", "")
"""A folder for pictures of every page, for those who want to look at them."""


def can_sign_in(person: Person) -> Person:
    """Give a person a password and a device."""
    person.password = make_password(PASSWORD)
    person.save()
    TOTPDevice.objects.get_or_create(user=person, name="test", confirmed=True)
    return person


def next_code(person: Person) -> str:
    """Return the next one-time code that a person's device makes and nobody has used."""
    device = TOTPDevice.objects.get(user=person)
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.drift = max(0, device.last_t + 1 - totp.t())
    return f"{totp.token():06d}"


def sign_in(page: Page, person: Person) -> None:
    """Sign in as a person does."""
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("One-time code").fill(next_code(person))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Home", level=1).wait_for()


def shoot(page: Page, name: str) -> None:
    """Take a picture of the whole page, where pictures are wanted."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
