"""Asking, by the outbox, that an approved request be certified."""

from datetime import datetime

from registry import outbox
from registry.lanes import CERTIFICATES
from registry.models import CertificateRequest
from registry.wake import wake_outbox


def ask_for_issue(request: CertificateRequest, *, at: datetime) -> None:
    """Ask, in the approval's transaction, that the request be certified.

    Each approval asks by a key of its own: one that was stopped may be approved again.
    """
    outbox.ask(CERTIFICATES, key=f"{request.reference}/{request.version}", at=at, wake=wake_outbox)
