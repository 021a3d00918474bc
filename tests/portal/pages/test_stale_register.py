"""The DCC's staff see on every page that messages are decided by a register that is not fresh."""

from datetime import UTC, datetime
from math import inf

import pytest

from portal.presenters import frame
from portal.presenters.stale_register import stale_words
from rules.duties import PersonRole
from tests.factories import a_person
from tests.portal.pages.reading import page_of

AT = datetime(2026, 11, 20, 9, 10, tzinfo=UTC)
BANNER = "Register out of date."


@pytest.mark.parametrize("age", [None, 0.0, 60.0, inf])
def test_nothing_is_said_of_a_register_that_is_fresh_or_not_held(age):
    assert stale_words(age, at=AT) == ""


def test_from_a_minute_on_it_says_since_when_and_until_when_what_is_decided():
    assert stale_words(600.0, at=AT) == (
        "The register that messages are checked against was last confirmed on "
        "20 November 2026 at 09:00:00 GMT. Messages sent as SolrContingency are not decided; all "
        "others are, until 20 November 2026 at 13:00:00 GMT. Tell the operator."
    )


def test_after_hours_it_says_that_no_message_is_decided():
    assert "No message is decided." in stale_words(4 * 3600.0, at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [PersonRole.OFFICER, PersonRole.AUDITOR])
def test_staff_see_it_on_every_page(role, signed_in, monkeypatch):
    client = signed_in(a_person(role))
    pages = ["/", "/requests", "/certificates", "/user-ids", "/reasons", "/evidence"]
    assert not any(BANNER in page_of(client.get(page)) for page in pages)
    monkeypatch.setattr(frame, "age_of_holding", lambda: 600.0)
    for page in pages:
        assert page_of(client.get(page)).count(BANNER) == 1, page


@pytest.mark.django_db
def test_a_partys_people_do_not(north, signed_in, monkeypatch):
    monkeypatch.setattr(frame, "age_of_holding", lambda: 600.0)
    assert BANNER not in page_of(signed_in(north.aro).get("/"))
