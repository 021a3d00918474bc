"""The description of the API: valid, whole, and readable offline under a policy of its own."""

import json
import re
import subprocess
import sys

import jsonschema
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from portal.api.batch import IN_PLACE
from portal.api.problems import PROBLEMS
from rules.service_requests.questions import FIELDS


@pytest.fixture
def described():
    answer = Client().get("/api/v1/schema")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/vnd.oai.openapi+json"
    return answer.json()


def test_it_is_valid_openapi_without_a_warning(tmp_path):
    done = subprocess.run(
        [
            *(sys.executable, "manage.py", "spectacular"),
            *("--validate", "--fail-on-warn", "--file", tmp_path / "schema.yml"),
        ],
        cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "portal.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_it_is_of_openapi_3_1_and_has_every_call(described):
    assert described["openapi"].startswith("3.1.")
    assert set(described["paths"]) == {
        "/api/v1/checks",
        "/api/v1/checks/batch",
        "/api/v1/alerts",
        "/api/v1/snapshot",
        "/api/v1/changes",
        "/api/v1/feed-certificates",
        "/api/v1/observations",
        "/api/v1/ceased",
        "/api/v1/certificates",
        "/api/v1/certificates/{certificate_id}",
        "/api/v1/certificates/{certificate_id}.pem",
        "/api/v1/dcc-signing-certificates",
        "/api/v1/reasons",
    }


def test_every_call_names_the_problems_that_it_may_answer_with(described):
    call = described["paths"]["/api/v1/checks"]["post"]
    assert set(call["responses"]) == {
        *("200", "400", "401", "403", "411", "413", "415", "500", "503")
    }
    for status, answer in call["responses"].items():
        kind = "application/json" if status == "200" else "application/problem+json"
        assert list(answer["content"]) == [kind]


def test_what_may_be_in_the_place_of_an_answer_of_a_batch_is_told(described):
    whole = described["paths"]["/api/v1/checks/batch"]["post"]["responses"]
    told = whole["200"]["description"]
    assert set(re.findall(r"`([a-z-]+)`: ", told)) == set(IN_PLACE)
    each = whole["200"]["content"]["application/x-ndjson"]["schema"]
    assert each == {"$ref": "#/components/schemas/CheckAnswerOrProblem"}
    either = described["components"]["schemas"]["CheckAnswerOrProblem"]["oneOf"]
    assert either == [
        {"$ref": "#/components/schemas/CheckAnswer"},
        {"$ref": "#/components/schemas/ProblemDocument"},
    ]
    answers = described["components"]["schemas"]["BatchAnswers"]["properties"]["answers"]
    assert answers["items"] == each


def test_every_problem_is_in_it(described):
    codes = described["components"]["schemas"]["ProblemDocument"]["properties"]["code"]["enum"]
    assert codes == sorted(PROBLEMS)


def test_every_field_of_a_question_is_in_both_forms_of_a_request(described):
    call = described["paths"]["/api/v1/checks"]["post"]
    assert {parameter["name"] for parameter in call["parameters"]} == set(FIELDS)
    shapes = described["components"]["schemas"]
    members = set(shapes["CheckQuestion"]["properties"])
    of_device = {f"device.{name}" for name in shapes["Device"]["properties"]}
    assert members - {"message", "device"} | of_device == set(FIELDS)
    assert set(shapes["CheckQuestion"]["required"]) == {"message", "generation"}


def test_the_example_of_the_interface_is_a_question_by_its_description(described):
    question = {
        "message": "PD94bWw=",
        "generation": "SMETS2+",
        "checkpoint": "dsp",
        "purpose": "enforcement",
        "received_at": "2026-11-20T09:00:00Z",
        "device": {
            "registered_user_ids": ["90-B3-D5-1F-30-01-00-00"],
            "hub_import_supplier_ids": None,
            "s1sp": None,
            "certificate_owner": None,
            "notified_critical_supplier_id": None,
        },
    }
    shapes = described["components"]
    schema = {"$ref": "#/components/schemas/CheckQuestion", "components": shapes}
    jsonschema.validate(question, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**question, "generation": "SMETS3"}, schema)


def test_a_client_is_told_to_send_its_token(described):
    assert described["components"]["securitySchemes"] == {
        "bearer": {"type": "http", "scheme": "bearer"}
    }
    assert described["paths"]["/api/v1/checks"]["post"]["security"] == [{"bearer": []}]


def test_the_page_has_a_policy_of_its_own_and_nothing_from_elsewhere():
    answer = Client().get("/api/v1/docs")
    assert answer.status_code == 200
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "unsafe-eval" not in policy
    html = answer.content.decode()
    assert "://" not in html
    assert "<script>" not in html
    for path in ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"):
        assert finders.find(f"drf_spectacular_sidecar/swagger-ui-dist/{path}")
    assert finders.find("src/api-docs.js")
    # The rest of the portal keeps its own.
    assert "unsafe-inline" in policy
    assert "unsafe-inline" not in Client().get("/healthz")["Content-Security-Policy"]


def test_it_is_made_once_and_quickly_given(described):
    assert json.dumps(described) == json.dumps(Client().get("/api/v1/schema").json())


@pytest.mark.parametrize("path", ["schema", "docs"])
def test_neither_takes_anything_but_a_reading(path):
    answer = Client().post(f"/api/v1/{path}", data=b"{}", content_type="application/json")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert answer["Content-Type"] == "application/problem+json"
