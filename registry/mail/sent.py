"""The mail that was asked for, for those who may see it."""

from enum import StrEnum

from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast

from registry.errors import NotFoundError
from registry.lanes import MAIL
from registry.models import MailMessage, OutboxMessage


class MailState(StrEnum):
    """How a mail stands."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    GIVEN_UP = "given-up"


def mails() -> QuerySet[MailMessage]:
    """Return every mail, the newest first; each knows whether it is given up."""
    given_up = OutboxMessage.objects.filter(
        kind=MAIL.kind,
        key=Cast(OuterRef("pk"), CharField()),
        given_up_at__isnull=False,
    )
    return MailMessage.objects.annotate(is_given_up=Exists(given_up)).order_by("-pk")


def mail_called(mail_id: int) -> MailMessage:
    """Return one mail.

    Raises:
        NotFoundError: There is none.
    """
    found = mails().filter(pk=mail_id).first()
    if found is None:
        raise NotFoundError("mail")
    return found


def state_of(mail: MailMessage) -> MailState:
    """Return how a mail of `mails` stands."""
    if mail.sent_at is not None:
        return MailState.SENT
    is_given_up: bool = getattr(mail, "is_given_up")  # noqa: B009 -- the query's
    if not is_given_up:
        return MailState.WAITING
    return MailState.REFUSED if mail.refused_at is not None else MailState.GIVEN_UP
