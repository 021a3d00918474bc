"""`POST /observations` counts what was decided elsewhere, by whoever may report it."""

from datetime import UTC, datetime

import pytest

from registry.feed.reads import snapshot_holder
from registry.models import CeasedMessage, Observation, OrganisationCertificate
from tests.factories import a_party
from tests.portal.api.conftest import JSON
from tests.portal.api.observations.reports import (
    EUI64,
    TODAY,
    ceased,
    processed,
    report,
    unreadable,
)
from tests.registry.observations.conftest import counted

pytestmark = pytest.mark.serves("RA-API", "MP104-4")


def test_a_report_is_counted_and_answered_with_how_many(reporter):
    answer = report(reporter, processed(), processed(count=2), ceased(), unreadable(count=1))
    assert (answer.status_code, answer.json()) == (200, {"decisions": 13, "unproven": 1})
    assert counted("outcome", "reason", "kind") == {
        ("process", "", "service-request"): 7,
        ("cease", "certificate-revoked", "service-request"): 5,
        ("cease", "unknown-root", "unreadable"): 1,
    }
    assert not CeasedMessage.objects.exists(), "counts name no message"


def test_everything_that_an_entry_says_is_kept(reporter, signer):
    report(reporter, processed(user_id=EUI64.lower().replace("-", ":"), supplier_id=None))
    row = Observation.objects.get()
    assert (row.day, row.user_id, row.party, row.issuer, row.serial_number, row.is_proven) == (
        TODAY,
        EUI64,
        signer.party.reference,
        "CN=TESTOCA,OU=07",
        "1234",
        True,
    )
    assert (row.generation, row.kind, row.srv, row.supplier_id, row.checkpoint) == (
        "SMETS2+",
        "service-request",
        "4.1.1",
        "",
        "s1sp:Alpha",
    )
    assert (row.outcome, row.reason, row.would_be, row.would_be_reason) == (("process", "") * 2)
    assert (row.reported_by, row.count) == ("engine-2", 5)


def test_what_would_have_been_is_as_what_was_unless_said(reporter):
    report(
        reporter,
        ceased(),
        processed(would_be="cease", would_be_reason="certificate-not-xmlsign"),
        ceased(would_be="cease", would_be_reason="certificate-not-notified"),
    )
    assert counted("outcome", "reason", "would_be", "would_be_reason") == {
        ("cease", "certificate-revoked", "cease", "certificate-revoked"): 5,
        ("process", "", "cease", "certificate-not-xmlsign"): 5,
        ("cease", "certificate-revoked", "cease", "certificate-not-notified"): 5,
    }


def test_an_unproven_signer_is_counted_as_the_message_names_it(reporter):
    report(reporter, ceased(user_id=None, reason="certificate-unknown"))
    row = Observation.objects.get()
    assert (row.user_id, row.is_proven, row.serial_number) == ("", False, "1234")


NOBODYS = "90-B3-D5-1F-30-09-99-99"


@pytest.mark.parametrize(
    "differing",
    [
        {"user_id": NOBODYS},
        {"serial": "1235"},
        {"issuer": "CN=Z2, OU=07"},
        {"supplier_id": NOBODYS},
    ],
    ids=str,
)
def test_a_signer_whom_the_register_does_not_bear_out_is_unproven(reporter, differing):
    answer = report(reporter, processed(), processed(**differing))
    assert answer.json() == {"decisions": 10, "unproven": 5}
    assert counted("is_proven", "user_id") == {(True, EUI64): 5, (False, ""): 5}
    assert not Observation.objects.get(is_proven=False).party


def test_a_certificate_of_another_user_id_proves_nobody(reporter, subscriber):
    entry = processed(user_id=subscriber.certificate.eui64)
    assert report(reporter, entry).json() == {"decisions": 5, "unproven": 5}


def test_a_certificate_that_has_ended_bears_out_what_it_signed_before(reporter, signer):
    OrganisationCertificate.objects.filter(pk=signer.pk).update(
        revoked_at=datetime.now(UTC), revocation_reason="key-compromise"
    )
    snapshot_holder.stop_holding()
    assert report(reporter, processed()).json() == {"decisions": 5, "unproven": 0}


def test_reports_and_our_own_decisions_are_told_apart(reporter, client_of):
    report(reporter, processed())
    report(client_of("observations:write", name="engine-3"), processed())
    assert counted("reported_by") == {"engine-2": 5, "engine-3": 5}


# --- who may ---------------------------------------------------------------------------------


def test_a_client_without_the_scope_may_not(engine, subscriber):  # noqa: ARG001
    answer = report(engine, processed())
    assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")


@pytest.mark.parametrize("path", ["observations", "ceased"])
def test_a_client_of_one_party_may_not_speak_of_the_messages_of_all(client_of, path):
    party = a_party()
    client = client_of("observations:write", party=party.reference)
    answer = client.call("POST", path, b"{}", JSON, **{"Idempotency-Key": "1"})
    assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")
    assert (
        client_of("observations:write", name="x")
        .call("POST", path, b"{}", JSON, **{"Idempotency-Key": "1"})
        .status_code
        == 400
    )
