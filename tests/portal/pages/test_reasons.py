"""The catalogue of reason codes as people read it."""

import pytest

from portal.reason_list import listed_reasons
from tests.portal.pages.reading import page_of

pytestmark = pytest.mark.django_db


def test_every_code_is_on_the_page(north, signed_in) -> None:
    page = page_of(signed_in(north.aro).get("/reasons"))
    for one in listed_reasons():
        assert f">{one.code}</code>" in page
    assert f"{len(listed_reasons())} reason codes" in page


def test_words_and_areas_narrow_it_down(north, signed_in) -> None:
    browser = signed_in(north.sro)
    page = page_of(browser.get("/reasons?text=revoked&area=response"))
    assert ">response-certificate-revoked</code>" in page
    assert ">certificate-revoked</code>" not in page
    nothing = page_of(browser.get("/reasons?text=no-such-thing"))
    assert "There is no such reason code." in nothing
    assert "0 reason codes" in nothing


def test_an_unknown_area_is_told_and_everything_shown(north, signed_in) -> None:
    response = signed_in(north.aro).get("/reasons?area=nonsense")
    assert response.status_code == 200
    assert "Error: Reason codes" in page_of(response)


def test_what_was_searched_for_is_escaped(north, signed_in) -> None:
    page = page_of(signed_in(north.aro).get("/reasons?text=<script>alert(1)"))
    assert "<script>alert" not in page
