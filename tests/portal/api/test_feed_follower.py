"""The follower of the documentation against the real portal, and against all that goes wrong.

Whatever happens, it ends with the register as it is, or it refuses to decide.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from base64 import b64encode
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as project
from django.utils import timezone

from registry import snapshot_holder
from registry.gateways.feed_signing_key import feed_keys
from registry.models import OrganisationCertificate, SnapshotChange, SnapshotVersion
from registry.selectors.snapshot import load_snapshot
from registry.services.api_clients import create_api_client
from registry.services.enforcement import set_enforcement
from registry.services.feed_keys import rotate_feed_key
from rules.feed.refusals import FeedReason, FeedRefusedError
from tests.duis_schema import SIGNATURE, write_schema
from tests.factories import AT, a_certificate, a_notification, a_party
from tests.portal.api.conftest import registered_for
from tests.portal.api.feed_middleman import Middleman
from tests.rules.feed.keys import Key
from tests.waiting import seconds_until

EXAMPLES = Path(project.BASE_DIR) / "docs" / "examples"
sys.path.insert(0, str(EXAMPLES))

import follower_feed  # noqa: E402 -- only found there
from follower_feed import Follower, NotConfirmedError, Portal, PortalError  # noqa: E402
from follower_state import State, StateInUseError  # noqa: E402


@pytest.fixture
def keys_dir(tmp_path, settings):
    settings.FEED_KEYS_DIR = tmp_path / "keys"
    settings.FEED_KEY_ANNOUNCED_FOR = 0
    return settings.FEED_KEYS_DIR


@pytest.fixture
def token(committed):  # noqa: ARG001 -- the server sees only what commits
    made = create_api_client("follower", scopes=["snapshot:read"], at=AT)
    snapshot_holder.stop_holding()
    return made.token


@pytest.fixture
def portal(live_server, keys_dir, subscriber, token):  # noqa: ARG001 -- a register, and a key
    """A middleman before a real portal with a register."""
    middleman = Middleman(live_server.url)
    yield middleman
    middleman.stop()


@pytest.fixture
def pinned(portal):  # noqa: ARG001 -- there are keys then
    """The certificate that signs, as an operator would have brought it over."""
    return feed_keys().current(at=timezone.now()).signing.pem.encode()


@pytest.fixture
def a_follower(portal, token, pinned, tmp_path):
    """Return what starts a follower anew on the same folder, as after an end of any kind."""
    states = []

    def start(*, forget=False, **how) -> Follower:
        for state in states:
            state.close()
        states.append(State(tmp_path / "state"))
        if forget:
            states[-1].forget()
        follower = Follower(Portal(portal.address, token), states[-1], **{"pinned": pinned, **how})
        follower.begin()
        return follower

    yield start
    for state in states:
        state.close()


def is_right(follower):
    return follower.snapshot() == load_snapshot()


def changed():
    """Change something in the register, and have the portal know it."""
    a_notification(a_certificate())
    now = load_snapshot()
    seconds_until(lambda: snapshot_holder.current_snapshot().version == now.version)


def refuses(follower, reason=None):
    """Tell whether it can confirm nothing, for that reason, and so does not decide either."""
    with pytest.raises((FeedRefusedError, PortalError)) as refused:
        follower.confirm()
    if reason is not None:
        assert refused.value.reason is reason
    return refused.value


# --- following ---------------------------------------------------------------------------------


def test_it_decides_nothing_before_the_portal_confirmed_what_it_took(a_follower, portal):
    follower = a_follower()
    with pytest.raises(NotConfirmedError):
        follower.snapshot()
    follower.confirm()
    assert is_right(follower)
    assert [path.partition("?")[0].rpartition("/")[2] for path in portal.seen] == [
        *("snapshot", "changes", "feed-certificates"),
    ]


def test_it_follows_change_after_change_without_taking_everything_again(a_follower, portal):
    follower = a_follower()
    follower.confirm()
    for _ in range(3):
        changed()
        assert not is_right(follower)
        follower.confirm()
        assert is_right(follower)
    set_enforcement(enforced_from=None, at=AT)
    seconds_until(lambda: snapshot_holder.current_snapshot() == load_snapshot())
    follower.confirm()
    assert is_right(follower)
    assert sum(path.endswith("/snapshot") for path in portal.seen) == 1


def test_it_goes_on_after_an_end_from_what_it_kept(a_follower, portal):
    follower = a_follower()
    follower.confirm()
    changed()
    follower.confirm()
    changed()
    again = a_follower()
    with pytest.raises(NotConfirmedError):
        again.snapshot()
    again.confirm()
    assert is_right(again)
    assert sum(path.endswith("/snapshot") for path in portal.seen) == 1


def test_what_it_kept_is_of_no_use_without_the_portal(a_follower, portal):
    a_follower().confirm()
    portal.stop()
    follower = a_follower()
    assert refuses(follower)
    with pytest.raises(NotConfirmedError):
        follower.snapshot()


def test_after_many_changes_it_takes_the_snapshot_anew(a_follower, monkeypatch, tmp_path):
    monkeypatch.setattr(follower_feed, "MOST_CHANGES_KEPT", 2)
    follower = a_follower()
    for _ in range(5):
        changed()
        follower.confirm()
    assert len(list((tmp_path / "state" / "changes").iterdir())) <= 2
    again = a_follower()
    again.confirm()
    assert is_right(again)


def test_two_followers_cannot_have_one_folder(a_follower, tmp_path):
    a_follower()
    with pytest.raises(StateInUseError):
        State(tmp_path / "state")


def test_a_folder_that_cannot_be_written_stops_no_decision(a_follower, tmp_path, caplog):
    follower = a_follower()
    follower.confirm()
    (tmp_path / "state" / "changes").rmdir()
    (tmp_path / "state" / "changes").write_bytes(b"in the way")
    changed()
    follower.confirm()
    assert is_right(follower)
    assert "it could not be kept" in caplog.text


# --- time --------------------------------------------------------------------------------------


def test_after_an_hour_in_which_it_was_stopped_it_refuses_until_it_is_confirmed(a_follower):
    now = [1000.0]
    follower = a_follower(clock=lambda: now[0])
    follower.confirm()
    for _ in range(3):
        changed()
    now[0] += 50
    assert follower.snapshot() != load_snapshot(), "it cannot know yet"
    now[0] += 3550
    with pytest.raises(NotConfirmedError, match="3600 s ago"):
        follower.snapshot()
    follower.confirm()
    assert is_right(follower)


def test_after_an_hour_whose_changes_were_cleared_away_it_takes_everything_anew(a_follower):
    now = [1000.0]
    follower = a_follower(clock=lambda: now[0])
    follower.confirm()
    changed()
    changed()
    SnapshotChange.objects.filter(version__lt=int(load_snapshot().version)).delete()
    now[0] += 3600
    follower.confirm()
    assert is_right(follower)
    again = a_follower()
    again.confirm()
    assert is_right(again)


def test_a_portal_that_cannot_ask_its_database_confirms_nothing_newer(a_follower, monkeypatch):
    """The minute of the portal and that of the follower are one minute, not two."""
    now = [1000.0]
    follower = a_follower(clock=lambda: now[0])
    follower.confirm()
    holder = snapshot_holder.start_holding()
    monkeypatch.setattr(snapshot_holder.SnapshotHolder, "_hold", lambda *_: None)
    time.sleep(1.5)
    confirmed = holder.held().confirmed_at
    follower.confirm()
    behind = snapshot_holder.steady_seconds() - confirmed
    assert behind > 1
    now[0] += 61 - behind
    with pytest.raises(NotConfirmedError):
        follower.snapshot()
    now[0] -= 2
    assert follower.snapshot()


def test_it_is_told_of_a_change_while_it_waits(a_follower):
    follower = a_follower()
    follower.confirm()
    held = follower.snapshot().version
    stopping = follower_feed.threading.Event()
    thread = follower_feed.threading.Thread(
        target=follower.follow, args=(stopping,), kwargs={"wait": 5}
    )
    thread.start()
    try:
        time.sleep(0.3)
        OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
        taken = seconds_until(lambda: follower.snapshot().version != held)
        assert taken < 2
        assert is_right(follower)
        changed()
        seconds_until(lambda: is_right(follower))
    finally:
        stopping.set()
        changed()
        thread.join(10)
    assert not thread.is_alive()


def test_it_waits_for_a_change_only_while_what_it_holds_counts(a_follower, portal):
    """Else nothing would be decided until something changed, or the time to wait was up."""
    a_follower().confirm()
    now = [1000.0]
    again = a_follower(clock=lambda: now[0])
    again.confirm(wait=1)
    now[0] += 61
    again.confirm(wait=1)
    assert is_right(again)
    again.confirm(wait=1)
    asked = [path.partition("wait=")[2].partition("&")[0] for path in portal.seen]
    assert [wait for wait in asked if wait] == ["0", "0", "0", "1"]


# --- what comes is not what was sent ------------------------------------------------------------


@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.999])
@pytest.mark.parametrize("path", ["snapshot", "changes"])
def test_a_body_that_breaks_off_is_not_taken(a_follower, portal, path, part):
    follower = a_follower()
    if path == "changes":
        follower.confirm()
    changed()
    portal.tamper = lambda asked, given: (
        given.cut(int(len(given.body) * part)) if path in asked else given
    )
    for _ in range(2):
        assert refuses(follower, FeedReason.SIGNATURE_INVALID)
    portal.tamper = lambda _, given: given
    follower.confirm()
    assert is_right(follower)


def test_a_connection_that_breaks_off_without_a_word_is_only_that(a_follower, portal):
    follower = a_follower()
    follower.confirm()
    changed()
    portal.tamper = lambda *_: None
    assert isinstance(refuses(follower), PortalError)
    assert follower.snapshot() != load_snapshot()
    portal.tamper = lambda _, given: given
    follower.confirm()
    assert is_right(follower)


def flipped(body):
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]


STRANGER = Key(not_before=timezone.now() - timedelta(days=1))


@pytest.mark.parametrize(
    ("alter", "reason"),
    [
        (lambda given: given.of(flipped(given.body)), FeedReason.SIGNATURE_INVALID),
        (lambda given: given.of(given.body + b"\n"), FeedReason.SIGNATURE_INVALID),
        (lambda given: given.signed(""), FeedReason.JWS_MALFORMED),
        (
            lambda given: given.signed(STRANGER.sign(given.body)),
            FeedReason.CERTIFICATE_UNTRUSTED,
        ),
    ],
    ids=["an octet differs", "an octet more", "no signature", "somebody else's"],
)
@pytest.mark.parametrize("path", ["snapshot", "changes"])
def test_what_is_not_signed_by_whom_it_trusts_is_not_taken(
    a_follower, portal, path, alter, reason
):
    follower = a_follower()
    if path == "changes":
        follower.confirm()
        changed()
    portal.tamper = lambda asked, given: alter(given) if path in asked else given
    assert refuses(follower, reason)
    if path == "changes":
        assert not is_right(follower)
    else:
        with pytest.raises(NotConfirmedError):
            follower.snapshot()
    portal.tamper = lambda _, given: given
    follower.confirm()
    assert is_right(follower)


def test_a_signature_over_another_answer_is_none_over_this_one(a_follower, portal):
    follower = a_follower()
    follower.confirm()
    changed()
    first = {}

    def swap(asked, given):
        if "changes" not in asked:
            return given
        return given.signed(first.setdefault("jws", given.headers["JWS-Signature"]))

    portal.tamper = swap
    follower.confirm()
    assert refuses(follower, FeedReason.SIGNATURE_INVALID)


def test_an_older_snapshot_that_is_given_again_is_not_taken(a_follower, portal):
    older = {}

    def keep(asked, given):
        if asked.endswith("/snapshot"):
            older["snapshot"] = given
        return given

    portal.tamper = keep
    follower = a_follower()
    follower.confirm()
    changed()
    follower.confirm()
    # It asks for the whole snapshot again, and is given the old one.
    SnapshotChange.objects.all().delete()
    changed()
    portal.tamper = lambda asked, given: (
        older["snapshot"] if asked.endswith("/snapshot") else given
    )
    assert refuses(follower, FeedReason.WENT_BACK)
    portal.tamper = lambda _, given: given
    follower.confirm()
    assert is_right(follower)


def test_an_older_snapshot_to_begin_with_is_brought_up_to_date_before_it_counts(
    a_follower, portal, tmp_path
):
    older = {}
    portal.tamper = older.setdefault
    follower = a_follower()
    follower.confirm()
    changed()
    (tmp_path / "state" / "snapshot").unlink()
    portal.tamper = lambda asked, given: older[asked] if asked.endswith("/snapshot") else given
    again = a_follower()
    again.confirm()
    assert is_right(again)


def test_an_older_answer_to_the_question_for_changes_is_none_to_this_one(a_follower, portal):
    follower = a_follower()
    follower.confirm()
    older = {}

    def replay(asked, given):
        return older.setdefault("changes", given) if "changes" in asked else given

    portal.tamper = replay
    follower.confirm()
    OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
    assert refuses(follower, FeedReason.NOT_THE_ANSWER)


def test_where_everything_that_comes_is_old_it_refuses_once_its_time_is_up(a_follower, portal):
    """Somebody who holds the follower in the past gains a minute at most."""
    now = [1000.0]
    older = {}
    portal.tamper = lambda asked, given: older.setdefault(asked.partition("?")[0], given)
    follower = a_follower(clock=lambda: now[0])
    follower.confirm()
    OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
    for _ in range(7):
        now[0] += 10
        assert refuses(follower, FeedReason.NOT_THE_ANSWER)
    with pytest.raises(NotConfirmedError):
        follower.snapshot()


def test_a_redirection_is_not_followed(a_follower, portal):
    follower = a_follower()
    elsewhere = Middleman(portal.portal)
    try:
        portal.tamper = lambda _, given: type(given)(
            307, {"Location": f"{elsewhere.address}/snapshot"}, b""
        )
        assert "307" in str(refuses(follower))
        assert elsewhere.seen == []
    finally:
        elsewhere.stop()


# --- the portal itself -------------------------------------------------------------------------


def test_a_register_that_was_set_back_to_a_backup_is_not_followed_until_it_is_said(a_follower):
    a_party()
    follower = a_follower()
    follower.confirm()
    held = int(follower.snapshot().version)
    SnapshotVersion.objects.update(version=held - 1)
    SnapshotChange.objects.filter(version=held).delete()
    seconds_until(lambda: snapshot_holder.current_snapshot().version == str(held - 1))
    for _ in range(2):
        assert refuses(follower, FeedReason.WENT_BACK)
        assert refuses(a_follower(), FeedReason.WENT_BACK)
    follower = a_follower()
    # It counts the same versions again, and more: still another history.
    changed()
    assert refuses(follower, FeedReason.HISTORY_DIFFERS)
    changed()
    changed()
    assert refuses(follower, FeedReason.HISTORY_DIFFERS)
    assert refuses(a_follower(), FeedReason.HISTORY_DIFFERS)
    anew = a_follower(forget=True)
    anew.confirm()
    assert is_right(anew)


@pytest.mark.parametrize(
    ("counted_on", "reason"), [(0, FeedReason.WENT_BACK), (1, FeedReason.HISTORY_DIFFERS)]
)
def test_neither_is_it_by_a_follower_that_lost_all_but_how_far_it_was(
    a_follower, tmp_path, counted_on, reason
):
    a_party()
    follower = a_follower()
    follower.confirm()
    held = int(follower.snapshot().version)
    (tmp_path / "state" / "snapshot").unlink()
    SnapshotVersion.objects.update(version=held - 1)
    SnapshotChange.objects.filter(version=held).delete()
    for _ in range(counted_on):
        a_party()
    seconds_until(lambda: snapshot_holder.current_snapshot() == load_snapshot())
    again = a_follower()
    assert refuses(again, reason)
    with pytest.raises(NotConfirmedError):
        again.snapshot()


def test_keys_are_turned_over_without_a_gap(a_follower):
    follower = a_follower()
    follower.confirm()
    for _ in range(3):
        rotate_feed_key(at=timezone.now())
        follower.confirm()
        changed()
        follower.confirm()
        assert is_right(follower)
    again = a_follower()
    again.confirm()
    assert is_right(again)


def test_a_follower_that_was_away_while_the_keys_were_turned_over_once_goes_on(a_follower):
    a_follower().confirm()
    rotate_feed_key(at=timezone.now())
    changed()
    again = a_follower()
    again.confirm()
    assert is_right(again)


def test_one_that_was_away_for_two_turns_refuses_until_it_is_pinned_anew(a_follower):
    a_follower().confirm()
    for _ in range(2):
        rotate_feed_key(at=timezone.now())
    assert refuses(a_follower(), FeedReason.CERTIFICATE_UNTRUSTED)
    signing = feed_keys().current(at=timezone.now()).signing
    again = a_follower(pinned=signing.pem.encode())
    again.confirm()
    assert is_right(again)


def test_a_key_that_was_turned_over_is_not_trusted_any_more(a_follower, portal, pinned):
    """Also by whoever still has it in the file that was pinned."""
    old = feed_keys().current(at=timezone.now())
    follower = a_follower()
    follower.confirm()
    rotate_feed_key(at=timezone.now())
    follower.confirm()
    changed()
    portal.tamper = lambda asked, given: (
        given.signed(old.sign(given.body)) if "changes" in asked else given
    )
    assert refuses(follower, FeedReason.CERTIFICATE_UNTRUSTED)
    again = a_follower(pinned=pinned)
    assert refuses(again, FeedReason.CERTIFICATE_UNTRUSTED)


def test_where_too_many_wait_already_it_asks_without_waiting(a_follower, settings):
    settings.FEED_MOST_HELD = 0
    follower = a_follower()
    follower.confirm()
    changed()
    follower.confirm(wait=5)
    assert is_right(follower)
    follower.confirm(wait=5)
    assert is_right(follower)


# --- what is kept is not what was written --------------------------------------------------------


@pytest.mark.parametrize("name", ["snapshot", "change", "trusted"])
@pytest.mark.parametrize("spoil", [lambda _: b"", lambda it: it[: len(it) // 2], flipped])
def test_a_file_that_was_spoiled_is_as_if_it_were_not_there(a_follower, tmp_path, name, spoil):
    follower = a_follower()
    follower.confirm()
    for _ in range(2):
        changed()
        follower.confirm()
    changes = sorted((tmp_path / "state" / "changes").iterdir())
    path = changes[0] if name == "change" else tmp_path / "state" / name
    path.write_bytes(spoil(path.read_bytes()))
    again = a_follower()
    again.confirm()
    assert is_right(again)
    last = a_follower()
    last.confirm()
    assert is_right(last)


@pytest.mark.parametrize("spoiled", [b"", b"5", b"[5", b'["x", ""]', b"[1, 2, 3]"])
def test_a_follower_that_cannot_tell_how_far_it_was_stops_until_it_is_started_anew(
    a_follower, tmp_path, spoiled
):
    a_follower().confirm()
    (tmp_path / "state" / "newest").write_bytes(spoiled)
    with pytest.raises(ValueError, match=r"newest does not say .* use --start-anew"):
        a_follower()
    again = a_follower(forget=True)
    again.confirm()
    assert is_right(again)


# --- as a process of its own ---------------------------------------------------------------------


@pytest.fixture
def program(portal, token, pinned, tmp_path):
    """Return what runs the program on a folder of its own, with further arguments."""
    (tmp_path / "token").write_text(f"{token}\n")
    (tmp_path / "feed.pem").write_bytes(pinned)

    def start(*arguments, script=None, address=None):
        return subprocess.Popen(
            [
                *(sys.executable, *(script or [EXAMPLES / "follower.py"])),
                *("--address", address or portal.address),
                *("--token-file", tmp_path / "token"),
                *("--certificates", tmp_path / "feed.pem"),
                *("--state", tmp_path / "own-state"),
                *map(str, arguments),
            ],
            cwd=tmp_path,
            env={"PYTHONPATH": str(project.BASE_DIR), "PATH": os.environ["PATH"]},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    return start


def options_for(path):
    (registered,) = registered_for(path.read_bytes())
    return "--generation", "SMETS2+", "--registered-user-id", registered


def ended(process):
    out, err = process.communicate(timeout=60)
    return process.returncode, [json.loads(line) for line in out.splitlines()], err.decode()


def test_the_program_decides_files(program, subscriber, tmp_path, portal):
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_bytes(subscriber.message())
    bad.write_bytes(subscriber.message().replace(b"4.1.1", b"9.9.9"))
    options = options_for(good)
    assert ended(program(*options, good))[:2] == (0, [_any("process")])
    status, answers, _ = ended(program(*options, good, bad))
    assert (status, [a["decision"] for a in answers]) == (1, ["process", "cease"])
    portal.stop()
    status, answers, err = ended(program(*options, good))
    assert (status, answers) == (2, [])
    assert "nothing is decided: the portal cannot be reached" in err


def test_the_program_reads_no_more_of_a_message_than_it_is_told(program, subscriber, tmp_path):
    path = tmp_path / "message.xml"
    path.write_bytes(subscriber.message())
    size = path.stat().st_size
    options = (*options_for(path), path)
    assert ended(program("--message-size-limit", str(size), *options))[:2] == (
        0,
        [_any("process")],
    )
    status, (answer,), _ = ended(program("--message-size-limit", str(size - 1), *options))
    assert (status, answer["reason"]) == (1, "message-too-large")


def test_the_program_holds_messages_to_a_schema_that_it_is_given(program, subscriber, tmp_path):
    path = tmp_path / "message.xml"
    path.write_bytes(subscriber.message(body='<sr:ReadInstantaneousImportRegisters more="1"/>'))
    options = (*options_for(path), path)
    assert ended(program(*options))[:2] == (0, [_any("process")])

    schema = write_schema(tmp_path)
    status, (answer,), _ = ended(program("--schema", schema, *options))
    assert (status, answer["reason"]) == (1, "duis-schema-invalid")

    for spoiled, says in (
        (SIGNATURE, "refuses a message that is known to be valid"),
        ("<a/>", "is no XML schema"),
        ("no", "is no XML schema"),
    ):
        schema.write_text(spoiled)
        status, answers, err = ended(program("--schema", schema, *options))
        assert (status, answers) == (2, [])
        assert f"nothing is decided: {schema}: it {says}" in err


class _any:  # noqa: N801 -- reads as a value
    """Equal to any answer of that decision."""

    def __init__(self, decision):
        self.decision = decision

    def __eq__(self, other):
        return other["decision"] == self.decision

    __hash__ = None


def test_the_program_needs_neither_django_nor_the_rest_of_the_project(
    program, subscriber, tmp_path
):
    message = tmp_path / "message.xml"
    message.write_bytes(subscriber.message())
    watching = (
        "import runpy, sys\n"
        f"sys.path.insert(0, {str(EXAMPLES)!r})\n"
        "try:\n"
        f"    runpy.run_path({str(EXAMPLES / 'follower.py')!r}, run_name='__main__')\n"
        "finally:\n"
        "    strangers = {'django', 'registry', 'portal', 'psycopg', 'celery'}\n"
        "    print(sorted(strangers & set(sys.modules)), file=sys.stderr)\n"
    )
    process = program(*options_for(message), message, script=["-c", watching])
    status, answers, err = ended(process)
    assert (status, [a["decision"] for a in answers]) == (0, ["process"])
    assert err.splitlines()[-1] == "[]"


def question(message):
    return {
        "message": b64encode(message).decode(),
        "generation": "SMETS2+",
        "device": {"registered_user_ids": registered_for(message)},
    }


def ask(process, message, **members):
    """Give the program one line, and return its answer."""
    asked = {**question(message), **members}
    process.stdin.write(json.dumps(asked).encode() + b"\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def test_the_program_answers_lines_and_hears_of_a_revocation(program, subscriber):
    process = program("--lines")
    try:
        seconds_until(lambda: "decision" in ask(process, subscriber.message()), within=30)
        answer = ask(process, subscriber.message())
        assert answer["decision"] == "process"
        assert ask(process, b"", more=1)["code"] == "question-malformed"
        process.stdin.write(b"[" * 100_000 + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["code"] == "body-not-json"
        OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
        taken = seconds_until(
            lambda: ask(process, subscriber.message())["reason"] == "certificate-revoked"
        )
        assert taken < 3
    finally:
        process.kill()
        process.communicate()


def test_a_program_that_is_stopped_and_goes_on_decides_nothing_by_what_it_held_before(
    program, subscriber
):
    """Stopped by the machine as a whole: it does not know that time went by."""
    process = program("--lines", "--stale-after", "2", "--wait", "1")
    try:
        seconds_until(lambda: "decision" in ask(process, subscriber.message()), within=30)
        assert ask(process, subscriber.message())["decision"] == "process"
        process.send_signal(signal.SIGSTOP)
        OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
        time.sleep(4)
        asked = question(subscriber.message())
        process.stdin.write((json.dumps(asked).encode() + b"\n") * 15)
        process.stdin.flush()
        process.send_signal(signal.SIGCONT)
        answers = [json.loads(process.stdout.readline()) for _ in range(15)]
        codes = {a.get("code") or a["reason"] for a in answers}
        assert codes <= {"snapshot-stale", "certificate-revoked"}
        seconds_until(
            lambda: ask(process, subscriber.message()).get("reason") == "certificate-revoked"
        )
    finally:
        process.kill()
        process.communicate()


DYING = """
import os, signal, sys, runpy, pathlib
left = int(sys.argv.pop(1))

