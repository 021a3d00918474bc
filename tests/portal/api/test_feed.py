"""The feed as a client sees it: signed, versioned, held while nothing changes."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from portal.api import feed as view
from registry.feed.acts import feed
from registry.feed.acts.feed_keys import rotate_feed_key
from registry.feed.reads import snapshot_holder
from registry.feed.reads.snapshot import load_snapshot
from registry.feed.reads.snapshot_holder import current_snapshot
from registry.models import OrganisationCertificate, SnapshotChange, SnapshotVersion
from rules.feed.bundles import read_changes, read_snapshot
from rules.feed.certificates import read_certificate_list
from rules.feed.compression import decompressed
from rules.feed.following import take_changes
from rules.feed.jws import verify_detached
from tests.arranging import set_enforcement
from tests.factories import AT, a_certificate, a_notification, a_party
from tests.holding import committed
from tests.waiting import seconds_until

pytestmark = pytest.mark.serves("RA-API")

__all__ = ["committed"]


@pytest.fixture(autouse=True)
def _keys(tmp_path, settings):
    settings.FEED_KEYS_DIR = tmp_path / "feed"


@pytest.fixture
def follower(client_of):
    return client_of("snapshot:read")


@pytest.fixture
def _a_register(committed):  # noqa: ARG001 -- the API sees only what commits
    a_notification(a_certificate())


def verified(api, answer):
    """Return the body of an answer, whose signature is by the key that the list calls signing."""
    assert answer.status_code == 200
    listed = api.call("GET", "feed-certificates")
    certificates = read_certificate_list(listed.content)
    first = next(iter(certificates.values()))
    now = timezone.now()
    assert verify_detached(listed["JWS-Signature"], listed.content, trusted=certificates, at=now)
    trusted = {first.fingerprint: first}
    assert verify_detached(answer["JWS-Signature"], answer.content, trusted=trusted, at=now)
    return answer.content


def snapshot_of(api, answer=None):
    body = verified(api, answer or api.call("GET", "snapshot"))
    return read_snapshot(decompressed(body))


def changes(api, after, **query):
    pairs = "".join(f"&{name}={value}" for name, value in query.items())
    return api.call("GET", f"changes?after={after}{pairs}")


def changes_of(api, after, **query):
    return read_changes(verified(api, changes(api, after, **query)))


# --- the snapshot ------------------------------------------------------------------------------


@pytest.mark.usefixtures("_a_register")
def test_the_snapshot_is_the_register_as_it_is(follower):
    answer = follower.call("GET", "snapshot")
    assert answer["Content-Type"] == "application/gzip"
    assert "Content-Encoding" not in answer
    assert "no-transform" in answer["Cache-Control"]
    assert snapshot_of(follower, answer) == load_snapshot()


@pytest.mark.usefixtures("_a_register")
def test_whoever_has_it_is_told_so_until_something_changes(follower):
    first = follower.call("GET", "snapshot")
    tag = first["ETag"]
    assert tag.startswith(f'W/"{load_snapshot().version}.')
    for given in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
        again = follower.call("GET", "snapshot", **{"If-None-Match": given})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    a_party()
    seconds_until(lambda: current_snapshot().version == load_snapshot().version)
    other = follower.call("GET", "snapshot", **{"If-None-Match": tag})
    assert other.status_code == 200
    assert other["ETag"] != tag


@pytest.mark.usefixtures("_a_register")
def test_it_is_written_once_for_a_version_and_signed_once_for_a_key(follower, monkeypatch):
    first = follower.call("GET", "snapshot")
    monkeypatch.setattr(feed, "write_snapshot", lambda *_, **__: pytest.fail("written again"))
    again = follower.call("GET", "snapshot")
    assert (again.content, again["JWS-Signature"]) == (first.content, first["JWS-Signature"])
    rotate_feed_key(at=timezone.now(), at_once=True)
    signed_anew = follower.call("GET", "snapshot")
    assert signed_anew.content == first.content
    assert snapshot_of(follower, signed_anew) == load_snapshot()


@pytest.mark.usefixtures("_a_register")
def test_a_head_has_what_the_answer_would_have(follower):
    answer = follower.call("HEAD", "snapshot")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["JWS-Signature"] == follower.call("GET", "snapshot")["JWS-Signature"]


# --- changes -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("_a_register")
def test_changes_lead_from_the_version_that_is_held_to_the_present_one(follower):
    held = snapshot_of(follower)
    certificate = a_certificate()
    a_notification(certificate)
    set_enforcement(enforced_from=datetime(2027, 1, 1, tzinfo=UTC), at=AT)
    seconds_until(lambda: current_snapshot().version == load_snapshot().version)
    taken = changes_of(follower, held.version, nonce="n-1")
    after = take_changes(held, taken, nonce="n-1")
    assert after == load_snapshot()
    assert after.enforced_from == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.slow
@pytest.mark.usefixtures("_a_register")
def test_changes_are_taken_in_steps_of_any_size_without_a_gap(follower):
    held = snapshot_of(follower)
    for size in (1, 3, 2, 5):
        for _ in range(size):
            a_notification(a_certificate())
        seconds_until(lambda: current_snapshot().version == load_snapshot().version)
        held = take_changes(held, changes_of(follower, held.version, nonce="n"), nonce="n")
        assert held == load_snapshot()


@pytest.mark.usefixtures("_a_register")
def test_where_nothing_changed_the_answer_says_so_and_how_fresh_it_is(follower):
    held = snapshot_of(follower)
    taken = changes_of(follower, held.version, nonce="abc_-9")
    assert take_changes(held, taken, nonce="abc_-9") is held
    assert -1 < taken.answer.confirmed_after <= 0.1
    assert abs(taken.answer.made_at - timezone.now()) < timedelta(seconds=5)
    assert changes_of(follower, held.version).answer.nonce is None


@pytest.mark.usefixtures("_a_register")
def test_the_answer_names_the_certificates_that_are_live(follower):
    version = snapshot_of(follower).version
    listed = read_certificate_list(follower.call("GET", "feed-certificates").content)
    assert changes_of(follower, version).answer.certificates == tuple(listed)
    rotate_feed_key(at=timezone.now(), at_once=True)
    after = changes_of(follower, version).answer.certificates
    assert after[0] == list(listed)[1]
    assert after[1] not in listed


@pytest.mark.usefixtures("_a_register")
def test_what_changed_is_read_once_for_everybody_who_asks(follower, monkeypatch):
    held = snapshot_of(follower)
    a_party()
    seconds_until(lambda: current_snapshot().version == load_snapshot().version)
    first = changes_of(follower, held.version)
    monkeypatch.setattr(feed, "change_since", lambda _: pytest.fail("read again"))
    again = changes_of(follower, held.version)
    assert again.change == first.change
    # Of what is remembered the register said lately that it still is so.
    assert -1 < again.answer.confirmed_after <= 0.1


@pytest.mark.slow
def test_many_versions_since_which_something_changed_are_not_all_remembered(follower):
    for _ in range(feed.MOST_REMEMBERED + 5):
        a_party()
    seconds_until(lambda: current_snapshot().version == load_snapshot().version)
    newest = int(load_snapshot().version)
    for version in range(newest):
        assert changes(follower, version).status_code == 200
    assert len(feed.known_changes) == feed.MOST_REMEMBERED


# --- what is not known -------------------------------------------------------------------------


@pytest.mark.usefixtures("_a_register")
def test_what_was_cleared_away_is_gone(follower):
    held = snapshot_of(follower)
    a_party()
    a_party()
    SnapshotChange.objects.filter(version=int(held.version) + 1).delete()
    seconds_until(lambda: current_snapshot().version == load_snapshot().version)
    answer = changes(follower, held.version)
    assert (answer.status_code, answer.json()["code"]) == (410, "changes-gone")
    assert "JWS-Signature" not in answer


@pytest.mark.usefixtures("_a_register")
def test_since_a_version_that_is_still_to_come_there_is_nothing_to_be_had(follower):
    version = int(snapshot_of(follower).version)
    answer = changes(follower, version + 1, wait=5)
    assert (answer.status_code, answer.json()["code"]) == (410, "changes-gone")


@pytest.mark.usefixtures("_a_register")
def test_a_process_that_has_not_heard_of_a_version_yet_asks_the_database(follower, monkeypatch):
    """Another process may have told the follower of it a moment ago."""
    held = snapshot_of(follower)
    behind = snapshot_holder.held_register()
    certificate = a_certificate()
    now = load_snapshot()
    monkeypatch.setattr(feed, "held_register", lambda: behind)
    monkeypatch.setattr(view, "current_snapshot", lambda: behind.snapshot)
    taken = changes_of(follower, now.version)
    assert (taken.after, taken.change.version) == (now.version, now.version)
    assert not taken.change.certificates
    since = changes_of(follower, int(now.version) - 1)
    assert (certificate.issuer, int(certificate.serial_number)) in since.change.certificates
    assert held.version != now.version


@pytest.mark.usefixtures("_a_register")
def test_the_changes_of_another_history_bear_another_mark(follower):
    a_party()
    held = snapshot_of(follower)
    SnapshotVersion.objects.update(version=int(held.version) - 1)
    SnapshotChange.objects.filter(version=held.version).delete()
    a_party()
    a_party()
    seconds_until(lambda: current_snapshot() == load_snapshot())
    taken = changes_of(follower, held.version)
    assert taken.after == held.version
    assert taken.after_mark != held.mark


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("", "after", "field-missing"),
        ("?after=", "after", "field-malformed"),
        ("?after=-1", "after", "field-malformed"),
        ("?after=x", "after", "field-malformed"),
        ("?after=1&after=2", "after", "field-repeated"),
        ("?after=1&wait=31", "wait", "field-malformed"),
        ("?after=1&wait=-1", "wait", "field-malformed"),
        ("?after=1&wait=1.5", "wait", "field-malformed"),
        ("?after=1&nonce=", "nonce", "field-malformed"),
        ("?after=1&nonce=a%20b", "nonce", "field-malformed"),
        (f"?after=1&nonce={'a' * 65}", "nonce", "field-malformed"),
        ("?after=1&since=1", "since", "field-unknown"),
    ],
)
def test_a_question_that_is_malformed_names_what_is(follower, query, field, code):
    answer = follower.call("GET", f"changes{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "question-malformed")
    assert [(fault["field"], fault["code"]) for fault in answer.json()["errors"]] == [
        (field, code)
    ]


@pytest.mark.parametrize("path", ["snapshot", "changes?after=0", "feed-certificates"])
def test_only_a_client_with_the_scope_is_given_anything(client_of, follower, path):
    assert follower.call("GET", path).status_code == 200
    other = client_of("checks:ask", "checks:as-of", "register:read", name="other")
    answer = other.call("GET", path)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")
    other.token = None
    assert other.call("GET", path).status_code == 401
    assert follower.call("POST", path).status_code == 405


@pytest.mark.parametrize("path", ["snapshot", "changes?after=0", "feed-certificates"])
def test_without_a_key_nothing_is_given(follower, settings, path):
    settings.FEED_KEYS_ARE_MADE = False
    answer = follower.call("GET", path)
    assert (answer.status_code, answer.json()["code"]) == (503, "feed-key-missing")


@pytest.mark.parametrize("path", ["snapshot", "changes?after=1", "changes?after=1&wait=5"])
def test_what_was_not_confirmed_lately_is_not_given(follower, settings, path):
    """Neither is a client let in, whose token may have been revoked."""
    assert follower.call("GET", "snapshot").status_code == 200
    settings.SNAPSHOT_REFUSED_AFTER = -1
    snapshot_holder.stop_holding()
    answer = follower.call("GET", path)
    assert (answer.status_code, answer.json()["code"]) == (503, "snapshot-stale")


# --- held requests -----------------------------------------------------------------------------


def held_by(api, after, wait, answers):
    """Ask in a thread of its own, and return it."""

    def ask():
        begun = time.monotonic()
        try:
            # As in a web server's thread that answered something else before.
            connections["default"].ensure_connection()
            answers.append((changes(api, after, wait=wait), time.monotonic() - begun))
        finally:
            connections.close_all()

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


@pytest.mark.usefixtures("_a_register")
def test_a_request_is_held_until_something_changes(follower):
    version, answers = snapshot_of(follower).version, []
    asking = held_by(follower, version, 20, answers)
    seconds_until(lambda: view.held_requests.count == 1)
    time.sleep(0.3)
    assert not answers
    a_party()
    asking.join(15)
    ((answer, taken),) = answers
    bundle = read_changes(verified(follower, answer))
    assert bundle.change.version == load_snapshot().version != version
    assert taken < 15
    assert view.held_requests.count == 0


@pytest.mark.usefixtures("_a_register")
def test_a_request_is_held_no_longer_than_it_asks(follower):
    version = snapshot_of(follower).version
    begun = time.monotonic()
    bundle = changes_of(follower, version, wait=1)
    assert 0.9 < time.monotonic() - begun < 15
    assert bundle.change.version == version
    # Confirmed near the end of the wait, and said relative to its beginning.
    assert 0.3 < bundle.answer.confirmed_after < 15


@pytest.mark.usefixtures("_a_register")
def test_no_more_requests_are_held_than_may_be_and_others_may_still_ask(follower, settings):
    settings.FEED_MOST_HELD = 2
    version, answers = snapshot_of(follower).version, []
    asking = [held_by(follower, version, 20, answers) for _ in range(2)]
    seconds_until(lambda: view.held_requests.count == 2)
    refused = changes(follower, version, wait=20)
    assert (refused.status_code, refused.json()["code"]) == (503, "feed-busy")
    assert refused["Retry-After"] == "1"
    assert changes(follower, version).status_code == 200
    assert changes(follower, int(version) - 1, wait=20).status_code == 200
    a_party()
    for thread in asking:
        thread.join(15)
    assert [answer.status_code for answer, _ in answers] == [200, 200]
    assert view.held_requests.count == 0


@pytest.mark.usefixtures("_a_register")
def test_a_request_that_is_held_holds_no_database_connection(follower):
    version, answers = snapshot_of(follower).version, []
    snapshot_holder.held_register()
    connection.ensure_connection()
    before = connections_open()
    asking = [held_by(follower, version, 20, answers) for _ in range(3)]
    seconds_until(lambda: view.held_requests.count == 3)
    assert connections_open() == before
    a_party()
    for thread in asking:
        thread.join(15)
    assert len(answers) == 3


def connections_open():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return cursor.fetchone()[0]


@pytest.mark.usefixtures("_a_register")
def test_a_revocation_reaches_whoever_waits_soon(follower):
    version, answers = snapshot_of(follower).version, []
    asking = held_by(follower, version, 20, answers)
    seconds_until(lambda: view.held_requests.count == 1)
    begun = time.monotonic()
    OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
    asking.join(15)
    assert time.monotonic() - begun < 15
    ((answer, _),) = answers
    (certificate,) = read_changes(answer.content).change.certificates.values()
    assert certificate.revoked_at == AT
