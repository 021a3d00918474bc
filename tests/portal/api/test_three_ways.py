"""The API, the command and the page say the same of the same octets: there is one checker."""

import io
import json
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice
from hypothesis import HealthCheck, example, given, settings, strategies as st
from lxml import html

from rules.duties import PersonRole
from tests.factories import a_person
from tests.portal.api.conftest import REGISTERED

GENERATION = "SMETS2+"


@st.composite
def changes(draw):
    """Draw what is done to a message: octets taken out and others put in their place."""
    return draw(st.integers(0, 10_000)), draw(st.integers(0, 40)), draw(st.binary(max_size=6))


def changed(message, change):
    at, taken, put = change
    at %= len(message) + 1
    return message[:at] + put + message[at + taken :]


@pytest.fixture
def officer(subscriber):  # noqa: ARG001 -- comes after the register
    person = a_person(PersonRole.OFFICER)
    device = TOTPDevice.objects.create(user=person, name="test", confirmed=True)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def by_command(message, path, received_at, registered):
    path.write_bytes(message)
    out, status = io.StringIO(), 0
    try:
        call_command(
            "check_message",
            str(path),
            *("--generation", GENERATION),
            *("--received-at", received_at),
            *("--registered-user-id", registered),
            stdout=out,
        )
    except SystemExit as end:
        status = end.code
    answer = json.loads(out.getvalue())
    assert status == {"process": 0, "cease": 1}[answer["decision"]]
    return answer


def by_page(client, message, registered):
    answer = client.post(
        "/messages/check",
        {
            "file": SimpleUploadedFile("message.xml", message),
            "generation": GENERATION,
            "registered_user_ids": registered or "nobody",
        },
        follow=True,
    )
    assert answer.status_code == 200
    page = html.fromstring(answer.content)
    return {
        "decision": page.xpath("string(//p[@class='app-verdict__word'])").strip().lower(),
        "findings": [
            (line.get("id"), line.xpath("string(.//span[@class='app-finding__rule'])"))
            # Those that were not checked stand within one line for all of them.
            for line in page.xpath("//span[@class='app-finding__rule']/ancestor::li[1]")
        ],
    }


def as_the_page_has_it(answer):
    return {
        "decision": answer["decision"],
        "findings": sorted(
            (f["rule"], f"({f['rule']}: {f['reason']})" if f["reason"] else f"({f['rule']})")
            for f in answer["findings"]
        ),
    }


@pytest.mark.slow
@settings(
    max_examples=40,
    # The register is made once and never changed by an example.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(change=(0, 0, b""), is_registered=True)
@example(change=(0, 0, b""), is_registered=False)
@example(change=(0, 10_000, b""), is_registered=True)
@given(change=changes(), is_registered=st.booleans())
def test_the_three_ways_say_the_same(change, is_registered, engine, subscriber, officer, tmp_path):
    message = changed(subscriber.message(), change)
    registered = subscriber.certificate.eui64 if is_registered else ""
    received_at = datetime.now(UTC).isoformat(timespec="seconds")
    said = engine.check(
        message,
        received_at=received_at,
        device={"registered_user_ids": [registered] if is_registered else []},
    ).json()
    raw = engine.check_xml(
        message,
        ("generation", GENERATION),
        ("received_at", received_at),
        ("purpose", "diagnosis"),
        (REGISTERED, registered),
    ).json()
    command = by_command(message, tmp_path / "message.xml", received_at, registered)
    page = by_page(officer, message, registered)
    # When each asked, and how long before the database had confirmed what it rests on.
    own = {"checked_at": "", "snapshot_age": 0}
    assert {**said, **own} == {**raw, **own}
    assert {**said, **own} == {**command, **own}
    page["findings"].sort()
    assert page == as_the_page_has_it(said)
    if change == (0, 0, b""):
        assert (said["decision"] == "process") is is_registered
