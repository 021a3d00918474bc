"""API clients: the token is shown once and kept nowhere, and each act is evidence."""

import json
import re
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from registry.clients.acts.api_clients import create_api_client, revoke_api_client
from registry.errors import ConflictError, NotFoundError, RefusedActError
from registry.models import ApiClient, Event
from tests.factories import AT, a_party

pytestmark = pytest.mark.django_db


def only_event():
    (event,) = Event.objects.all()
    return event


def test_a_client_is_kept_by_its_tokens_hash_and_its_scopes():
    made = create_api_client("engine-1", scopes=["checks:ask", "checks:as-of"], at=AT)
    client = ApiClient.objects.get()
    assert client.token_sha256 == sha256(made.token.encode()).hexdigest()
    assert client.scopes == ["checks:as-of", "checks:ask"]
    assert (client.name, client.party, client.revoked_at) == ("engine-1", None, None)


def test_a_token_has_256_bits_and_is_another_each_time():
    tokens = {
        create_api_client(f"engine-{n}", scopes=["checks:ask"], at=AT).token for n in range(20)
    }
    assert len(tokens) == 20
    assert all(re.fullmatch(r"smki_ra_[A-Za-z0-9_-]{43}", token) for token in tokens)


def test_making_a_client_writes_an_event_without_its_token():
    made = create_api_client("engine-1", scopes=["checks:ask"], at=AT)
    event = only_event()
    assert (event.kind, event.result) == ("api-client.create", "done")
    assert event.subject == "apiclient:engine-1"
    assert made.token not in event.body
    assert made.token[-20:] not in event.body


def test_a_client_may_act_for_a_party():
    party = a_party(reference="northwind")
    create_api_client("northwinds", scopes=["register:read"], party_reference="northwind", at=AT)
    assert ApiClient.objects.get().party == party


@pytest.mark.parametrize(
    ("name", "scopes", "party", "error", "code"),
    [
        ("engine-1", ["checks:everything"], None, RefusedActError, "scope-unknown"),
        ("engine-1", ["checks:ask", "CHECKS:ASK"], None, RefusedActError, "scope-unknown"),
        ("engine-1", [], None, RefusedActError, "scope-missing"),
        ("", ["checks:ask"], None, RefusedActError, "client-name-malformed"),
        ("engine\n1", ["checks:ask"], None, RefusedActError, "client-name-malformed"),
        ("e" * 81, ["checks:ask"], None, RefusedActError, "client-name-malformed"),
        ("taken", ["checks:ask"], None, ConflictError, "client-name-taken"),
        ("engine-1", ["checks:ask"], "nobody", NotFoundError, "not-found"),
    ],
)
def test_what_cannot_be_a_client_is_refused_and_recorded(name, scopes, party, error, code):
    create_api_client("taken", scopes=["checks:ask"], at=AT)
    with pytest.raises(error) as refusal:
        create_api_client(name, scopes=scopes, party_reference=party, at=AT)
    assert refusal.value.code == code
    assert ApiClient.objects.count() == 1
    event = Event.objects.order_by("position").last()
    assert (event.kind, event.result) == ("api-client.create", "refused")
    assert json.loads(event.body)["details"]["reasons"] == [code]
    create_api_client("engine-1", scopes=["checks:ask"], at=AT)


def test_a_revoked_client_keeps_its_row_and_the_moment():
    create_api_client("engine-1", scopes=["checks:ask"], at=AT)
    revoke_api_client("engine-1", at=AT)
    assert ApiClient.objects.get().revoked_at == AT
    assert Event.objects.get(position=2).kind == "api-client.revoke"


def test_a_client_is_revoked_once():
    create_api_client("engine-1", scopes=["checks:ask"], at=AT)
    revoke_api_client("engine-1", at=AT)
    with pytest.raises(ConflictError) as refusal:
        revoke_api_client("engine-1", at=AT)
    assert refusal.value.code == "already-revoked"
    with pytest.raises(NotFoundError):
        revoke_api_client("engine-2", at=AT)


def test_the_command_prints_the_token_alone_on_standard_output():
    out, err = StringIO(), StringIO()
    call_command("create_api_client", "engine-1", "--scope", "checks:ask", stdout=out, stderr=err)
    token = out.getvalue().removesuffix("\n")
    assert ApiClient.objects.get().token_sha256 == sha256(token.encode()).hexdigest()
    assert "engine-1 may checks:ask" in err.getvalue()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["engine-1"], "Give a scope"),
        (["engine-1", "--scope", "all"], "`all` is not a scope"),
        (["engine-1", "--scope", "checks:ask", "--party", "nobody"], "no such Party as `nobody`"),
    ],
)
def test_the_command_says_what_is_wrong_in_one_line(arguments, says):
    out = StringIO()
    with pytest.raises(CommandError, match=says) as refusal:
        call_command("create_api_client", *arguments, stdout=out)
    assert "\n" not in str(refusal.value)
    assert out.getvalue() == ""


def test_the_command_revokes_a_client():
    create_api_client("engine-1", scopes=["checks:ask"], at=AT)
    call_command("revoke_api_client", "engine-1", stdout=StringIO())
    assert ApiClient.objects.get().revoked_at is not None
    with pytest.raises(CommandError, match="revoked already"):
        call_command("revoke_api_client", "engine-1")
