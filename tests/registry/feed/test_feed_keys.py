"""Two keys are live at any time, the next one announced before it signs."""

import io
import json
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from registry.errors import ConflictError, RefusedActError
from registry.feed.acts.feed import FeedKeyMissingError, signed_certificates
from registry.feed.acts.feed_keys import rotate_feed_key
from registry.gateways.feed_signing_key import FeedKeyError, FolderOfKeys
from registry.models import Event
from rules.feed.certificates import read_certificate_list, read_pem_certificates
from rules.feed.jws import verify_detached
from rules.feed.refusals import FeedReason, FeedRefusedError

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db(transaction=True)


def trusted(*certificates):
    return {certificate.fingerprint: certificate for certificate in certificates}


@pytest.mark.usefixtures("keys_dir")
def test_the_first_keys_are_made_once_and_sign():
    keys = FolderOfKeys().current(at=AT)
    assert keys.signing.fingerprint != keys.announced.fingerprint
    assert FolderOfKeys().current(at=AT + DAY).signing == keys.signing
    jws = keys.sign(b"octets")
    assert verify_detached(jws, b"octets", trusted=trusted(keys.signing), at=AT) == keys.signing
    with pytest.raises(FeedRefusedError) as refused:
        verify_detached(jws, b"octets", trusted=trusted(keys.announced), at=AT)
    assert refused.value.reason is FeedReason.CERTIFICATE_UNTRUSTED


