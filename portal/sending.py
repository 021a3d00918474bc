"""Which User IDs of whoever asks cannot send, read once for a request."""

from django.http import HttpRequest

from portal.asker import moment_of, person_of
from registry.notifications.reads.sending import SendingTrouble, sending_troubles


def troubles_of(request: HttpRequest) -> tuple[SendingTrouble, ...]:
    """Return the User IDs that whoever is signed in may see and that cannot send now."""
    known: tuple[SendingTrouble, ...] | None = getattr(request, "sending_troubles", None)
    if known is None:
        known = sending_troubles(person_of(request), at=moment_of(request))
        request.sending_troubles = known  # type: ignore[attr-defined]  # it is this request's
    return known
