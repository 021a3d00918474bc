"""The one Chromium of a tests' process, for whoever asks for it, and what opens windows of it.

Every test's conftest has these, also where there is no browser test: so Playwright is imported
only when a browser is started.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE = 30_000
"""Milliseconds until something counts as never coming; a busy machine must not fail a test."""


@pytest.fixture(scope="session")
def running_browser(chromium: Path) -> Iterator["Browser"]:
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 -- see above

    expect.set_options(timeout=PATIENCE)
    # Playwright's loop makes Django think that the tests are asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])


@pytest.fixture
def opened(running_browser: "Browser", live_server) -> Iterator[Callable[..., "Page"]]:
    """Return what opens a browser of its own; it fails on what the browser complains of."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(message: "ConsoleMessage") -> None:
        # A page that answers 4xx is also an error to the console; that is asked for here.
        if message.type == "error" and "status of 4" not in message.text:
            complaints.append(f"{message.location.get('url')}: {message.text}")

    def open_browser(*, viewport=None, has_script: bool = True) -> "Page":
        context = running_browser.new_context(
            base_url=live_server.url, viewport=viewport or DESKTOP, java_script_enabled=has_script
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert complaints == []
