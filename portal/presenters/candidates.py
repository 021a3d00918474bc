"""Certificates that cannot be notified for a User ID, and why."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from portal.presenters.cells import Table, link, tags, text
from portal.presenters.certificates import certificate_tags
from registry.selectors.user_ids import Candidate


def ineligible_table(candidates: Iterable[Candidate], *, at: datetime) -> Table:
    """Return the certificates that cannot be notified, each with everything in its way."""
    return Table(
        caption="Certificates that cannot be notified for it",
        columns=("Serial number", "Status", "Why not"),
        rows=tuple(
            (
                link(
                    candidate.certificate.serial_number,
                    reverse("certificate", args=[candidate.certificate.pk]),
                    is_identifier=True,
                ),
                tags(*certificate_tags(candidate.certificate, at=at)),
                text(" ".join(finding.says for finding in candidate.report.blocking)),
            )
            for candidate in candidates
        ),
        empty="There is no other certificate of this Party.",
    )
