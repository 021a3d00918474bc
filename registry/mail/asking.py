"""Asking, in the transaction of an act, that a mail be sent once it has committed."""

import logging
import secrets
from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from registry import outbox
from registry.lanes import MAIL
from registry.mail.wording import worded
from registry.models import MailMessage
from registry.wake import wake_outbox

logger = logging.getLogger(__name__)


def ask_for_mail(
    template: str, *, to: str, values: Mapping[str, object], at: datetime
) -> MailMessage | None:
    """Word a mail and ask that it be sent; None where the recipient has no usable address.

    A person without an address is not a fault: the act goes on, and the portal shows what it did.
    The words and the Message-ID are fixed here, so that every try sends the same mail.
    """
    if not _is_address(to):
        logger.info("no mail `%s`: its recipient has no usable address", template)
        return None
    wording = worded(template, values)
    _, _, domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")
    message = MailMessage.objects.create(
        template=template,
        recipient=to,
        subject=wording.subject,
        text=wording.text,
        message_id=f"<{secrets.token_hex(16)}@{domain}>",
        asked_at=at,
    )
    outbox.ask(MAIL, key=str(message.pk), at=at, wake=wake_outbox)
    return message


def ask_to_tell_staff(
    template: str, *, values: Mapping[str, object], at: datetime
) -> MailMessage | None:
    """Ask for a mail of what only the DCC's staff should hear, to their own address."""
    message = ask_for_mail(template, to=settings.STAFF_EMAIL, values=values, at=at)
    if message is None:  # `portal.E005` refuses such a setting at the start
        logger.error("staff were not told by mail `%s`: STAFF_EMAIL cannot be used", template)
    return message


def _is_address(to: str) -> bool:
    try:
        validate_email(to)
    except ValidationError:
        return False
    return True
