"""Every form of every page is sent as a browser sends it, with its token and without."""

import pytest
from django.test import Client

from tests.attacks.page_forms import FORMS, TOKEN, forms_on, found_form, scene, send
from tests.attacks.routes import page_routes
from tests.attacks.stored import counts, grown

__all__ = ["scene"]
pytestmark = pytest.mark.django_db

SENT = {route: prepared for route, prepared in FORMS.items() if prepared.method == "POST"}


def strict(browser: Client) -> Client:
    """Return the browser with Django's tests no longer passing the check for the token."""
    browser.handler.enforce_csrf_checks = True
    return browser


@pytest.mark.slow
def test_every_page_that_takes_a_form_is_among_those_that_are_sent(scene) -> None:
    """Found by asking: it says 405 to what it does not take."""
    people = [scene.browsers["aro"], scene.browsers["officer"]]
    taking = {
        route.name
        for route in page_routes()
        for browser in people
        if browser().post(route.address(scene.things)).status_code not in {403, 404, 405}
    }
    assert taking == set(SENT)


@pytest.mark.slow
def test_every_form_on_every_page_is_among_them(scene) -> None:
    on_pages = set()
    for make in scene.browsers.values():
        browser = make()
        for route in page_routes():
            address = route.address(scene.things)
            page = browser.get(address)
            if page.status_code == 200 and page.headers["Content-Type"].startswith("text/html"):
                on_pages |= {(form.route, form.method) for form in forms_on(page, address)}
    # The answer to one form holds the other; its page leads to it.
    # So does a proposal that stands elsewhere hold what may be done with it then.
    behind = {(route, "POST") for route in ("request-submit", "proposal-review", "proposal-close")}
    assert on_pages | behind == {(route, form.method) for route, form in FORMS.items()}


@pytest.mark.parametrize("route", FORMS)
def test_each_has_the_fields_that_are_read_and_no_others(route, scene) -> None:
    browser = scene.browsers[FORMS[route].who]()
    found = found_form(browser, FORMS[route], route, scene)
    assert found.names == FORMS[route].names
    assert found.is_multipart == bool({"file"} & found.names)


@pytest.mark.parametrize("route", SENT)
def test_each_is_done_with_its_token_and_not_without_or_with_another(route, scene) -> None:
    browser = strict(scene.browsers[SENT[route].who]())
    found = found_form(browser, SENT[route], route, scene)
    entered = SENT[route].enters(scene)
    other = strict(scene.browsers[SENT[route].who]())
    found_form(other, SENT[route], route, scene)
    before = counts()
    for token in ("", "A" * 64, found.values[TOKEN][::-1]):
        refused = send(browser, found, {**entered, TOKEN: token})
        assert refused.status_code == 403, token
        assert "Sorry, this page has expired" in refused.content.decode()
    without = {**found.values, **entered}
    del without[TOKEN]
    assert browser.post(found.action, without).status_code == 403
    # Another person's cookie does not go with it.
    assert send(other, found, entered).status_code == 403
    assert grown(before) == {}
    done = send(browser, found, entered)
    assert done.status_code in {200, 302}
    assert "There is a problem" not in done.content.decode()


@pytest.mark.parametrize("route", SENT)
def test_none_is_sent_by_a_link(route, scene) -> None:
    browser = scene.browsers[SENT[route].who]()
    found = found_form(browser, SENT[route], route, scene)
    before = counts()
    browser.get(found.action, {**found.values, **SENT[route].enters(scene)})
    assert grown(before) == {}
