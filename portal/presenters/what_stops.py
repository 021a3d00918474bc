"""What a revocation stops, and what it leaves, told before it is done."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from portal.presenters.cells import Tag
from portal.presenters.certificate_names import CertificateName, name_of
from portal.presenters.sending import Why, why_nearest
from rules.alerts.deciding import AlertAction, AlertDecision
from rules.responses.kinds import PURPOSE_NAMES
from rules.words import listed

if TYPE_CHECKING:
    from registry.models import Person
    from registry.notifications.reads.sending import SendingTrouble
    from registry.notifications.reads.what_stops import (
        MpidAfterwards,
        Replacement,
        Sender,
        WhatStops,
    )
    from rules.alerts.failing import SupplierFails


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing that stops, changes or goes on."""

    tag: Tag
    says: str
    certificates: tuple[CertificateName, ...] = ()
    """Named after what is said."""
    why: Why | None = None
    """Which certificate could take its place, and what that lacks."""
    more: tuple[str, ...] = ()
    """Said below."""
    link: str = ""
    href: str = ""


def effects_of(found: "WhatStops", *, reader: "Person") -> tuple[Effect, ...]:
    """Return what stops, the worst first, and then what goes on; empty where nothing does."""
    stopped = [(each, each.trouble) for each in found.senders if each.trouble is not None]
    going_on = [sender for sender in found.senders if sender.trouble is None]
    return (
        *(_left_unable(sender, trouble, reader=reader) for sender, trouble in stopped),
        *(_failed_supplier(failure) for failure in found.failures),
        *(
            Effect(
                tag=Tag(words="DCC key", colour="red"),
                says=(
                    f"It is published as the DCC's {PURPOSE_NAMES[purpose]} key. Users must not "
                    "rely on a Response that is signed with it from then on."
                ),
                certificates=(name_of(certificate, reader=reader),),
            )
            for certificate, purpose in found.published
        ),
        *_mpids_freed(found.mpids),
        *(_towards_devices(each, reader=reader) for each in found.replacements),
        *_mpids_kept(found.mpids, reader=reader),
        *(_still_able(sender, reader=reader) for sender in going_on),
    )


def _left_unable(sender: "Sender", trouble: "SendingTrouble", *, reader: "Person") -> Effect:
    why = why_nearest(trouble, reader=reader)
    more, link, href = "", "", ""
    if trouble.open_request:
        link = f"Request {trouble.open_request} for a new certificate is open"
        href = reverse("request", args=[trouble.open_request])
    elif why is None:
        more = "Nothing replaces it: there is no other certificate to notify, and no open request."
    return Effect(
        tag=Tag(words="Cannot send", colour="red"),
        says=(
            f"User ID {_whose(sender, reader=reader)} will not be able to send: it has no other "
            "certificate to sign with. The DCC will process none of its messages."
        ),
        why=why,
        more=(more,) if more else (),
        link=link,
        href=href,
    )


def _still_able(sender: "Sender", *, reader: "Person") -> Effect:
    return Effect(
        tag=Tag(words="Can send", colour="green"),
        says=f"User ID {_whose(sender, reader=reader)} can go on sending with:",
        certificates=tuple(name_of(each, reader=reader) for each in sender.goes_on_with),
    )


def _whose(sender: "Sender", *, reader: "Person") -> str:
    of = f" of {sender.party}" if reader.is_staff_of_dcc else ""
    return f"`{sender.eui64}`{of}"


def _failed_supplier(failure: "SupplierFails") -> Effect:
    is_live = "One is" if failure.is_instructed else "None is"
    return Effect(
        tag=Tag(words="Failed Supplier", colour="red"),
        says=(
            f"`{failure.eui64}` of {failure.party} will have no live certificate in the Supplier "
            "role, and counts as a failed Supplier from then on (MP134B 2.7). This rests on its "
            "revoked certificates:"
        ),
        more=(
            (
                "A Shared Resource Provider can send messages for it as SolrContingency while an "
                f"instruction of the Authority is live. {is_live} live now."
            ),
            *_alerts(failure),
        ),
    )


def _alerts(failure: "SupplierFails") -> Iterator[str]:
    if failure.safety_critical is not None:
        yield f"Safety-critical Alerts {_becomes(failure.safety_critical)}"
    yield f"All other Alerts {_becomes(failure.other)}"


def _becomes(decision: AlertDecision) -> str:
    recipient = decision.recipient
    if decision.action is AlertAction.HOLD or recipient is None:
        # That an Alert is not in the list is what "other" says already.
        why = f" {decision.report.blocking[0].says}" if decision.tells_staff else ""
        return f"are held.{why}"
    if recipient.is_resource_provider:
        return (
            f"are sent with them to {recipient.party}, its Shared Resource Provider "
            f"(`{recipient.user_id}`)."
        )
    return f"are sent with them to {recipient.party} itself (`{recipient.user_id}`)."


def _mpids_freed(mpids: "Iterable[MpidAfterwards]") -> Iterator[Effect]:
    freed = [each for each in mpids if not each.kept_by]
    for party in dict.fromkeys(each.party for each in freed):
        its = [each for each in freed if each.party == party]
        yield Effect(
            tag=Tag(words="MPIDs freed" if len(its) > 1 else "MPID freed", colour="orange"),
            says=(
                f"{party} will hold {listed([each.mpid for each in its])} no longer. Another "
                "Supplier can then be issued a certificate with them."
            )
            if len(its) > 1
            else (
                f"{party} will hold {its[0].mpid} no longer. Another Supplier can then be issued "
                "a certificate with it."
            ),
            more=tuple(
                f"{each.mpid} is held by {listed(each.others)} as well, and stays so."
                for each in its
                if each.others
            ),
        )


def _mpids_kept(mpids: "Iterable[MpidAfterwards]", *, reader: "Person") -> Iterator[Effect]:
    for each in mpids:
        if not each.kept_by:
            continue
        more = []
        for use in each.kept_by:
            if use.transfer_hold is not None:
                more.append("The SMKI PMA holds its transfer (MP185).")
            elif use.request is not None:
                more.append(f"Request {use.request.reference} reserves it.")
        yield Effect(
            tag=Tag(words="MPID kept", colour="green"),
            says=f"{each.party} goes on holding {each.mpid}.",
            certificates=tuple(
                name_of(use.certificate, reader=reader)
                for use in each.kept_by
                if use.certificate is not None
            ),
            more=tuple(more),
        )


def _towards_devices(replacement: "Replacement", *, reader: "Person") -> Effect:
    name = name_of(replacement.certificate, reader=reader)
    says = (
        f"Devices that hold certificate {name.short} keep it until another is placed on them: a "
        "revocation changes no Device. "
    )
    if replacement.replaced_by:
        says += "These live certificates have its EUI-64, Remote Party Role and key usage:"
    else:
        says += "No other live certificate has its EUI-64, Remote Party Role and key usage."
    return Effect(
        tag=Tag(words="Devices"),
        says=says,
        certificates=tuple(name_of(each, reader=reader) for each in replacement.replaced_by),
    )
