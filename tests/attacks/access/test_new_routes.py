"""A new route is nobody's until somebody says whose it is: it is found, and it is closed."""

import pytest

from tests.attacks.access.more_urls import NEW, SECRET
from tests.attacks.routes import METHODS, api_calls, page_routes, routes, unclassified

MORE = "tests.attacks.access.more_urls"


def test_of_every_route_it_is_said_whom_it_is_open_to() -> None:
    assert unclassified() == []
    # Controls: the routes are there to be asked.
    assert len(page_routes()) > 25
    assert len(api_calls()) > 4


def test_a_new_route_of_which_it_is_not_said_is_found() -> None:
    assert sorted(unclassified(MORE)) == sorted(NEW)
    assert len(routes(MORE)) == len(routes()) + len(NEW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", NEW)
def test_a_new_route_of_which_it_is_not_said_is_closed(
    address, settings, officer, signed_in, engine
) -> None:
    settings.ROOT_URLCONF = MORE
    browser = signed_in(officer)
    token = {"Authorization": f"Bearer {engine.token}"}
    for method in METHODS:
        for answer in (
            browser.generic(method, f"/{address}"),
            engine.http.generic(method, f"/{address}", headers=token),
        ):
            assert SECRET not in answer.content.decode()
            # What one view of them says it is open to, it is.
            if address != "new/one-scope-of-two" or method not in {"GET", "HEAD"}:
                assert answer.status_code in {401, 403, 405}
