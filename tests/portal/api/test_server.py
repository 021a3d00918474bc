"""The API behind a real web server: two worker processes, real sockets, no test client."""

import http.client
import json
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection

from registry.clients.acts.api_clients import create_api_client, revoke_api_client
from registry.feed.reads.snapshot_holder import APPLICATION_NAME
from registry.models import OrganisationCertificate
from tests.factories import AT
from tests.portal.serving.server import HOST, server
from tests.waiting import seconds_until

__all__ = ["server"]

pytestmark = pytest.mark.slow


@pytest.fixture
def question(subscriber):
    message = b64encode(subscriber.message()).decode()
    return json.dumps(
        {
            "message": message,
            "generation": "SMETS2+",
            "purpose": "diagnosis",
            "device": {"registered_user_ids": [subscriber.certificate.eui64]},
        }
    ).encode()


@pytest.fixture
def token(committed):  # noqa: ARG001 -- the server sees only what commits
    return create_api_client("engine", scopes=["checks:ask"], at=AT).token


def holders():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [APPLICATION_NAME],
        )
        return cursor.fetchone()[0]


def answers(server, question, token, *, count=24):
    """Ask many at once, so that every worker answers some."""
    with ThreadPoolExecutor(8) as many:
        return list(many.map(lambda _: server.call(question, token), range(count)))


def both_hold(server, question, token):
    answers(server, question, token, count=8)
    return holders() == 2


def reasons(server, question, token):
    return {answer["reason"] for _, answer in answers(server, question, token)}


def test_every_worker_answers_and_sees_a_revocation(server, question, token):
    seconds_until(lambda: both_hold(server, question, token))
    assert {answer["decision"] for _, answer in answers(server, question, token)} == {"process"}
    OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
    # How soon is measured by `make bench` (change-seen).
    seconds_until(lambda: reasons(server, question, token) == {"certificate-revoked"})


def test_every_worker_forgets_a_revoked_client(server, question, token):
    seconds_until(lambda: both_hold(server, question, token))
    revoke_api_client("engine", at=AT)
    seconds_until(lambda: {s for s, _ in answers(server, question, token)} == {401})


def test_workers_whose_connections_were_cut_go_on_answering_and_hear_of_changes_again(
    server, question, token
):
    seconds_until(lambda: both_hold(server, question, token))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [APPLICATION_NAME],
        )
    assert {answer["decision"] for _, answer in answers(server, question, token)} == {"process"}
    OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
    seconds_until(lambda: reasons(server, question, token) == {"certificate-revoked"})


def head(token, *lines):
    return "\r\n".join(
        [
            "POST /api/v1/checks?generation=SMETS1 HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {token}",
            "Content-Type: application/xml",
            *lines,
            "",
            "",
        ]
    ).encode()


def test_a_body_that_is_announced_as_too_large_is_refused_before_it_is_sent(server, token):
    answer = server.raw(head(token, "Content-Length: 30000000"))
    assert answer == (413, "body-too-large")


def test_a_body_without_a_length_is_refused(server, token):
    answer = server.raw(head(token, "Transfer-Encoding: chunked") + b"5\r\n<x/>\n\r\n0\r\n\r\n")
    assert answer == (411, "length-required")


def test_a_body_that_breaks_off_is_no_message(server, token):
    answer = server.raw(head(token, "Content-Length: 100") + b"<Request/>", ends=True)
    assert answer == (400, "body-incomplete")


def test_a_message_beyond_the_limit_is_decided_where_the_body_is_read(server, token):
    message = b"<" * (settings.MESSAGE_SIZE_LIMIT + 1)
    status, answer = server.call(
        message,
        token,
        "/api/v1/checks?generation=SMETS1",
        **{"Content-Type": "application/xml"},
    )
    assert (status, answer["reason"]) == (200, "message-too-large")


def test_many_messages_go_over_one_connection(server, question, token):
    wire = http.client.HTTPConnection(HOST, server.port, timeout=20)
    for _ in range(20):
        wire.request(
            "POST",
            "/api/v1/checks",
            question,
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        assert json.loads(wire.getresponse().read())["decision"] == "process"
    wire.close()