def test_nobody_else_can_read_a_key(keys_dir):
    FolderOfKeys().current(at=AT)
    assert stat.S_IMODE(keys_dir.stat().st_mode) == 0o700
    files = [path for path in keys_dir.iterdir() if path.name != "lock"]
    assert {path.suffix for path in files} == {".json", ".pem"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_where_keys_are_not_made_unasked_there_are_none_until_an_operator_makes_them(
    keys_dir, settings
):
    settings.FEED_KEYS_ARE_MADE = False
    with pytest.raises(FeedKeyError, match=r"run `manage\.py rotate_feed_key`"):
        FolderOfKeys().current(at=AT)
    with pytest.raises(FeedKeyMissingError):
        signed_certificates(at=AT)
    assert not keys_dir.exists()
    made = rotate_feed_key(at=AT)
    assert FolderOfKeys().current(at=AT).signing == made.signing


def test_what_was_announced_signs_next_and_the_key_that_signed_is_gone(keys_dir):
    before = FolderOfKeys().current(at=AT)
    after = rotate_feed_key(at=AT + DAY)
    assert after.signing == before.announced
    assert after.announced.fingerprint not in trusted(before.signing, before.announced)
    assert FolderOfKeys().current(at=AT + DAY) == after
    assert {path.stem for path in keys_dir.glob("*.pem")} == {
        *(after.signing.fingerprint, after.announced.fingerprint)
    }
    (event,) = Event.objects.filter(kind="feed-key.rotate")
    assert json.loads(event.body)["details"] == {
        "signing": after.signing.fingerprint,
        "announced": after.announced.fingerprint,
        "at_once": False,
    }


@pytest.mark.usefixtures("keys_dir")
def test_a_key_that_was_announced_too_lately_signs_only_when_it_is_said_to_be_urgent():
    before = FolderOfKeys().current(at=AT)
    for later in (timedelta(0), DAY - timedelta(seconds=1)):
        with pytest.raises(ConflictError) as refused:
            rotate_feed_key(at=AT + later)
        assert refused.value.code == "announced-too-lately"
    assert FolderOfKeys().current(at=AT) == before
    assert rotate_feed_key(at=AT, at_once=True).signing == before.announced
    assert rotate_feed_key(at=AT + DAY)


@pytest.mark.usefixtures("keys_dir")
def test_whoever_knows_both_of_a_list_knows_the_signer_of_the_next_list():
    """So a follower that reads each list goes on through any number of rotations."""
    known = read_certificate_list(signed_certificates(at=AT).body)
    for rotation in range(1, 4):
        at = AT + rotation * DAY
        rotate_feed_key(at=at)
        listed = signed_certificates(at=at)
        verify_detached(listed.jws, listed.body, trusted=known, at=at)
        known = read_certificate_list(listed.body)


def test_files_that_cannot_be_read_are_said_to_be(keys_dir):
    keys = FolderOfKeys().current(at=AT)
    path = keys_dir / f"{keys.signing.fingerprint}.pem"
    whole = path.read_bytes()
    for spoiled in (b"", b"x", whole[: len(whole) // 2]):
        path.write_bytes(spoiled)
        state = json.loads((keys_dir / "keys.json").read_text())
        (keys_dir / "keys.json").write_text(json.dumps(state, indent=len(spoiled) % 7))
        with pytest.raises(FeedKeyError, match="cannot be read"):
            FolderOfKeys().current(at=AT)
        with pytest.raises(RefusedActError) as refused:
            rotate_feed_key(at=AT + DAY)
        assert refused.value.code == "feed-key-unavailable"
    (keys_dir / "keys.json").write_text("{}")
    with pytest.raises(FeedKeyError, match="cannot be read"):
        FolderOfKeys().current(at=AT)


def test_a_key_that_is_missing_is_said_to_be(keys_dir):
    keys = FolderOfKeys().current(at=AT)
    (keys_dir / f"{keys.announced.fingerprint}.pem").unlink()
    (keys_dir / "keys.json").touch()
    with pytest.raises(FeedKeyError, match="is not there"):
        FolderOfKeys().current(at=AT)


@pytest.mark.usefixtures("keys_dir")
def test_many_at_once_make_the_keys_once():
    made = []
    threads = [
        threading.Thread(target=lambda: made.append(FolderOfKeys().current(at=AT)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({keys.signing.fingerprint for keys in made}) == 1
    assert len(made) == 8


@pytest.mark.slow
def test_readers_in_other_processes_go_on_through_rotations(keys_dir, settings):
    """Each reading is whole: the key that signs is one of the two that were live just before."""
    FolderOfKeys().current(at=AT)
    reader = (
        "import django, sys; django.setup()\n"
        "from datetime import UTC, datetime\n"
        "from registry.gateways.feed_signing_key import FolderOfKeys\n"
        "at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)\n"
        "print('ready', flush=True)\n"
        "seen = []\n"
        "for line in iter(lambda: FolderOfKeys().current(at=at).signing.fingerprint, ''):\n"
        "    if not seen or seen[-1] != line: seen.append(line); print(line, flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", reader],
        cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "portal.settings.test", "FEED_KEYS_DIR": str(keys_dir)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "ready\n"
        expected = [FolderOfKeys().current(at=AT).signing.fingerprint]
        assert process.stdout.readline().strip() == expected[0]
        for _ in range(20):
            expected.append(FolderOfKeys().rotate(at=AT).signing.fingerprint)
            assert process.stdout.readline().strip() == expected[-1]
        assert process.poll() is None
    finally:
        process.kill()
        process.communicate()


# --- commands ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("keys_dir")
def test_the_command_prints_both_certificates_to_pin():
    out, err = io.StringIO(), io.StringIO()
    call_command("rotate_feed_key", stdout=out, stderr=err)
    keys = FolderOfKeys().current(at=AT)
    printed = read_pem_certificates(out.getvalue().encode())
    assert list(printed) == [keys.signing.fingerprint, keys.announced.fingerprint]
    assert f"{keys.signing.fingerprint} signs from now on." in err.getvalue()
    again = io.StringIO()
    call_command("feed_certificates", stdout=again, stderr=io.StringIO())
    assert again.getvalue() == out.getvalue()


@pytest.mark.usefixtures("keys_dir")
def test_the_command_says_until_when_to_wait():
    call_command("rotate_feed_key", stdout=io.StringIO(), stderr=io.StringIO())
    with pytest.raises(CommandError, match="a follower may not know it yet"):
        call_command("rotate_feed_key", stdout=io.StringIO(), stderr=io.StringIO())
    call_command("rotate_feed_key", "--at-once", stdout=io.StringIO(), stderr=io.StringIO())


@pytest.mark.usefixtures("keys_dir")
def test_without_keys_there_is_nothing_to_print(settings):
    settings.FEED_KEYS_ARE_MADE = False
    with pytest.raises(CommandError, match="rotate_feed_key"):
        call_command("feed_certificates", stdout=io.StringIO(), stderr=io.StringIO())
