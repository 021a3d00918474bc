"""`check_message` decides one message from a file and says it by its exit status."""

import io
import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from registry.arrangements.acts.reference_data import load_reference_data
from registry.models import OrganisationCertificate
from tests.arranging import set_enforcement
from tests.duis_schema import write_schema
from tests.factories import AT, NOT_BEFORE, a_certificate, a_key, a_notification, a_user_id
from tests.signing import a_signed_message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def message(tmp_path):
    """A message that is to be processed, in a file."""
    load_reference_data(at=AT)
    set_enforcement(enforced_from=NOT_BEFORE, at=AT)
    key = a_key()
    certificate = a_certificate(a_user_id(), key=key)
    a_notification(certificate, notified_at=NOT_BEFORE)
    path = tmp_path / "message.xml"
    path.write_bytes(a_signed_message(certificate, key))
    return path


def for_smets2():
    """The options for a SMETS2+ Device for which the sender is registered."""
    certificate = OrganisationCertificate.objects.get()
    return ("--generation", "SMETS2+", "--registered-user-id", certificate.eui64)


def check(*arguments):
    """Return the exit status and the answer."""
    out = io.StringIO()
    try:
        call_command("check_message", *map(str, arguments), stdout=out)
    except SystemExit as end:
        return end.code, json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def refusal_of(*arguments):
    out = io.StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("check_message", *map(str, arguments), stdout=out)
    assert out.getvalue() == ""
    assert refusal.value.returncode == 2
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def test_a_message_that_is_to_be_processed_gives_0_and_the_answer(message):
    status, answer = check(message, *for_smets2())
    assert status == 0
    assert answer["decision"] == "process"
    certificate = OrganisationCertificate.objects.get()
    assert answer["signer"] == {
        "issuer": certificate.issuer,
        "serial": certificate.serial_number,
        "user_id": certificate.eui64,
        "party": certificate.party.name,
        "mpids": [],
    }
    assert answer["message"]["srv"] == "4.1.1"


def test_a_message_that_is_to_cease_gives_1_and_the_reason(message):
    OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
    status, answer = check(message, *for_smets2())
    assert (status, answer["decision"], answer["reason"]) == (1, "cease", "certificate-revoked")


def test_what_is_not_said_of_the_device_and_matters_ceases_with_its_own_reason(message):
    status, answer = check(message, "--generation", "SMETS2+")
    assert (status, answer["reason"]) == (1, "registration-not-supplied")
    nobody = check(message, "--generation", "SMETS2+", "--registered-user-id", "")
    assert (nobody[0], nobody[1]["reason"]) == (1, "not-registered-for-device")


def test_it_decides_for_the_moment_that_is_given(message):
    OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
    before = "2026-11-20T08:59:59Z"
    status, _ = check(message, *for_smets2(), "--received-at", before)
    assert status == 0


def test_an_unreadable_message_is_decided_too(tmp_path):
    path = tmp_path / "message.xml"
    path.write_bytes(b"not XML")
    status, answer = check(path, "--generation", "SMETS1")
    assert (status, answer["reason"]) == (1, "xml-not-well-formed")


def test_a_message_beyond_the_limit_is_decided_without_being_read_whole(tmp_path, settings):
    settings.MESSAGE_SIZE_LIMIT = 1000
    path = tmp_path / "message.xml"
    with path.open("wb") as stream:
        stream.truncate(10_000_000_000)
    status, answer = check(path, "--generation", "SMETS1")
    assert (status, answer["reason"]) == (1, "message-too-large")


def test_standard_input_is_read_where_the_file_is_a_hyphen(message, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(message.read_bytes())))
    assert check("-", *for_smets2())[0] == 0