def dies(name, real):
    def call(*given, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **named)
    return call

for name in ("replace", "fsync", "unlink", "open"):
    setattr(os, name, dies(name, getattr(os, name)))
for name in ("replace", "unlink", "open", "read_bytes"):
    setattr(pathlib.Path, name, dies(name, getattr(pathlib.Path, name)))
sys.path.insert(0, {examples!r})
runpy.run_path({program!r}, run_name="__main__")
"""


@pytest.mark.slow
def test_killed_at_any_step_it_goes_on_from_what_is_whole(program, subscriber, tmp_path):
    """At each touch of the disk: of the first taking, of a change, and of many changes."""
    message = tmp_path / "message.xml"
    message.write_bytes(subscriber.message())
    options = (*options_for(message), message)
    dying = DYING.format(examples=str(EXAMPLES), program=str(EXAMPLES / "follower.py"))
    deaths = 0
    for steps in range(100):
        status, answers, err = ended(program(*options, script=["-c", dying, str(steps)]))
        if status != -signal.SIGKILL:
            assert status == 0, err
            break
        deaths += 1
        if steps % 4 == 3:
            a_notification(a_certificate())
        assert answers in ([], [_any("process")])
        remains, aside = tmp_path / "own-state", tmp_path / "as-it-died"
        remains.mkdir(exist_ok=True)
        shutil.copytree(remains, aside)
        again, answers, err = ended(program(*options))
        assert (again, [a["decision"] for a in answers]) == (0, ["process"]), err
        assert answers[0]["snapshot"] == load_snapshot().version
        # The next one dies on the same remains, a step later.
        shutil.rmtree(remains)
        aside.rename(remains)
    assert deaths > 15
    OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
    time.sleep(1)
    status, answers, _ = ended(program(*options))
    assert (status, answers[0]["reason"]) == (1, "certificate-revoked")


@pytest.mark.slow
def test_killed_at_any_time_while_things_change_it_ends_with_the_register_as_it_is(
    program, a_follower, subscriber, tmp_path
):
    for life in range(12):
        process = program("--lines", "--wait", "1")
        begun = time.monotonic()
        while time.monotonic() - begun < 0.4 + life * 0.13:
            a_notification(a_certificate())
        process.kill()
        process.communicate()
    message = tmp_path / "message.xml"
    message.write_bytes(subscriber.message())
    time.sleep(1)
    status, answers, err = ended(program(*options_for(message), message))
    assert status == 0, err
    assert answers[0]["snapshot"] == load_snapshot().version
    (tmp_path / "own-state").rename(tmp_path / "state")
    follower = a_follower()
    follower.confirm()
    assert is_right(follower)
