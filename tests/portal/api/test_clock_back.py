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

from registry.arrangements.acts.reference_data import load_reference_data
from registry.certificates.acts.dcc_certificates import publish_dcc_certificate
from registry.models import OrganisationCertificate
from rules.feed.bundles import read_snapshot
from rules.feed.compression import decompressed
from rules.responses.kinds import SigningPurpose
from rules.roles import PartyCategory
from rules.service_requests.checker import decide
from tests.factories import (
    AT,
    ISSUER,
    a_certificate,
    a_notification,
    a_party,
    a_user_id,
)
from tests.portal.api.conftest import JSON
from tests.portal.api.test_three_ways import GENERATION, by_page, officer

sys.path.insert(0, str(Path(project.BASE_DIR) / "docs" / "examples"))
from follower_questions import read_line

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
    assert decide(read_line(json.dumps(members).encode()), held).reason == REVOKED

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
    assert decide(read_line(json.dumps(members).encode()), held).reason is None


def test_the_register_shows_it_as_it_is_now(client_of):
    ahead = datetime.now(UTC) + timedelta(hours=1)
    certificate = a_certificate()
    withdrawn = a_notification(certificate, notified_at=ahead)
    withdrawn.withdrawn_at, withdrawn.withdrawn_by = ahead, withdrawn.notified_by
    withdrawn.save()
    revoke_ahead()
    shown = client_of("register:read").call("GET", f"certificates/{certificate.pk}").json()
    assert shown["status"] == "revoked"
    assert shown["revoked_at"] is not None
    assert [row["withdrawn_at"] is None for row in shown["notifications"]] == [False]


def test_the_dccs_certificates_are_listed_as_they_are_now(client_of):
    dcc = a_user_id(a_party("DCC", category=PartyCategory.DCC), user_roles=())
    certificate = a_certificate(dcc, remote_party_role="89")
    publish_dcc_certificate(
        issuer=ISSUER, serial=certificate.serial_number, purpose=SigningPurpose.TRANSFORM, at=AT
    )
    revoke_ahead()
    reader = client_of("register:read")

    def listed(query):
        answer = reader.call("GET", f"dcc-signing-certificates{query}").json()
        (row,) = answer["certificates"]
        return row["is_current"], row["status"]

    assert listed("") == (False, "revoked")
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    assert listed(f"?as_of={now}") == (True, "live")


def test_an_alert_is_decided_by_it(client_of):
    load_reference_data(at=AT)
    supplier = a_certificate(a_user_id(), remote_party_role="02").eui64
    revoke_ahead()
    body = json.dumps({"alert_code": "8F1F", "supplier_id": supplier}).encode()
    answer = client_of("checks:ask").call("POST", "alerts", body, JSON).json()
    assert answer["reason"] == "alert-without-resource-provider"
