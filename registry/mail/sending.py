"""Sending one mail, and recording the try before it is made and what came of it."""

import smtplib
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction

from registry import outbox
from registry.faults import kept
from registry.models import MailMessage, MailTry

_PERMANENT = range(500, 600)
"""Replies by which a server refuses for good (RFC 5321, 4.2.1)."""
_OF_THIS_MAIL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)
"""Answers about the mail itself. What a server says at its greeting, to our name, our account or
our sender is about us: whoever puts that right has every mail sent."""
LONGEST_ANSWER = 1_000
"""Characters that are kept of what a server said."""


class NotTakenError(Exception):
    """No server took the mail this time; to be tried again."""


def send_mail(key: str, _payload: Mapping[str, Any], at: datetime) -> None:
    """Send one mail that was asked for, unless it was sent before.

    The try is committed before the server is asked: where the worker dies in between, the history
    has a try of which nobody knows the end, and the next one sends the same Message-ID.

    Raises:
        NotTakenError: No server took it; to be tried again.
        HopelessError: A server refused it for good.
    """
    message = MailMessage.objects.get(pk=int(key))
    if message.sent_at is not None:
        return
    attempt = MailTry.objects.create(mail=message, at=at)
    try:
        _as_sent(message).send()
    except Exception as fault:  # of the server, the network or the backend: each is an answer
        code, answer = _answer_of(fault)
        is_final = isinstance(fault, _OF_THIS_MAIL) and code in _PERMANENT
        _record(message, attempt, at=at, answer=answer, is_final=is_final)
        if is_final:
            raise outbox.HopelessError(f"The mail server refused it: {answer}") from fault
        raise NotTakenError(answer) from fault
    _record(message, attempt, at=at)


def _as_sent(message: MailMessage) -> EmailMessage:
    return EmailMessage(
        message.subject,
        message.text,
        to=[message.recipient],
        headers={
            "Message-ID": message.message_id,
            "Date": format_datetime(message.asked_at),
            # So that no absence notice answers (RFC 3834, 5).
            "Auto-Submitted": "auto-generated",
        },
    )


def _answer_of(fault: Exception) -> tuple[int | None, str]:
    """Return the code of a server's reply, None where there was none, and its words."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        ((code, words),) = fault.recipients.values()
        return code, _words(code, words)
    if isinstance(fault, smtplib.SMTPResponseException):
        return fault.smtp_code, _words(fault.smtp_code, fault.smtp_error)
    return None, kept(f"{type(fault).__name__}: {fault}", most=LONGEST_ANSWER)


def _words(code: int, words: bytes | str) -> str:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return kept(f"{code} {said}", most=LONGEST_ANSWER)


def _record(
    message: MailMessage,
    attempt: MailTry,
    *,
    at: datetime,
    answer: str = "",
    is_final: bool = False,
) -> None:
    outcome = "taken" if not answer else "refused" if is_final else "not-taken"
    with transaction.atomic():
        MailTry.objects.filter(pk=attempt.pk).update(outcome=outcome, answer=answer)
        not_sent = MailMessage.objects.filter(pk=message.pk, sent_at__isnull=True)
        if outcome == "taken":
            not_sent.update(sent_at=at, refused_at=None)
        elif outcome == "refused":
            not_sent.update(refused_at=at)
