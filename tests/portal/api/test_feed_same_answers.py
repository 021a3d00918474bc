"""Page, command, API, batch and follower say the same of the same octets, register and moment.

The follower here decides by what came over the feed: whole, and by what changed since.
"""

import json
import os
import sys
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings as project
from hypothesis import HealthCheck, example, given, settings as of_hypothesis, strategies as st

from registry.feed.reads import snapshot_holder
from registry.feed.reads.snapshot import load_snapshot
from registry.models import OrganisationCertificate, Party, SigningNotification, UserId
from rules.feed.bundles import read_changes, read_snapshot
from rules.feed.compression import decompressed
from rules.service_requests.checker import decide
from rules.service_requests.reader import SEES_EVERY_PARTY
from tests.arranging import set_enforcement
from tests.duis_schema import write_schema
from tests.factories import AT, a_standing
from tests.portal.api.conftest import REGISTERED
from tests.portal.api.test_three_ways import (
    GENERATION,
    as_the_page_has_it,
    by_command,
    by_page,
    changed,
    changes,
    officer,
)
from tests.waiting import seconds_until

sys.path.insert(0, str(Path(project.BASE_DIR) / "docs" / "examples"))
from follower_questions import read_line
from follower_schema import read_schema

__all__ = ["officer"]

pytestmark = pytest.mark.slow

JSON, NDJSON = "application/json", "application/x-ndjson"


def as_it_is():
    pass


def revoked():
    OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")


def withdrawn():
    for row in SigningNotification.objects.all():
        row.withdrawn_at, row.withdrawn_by = AT, row.notified_by
        row.save()


def withdrawn_and_monitored():
    withdrawn()
    set_enforcement(enforced_from=None, at=AT)


def another_role():
    UserId.objects.update(user_roles=["OU"])


def user_id_ended():
    UserId.objects.update(valid_until=AT)


def party_suspended_and_monitored():
    for party in Party.objects.all():
        a_standing(party)
    set_enforcement(enforced_from=None, at=AT)


REGISTERS = [
    as_it_is,
    revoked,
    withdrawn,
    withdrawn_and_monitored,
    another_role,
    user_id_ended,
    party_suspended_and_monitored,
]


@pytest.fixture(params=REGISTERS, ids=lambda change: change.__name__)
def ways(request, client_of, officer, tmp_path, settings):
    """Return what asks in every way, of a register that was changed after it was followed."""
    settings.FEED_KEYS_DIR = tmp_path / "keys"
    api = client_of("checks:ask", "checks:as-of", "snapshot:read")
    before = snapshot_of(api)
    request.param()
    seconds_until(lambda: snapshot_holder.current_snapshot() == load_snapshot())
    body = api.call("GET", f"changes?after={before.version}").content
    followed = before.changed(read_changes(body).change)
    return Ways(api, officer, tmp_path, whole=snapshot_of(api), followed=followed)


def snapshot_of(api):
    return read_snapshot(decompressed(api.call("GET", "snapshot").content))


class Ways:
    """Every way to ask."""

    def __init__(self, api, person, folder, *, whole, followed):
        self.api = api
        self.person = person
        self.folder = folder
        self.whole = whole
        self.followed = followed

    def ask(self, message, registered):
        """Return what each way says, by its name, and what the page says, which says less."""
        received_at = datetime.now(UTC).isoformat(timespec="seconds")
        members = {
            "message": b64encode(message).decode(),
            "generation": GENERATION,
            "purpose": "diagnosis",
            "received_at": received_at,
            "device": {"registered_user_ids": [registered] if registered else []},
        }
        asked = json.dumps(members).encode()
        raw = (
            ("generation", GENERATION),
            ("received_at", received_at),
            ("purpose", "diagnosis"),
            (REGISTERED, registered),
        )
        answers = {
            "api": self.api.check_json(asked).json(),
            "api, raw": self.api.check_xml(message, *raw).json(),
            "batch, lines": json.loads(self.batch(asked + b"\n", NDJSON)),
            "batch, json": json.loads(self.batch(b'{"messages":[%b]}' % asked, JSON))["answers"][
                0
            ],
            "command": by_command(message, self.folder / "message.xml", received_at, registered),
            "follower": self.follower(members, self.whole),
            "follower, by changes": self.follower(members, self.followed),
        }
        undated = {
            name: {**answer, "checked_at": None, "snapshot_age": None}
            for name, answer in answers.items()
        }
        return undated, by_page(self.person, message, registered)

    def batch(self, body, content_type):
        return self.api.call("POST", "checks/batch", body, content_type).getvalue()

    @staticmethod
    def follower(members, snapshot):
        schema = read_schema(Path(project.DUIS_SCHEMA)) if project.DUIS_SCHEMA else None
        decision = decide(read_line(json.dumps(members).encode()), snapshot, schema=schema)
        return json.loads(
            json.dumps(decision.as_dict(checked_at=AT, snapshot_age=0.0, reader=SEES_EVERY_PARTY))
        )


