"""Who else has what a request names, as an MPID or in a name, for officers."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse

from portal.presenters.cells import Cell, Table, certificate_link, link, moment, text
from portal.presenters.certificate_names import name_of
from registry.certificates.reads.certificate_requests import BlockingHold

if TYPE_CHECKING:
    from registry.models import Person


def holds_table(holds: Iterable[BlockingHold], *, reader: "Person") -> Table:
    """Return what other Supplier Parties have, one line each."""
    return Table(
        caption="Who else has what this request names",
        columns=("MPID", "Party", "Held by", "Until"),
        rows=tuple(
            (
                text(hold.mpid, hint=f"In the name “{hold.in_name}”" if hold.in_name else ""),
                text(hold.party),
                _by(hold, reader=reader),
                moment(hold.until, otherwise=_without_end(hold)),
            )
            for hold in holds
        ),
        empty="No other Supplier Party has any of it.",
    )


def _without_end(hold: BlockingHold) -> str:
    return "Until the hold is lifted" if hold.transfer_hold else "Until that request ends"


def _by(hold: BlockingHold, *, reader: "Person") -> Cell:
    if hold.transfer_hold:
        return text("The SMKI PMA holds its transfer", hint=hold.transfer_hold)
    if hold.certificate is not None:
        return certificate_link(name_of(hold.certificate, reader=reader))
    return link(
        hold.request_reference,
        reverse("request", args=[hold.request_reference]),
        unseen="which reserves it",
    )
