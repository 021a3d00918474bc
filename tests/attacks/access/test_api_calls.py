"""Every call of the API by everybody who may not make it: taken from the URL configuration.

Without a token, with one that is none, with one that was revoked, with every scope but the one
that the call asks for, and with the right one for things of another Party.
"""

import pytest
from django.utils import timezone

from registry.clients.acts.api_clients import revoke_api_client
from registry.clients.reads.scopes import Scope
from registry.feed.reads.snapshot_holder import stop_holding
from tests.attacks.routes import METHODS, api_calls, api_routes
from tests.attacks.stored import counts, grown
from tests.factories import a_certificate
from tests.portal.api.conftest import JSON, Api

# What holds the register has a connection of its own, and sees only what commits.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

CALLS = [pytest.param(route, method, id=f"{method} {route.name}") for route, method in api_calls()]
WITH_THINGS = [
    pytest.param(route, method, id=f"{method} {route.name}")
    for route, method in api_calls()
    if route.arguments
]
ABSENT = {"certificate_id": 999_999_999}


@pytest.fixture
def things(north) -> dict[str, object]:
    """What the addresses of one Party's things name; a new argument must be added here."""
    return {"certificate_id": a_certificate(north.user_id).pk}


def call(api: Api, method: str, address: str):
    body = b"{}" if method == "POST" else b""
    return api.call(method, address.removeprefix("/api/v1/"), body, JSON if body else None)


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(("route", "method"), CALLS)
def test_it_is_closed_without_a_token_and_with_one_that_is_none(route, method, things) -> None:
    address = route.address(things)
    before = counts()
    assert code(call(Api(None), method, address)) == (401, "token-missing")
    for token in ("x", "A" * 43, "smki_ra_" + "A" * 43):
        assert code(call(Api(token), method, address)) == (401, "token-unknown")
    assert grown(before) == {}


@pytest.mark.parametrize(("route", "method"), CALLS)
def test_it_is_closed_to_a_client_that_was_revoked(route, method, things, client_of) -> None:
    api = client_of(*Scope)
    address = route.address(things)
    assert call(api, method, address).status_code not in {401, 403}
    revoke_api_client("engine", at=timezone.now())
    stop_holding()
    assert code(call(api, method, address)) == (401, "token-unknown")


@pytest.mark.parametrize(("route", "method"), CALLS)
def test_it_is_closed_to_every_scope_but_its_own(route, method, things, client_of) -> None:
    own = route.view.cls.scopes[method]
    address = route.address(things)
    others = client_of(*(scope for scope in Scope if scope != own), name="others")
    before = counts()
    assert code(call(others, method, address)) == (403, "scope-missing")
    assert grown(before) == {}
    assert call(client_of(own, name="own"), method, address).status_code not in {401, 403}


@pytest.mark.parametrize(("route", "method"), WITH_THINGS)
def test_another_partys_thing_is_absent_to_a_client_of_a_party(
    route, method, things, client_of, north, south
) -> None:
    own = client_of(*Scope, name="own", party=north.party.reference)
    foreign = client_of(*Scope, name="foreign", party=south.party.reference)
    address, absent = route.address(things), route.address(ABSENT)
    assert call(own, method, address).status_code == 200
    seen, missing = call(foreign, method, address), call(foreign, method, absent)
    assert code(seen) == (404, "not-found")
    assert seen.content == missing.content


@pytest.mark.parametrize(("route", "method"), CALLS)
def test_no_list_shows_another_partys_things(
    route, method, things, client_of, north, south
) -> None:
    foreign = client_of(*Scope, name="foreign", party=south.party.reference)
    if method != "GET" or route.arguments or route.view.cls.scopes[method] != Scope.REGISTER_READ:
        return
    for query in ("", f"?party={north.party.reference}", f"?eui64={north.user_id.eui64}"):
        answer = call(foreign, method, route.address(things) + query)
        assert north.user_id.eui64 not in answer.content.decode()
        assert north.party.name not in answer.content.decode()


@pytest.mark.parametrize(
    "route",
    [pytest.param(route, id=route.name) for route, method in api_calls() if method == "GET"],
)
def test_head_is_open_to_whom_get_is_and_to_nobody_else(
    route, things, client_of, north, south
) -> None:
    own = route.view.cls.scopes["GET"]
    clients = {
        "nobody": Api(None),
        "other scopes": client_of(*(scope for scope in Scope if scope != own), name="others"),
        "its own Party": client_of(own, name="own", party=north.party.reference),
        "another Party": client_of(own, name="foreign", party=south.party.reference),
    }
    address = route.address(things)

    def asked(api: Api, method: str):
        token = {"Authorization": f"Bearer {api.token}"} if api.token else {}
        return api.http.generic(method, address, headers=token)

    answers = {
        method: {who: asked(api, method) for who, api in clients.items()}
        for method in ("GET", "HEAD")
    }
    head, get = (
        {who: answer.status_code for who, answer in answers[method].items()}
        for method in ("HEAD", "GET")
    )
    assert head == get
    assert (head["nobody"], head["other scopes"]) == (401, 403)
    assert all(answer.content == b"" for answer in answers["HEAD"].values())
    if route.arguments:
        assert (head["its own Party"], head["another Party"]) == (200, 404)


@pytest.mark.parametrize("route", api_routes(), ids=lambda route: route.name)
@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_answered_and_no_other_than_its_own_does_anything(
    route, method, things, client_of
) -> None:
    api = client_of(*Scope)
    address = route.address(things)
    before = counts()
    token = {"Authorization": f"Bearer {api.token}"}
    answer = api.http.generic(method, address, headers=token)
    assert answer.status_code < 500
    if method not in {"GET", "HEAD", "POST"}:
        assert answer.status_code in {404, 405}
        assert grown(before) == {}
    if answer.status_code == 405:
        assert "Allow" in answer.headers
