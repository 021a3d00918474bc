"""Nothing of what a person does gets into their session, whichever form they send."""

from collections.abc import Iterator, Mapping

import pytest
from django.core.files.uploadedfile import UploadedFile
from django_otp import DEVICE_ID_SESSION_KEY

from tests.attacks.page_forms import FORMS, found_form, scene, send
from tests.attacks.sessions import hold_nothing_secret, sessions_saved

__all__ = ["scene"]
pytestmark = pytest.mark.django_db

SENT = [route for route, prepared in FORMS.items() if prepared.method == "POST"]


@pytest.mark.parametrize("route", SENT)
def test_a_form_puts_nothing_into_the_session_but_who_it_is(route, scene) -> None:
    browser = scene.browsers[FORMS[route].who]()
    with sessions_saved() as saved:
        found = found_form(browser, FORMS[route], route, scene)
        entered = FORMS[route].enters(scene)
        done = send(browser, found, entered)
        browser.get(done.headers.get("Location", "/"))
    assert done.status_code in {200, 302}
    hold_nothing_secret(saved, *_texts(entered))


def _texts(entered: Mapping[str, object]) -> Iterator[str]:
    """Yield what was typed; a file is its name here, since its content is no text."""
    for value in entered.values():
        text = value.name if isinstance(value, UploadedFile) else str(value)
        if len(text or "") > 4:
            yield text or ""


def test_what_is_noted_is_what_sessions_hold(scene) -> None:
    with sessions_saved() as saved:
        browser = scene.browsers["aro"]()
        session = browser.session
        session["draft"] = "-----BEGIN PRIVATE KEY-----"
        session.save()
    assert any(DEVICE_ID_SESSION_KEY in each for each in saved)
    with pytest.raises(AssertionError):
        hold_nothing_secret(saved)
    with pytest.raises(AssertionError):
        hold_nothing_secret([{DEVICE_ID_SESSION_KEY: "123456"}], "123456")
