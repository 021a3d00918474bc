"""In a deployment the portal's role owns nothing, and can do its work with what it is granted."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.checks import Tags, run_checks
from django.db import connection, connections
from psycopg import sql

from registry.certificates.acts.certificate_requests import submit_request
from registry.evidence.history import prove_history
from registry.notifications.acts.notifications import notify_certificate
from rules.certificates.making import build_request
from rules.duties import PersonRole
from rules.workflow import RequestState
from tests.approving import approve
from tests.factories import AT, a_certificate, a_key, a_person, a_user_id

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

_PAGE = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text("utf-8")
_GRANTS = re.findall(
    r"```sql\n(.*?)```", _PAGE.partition("\n## Two roles in the database\n")[2], re.DOTALL
)[1]
_ROLE = "registration_portal"


@contextmanager
def _superuser() -> Iterator[psycopg.Connection]:
    described = connection.settings_dict
    user = described["USER"] if settings.DATABASE_URL else "postgres"
    with psycopg.connect(
        host=described["HOST"],
        port=described["PORT"] or 5432,
        user=user,
        password=described["PASSWORD"] or None,
        dbname=described["NAME"],
        autocommit=True,
    ) as opened:
        yield opened


@pytest.fixture
def as_the_portal() -> Iterator[None]:
    """Sign in as a role with what docs/operations.md grants, and nothing else."""
    described = connections["default"].settings_dict
    before = described["USER"], described["PASSWORD"]
    # Roles are the server's, not the database's; two runs on one server must not share theirs.
    role = f"{_ROLE}_{described['NAME']}"
    named = sql.Identifier(role)
    with _superuser() as server:
        server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(named))
        server.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'for tests'").format(named))
    with connection.cursor() as cursor:  # as the owner
        cursor.execute(_GRANTS.replace(_ROLE, f'"{role}"'))
    connection.close()
    described["USER"], described["PASSWORD"] = role, "for tests"
    try:
        yield
    finally:
        connection.close()
        described["USER"], described["PASSWORD"] = before
        with _superuser() as server:
            server.execute(sql.SQL("DROP OWNED BY {}").format(named))
            server.execute(sql.SQL("DROP ROLE {}").format(named))


def _found() -> list[str]:
    found = run_checks(tags=[Tags.database], include_deployment_checks=True, databases=["default"])
    return [problem.id for problem in found if problem.id == "portal.E004"]


def test_one_role_for_everything_is_refused_in_a_deployment_and_no_hindrance_elsewhere() -> None:
    assert _found() == ["portal.E004"]
    everyday = run_checks(tags=[Tags.database], databases=["default"])
    assert [problem for problem in everyday if problem.id == "portal.E004"] == []


@pytest.mark.usefixtures("as_the_portal")
def test_a_role_with_what_is_granted_passes() -> None:
    assert _found() == []


@pytest.mark.usefixtures("as_the_portal")
@pytest.mark.parametrize(
    ("grant", "why"),
    [
        ("GRANT TRUNCATE ON registry_event TO {role}", "may truncate tables"),
        ("GRANT TRIGGER ON registry_event TO {role}", "make triggers"),
        ("GRANT {owner} TO {role}", "may become a role that does"),
        ("ALTER ROLE {role} SUPERUSER", "is a superuser"),
    ],
)
def test_a_role_with_more_is_refused(grant: str, why: str) -> None:
    role = connection.settings_dict["USER"]
    with _superuser() as server:
        owner = server.execute(
            "SELECT relowner::regrole::text FROM pg_class WHERE relname = 'registry_event'"
        ).fetchone()
        assert owner is not None
        server.execute(grant.format(role=f'"{role}"', owner=owner[0]))  # type: ignore[arg-type]
    found = run_checks(tags=[Tags.database], include_deployment_checks=True, databases=["default"])
    assert [problem.id for problem in found if why in problem.msg] == ["portal.E004"]


@pytest.mark.usefixtures("as_the_portal")
def test_the_work_is_done_with_what_is_granted() -> None:
    user_id = a_user_id()
    aro, officer = a_person(PersonRole.ARO, user_id.party), a_person(PersonRole.OFFICER)
    csr = build_request(a_key(), eui64=user_id.eui64, remote_party_role="87", common_name=None)
    request = submit_request(csr, actor=aro, at=AT)
    approved = approve(request, officer, at=AT)
    assert approved.request_state is RequestState.APPROVED
    certificate = a_certificate(user_id)
    notify_certificate(user_id.eui64, certificate.pk, actor=aro, at=AT + timedelta(seconds=1))
    proof = prove_history()
    assert (proof.events, proof.first_break) == (3, None)


@pytest.mark.usefixtures("as_the_portal")
@pytest.mark.parametrize(
    "attack",
    [
        "ALTER TABLE registry_event DISABLE TRIGGER USER",
        "DROP TRIGGER registry_party_is_watched ON registry_party",
        "DROP FUNCTION registry_refuse_truncate() CASCADE",
        "ALTER TABLE registry_mpiduse DROP CONSTRAINT mpid_is_held_by_one_supplier_party",
        "TRUNCATE registry_event",
        "DROP TABLE registry_event CASCADE",
        "DELETE FROM registry_event",
        "UPDATE registry_event SET body = ''",
        "SET session_replication_role = replica",
        "DELETE FROM django_migrations",
        "CREATE TABLE beside (id int)",
    ],
)
def test_what_would_take_a_hold_away_is_not_the_portals_to_do(attack: str) -> None:
    # The error of Django carries the server's own as its cause.
    with pytest.raises(Exception, match=r"permission denied|must be owner") as refused:
        connection.cursor().execute(attack)
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
