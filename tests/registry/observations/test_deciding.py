"""A decision is counted by the snapshot that it rests on, whatever the register says since."""

import pytest

from registry.feed.reads.snapshot_holder import current_snapshot
from registry.models import ServiceReferenceVariant, ServiceRequestEligibility
from registry.observations.acts import deciding
from registry.observations.acts.deciding import decide_message
from registry.observations.acts.folding import fold_spool
from registry.observations.acts.observing import spool_folder, stop_observing
from rules.service_requests.checker import decide
from rules.service_requests.question import DeviceFacts, Generation, Question
from tests.factories import AT
from tests.holding import committed
from tests.registry.observations.conftest import counted
from tests.waiting import seconds_until

__all__ = ["committed"]


@pytest.fixture
def _changing(monkeypatch):
    """Let the register lose every variant as soon as a decision is made."""

    def deciding_then_changing(*asked, **how):
        decision = decide(*asked, **how)
        ServiceRequestEligibility.objects.all().delete()
        ServiceReferenceVariant.objects.all().delete()
        seconds_until(lambda: "4.1.1" not in current_snapshot().eligibility)
        return decision

    monkeypatch.setattr(deciding, "decide", deciding_then_changing)


@pytest.fixture
def _spool_of_its_own(settings, tmp_path):
    """Count nothing that another test has noted in this process."""
    stop_observing()
    settings.DATA_DIR = tmp_path
    yield
    stop_observing()


@pytest.mark.usefixtures("committed", "_changing", "_spool_of_its_own")
def test_a_change_between_decision_and_noting_does_not_reach_the_count(subscriber):
    question = Question(
        message=subscriber.message(),
        generation=Generation.SMETS2_PLUS,
        received_at=AT,
        device=DeviceFacts(registered_user_ids=frozenset({subscriber.user_id.eui64})),
    )
    assert decide_message(question).decision.decision == "process"
    fold_spool(spool_folder(), at=AT)
    assert counted("srv") == {"4.1.1": 1}
