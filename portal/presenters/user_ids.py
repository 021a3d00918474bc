"""User IDs and their notifications for pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from portal.presenters.cells import (
    NOTHING,
    Cell,
    Table,
    Tag,
    certificate_link,
    link,
    moment,
    table_by_party,
    tags,
    text,
    user_id_link,
)
from portal.presenters.certificate_names import name_of
from portal.presenters.certificates import certificate_tags, status_words, why_not_live
from portal.presenters.requests import who_cell
from portal.presenters.words import counted, user_role_words
from registry.certificates.reads.certificates import CertificateStatus
from registry.notifications.reads.user_ids import notified_column

if TYPE_CHECKING:
    from registry.models import OrganisationCertificate, Person, SigningNotification, UserId


def user_roles_words(codes: Iterable[str]) -> str:
    """Return User Roles as words."""
    return ", ".join(user_role_words(code) for code in codes) or "None yet"


def user_ids_table(
    user_ids: "Iterable[UserId]",
    *,
    reader: "Person",
    caption: str,
    empty: str,
    unable: frozenset[str] = frozenset(),
    is_caption_hidden: bool = False,
) -> Table:
    """Return a table of User IDs with how many certificates are notified for each.

    `unable` are those that cannot send.
    """
    return table_by_party(
        ("User ID", "User Roles", "Notified certificates"),
        (
            (
                user_id.party.name,
                (
                    user_id_link(user_id.eui64, reverse("user-id", args=[user_id.eui64])),
                    text(user_roles_words(user_id.user_roles)),
                    _notified_cell(user_id, is_unable=user_id.eui64 in unable),
                ),
            )
            for user_id in user_ids
        ),
        is_party_shown=reader.is_staff_of_dcc,
        caption=caption,
        empty=empty,
        is_caption_hidden=is_caption_hidden,
    )


def _notified_cell(user_id: "UserId", *, is_unable: bool) -> Cell:
    # The selector counts them; no field of the model has it.
    counts = {
        status: int(getattr(user_id, notified_column(status))) for status in CertificateStatus
    }
    live = counts.pop(CertificateStatus.LIVE)
    others = ", ".join(
        f"{count:,} {status_words(status)}" for status, count in counts.items() if count
    )
    if is_unable:
        words = counted(live, "certificate") if live else "None live"
        said = f"{words}, but {others}" if others else words
        return Cell(tags=(Tag(words="Cannot send", colour="red"),), hint=said)
    if live:
        return text(counted(live, "certificate"), hint=others and f"and {others}")
    return text("None live" if others else "None", hint=others and f"but {others}")


def current_table(
    notifications: Iterable["SigningNotification"],
    *,
    reader: "Person",
    at: datetime,
    may_withdraw: bool,
    caption: str,
    empty: str = "",
) -> Table:
    """Return certificates whose notifications for a User ID stand."""
    columns = ["Certificate", "Status", "Valid until", "Notified from", "Notified by"]
    if may_withdraw:
        columns.append("Action")
    rows = []
    for notification in notifications:
        name = name_of(notification.certificate, reader=reader)
        cells = [
            certificate_link(name),
            tags(*certificate_tags(notification.certificate, at=at)),
            moment(notification.certificate.not_after),
            moment(notification.notified_at),
            who_cell(notification.notified_by, reader=reader),
        ]
        if may_withdraw:
            cells.append(
                link(
                    "Stop using this key",
                    reverse("notification-withdraw", args=[notification.pk]),
                    unseen=f"of certificate {name.short}",
                )
            )
        rows.append(tuple(cells))
    return Table(
        caption=caption,
        columns=tuple(columns),
        rows=tuple(rows),
        empty=empty,
    )


def ended_table(notifications: Iterable["SigningNotification"], *, reader: "Person") -> Table:
    """Return the notifications of a User ID that were withdrawn."""
    return Table(
        caption="Withdrawn",
        columns=("Certificate", "Notified", "Notified by", "Withdrawn", "Withdrawn by"),
        rows=tuple(
            (
                certificate_link(name_of(ended.certificate, reader=reader)),
                moment(ended.notified_at),
                who_cell(ended.notified_by, reader=reader),
                moment(ended.withdrawn_at),
                who_cell(ended.withdrawn_by, reader=reader)
                if ended.withdrawn_by is not None
                else text(NOTHING),
            )
            for ended in notifications
        ),
        empty="No notification has been withdrawn.",
    )


def notifications_of_certificate_table(
    notifications: Iterable["SigningNotification"],
    *,
    of: "OrganisationCertificate",
    reader: "Person",
    at: datetime,
) -> Table:
    """Return for which User IDs a certificate was notified, and until when."""
    why = why_not_live(of, at=at)
    still = f"Still notified, but the certificate is {why}" if why else "Still notified"
    return Table(
        caption="Notifications",
        columns=("User ID", "Notified", "Notified by", "Until"),
        rows=tuple(
            (
                user_id_link(notification.eui64, reverse("user-id", args=[notification.eui64])),
                moment(notification.notified_at),
                who_cell(notification.notified_by, reader=reader),
                moment(notification.withdrawn_at, otherwise=still),
            )
            for notification in notifications
        ),
        empty="It has not been notified for a User ID.",
    )
