"""The holds of the SMKI PMA on the transfer of MPIDs (MP185). For the DCC's staff only."""

from datetime import datetime

from django.db.models import Q, QuerySet

from registry.models import MpidTransferHold


def holds_in_force(*, at: datetime) -> "QuerySet[MpidTransferHold]":
    """Return the holds that have not ended by a moment, also those that begin later, by MPID."""
    return (
        MpidTransferHold.objects.select_related("party")
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at), lifted_at__isnull=True)
        .order_by("mpid", "pk")
    )
