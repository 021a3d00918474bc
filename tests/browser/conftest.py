"""A real Chromium at the pages."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from registry.models import Person

PASSWORD = "a-password-for-tests"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
SHOTS = os.environ.get("SHOTS", "")
"""A folder for pictures of every page, for those who want to look at them."""


@pytest.fixture(scope="session")
def running_browser(chromium: Path) -> Iterator[Browser]:
    # Playwright's loop makes Django think that the tests are asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])


@pytest.fixture
def opened(running_browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Return what opens a browser of its own; it fails on what the browser complains of."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        # A page that answers 4xx is also an error to the console; that is asked for here.
        if message.type == "error" and "status of 4" not in message.text:
            complaints.append(f"{message.location.get('url')}: {message.text}")

    def open_browser(*, viewport=DESKTOP, has_script: bool = True) -> Page:
        context = running_browser.new_context(
            base_url=live_server.url, viewport=viewport, java_script_enabled=has_script
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert complaints == []


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
