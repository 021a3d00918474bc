"""Certificates that cannot be notified for a User ID, and why."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from portal.presenters.cells import Table, certificate_link, tags, text
from portal.presenters.certificate_names import name_of
from portal.presenters.certificates import certificate_tags
from portal.presenters.findings import finding_words
from registry.notifications.reads.user_ids import Candidate

if TYPE_CHECKING:
    from registry.models import Person


def ineligible_table(candidates: Iterable[Candidate], *, reader: "Person", at: datetime) -> Table:
    """Return the certificates that cannot be notified, each with everything in its way."""
    return Table(
        caption="Certificates you cannot use for this User ID",
        columns=("Certificate", "Status", "Why not"),
        rows=tuple(
            (
                certificate_link(name_of(candidate.certificate, reader=reader)),
                tags(*certificate_tags(candidate.certificate, at=at)),
                text(" ".join(finding_words(finding) for finding in candidate.report.blocking)),
            )
            for candidate in candidates
        ),
        empty="There is no other certificate of this Party.",
    )