def test_every_field_of_the_api_is_an_option(message):
    status, _ = check(
        message,
        *("--generation", "SMETS1"),
        *("--checkpoint", "s1sp:Alpha"),
        *("--purpose", "enforcement"),
        *("--received-at", "2026-11-20T09:00:00Z"),
        *("--registered-user-id", OrganisationCertificate.objects.get().eui64),
        *("--registered-user-id", "90-B3-D5-1F-30-02-00-00"),
        *("--hub-import-supplier-id", ""),
        *("--s1sp", "Alpha"),
        *("--certificate-owner", "90-B3-D5-1F-30-01-00-00"),
        *("--notified-critical-supplier-id", "90-B3-D5-1F-30-01-00-00"),
    )
    assert status == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--generation", "SMETS3"], "--generation is `SMETS3`; it is SMETS1 or SMETS2+."),
        (
            ["--generation", "SMETS1", "--received-at", "today"],
            "--received-at is `today`; write a moment such as 2026-11-20T09:00:00Z.",
        ),
        (
            ["--generation", "SMETS1", "--registered-user-id", "x"],
            "--registered-user-id has `x`; write an EUI-64 such as 90-B3-D5-1F-30-01-00-00.",
        ),
    ],
)
def test_an_option_that_is_wrong_is_named_in_one_line(message, options, says):
    assert refusal_of(message, *options) == says


def test_a_message_is_held_to_the_schema_that_is_supplied(message, tmp_path, settings):
    settings.DUIS_SCHEMA = str(write_schema(tmp_path))
    status, answer = check(message, *for_smets2())
    assert (status, answer["reason"]) == (0, None)
    (finding,) = (f for f in answer["findings"] if f["rule"] == "DUIS-SCHEMA")
    assert finding["verdict"] == "passed"


def test_nothing_is_decided_by_a_schema_that_cannot_be_used(message, tmp_path, settings):
    settings.DUIS_SCHEMA = str(tmp_path / "none.xsd")
    says = refusal_of(message, *for_smets2())
    path = tmp_path / "none.xsd"
    assert says == (
        f"the DUIS schema cannot be used: {path}: it cannot be read: No such file or directory"
    )


def test_a_file_that_cannot_be_read_is_named_in_one_line(tmp_path):
    path = tmp_path / "none.xml"
    says = refusal_of(path, "--generation", "SMETS1")
    assert says == f"{path}: it cannot be read: No such file or directory"
    assert "Is a directory" in refusal_of(tmp_path, "--generation", "SMETS1")


@pytest.fixture
def run(database_url):
    """Run the command as a person does, on the tests' database."""

    def run(*arguments, stdin=b"", **environment):
        return subprocess.run(
            [sys.executable, "manage.py", "check_message", *map(str, arguments)],
            cwd=settings.BASE_DIR,
            input=stdin,
            capture_output=True,
            check=False,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "portal.settings.test",
                "DATABASE_URL": database_url,
                **environment,
            },
        )

    return run


@pytest.mark.slow
def test_as_a_process_it_prints_the_answer_alone_and_ends_with_its_status(run, message):
    done = run("-", *for_smets2(), stdin=message.read_bytes())
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["decision"] == "process"
    done = run("-", "--generation", "SMETS2+", stdin=b"<Request/>")
    assert (done.returncode, done.stderr) == (1, b"")
    assert json.loads(done.stdout)["reason"] == "unknown-root"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "environment", "says"),
    [
        (["-"], {}, b"--generation"),
        (["-", "--generation", "SMETS1", "--colour", "red"], {}, b"--colour"),
        (["none.xml", "--generation", "SMETS1"], {}, b"none.xml: it cannot be read"),
        (
            ["-", "--generation", "SMETS1"],
            {"DATABASE_URL": "postgresql://portal@%2Fno-database/portal"},
            b"the database portal at /no-database cannot be reached: No such file or directory",
        ),
        (
            ["-", "--generation", "SMETS1"],
            {"DATABASE_URL": ""},
            b"CommandError: no database: nothing runs on",
        ),
    ],
)
def test_as_a_process_it_ends_with_2_where_it_cannot_be_asked(run, arguments, environment, says):
    done = run(*arguments, **environment)
    assert done.returncode == 2
    assert done.stdout == b""
    assert says in done.stderr.splitlines()[-1]
