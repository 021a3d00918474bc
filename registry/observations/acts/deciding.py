"""The one way to decide a message: by the register as this process holds it, and noted.

The API, a batch and the page decide through here, so that all of them refuse alike what rests on
a register that is too old (docs/decisions/0066). Nothing on this path asks the database.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from registry.feed.reads.snapshot_holder import SnapshotStaleError, age_of, held_register
from registry.gateways.duis_schema import duis_schema
from registry.observations.acts.observing import observe
from rules.service_requests.checker import decide
from rules.service_requests.decision import Decision
from rules.service_requests.question import Question
from rules.service_requests.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision, and how old the register was by which it was made."""

    decision: Decision
    snapshot_age: float
    """Seconds since the database last confirmed it."""

    def as_dict(self, *, checked_at: datetime, reader: Reader) -> dict[str, object]:
        """Return the answer for its reader in the JSON shape of `POST /api/v1/checks`."""
        return self.decision.as_dict(
            checked_at=checked_at, snapshot_age=self.snapshot_age, reader=reader
        )


def decide_message(question: Question) -> Decided:
    """Decide one message, and note the decision unless the question is for diagnosis.

    Raises:
        SnapshotStaleError: The database has not confirmed the register within
            `SNAPSHOT_REFUSED_AFTER`, or, where the message is sent as SolrContingency, within
            `SNAPSHOT_STALE_AFTER`.
        ObservationsUnavailableError: The decision cannot be noted, and the message is sent as
            SolrContingency.
    """
    held = held_register()
    decision = decide(
        question,
        held.snapshot,
        size_limit=settings.MESSAGE_SIZE_LIMIT,
        schema=duis_schema(),
    )
    # Afterwards: whoever was stopped meanwhile, for hours perhaps, decided by what was so then.
    age = age_of(held)
    if age > settings.SNAPSHOT_STALE_AFTER:
        _require_fresh_enough(decision, age)
    observe(decision, question, register=held.snapshot)
    return Decided(decision=decision, snapshot_age=age)


def _require_fresh_enough(decision: Decision, age: float) -> None:
    if age > settings.SNAPSHOT_REFUSED_AFTER:
        raise SnapshotStaleError(age)
    if decision.is_of_contingency:
        raise SnapshotStaleError(age, decides="nothing that is sent as SolrContingency is decided")
