"""Every call of the API that takes a body has a limit: taken at it, refused one byte beyond."""

import pytest

from tests.attacks.routes import api_calls
from tests.attacks.stored import counts, grown
from tests.portal.api.conftest import Api

pytestmark = pytest.mark.django_db

MOST = 2_000
CALLS = [
    pytest.param(route, method, kind, id=f"{method}-{route.name}-{kind.rpartition('/')[2]}")
    for route, method in api_calls()
    if method not in {"GET", "HEAD"}
    for kind in ("application/json", "application/xml", "application/x-ndjson")
]


@pytest.fixture
def api(client_of) -> Api:
    return client_of("checks:ask", "checks:as-of", "observations:write", "register:read")


@pytest.fixture(autouse=True)
def limits(settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = MOST
    settings.BATCH_SIZE_LIMIT = MOST


@pytest.mark.parametrize(("route", "method", "kind"), CALLS)
def test_a_body_is_read_up_to_its_limit_and_not_beyond(route, method, kind, api) -> None:
    # A message in XML says beside it what one in JSON has as members.
    query = "?generation=SMETS1" if kind == "application/xml" else ""
    address = route.address({}).removeprefix("/api/v1/") + query
    before = counts()
    at_limit = api.call(method, address, b" " * MOST, kind)
    beyond = api.call(method, address, b" " * (MOST + 1), kind)
    assert at_limit.status_code != 413
    if at_limit.status_code == 415:
        assert beyond.status_code == 415  # of another kind: neither is read
    else:
        assert (beyond.status_code, beyond.json()["code"]) == (413, "body-too-large")
        assert f"The body has {MOST + 1} bytes; at most {MOST} are read" in beyond.json()["detail"]
    assert grown(before) == {}


def test_every_call_takes_a_body_of_some_kind(api) -> None:
    taken = {
        route.name
        for route, method in api_calls()
        if method not in {"GET", "HEAD"}
        for kind in ("application/json", "application/xml", "application/x-ndjson")
        if api.call(
            method, route.address({}).removeprefix("/api/v1/"), b" " * (MOST + 1), kind
        ).status_code
        == 413
    }
    assert taken == {route.name for route, method in api_calls() if method not in {"GET", "HEAD"}}
