"""From when MP104's checks are enforced."""

from datetime import datetime

from registry.evidence import history
from registry.models import EnforcementMoment
from rules.duties import Act


def enforced_from() -> datetime | None:
    """Return the moment from which MP104 is enforced as recorded last; None: not set."""
    newest = EnforcementMoment.objects.order_by("-pk").first()
    return newest.enforced_from if newest is not None else None


def set_enforcement(*, enforced_from: datetime | None, at: datetime) -> None:
    """Record from when MP104 is enforced; None goes back to monitoring."""
    with history.acting(Act.SET_ENFORCEMENT, actor=None, at=at) as act:
        EnforcementMoment.objects.create(enforced_from=enforced_from, recorded_at=at)
        act.done("enforcement", enforced_from=enforced_from.isoformat() if enforced_from else None)
