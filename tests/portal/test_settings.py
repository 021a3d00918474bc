"""A deployment that lacks something says what, and one that has it passes Django's own checks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.settings import environment

PROJECT = Path(__file__).resolve().parent.parent.parent
WHOLE = {
    "SECRET_KEY": "a-key-for-tests-that-is-long-enough-and-has-many-different-signs-0123456789",
    "ALLOWED_HOSTS": "registration.example",
    "REGISTRATION_TEAM_TELEPHONE": "+44 20 7946 0018",
    "REGISTRATION_TEAM_EMAIL": "registration@example.com",
    "REGISTRATION_TEAM_HOURS": "At any hour",
    "DATABASE_URL": "postgresql://portal@localhost/portal",
    "CELERY_BROKER_URL": "redis://localhost",
}


def check_deployment(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=PROJECT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "portal.settings.production",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.slow
def test_a_whole_deployment_passes_every_deployment_check() -> None:
    checked = check_deployment(WHOLE)
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_a_list_of_nothing_lacks_what_it_is_for() -> None:
    checked = check_deployment(WHOLE | {"ALLOWED_HOSTS": " , "})
    assert checked.returncode != 0
    assert "ALLOWED_HOSTS is not set. It is the host names " in checked.stderr.splitlines()[-1]


def test_a_secret_that_can_be_guessed_is_refused_and_not_repeated() -> None:
    secret = WHOLE["SECRET_KEY"][:49]
    checked = check_deployment(WHOLE | {"SECRET_KEY": secret})
    assert checked.returncode != 0
    assert checked.stderr.splitlines()[-1].endswith(
        "SECRET_KEY has 49 characters. Write at least 50, made at random."
    )
    assert secret not in checked.stderr


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_deployment_names_the_variable_it_lacks(name: str) -> None:
    checked = check_deployment({key: value for key, value in WHOLE.items() if key != name})
    assert checked.returncode != 0
    assert f"{name} is not set. It is " in checked.stderr.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REGISTRATION_TEAM_TELEPHONE", "ask Olive"),
        ("REGISTRATION_TEAM_TELEPHONE", "12345"),
        ("REGISTRATION_TEAM_TELEPHONE", "020 7946 0018 (mornings)"),
        ("REGISTRATION_TEAM_EMAIL", "registration@"),
        ("REGISTRATION_TEAM_EMAIL", "registration@example.com, olive@example.com"),
        ("REGISTRATION_TEAM_HOURS", "x" * 121),
        ("REGISTRATION_TEAM_HOURS", "from nine\nto five"),
    ],
)
def test_a_contact_that_leads_nowhere_is_refused(name: str, value: str) -> None:
    checked = check_deployment(WHOLE | {name: value})
    assert checked.returncode != 0
    assert f"(portal.E005) {name} is `{value}`" in checked.stderr


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite:///db.sqlite3", "Only PostgreSQL holds the register's rules"),
        ("nonsense", "DATABASE_URL cannot be read"),
    ],
)
def test_a_database_that_is_no_postgresql_is_refused(url: str, says: str) -> None:
    checked = check_deployment(WHOLE | {"DATABASE_URL": url})
    assert checked.returncode != 0
    assert says in checked.stderr.splitlines()[-1]


@pytest.mark.parametrize("url", ["kafka://user:secret@localhost", "localhost:6379", "redis"])
def test_a_queue_that_no_worker_can_use_is_refused_and_its_password_not_told(url: str) -> None:
    checked = check_deployment(WHOLE | {"CELERY_BROKER_URL": url})
    assert checked.returncode != 0
    assert (
        "CELERY_BROKER_URL is no address of a queue. It is the address of the queue: redis"
        in (checked.stderr.splitlines()[-1])
    )
    assert "secret" not in checked.stderr.splitlines()[-1]


def test_a_level_of_the_log_is_read_in_any_case_and_another_word_is_named() -> None:
    assert check_deployment(WHOLE | {"LOG_LEVEL": "warning"}).returncode == 0
    checked = check_deployment(WHOLE | {"LOG_LEVEL": "loud"})
    assert checked.returncode != 0
    assert checked.stderr.splitlines()[-1].endswith(
        "LOG_LEVEL is `loud`. Write one of DEBUG, INFO, WARNING, ERROR, CRITICAL."
    )


def test_a_number_that_is_none_is_named() -> None:
    checked = check_deployment(WHOLE | {"SECURE_HSTS_SECONDS": "soon"})
    assert checked.returncode != 0
    assert checked.stderr.splitlines()[-1].endswith(
        "SECURE_HSTS_SECONDS is `soon`. Write a whole number from 0."
    )


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("nominazion=3", "WORKING_DAY_LIMITS is not right: `nominazion` is not a limit"),
        (
            "nomination",
            "WORKING_DAY_LIMITS has `nomination`. Write each limit once, as `nomination=10`.",
        ),
        ("nomination=3,nomination=4", "WORKING_DAY_LIMITS has `nomination=4`."),
        ("nomination=0", "WORKING_DAY_LIMITS is not right: `nomination` is 0"),
    ],
)
def test_a_time_limit_that_cannot_be_is_named(monkeypatch, value, says) -> None:
    monkeypatch.setenv("WORKING_DAY_LIMITS", value)
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.working_days("WORKING_DAY_LIMITS")
    assert str(refused.value).startswith(says)


def test_time_limits_are_set_by_their_names(monkeypatch) -> None:
    monkeypatch.setenv("WORKING_DAY_LIMITS", "document-owed=3, nomination = 15")
    found = environment.working_days("WORKING_DAY_LIMITS")
    assert found == {"document-owed": 3, "nomination": 15}
