"""Whose holds on MPIDs stand in a request's way, for officers."""

from collections.abc import Iterable

from django.urls import reverse

from portal.presenters.cells import Cell, Table, link, moment, text
from registry.selectors.certificate_requests import BlockingHold


def holds_table(holds: Iterable[BlockingHold]) -> Table:
    """Return the holds of other Supplier Parties, one line each."""
    return Table(
        caption="Who holds these MPIDs",
        columns=("MPID", "Party", "By", "Until"),
        rows=tuple(
            (
                text(hold.mpid),
                text(hold.party),
                _by(hold),
                moment(hold.until, otherwise=_without_end(hold)),
            )
            for hold in holds
        ),
        empty="No other Supplier Party holds them.",
    )


def _without_end(hold: BlockingHold) -> str:
    return "Until the hold is lifted" if hold.transfer_hold else "Until that request ends"


def _by(hold: BlockingHold) -> Cell:
    if hold.transfer_hold:
        return text("The SMKI PMA holds its transfer", hint=hold.transfer_hold)
    if hold.certificate_id is not None:
        return link(
            hold.serial_number,
            reverse("certificate", args=[hold.certificate_id]),
            is_identifier=True,
        )
    return link(
        hold.request_reference,
        reverse("request", args=[hold.request_reference]),
        unseen="which reserves it",
    )
