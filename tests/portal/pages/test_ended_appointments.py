"""A session ends with the appointment that it was begun under."""

import pytest

from rules.duties import PersonRole
from tests.factories import an_appointment, end_appointments

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-PEOPLE")]


def test_who_was_signed_in_is_out_and_stays_so_when_appointed_anew(north, signed_in) -> None:
    browser = signed_in(north.aro)
    assert browser.get("/").status_code == 200
    end_appointments(north.aro)
    an_appointment(north.aro, PersonRole.ARO, north.party)
    assert browser.get("/").headers["Location"] == "/sign-in"
    north.aro.refresh_from_db()
    assert signed_in(north.aro).get("/").status_code == 200


def test_the_secret_key_may_change_while_somebody_is_signed_in(north, signed_in, settings) -> None:
    browser = signed_in(north.aro)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" * 8
    assert browser.get("/").status_code == 200
