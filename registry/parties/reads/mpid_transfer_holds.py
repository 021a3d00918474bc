"""The holds of the SMKI PMA on the transfer of MPIDs (MP185). For the DCC's staff only."""

from datetime import datetime

from django.db.models import Q, QuerySet

from registry.models import MpidTransferHold


def names_of_holds() -> dict[str, str]:
    """Return what each hold there was is called, by what the evidence names it."""
    return {
        f"mpidtransferhold:{hold.pk}": f"Hold on the MPID {hold.mpid}, {hold.party.name}"
        for hold in MpidTransferHold.objects.select_related("party")
    }


def holds_in_force(*, at: datetime) -> "QuerySet[MpidTransferHold]":
    """Return the holds that have not ended by a moment, also those that begin later, by MPID."""
    return (
        MpidTransferHold.objects.select_related("party")
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at), lifted_at__isnull=True)
        .order_by("mpid", "pk")
    )
