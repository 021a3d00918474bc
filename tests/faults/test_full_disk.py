"""A full disk: what cannot be evidenced does not happen, and afterwards everything goes on."""

from base64 import b64encode
from http import HTTPStatus

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from registry.certificates.acts.certificate_requests import submit_request
from registry.evidence import history
from registry.models import (
    CertificateRequest,
    Event,
    OrganisationCertificate,
    OutboxMessage,
    RequestCheck,
)
from rules.duties import Act
from tests.factories import AT
from tests.faults.disks import tiny_disk
from tests.faults.lives import (
    Cast,
    an_mpid,
    nothing_waits,
    sweep,
    sweep_after_a_lease,
    the_chain_proves,
)
from tests.faults.servers import own_server
from tests.faults.webs import a_browser_of
from tests.waiting import seconds_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.alone,
    pytest.mark.slow,
    pytest.mark.timeout(180),
]


@pytest.fixture
def disk():
    with tiny_disk(megabytes=8) as disk:
        yield disk


@pytest.fixture
def evidence_on_a_disk_of_its_own(disk):
    """Keep the evidence, and nothing else, on the tiny disk."""
    place = disk.path / "evidence"
    place.mkdir(mode=0o700)
    with own_server() as server:
        server.give(place)
        server.as_superuser(f"CREATE TABLESPACE tiny OWNER portal LOCATION '{place}'")
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE registry_event SET TABLESPACE tiny")
        yield disk


def submit_until_it_fails(cast):
    """Submit until the disk is full, and return the submission that was not taken."""
    submission = b""

    def submit_many():
        nonlocal submission
        for _ in range(400):
            submission = cast.submission()
            submit_request(submission, actor=cast.aro, at=AT)

    with pytest.raises(OperationalError, match="No space left on device"):
        submit_many()
    return submission


def evidence_until_not_even_a_small_event_fits():
    """Fill what a large event did not fit into: a page may have room for a small one."""

    def append_many():
        for _ in range(400):
            with transaction.atomic():
                history.append(
                    kind=Act.SIGN_IN, actor=None, at=AT, subject="-", result="done", details={}
                )

    with pytest.raises(OperationalError, match="No space left on device"):
        append_many()


def everything_is_evidenced():
    requests = CertificateRequest.objects.count()
    assert RequestCheck.objects.filter(stage="submitted").count() == requests
    assert Event.objects.filter(kind="certificate-request.submit").count() == requests
    the_chain_proves()


def test_what_cannot_be_evidenced_does_not_happen_and_goes_on_when_there_is_space_again(
    evidence_on_a_disk_of_its_own,
):
    disk = evidence_on_a_disk_of_its_own
    cast = Cast()
    approved = cast.approved(an_mpid())
    browser = a_browser_of(cast.aro)
    disk.fill()
    submission = submit_until_it_fails(cast)
    evidence_until_not_even_a_small_event_fits()
    everything_is_evidenced()

    # The pages can still be read; what would change something is answered by the page for faults.
    assert browser.get("/requests").status_code == HTTPStatus.OK
    page = browser.post("/requests/submit", {"request": b64encode(submission).decode()})
    assert page.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "there is a problem with the service" in page.content.decode()
    assert "No space left" not in page.content.decode()
    assert sweep(AT) == 0
    approved.refresh_from_db()
    assert approved.state == "approved"
    everything_is_evidenced()

    disk.free()
    page = browser.post("/requests/submit", {"request": b64encode(submission).decode()})
    assert page.status_code == HTTPStatus.FOUND
    assert sweep_after_a_lease() == 1
    approved.refresh_from_db()
    assert approved.state == "issued"
    everything_is_evidenced()
    nothing_waits()


def test_a_server_that_ends_for_want_of_space_has_everything_when_it_is_started_again():
    with (
        tiny_disk(megabytes=96) as disk,
        own_server(disk=disk.path, options=("-c", "max_wal_size=32MB")) as server,
    ):
        cast = Cast()
        cast.issued(an_mpid())
        waiting = cast.approved(an_mpid())
        submission = cast.submission()
        disk.fill()
        # Nothing but the log of the database itself grows: the worst, since it cannot go on.
        with pytest.raises(psycopg.OperationalError):
            server.as_superuser(
                "SELECT pg_logical_emit_message(false, '', repeat('x', 1 << 20))"
                " FROM generate_series(1, 100)"
            )
        seconds_until(lambda: server.ended, within=60)
        with pytest.raises(OperationalError):
            submit_request(submission, actor=cast.aro, at=AT)
        connection.close()

        disk.free()
        server.start()
        everything_is_evidenced()
        request = submit_request(submission, actor=cast.aro, at=AT)
        assert request.state == "accepted"
        assert sweep(AT) == 1
        waiting.refresh_from_db()
        assert waiting.state == "issued"
        everything_is_evidenced()
        nothing_waits()


@pytest.fixture
def oca_on_a_tiny_disk(settings):
    with tiny_disk(megabytes=1) as disk:
        settings.OCA_DIR = disk.path / "oca"
        yield disk


def test_an_answer_that_the_oca_cannot_keep_is_asked_for_again_when_there_is_space(
    oca_on_a_tiny_disk,
):
    disk = oca_on_a_tiny_disk
    cast = Cast()
    cast.issued(an_mpid())
    request = cast.approved(an_mpid())
    disk.fill()
    assert sweep(AT) == 0
    request.refresh_from_db()
    assert request.state == "sent"
    message = OutboxMessage.objects.get(key__startswith=f"{request.reference}/")
    assert "No space left on device" in message.last_error
    assert OrganisationCertificate.objects.count() == 1
    # Tried again, and again in vain.
    assert sweep(message.due_at) == 0
    assert len(list((disk.path / "oca" / "issued").glob("*.der"))) == 1, "never half an answer"

    disk.free()
    message.refresh_from_db()
    assert sweep(message.due_at) == 1
    request.refresh_from_db()
    assert request.state == "issued"
    assert OrganisationCertificate.objects.count() == 2
    nothing_waits()
    the_chain_proves()


def test_an_oca_whose_first_breath_meets_a_full_disk_is_one_oca_afterwards(oca_on_a_tiny_disk):
    disk = oca_on_a_tiny_disk
    cast = Cast()
    request = cast.approved(an_mpid())
    disk.fill()
    assert sweep(AT) == 0
    disk.free()
    assert sweep_after_a_lease() == 1
    request.refresh_from_db()
    assert request.state == "issued"
