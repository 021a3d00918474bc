"""Mail for pages: what was sent to whom, and each try."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse

from portal.presenters.cells import (
    NOTHING,
    Cell,
    Row,
    Table,
    Tag,
    identifier,
    moment,
    row,
    tags,
    text,
)
from registry.mail.sent import MailState, state_of

if TYPE_CHECKING:
    from registry.models import MailMessage, MailTry

STATE_TAGS = {
    MailState.WAITING: Tag(words="To be sent", colour="yellow"),
    MailState.SENT: Tag(words="Sent", colour="green"),
    MailState.REFUSED: Tag(words="Refused", colour="red"),
    MailState.GIVEN_UP: Tag(words="Given up", colour="red"),
}
"""How each state is shown."""

_OUTCOMES = {
    "taken": "The mail server took it",
    "not-taken": "It was not taken this time",
    "refused": "The mail server refused it for good",
    "": "Not known: the worker ended before it could record the answer",
}


def mails_table(mails: Iterable["MailMessage"]) -> Table:
    """Return a table of mails."""
    return Table(
        caption="Mail",
        columns=("Asked for", "Mail", "State"),
        rows=tuple(
            (
                moment(mail.asked_at),
                Cell(
                    text=mail.subject,
                    href=reverse("mail-message", args=[mail.pk]),
                    hint=f"to {mail.recipient}",
                ),
                tags(STATE_TAGS[state_of(mail)]),
            )
            for mail in mails
        ),
        empty="No mail has been asked for yet.",
        is_caption_hidden=True,
    )


def mail_rows(mail: "MailMessage") -> tuple[Row, ...]:
    """Return what there is to know of a mail beside its words."""
    return (
        row("State", tags(STATE_TAGS[state_of(mail)])),
        row("To", text(mail.recipient)),
        row("Subject", text(mail.subject)),
        row("Asked for", moment(mail.asked_at)),
        row("Sent", moment(mail.sent_at)),
        row("Message-ID", identifier(mail.message_id)),
    )


def tries_table(tries: Iterable["MailTry"]) -> Table:
    """Return a table of the tries at sending a mail."""
    return Table(
        caption="Tries",
        columns=("When", "What came of it", "Answer"),
        rows=tuple(
            (
                moment(each.at),
                text(_OUTCOMES[each.outcome]),
                text(each.answer or NOTHING),
            )
            for each in tries
        ),
        empty="It has not been tried yet.",
    )
