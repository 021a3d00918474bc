"""What is arranged for decisions, as a test needs it: past the two persons whom it takes."""

from datetime import datetime

from registry.evidence import history
from registry.models import EnforcementMoment
from rules.duties import Act


def set_enforcement(*, enforced_from: datetime | None, at: datetime) -> None:
    """Record from when MP104 is enforced, as loaded data does, with its event."""
    with history.acting(Act.SET_ENFORCEMENT, actor=None, at=at) as act:
        EnforcementMoment.objects.create(
            enforced_from=enforced_from, recorded_at=at, is_loaded=True
        )
        act.done("enforcement", enforced_from=enforced_from.isoformat() if enforced_from else None)
