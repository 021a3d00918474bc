"""While PostgreSQL is down the web says so, and web and worker go on by themselves afterwards."""

import json
from base64 import b64encode

import pytest
from django.db import connection
from django.utils import timezone

from portal.embedded import postgres
from registry.models import CertificateRequest, OrganisationCertificate
from tests.celery_processes import a_worker
from tests.faults.lives import Cast, an_mpid, evidence, the_chain_proves
from tests.faults.servers import own_server
from tests.faults.webs import a_web
from tests.waiting import seconds_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.alone,
    pytest.mark.slow,
    pytest.mark.timeout(180),
]


@pytest.fixture
def server():
    with own_server() as server:
        yield server


@pytest.fixture
def cast(server):  # noqa: ARG001 -- they are in its register
    return Cast()


def test_pages_say_that_it_failed_and_the_same_web_server_goes_on_afterwards(
    server, cast, tmp_path
):
    form = {"request": b64encode(cast.submission(an_mpid())).decode()}
    with a_web(cast.aro, database=postgres.url(server.sockets), folder=tmp_path) as web:
        assert web.get("/requests")[0] == 200
        assert web.get("/readyz") == (200, '{"status": "ready"}')
        seconds_until(lambda: web.get("/readyz/checks")[0] == 200, within=30)

        server.stop()
        connection.close()
        for status, text in (web.get("/requests"), web.post("/requests/submit", **form)):
            assert status == 500
            assert "Your last action may not have been carried out" in text
            assert "psycopg" not in text
        assert web.get("/healthz")[0] == 200
        assert web.get("/readyz") == (503, '{"status": "not ready", "missing": "database"}')
        # The register that it holds goes on counting.
        status, text = web.get("/readyz/checks")
        assert (status, json.loads(text)["status"]) == (200, "ready")

        server.start()
        assert web.get("/requests")[0] == 200
        assert web.post("/requests/submit", **form)[0] == 302
        assert web.post("/requests/submit", **form)[0] == 302, "the form sent once more"
        seconds_until(lambda: web.get("/readyz")[0] == 200, within=30)
    assert CertificateRequest.objects.count() == 1
    assert len(evidence("certificate-request.submit", after=0)) == 1
    the_chain_proves()


def test_a_worker_goes_on_when_the_database_is_back(server, cast, broker, tmp_path):
    where = {"broker": broker, "database": postgres.url(server.sockets)}
    with a_worker(log=tmp_path / "worker.log", **where):
        cast.approved(an_mpid(), at=timezone.now())
        seconds_until(OrganisationCertificate.objects.exists, within=30)
        server.stop()
        server.start()
        connection.close()
        cast.approved(an_mpid(), at=timezone.now())
        seconds_until(lambda: OrganisationCertificate.objects.count() == 2, within=30)
    the_chain_proves()
