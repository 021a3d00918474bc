"""Telling staff, by mail, of an effect that was given up."""

from datetime import datetime

from django.conf import settings

from registry.effects.reads.waiting import lane_called
from registry.lanes import MAIL
from registry.mail.asking import ask_to_tell_staff
from registry.models import MailMessage, OutboxMessage


def tell_of_given_up(message: OutboxMessage, at: datetime) -> None:
    """Ask, in the transaction that gives an effect up, that staff be told.

    Of a mail to the staff's own address that was given up no other mail tells them.
    """
    if message.kind != MAIL.kind:
        values = {
            "work": lane_called(message.kind),
            "key": message.key,
            "error": message.last_error,
        }
        ask_to_tell_staff("work-given-up", values=values, at=at)
        return
    mail = MailMessage.objects.get(pk=int(message.key))
    if mail.recipient.casefold() != settings.STAFF_EMAIL.casefold():
        values = {
            "recipient": mail.recipient,
            "about": mail.subject,
            "error": message.last_error,
        }
        ask_to_tell_staff("mail-given-up", values=values, at=at)
