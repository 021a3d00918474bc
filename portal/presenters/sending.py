"""User IDs that cannot send: why, and what to do next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from portal.presenters.certificate_names import CertificateName, name_of
from portal.presenters.words import counted
from rules.certificates.keys import key_x, published_keys
from rules.service_requests.reason_codes import CheckReason

if TYPE_CHECKING:
    from registry.models import Person
    from registry.notifications.reads.sending import SendingTrouble
    from rules.service_requests.sending import Unfit

SHOWN = 10
"""So many are on the home page; their own page has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """One sentence on a certificate: its name, and what is said of it."""

    certificate: CertificateName
    says: str
    at: datetime | None
    """Said after the sentence, where it has a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What to do next; without an address, words alone."""

    says: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One User ID that cannot send."""

    eui64: str
    href: str
    party: str
    """Empty where the reader sees only one."""
    why: tuple[Why, ...]
    """Empty: no certificate was ever issued for it."""
    next: Next


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """The block of all that cannot send."""

    says: str
    lines: tuple[Line, ...]
    more: str
    """Words of the link to all of them; empty where all are shown."""
    is_for_staff: bool
    """Whether the reader is of the DCC, and so is not told how to reach it."""


def alarm_for(
    troubles: "tuple[SendingTrouble, ...]", *, reader: "Person", shown: int | None = SHOWN
) -> Alarm | None:
    """Return the block of the User IDs that cannot send; None where all can."""
    if not troubles:
        return None
    lines = tuple(_line(trouble, reader=reader) for trouble in troubles[:shown])
    return Alarm(
        says=says_in_short(troubles, reader=reader),
        lines=lines,
        more=f"See all {len(troubles):,}" if len(lines) < len(troubles) else "",
        is_for_staff=reader.is_staff_of_dcc,
    )


def says_in_short(troubles: "tuple[SendingTrouble, ...]", *, reader: "Person") -> str:
    """Return one sentence on how many User IDs cannot send."""
    of_all = counted(len(troubles), "User ID")
    if reader.is_staff_of_dcc:
        parties = {trouble.found.user.party_reference for trouble in troubles}
        of = counted(len(parties), "Party", "Parties")
        return f"{of_all} of {of} cannot send. The DCC does not process their messages."
    if len(troubles) == 1:
        return (
            f"User ID {troubles[0].found.user.eui64} cannot send. "
            "The DCC does not process its messages."
        )
    return f"{of_all} cannot send. The DCC does not process their messages."


def _line(trouble: "SendingTrouble", *, reader: "Person") -> Line:
    user = trouble.found.user
    return Line(
        eui64=user.eui64,
        href=reverse("user-id", args=[user.eui64]),
        party=user.party if reader.is_staff_of_dcc else "",
        why=tuple(_why(trouble, reader=reader)),
        next=_next(trouble, reader=reader),
    )


_SAYS: Mapping[str, str] = {
    CheckReason.CERTIFICATE_REVOKED: "was revoked on",
    CheckReason.CERTIFICATE_EXPIRED: "expired on",
    CheckReason.NOTIFICATION_WITHDRAWN: "is no longer used: its notification was withdrawn on",
    CheckReason.CERTIFICATE_NOT_NOTIFIED: "is valid, but the DCC has not been notified of it",
    CheckReason.CERTIFICATE_NOT_YET_VALID: "is not valid before",
    CheckReason.CERTIFICATE_NOT_FOR_SIGNING: (
        "cannot sign messages: its key usage is not digitalSignature"
    ),
    CheckReason.KEY_SERVES_TWO_PARTIES: "has a key that another Party has too",
    CheckReason.KEY_SERVES_TWO_USER_IDS: "has a key that another User ID has too",
    CheckReason.KEY_USED_TOWARDS_DEVICES: "has a key that is used towards Devices too",
}


_CAN_BE_PUT_RIGHT = frozenset(
    {CheckReason.CERTIFICATE_NOT_NOTIFIED, CheckReason.CERTIFICATE_NOT_YET_VALID}
)


def _why(trouble: "SendingTrouble", *, reader: "Person") -> Iterator[Why]:
    """Yield what ended last, and what lacks the least where that is another certificate."""
    stopped, nearest = trouble.found.stopped, trouble.found.nearest
    if stopped is not None:
        yield _sentence(stopped, trouble, reader=reader)
    if nearest is not None and nearest.since is None:
        yield _sentence(nearest, trouble, reader=reader)


def why_nearest(trouble: "SendingTrouble", *, reader: "Person") -> Why | None:
    """Return what lacks the least, where that can be put right without a new certificate."""
    nearest = trouble.found.nearest
    can_be = nearest is not None and nearest.since is None and not _is_published(nearest)
    if nearest is None or not can_be or nearest.reason not in _CAN_BE_PUT_RIGHT:
        return None
    return _sentence(nearest, trouble, reader=reader)


def _sentence(unfit: "Unfit", trouble: "SendingTrouble", *, reader: "Person") -> Why:
    certificate = unfit.certificate
    name = name_of(trouble.certificates[certificate.issuer, certificate.serial], reader=reader)
    is_ahead = unfit.reason == CheckReason.CERTIFICATE_NOT_YET_VALID
    if unfit.counts_from is not None:
        return Why(
            certificate=name,
            says="is notified for later; it can sign from",
            at=max(unfit.counts_from, certificate.not_before),
        )
    return Why(
        certificate=name,
        says=_says(unfit),
        at=certificate.not_before if is_ahead else unfit.since,
    )


def _says(unfit: "Unfit") -> str:
    if _is_to_notify(unfit) and _is_published(unfit):
        return "must not be used: its private key is published, so anyone can sign with it"
    return _SAYS.get(unfit.reason, f"cannot be used ({unfit.reason.value})")


def _is_to_notify(unfit: "Unfit") -> bool:
    return unfit.reason == CheckReason.CERTIFICATE_NOT_NOTIFIED


def _is_published(unfit: "Unfit") -> bool:
    return key_x(unfit.certificate.public_key) in published_keys()


def _next(trouble: "SendingTrouble", *, reader: "Person") -> Next:
    nearest = trouble.found.nearest
    eui64 = trouble.found.user.eui64
    is_staff = reader.is_staff_of_dcc
    if nearest is not None and nearest.counts_from is not None:
        return Next(says="It can send again from then on. Notify another certificate to send now.")
    if nearest is not None and _is_to_notify(nearest) and not _is_published(nearest):
        if is_staff:
            return Next(says="The Party must notify the DCC of it.")
        return Next(
            says="Notify the DCC of this certificate", href=reverse("user-id-notify", args=[eui64])
        )
    if trouble.open_request:
        return Next(
            says=f"Request {trouble.open_request} for a new certificate is open",
            href=reverse("request", args=[trouble.open_request]),
        )
    if is_staff:
        return Next(says="The Party must request a certificate for a new key pair.")
    return Next(says="Request a certificate for a new key pair", href=reverse("request-new"))
