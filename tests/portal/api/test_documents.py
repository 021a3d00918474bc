"""What docs/api.md says is so: its examples are answered, and its names are the real ones."""

import json
import re
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands

from portal.api.description import description
from registry.certificates.reads.certificates import CertificateStatus
from registry.clients.reads.scopes import SCOPES
from rules.service_requests.questions import FIELDS
from rules.service_requests.reasons import REASONS
from tests.portal.api.conftest import of_shape

TEXT = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text("utf-8")


def test_every_call_and_every_scope_is_on_the_page():
    for path in description()["paths"]:
        short = path.removeprefix("/api/v1").replace("{certificate_id}", "ID")
        assert short in TEXT
    for scope in SCOPES:
        assert f"| `{scope}` |" in TEXT


def test_every_field_is_on_the_page():
    for name in FIELDS:
        assert f"`{name.rpartition('.')[2]}`" in TEXT


def test_the_example_of_an_answer_has_the_shape_of_one():
    on_a_message, on_an_alert = re.findall(r'```json\n(\{"decision".*?)\n```', TEXT, re.DOTALL)
    of_shape(json.loads(on_an_alert), "AlertAnswer")
    answer = json.loads(on_a_message)
    of_shape(answer, "CheckAnswer")
    assert answer["reason"] in REASONS
    assert answer["duis_code"] == REASONS[answer["reason"]].duis_code


def test_the_example_of_a_problem_is_the_answer_to_that_question(engine):
    (example,) = re.findall(r'```json\n(\{"type".*?)\n```', TEXT, re.DOTALL)
    assert engine.check(b"", generation="SMETS3").json() == json.loads(example)


def test_the_limits_are_those_of_the_settings():
    assert f"{settings.MESSAGE_SIZE_LIMIT // 2**20} MiB (`MESSAGE_SIZE_LIMIT`)" in TEXT
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
    assert f"{limit} MiB (`DATA_UPLOAD_MAX_MEMORY_SIZE`)" in TEXT
    assert re.search(
        rf"`SNAPSHOT_STALE_AFTER`\s+seconds \({settings.SNAPSHOT_STALE_AFTER}\)", TEXT
    )
    assert re.search(
        rf"`SNAPSHOT_REFUSED_AFTER`\s+seconds \({settings.SNAPSHOT_REFUSED_AFTER}, four\s+hours\)",
        TEXT,
    )


def test_every_command_and_every_status_on_the_page_is_real():
    assert set(re.findall(r"manage\.py (\w+)", TEXT)) <= set(get_commands())
    for status in CertificateStatus:
        assert f"`{status}`" in TEXT
