"""The example as a program: what it decides, and that it may be killed at any moment."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from base64 import b64encode

import pytest
from django.conf import settings as project

from registry.feed.reads.snapshot import load_snapshot
from registry.models import OrganisationCertificate
from tests.duis_schema import SIGNATURE, write_schema
from tests.factories import AT, a_certificate, a_notification
from tests.portal.api.conftest import registered_for
from tests.portal.api.follower.conftest import EXAMPLES
from tests.portal.api.follower.watching import is_right
from tests.rounds import rounds
from tests.waiting import seconds_until

pytestmark = pytest.mark.slow


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


def ended(process, lines=b""):
    out, err = process.communicate(lines, timeout=60)
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
        return other.get("decision") == self.decision

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
    process = program("--lines", "--wait", "30")
    try:
        seconds_until(lambda: "decision" in ask(process, subscriber.message()), within=30)
        answer = ask(process, subscriber.message())
        assert answer["decision"] == "process"
        assert ask(process, b"", more=1)["code"] == "question-malformed"
        process.stdin.write(b"[" * 100_000 + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["code"] == "body-not-json"
        OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
        seconds_until(
            lambda: ask(process, subscriber.message())["reason"] == "certificate-revoked",
            within=25,  # so it was told, and did not only ask again
        )
    finally:
        process.kill()
        process.communicate()


def test_the_program_answers_no_line_before_the_register_is_confirmed(program, subscriber, portal):
    """As with `--lines < questions.ndjson`, where all lines are there before anything else is."""
    lines = (json.dumps(question(subscriber.message())).encode() + b"\n") * 3
    assert ended(program("--lines"), lines)[:2] == (0, [_any("process")] * 3)
    portal.stop()
    status, answers, err = ended(program("--lines"), lines)
    assert (status, answers) == (2, [])
    assert "nothing is decided: the portal cannot be reached" in err


def test_a_program_that_is_stopped_and_goes_on_decides_nothing_by_what_it_held_before(
    program, subscriber
):
    """Stopped by the machine as a whole: it does not know that time went by."""
    process = program("--lines", "--refused-after", "2", "--wait", "1")
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


@rounds(4)
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
