"""Tells the DCC's staff that messages are decided by a register that was not confirmed lately."""

from datetime import datetime, timedelta
from math import inf

from django.conf import settings

from portal.presenters.moments import moment_words


def stale_words(age: float | None, *, at: datetime) -> str:
    """Return what staff are told of the register's age; empty where it is fresh or not held.

    Args:
        age: For how many seconds it has not been confirmed (`age_of_holding`).
        at: Now.
    """
    if age is None or age <= settings.SNAPSHOT_STALE_AFTER or age == inf:
        return ""
    confirmed_at = at - timedelta(seconds=age)
    refused_from = confirmed_at + timedelta(seconds=settings.SNAPSHOT_REFUSED_AFTER)
    if refused_from <= at:
        what = "No message is decided."
    else:
        what = (
            "Messages sent as SolrContingency are not decided; all others are, until "
            f"{moment_words(refused_from)}."
        )
    return (
        "The register that messages are checked against was last confirmed on "
        f"{moment_words(confirmed_at)}. {what} Tell the operator."
    )
