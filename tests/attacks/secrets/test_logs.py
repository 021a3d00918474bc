"""No secret reaches the log: not the password or the code of somebody whose sign-in breaks, not a
token, not a private key; whatever breaks, wherever, in both forms of the log."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent.parent
SECRET = "correct-horse-battery-staple-4711"

# The settings of the tests name a database that is not there, so that whatever asks it breaks.
WITHOUT_A_DATABASE = """
import logging.config, sys
import django
django.setup()
from django.test import Client
from portal.logs import logging_config
logging.config.dictConfig(logging_config(form=sys.argv[1], level="DEBUG"))
secret = sys.argv[2]
client = Client(raise_request_exception=False)
password = {"email": "somebody@example.test", "password": secret}
statuses = [
    client.post("/sign-in", password).status_code,
    client.post("/sign-in", {"email": "a@b.test", "password": "x", "next": "/"},
                headers={"Cookie": f"sessionid={secret.replace('-', '')}abcdefgh"}).status_code,
    client.post("/api/v1/checks", b"{}", content_type="application/json",
                headers={"Authorization": f"Bearer {secret}"}).status_code,
    client.get("/api/v1/certificates", headers={"Authorization": f"Bearer {secret}"}).status_code,
]
print(statuses)
"""

WITH_LOCALS = """
import logging.config, sys
from portal.logs import logging_config
logging.config.dictConfig(logging_config(form=sys.argv[1], level="DEBUG"))
def verify(code):
    key = f"-----BEGIN PRIVATE KEY-----{code}"
    raise ValueError("of no use")
try:
    verify(sys.argv[2])
except ValueError:
    logging.getLogger("registry").exception("something broke")
"""


def run(program: str, form: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-c", program, form, SECRET],
        cwd=PROJECT,
        env={**environment, "DJANGO_SETTINGS_MODULE": "portal.settings.test"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )


@pytest.mark.parametrize("form", ["json", "console"])
def test_when_the_database_is_gone_what_was_typed_is_not_logged(form) -> None:
    done = run(WITHOUT_A_DATABASE, form)
    # Controls: it did break, and that is logged with its traceback.
    assert json.loads(done.stdout) == [500, 500, 503, 503]
    assert "OperationalError" in done.stderr
    assert "Internal Server Error" in done.stderr
    assert SECRET not in done.stderr
    assert SECRET.replace("-", "") not in done.stderr


@pytest.mark.parametrize("form", ["json", "console"])
def test_the_values_of_what_broke_are_not_logged_but_where_it_broke_is(form) -> None:
    said = run(WITH_LOCALS, form).stderr
    assert "of no use" in said
    assert "verify" in said
    assert SECRET not in said


def test_an_event_for_machines_is_one_line_whatever_broke() -> None:
    for line in run(WITHOUT_A_DATABASE, "json").stderr.splitlines():
        json.loads(line)
