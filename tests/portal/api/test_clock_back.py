"""A certificate revoked at a moment that lies ahead of the clock counts now, whoever is asked."""

import io
import json
import sys
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.management import call_command

from registry.models import OrganisationCertificate
from registry.services.reference_data import load_reference_data
from rules.feed.bundles import read_snapshot
from rules.feed.compression import decompressed
from rules.service_requests.checker import decide
from tests.factories import AT, a_certificate, a_user_id
from tests.portal.api.conftest import JSON
from tests.portal.api.test_three_ways import GENERATION, by_page, officer

sys.path.insert(0, str(Path(project.BASE_DIR) / "docs" / "examples"))
from follower import read_question

__all__ = ["officer"]

REVOKED = "certificate-revoked"


def revoke_ahead():
    OrganisationCertificate.objects.update(
        revoked_at=datetime.now(UTC) + timedelta(hours=1), revocation_reason="key-compromise"
    )


@pytest.fixture
def asker(client_of, settings, tmp_path):
    settings.FEED_KEYS_DIR = tmp_path / "keys"
    revoke_ahead()
    return client_of("checks:ask", "snapshot:read")


def members_of(subscriber, **more):
    return {
        "message": b64encode(subscriber.message()).decode(),
        "generation": GENERATION,
        "purpose": "diagnosis",
        "device": {"registered_user_ids": [subscriber.certificate.eui64]},
        **more,
    }


def test_every_way_of_asking_about_now_counts_it(subscriber, asker, officer, tmp_path):
    message, members = subscriber.message(), members_of(subscriber)
    asked = json.dumps(members).encode()
    assert asker.check_json(asked).json()["reason"] == REVOKED
    assert asker.check_xml(message, ("generation", GENERATION)).json()["reason"] == REVOKED
    lines = asker.call("POST", "checks/batch", asked, "application/x-ndjson")
    assert json.loads(lines.getvalue())["reason"] == REVOKED

    held = read_snapshot(decompressed(asker.call("GET", "snapshot").content))
    assert decide(read_question(members), held).reason == REVOKED

    path, out = tmp_path / "message.xml", io.StringIO()
    path.write_bytes(message)
    with pytest.raises(SystemExit):
        call_command("check_message", str(path), "--generation", GENERATION, stdout=out)
    assert json.loads(out.getvalue())["reason"] == REVOKED

    page = by_page(officer, message, subscriber.certificate.eui64)
    assert f"(SMKI-CERTIFICATE-REVOCATION: {REVOKED})" in dict(page["findings"]).values()


def test_as_of_a_moment_that_is_named_it_counts_from_its_own_moment_on(subscriber, asker):
    members = members_of(subscriber, received_at=datetime.now(UTC).isoformat())
    assert asker.check_json(json.dumps(members).encode()).json()["reason"] is None
    held = read_snapshot(decompressed(asker.call("GET", "snapshot").content))
    assert decide(read_question(members), held).reason is None


def test_an_alert_is_decided_by_it(client_of):
    load_reference_data(at=AT)
    supplier = a_certificate(a_user_id(), remote_party_role="02").eui64
    revoke_ahead()
    body = json.dumps({"alert_code": "8F1F", "supplier_id": supplier}).encode()
    answer = client_of("checks:ask").call("POST", "alerts", body, JSON).json()
    assert answer["reason"] == "alert-without-resource-provider"