@of_hypothesis(
    max_examples=12,
    # The register is made once and never changed by an example.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(change=(0, 0, b""), is_registered=True)
@example(change=(0, 0, b""), is_registered=False)
@example(change=(0, 10_000, b""), is_registered=True)
@given(change=changes(), is_registered=st.booleans())
def test_every_way_says_the_same(change, is_registered, ways, subscriber):
    message = changed(subscriber.message(), change)
    answers, page = ways.ask(message, subscriber.certificate.eui64 if is_registered else "")
    said = answers["api"]
    assert answers == dict.fromkeys(answers, said)
    page["findings"].sort()
    assert page == as_the_page_has_it(said)


def test_the_registers_are_told_apart(ways, subscriber, request):
    """Otherwise that all say the same would show less than it seems."""
    answers, _ = ways.ask(subscriber.message(), subscriber.certificate.eui64)
    assert (answers["api"]["reason"], answers["api"]["would_be_reason"]) == {
        "as_it_is": (None, None),
        "revoked": ("certificate-revoked", "certificate-revoked"),
        "withdrawn": ("certificate-notification-withdrawn",) * 2,
        "withdrawn_and_monitored": ("certificate-notification-withdrawn",) * 2,
        "another_role": ("service-request-not-eligible",) * 2,
        "user_id_ended": ("user-id-ended",) * 2,
        "party_suspended_and_monitored": ("party-not-active",) * 2,
    }[request.node.callspec.id]


# --- the DUIS schema ---------------------------------------------------------------------------


@pytest.fixture(params=["the tests' own", "the DCC's"])
def schema(request, settings, tmp_path):
    """Have messages held to a schema."""
    path = os.environ.get("DUIS_SCHEMA")
    if request.param == "the tests' own":
        path = write_schema(tmp_path)
    elif not path:
        pytest.skip("DUIS_SCHEMA does not name the DCC's schema")
    settings.DUIS_SCHEMA = str(path)


@pytest.mark.usefixtures("schema")
def test_every_way_holds_a_message_to_the_schema_and_names_the_element_and_the_line(
    ways, subscriber, settings
):
    good = subscriber.message()
    bad = subscriber.message(body='\n\n    <sr:ReadInstantaneousImportRegisters more="1"/>')
    forged = bad.replace(b'more="1"', b'more="2"')
    assert _finding(ways, good, subscriber)[0] == "passed"
    assert _finding(ways, forged, subscriber)[0] == "not-checked"
    line = bad[: bad.index(b"<sr:ReadInst")].count(b"\n") + 1
    assert _finding(ways, bad, subscriber) == (
        "failed",
        "duis-schema-invalid",
        (
            "By the DUIS schema the message is not valid at `ReadInstantaneousImportRegisters` on "
            f"line {line}: its attribute `more`: The attribute 'more' is not allowed."
        ),
    )
    said = ways.ask(bad, subscriber.certificate.eui64)[0]["api"]
    assert (said["decision"], said["reason"]) == ("cease", "duis-schema-invalid")

    settings.DUIS_SCHEMA = ""
    assert _finding(ways, bad, subscriber)[0] == "not-applicable"


def _finding(ways, message, subscriber):
    """Return what every way says of a message's validity."""
    answers, page = ways.ask(message, subscriber.certificate.eui64)
    said = answers["api"]
    assert answers == dict.fromkeys(answers, said)
    page["findings"].sort()
    assert page == as_the_page_has_it(said)
    finding = next(f for f in said["findings"] if f["rule"] == "DUIS-SCHEMA")
    return finding["verdict"], finding["reason"], finding["says"]
