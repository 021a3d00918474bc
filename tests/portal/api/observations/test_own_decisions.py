"""What the portal decides itself is counted with what others report."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from registry.feed.reads import snapshot_holder
from registry.models import CeasedMessage, Event
from registry.observations.acts import observing
from registry.observations.acts.folding import fold_spool
from registry.observations.acts.observations import day_in_great_britain
from registry.observations.acts.observing import spool_folder
from tests.portal.api.conftest import JSON, of_shape
from tests.portal.api.test_batch import NDJSON, lines_of, question
from tests.registry.observations.conftest import counted

pytestmark = pytest.mark.serves("MP104-4")


@pytest.fixture
def own_data(settings, tmp_path):
    """Keep the spool in a folder of the test's own."""
    observing.stop_observing()
    settings.DATA_DIR = tmp_path
    yield
    observing.stop_observing()


def fold():
    return fold_spool(spool_folder(), at=datetime.now(UTC)).decisions


@pytest.mark.usefixtures("own_data")
def test_a_decision_for_enforcement_is_counted_and_a_diagnosis_never(engine, subscriber):
    message = subscriber.message()
    engine.check(message)
    engine.check_xml(message, ("generation", "SMETS2+"), ("purpose", "diagnosis"))
    assert fold() == 0
    said = engine.check(message, purpose="enforcement").json()
    engine.check(message, purpose=None)
    engine.check_xml(message, ("generation", "SMETS2+"))
    assert fold() == 3
    assert counted("outcome", "reason", "user_id", "reported_by") == {
        (said["decision"], said["reason"] or "", said["signer"]["user_id"], ""): 3
    }
    assert counted("day") == {day_in_great_britain(datetime.now(UTC)): 3}


@pytest.mark.usefixtures("own_data")
def test_what_was_not_decided_is_not_counted(engine, subscriber, settings):
    engine.check(subscriber.message(), purpose="enforcement", generation="SMETS3")
    settings.SNAPSHOT_REFUSED_AFTER = -1
    snapshot_holder.stop_holding()
    assert engine.check(subscriber.message(), purpose="enforcement").status_code == 503
    assert fold() == 0


@pytest.mark.usefixtures("own_data")
def test_a_ceased_message_is_kept_once_where_the_same_question_is_asked_again(engine, subscriber):
    message = subscriber.message().replace(b">1<", b">2<")
    at = datetime.now(UTC).isoformat()
    for _ in range(2):
        said = engine.check(message, purpose="enforcement", received_at=at).json()
        assert said["reason"] == "digest-mismatch"
    assert fold() == 2
    kept = CeasedMessage.objects.get()
    assert kept.request_id == said["message"]["request_id"]
    assert kept.at == datetime.fromisoformat(at)
    assert (kept.attribution, kept.party) == ("originator", subscriber.certificate.party)


@pytest.mark.usefixtures("own_data")
def test_a_ceased_message_that_is_reported_too_is_the_same_one_however_its_id_is_spelled(
    engine, subscriber, client_of
):
    message = subscriber.message().replace(b":1000<", b":1001<")
    spelled = re.sub(rb"(?<=RequestID>)[0-9A-F:-]+", lambda ids: ids[0].lower(), message)
    assert spelled != message
    at = datetime.now(UTC).isoformat()
    said = engine.check(spelled, purpose="enforcement", received_at=at).json()
    assert (said["reason"], said["signer"]["user_id"]) == ("digest-mismatch", None)
    assert fold() == 1
    reporter = client_of("observations:write", name="engine-2")
    refusal = {
        "request_id": said["message"]["request_id"],
        "time": at,
        "reason": said["reason"],
    }
    body = json.dumps({"ceased": [refusal]}).encode()
    answer = reporter.call("POST", "ceased", body, JSON)
    assert answer.json() == {"received": 1, "recorded": 0}
    assert CeasedMessage.objects.get().request_id == refusal["request_id"].upper()


@pytest.mark.usefixtures("own_data")
def test_a_decision_that_cannot_be_noted_is_answered_all_the_same_and_counted_as_missing(
    engine, subscriber, tmp_path, caplog
):
    spool = tmp_path / "spool"
    spool.write_text("a file where the folder should be")
    message = subscriber.message()
    asked = [question(message, purpose="enforcement")] * 3
    assert engine.check(message, purpose="enforcement").json()["decision"] == "process"
    lines = engine.call("POST", "checks/batch", lines_of(*asked), NDJSON).getvalue()
    assert [json.loads(line)["decision"] for line in lines.splitlines()] == ["process"] * 3
    assert engine.check(message).status_code == 200
    assert caplog.text.count("decisions cannot be noted") == 1
    assert Client().get("/readyz/checks").json()["decisions_not_noted"] == 4
    spool.unlink()
    assert engine.check(message, purpose="enforcement").status_code == 200
    assert "4 decisions were answered and are in no count" in caplog.text
    assert Client().get("/readyz/checks").json()["decisions_not_noted"] == 0
    assert fold() == 1
    gap = Event.objects.get(kind="decisions.not-noted")
    assert json.loads(gap.body)["details"]["decisions"] == 4


@pytest.mark.usefixtures("own_data")
def test_a_decision_of_solr_contingency_that_cannot_be_noted_is_none_and_a_diagnosis_goes_on(
    engine, contingency, tmp_path, caplog
):
    spool = tmp_path / "spool"
    spool.write_text("a file where the folder should be")
    message = contingency.message()
    for _ in range(2):
        answer = engine.check(message, purpose="enforcement")
        assert (answer.status_code, answer.json()["code"]) == (503, "observations-unavailable")
        assert answer["Retry-After"] == "5"
        assert "decision" not in answer.json()
    assert caplog.text.count("decisions cannot be noted") == 1
    assert engine.check(message).status_code == 200
    # In a batch it is one in the place of each answer.
    asked = [question(message), question(message, purpose="enforcement"), question(message)]
    lines = engine.call("POST", "checks/batch", lines_of(*asked), NDJSON).getvalue()
    first, problem, last = map(json.loads, lines.splitlines())
    of_shape(problem, "ProblemDocument")
    assert (problem["status"], problem["code"]) == (503, "observations-unavailable")
    assert (first["decision"], last["decision"]) == ("cease", "cease")
    spool.unlink()
    assert engine.check(message, purpose="enforcement").status_code == 200
    assert fold() == 1, "what was refused is not missing: nobody was answered"
    assert not Event.objects.filter(kind="decisions.not-noted").exists()
