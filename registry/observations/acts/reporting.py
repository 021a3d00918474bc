"""Taking what clients report about decisions that were made elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from registry.clients.reads.api_clients import KnownClient
from registry.notices.acts.ceased import Ceased, record_ceased
from registry.observations.acts.observations import Observed, count_observations


def report_observations(
    counts: Mapping[Observed, int], *, client: KnownClient, at: datetime
) -> dict[str, int]:
    """Add a client's counts to those there are, and return what it is answered."""
    with transaction.atomic():
        count_observations(counts, at=at, reported_by=client.name)
    unproven = sum(count for observed, count in counts.items() if not observed.is_proven)
    return {"decisions": sum(counts.values()), "unproven": unproven}


def report_ceased(
    messages: Sequence[Ceased], *, client: KnownClient, at: datetime
) -> dict[str, int]:
    """Record the messages that a client says have ceased, and return what it is answered."""
    with transaction.atomic():
        recorded = record_ceased(messages, at=at, reported_by=client.id)
    return {"received": len(messages), "recorded": recorded}
