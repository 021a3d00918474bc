"""Who may call: nobody without a token, nothing without its scope, no route unclassified."""

import pytest
from django.urls import resolve

from portal.api.authentication import BearerAuthentication, HasScope
from portal.api.problems import PROBLEMS
from registry.clients.acts.api_clients import create_api_client, revoke_api_client
from registry.clients.reads.scopes import SCOPES, Scope
from registry.feed.reads import snapshot_holder
from tests.attacks.routes import api_routes
from tests.factories import AT, a_person
from tests.portal.api.conftest import JSON, Api
from tests.waiting import seconds_until

EVERYBODY = "everybody"

WHO_MAY = {
    # Every route of the API. A new one is missing here until somebody says who may call it.
    "checks": {"POST": Scope.CHECKS_ASK},
    "checks-batch": {"POST": Scope.CHECKS_ASK},
    "alerts": {"POST": Scope.CHECKS_ASK},
    "observations": {"POST": Scope.OBSERVATIONS_WRITE},
    "ceased": {"POST": Scope.OBSERVATIONS_WRITE},
    "certificates": {"GET": Scope.REGISTER_READ},
    "certificate": {"GET": Scope.REGISTER_READ},
    "certificate-pem": {"GET": Scope.REGISTER_READ},
    "dcc-signing-certificates": {"GET": Scope.REGISTER_READ},
    "reasons": EVERYBODY,
    "snapshot": {"GET": Scope.SNAPSHOT_READ},
    "changes": {"GET": Scope.SNAPSHOT_READ},
    "feed-certificates": {"GET": Scope.SNAPSHOT_READ},
    "schema": EVERYBODY,
    "docs": EVERYBODY,
    "nothing-here": EVERYBODY,
    "api-nothing-here": EVERYBODY,
}


def views():
    return {route.name.rpartition(":")[2]: route.view.cls for route in api_routes()}


def test_every_route_is_classified_and_the_api_is_where_it_is_promised():
    assert len(views()) == len(api_routes()), "each has a name of its own"
    assert views().keys() == WHO_MAY.keys()
    elsewhere = [r.name for r in api_routes() if not r.pattern.startswith("api/v1/")]
    assert elsewhere == ["api-nothing-here"]
    assert resolve("/api/v1/checks").func.cls is views()["checks"]


@pytest.mark.parametrize("name", sorted(WHO_MAY))
def test_every_view_opens_to_whom_the_table_says_and_nobody_else(name):
    view = views()[name]
    if WHO_MAY[name] == EVERYBODY:
        assert view.authentication_classes == []
        assert view.scopes == {}
        return
    assert view.authentication_classes == [BearerAuthentication]
    assert view.permission_classes == [HasScope]
    assert view.scopes == WHO_MAY[name]
    handlers = {method.upper() for method in view.http_method_names if hasattr(view, method)}
    assert handlers - {"HEAD"} == set(WHO_MAY[name])


def test_every_scope_is_described():
    assert set(SCOPES) == set(Scope)


def problem(answer):
    return answer.status_code, answer.json()["code"], answer.get("WWW-Authenticate")


REALM = 'Bearer realm="smki-registration-authority"'


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Token abc", "Bearer a b", "Bearer é"],
)
def test_without_a_token_nobody_is_let_in(authorization):
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = Api(None).call("POST", "checks", b"{}", JSON, **headers)
    assert problem(answer) == (401, "token-missing", REALM)


def test_an_unknown_token_lets_nobody_in_and_a_known_one_does(engine):
    for token in (engine.token[:-1], engine.token + "A", engine.token.upper(), "x"):
        answer = Api(token).call("POST", "checks", b"{}", JSON)
        assert problem(answer) == (401, "token-unknown", f'{REALM}, error="invalid_token"')
    assert engine.call("POST", "checks", b"{}", JSON).status_code == 400


def test_the_word_bearer_is_known_in_any_case(engine):
    for word in ("bearer", "BEARER"):
        answer = Api(None).call(
            "POST", "checks", b"{}", JSON, Authorization=f"{word}  {engine.token}"
        )
        assert answer.status_code == 400


def test_a_token_in_the_query_or_in_a_cookie_lets_nobody_in(engine):
    stranger = Api(None)
    stranger.http.cookies["token"] = engine.token
    answer = stranger.call("POST", f"checks?token={engine.token}", b"{}", JSON)
    assert problem(answer)[1] == "token-missing"


@pytest.mark.parametrize("scope", sorted(set(Scope) - {Scope.CHECKS_ASK}))
def test_a_client_with_other_scopes_alone_may_not_ask(client_of, scope):
    answer = client_of(scope).call("POST", "checks", b"{}", JSON)
    assert problem(answer) == (
        403,
        "scope-missing",
        f'{REALM}, error="insufficient_scope", scope="checks:ask"',
    )


def test_a_revoked_client_is_shut_out_soon(engine):
    assert engine.call("POST", "checks", b"{}", JSON).status_code == 400
    revoke_api_client("engine", at=AT)
    seconds_until(lambda: engine.call("POST", "checks", b"{}", JSON).status_code == 401)


def test_a_new_client_is_let_in_soon(engine):
    engine.call("POST", "checks", b"{}", JSON)
    made = create_api_client("another", scopes=["checks:ask"], at=AT)
    another = Api(made.token)
    seconds_until(lambda: another.call("POST", "checks", b"{}", JSON).status_code == 400)


def test_where_the_clients_cannot_be_confirmed_nobody_is_let_in(engine, settings):
    settings.SNAPSHOT_REFUSED_AFTER = -1
    snapshot_holder.stop_holding()
    for token in (engine.token, "unknown"):
        answer = Api(token).call("POST", "checks", b"{}", JSON)
        assert (answer.status_code, answer.json()["code"]) == (503, "snapshot-stale")


@pytest.mark.django_db
def test_who_is_signed_in_in_the_browser_has_no_part_in_the_api(client):
    client.force_login(a_person(), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/api/v1/checks", data=b"{}", content_type=JSON)
    assert answer.status_code == 401


# --- the rest of the problems ----------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "check", "checks/", "checks/1", "schema/", "../v1/nothing"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_an_address_at_which_there_is_nothing_has_a_problem_too(path, method):
    answer = Api(None).call(method, path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v2/checks", "/api/v1"])
def test_beside_the_api_there_is_nothing_for_machines_either(path, client):
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert client.get("/apis").headers["Content-Type"].startswith("text/html")


def test_a_fault_of_ours_is_logged_and_shown_without_any_detail(
    engine, subscriber, monkeypatch, caplog
):
    def broken(*_arguments, **_named):
        raise ZeroDivisionError("the secret of the fault")

    monkeypatch.setattr("registry.observations.acts.deciding.decide", broken)
    answer = engine.check(subscriber.message())
    assert (answer.status_code, answer.json()["code"]) == (500, "fault")
    assert "secret" not in answer.content.decode()
    assert "the secret of the fault" in caplog.text
    assert answer["X-Request-ID"]


def test_every_problem_has_a_status_that_says_whose_fault_it_is():
    assert all(400 <= status.value < 600 for status, _ in PROBLEMS.values())
    assert all(says.endswith(".") for _, says in PROBLEMS.values())
