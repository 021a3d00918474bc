"""Each act waits for whoever has in hand what it decides by.

Another transaction holds one thing, and the act must come to wait for just that: by its lock, not
by a later write to the same row, before which it would have read what is about to change.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection

from registry.arrangements.acts.arrangements import add_alert, remove_alert
from registry.authority.acts import issuing
from registry.certificates.acts.certificate_requests import (
    approve_request,
    reject_request,
    submit_request,
    withdraw_request,
)
from registry.certificates.acts.certificates import revoke_certificate
from registry.certificates.acts.dcc_certificates import (
    end_dcc_certificate,
    publish_dcc_certificate,
)
from registry.certificates.acts.request_checks import check_again
from registry.clients.acts.api_clients import create_api_client, revoke_api_client
from registry.models import ApiClient, CertificateRequest, Event, Party, PartyMpid, Person
from registry.notifications.acts.notifications import notify_certificate, withdraw_notification
from registry.parties.acts.mpid_claims import lock_mpids
from registry.parties.acts.mpid_transfer_holds import lift_mpid_hold, place_mpid_hold
from rules.alerts.alert_codes import AlertCode
from rules.certificates.making import build_request
from rules.certificates.reading import read_request
from rules.duties import PersonRole
from rules.responses.kinds import SigningPurpose
from rules.roles import PartyCategory
from rules.workflow import RevocationReason
from tests.approving import approve
from tests.factories import (
    AT,
    ISSUER,
    a_certificate,
    a_key,
    a_notification,
    a_party,
    a_person,
    a_user_id,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

LATER = AT + timedelta(seconds=1)
MPID = "NWEL"
ALERT = AlertCode("8F1F")


@dataclass(frozen=True, kw_only=True)
class World:
    """An act of each kind, ready to be done, and what each may have to wait for."""

    acts: dict[str, Callable[[], object]]
    keys: dict[str, str]
    rows: dict[str, tuple[str, int]]


@pytest.fixture
def world() -> World:
    user_id = a_user_id()
    PartyMpid.objects.create(mpid=MPID, party=user_id.party, recorded_at=AT)
    aro, officer = a_person(PersonRole.ARO, user_id.party), a_person(PersonRole.OFFICER)
    csr = partial(build_request, eui64=user_id.eui64, remote_party_role="87")
    fresh = csr(a_key(), common_name=MPID)
    request = submit_request(csr(a_key(), common_name=MPID), actor=aro, at=AT)
    certificate = a_certificate(user_id, mpids=[MPID])
    name = f"{MPID} Power"
    supplier = csr(a_key(), remote_party_role="02", common_name=name)
    named = submit_request(supplier, actor=aro, at=AT)
    in_name = a_certificate(user_id, remote_party_role="02", common_name=name)
    notified = a_certificate(user_id)
    notification = a_notification(notified, user_id=user_id, notified_by=aro)
    hold = place_mpid_hold(
        MPID,
        party_reference=user_id.party.reference,
        actor=officer,
        reason="It is held.",
        at=AT,
        valid_until=LATER + timedelta(days=1),
    )
    approved, sent = (
        approved_request(csr(a_key(), common_name=MPID), aro, officer) for _ in range(2)
    )
    assert issuing._mark_as_sent(sent.reference, at=AT)  # noqa: SLF001 - as if killed after it
    dccs = partial(a_certificate, a_user_id(a_dcc(), user_roles=()), remote_party_role="89")
    unpublished, published = dccs(), dccs()
    by_name = partial(dict, issuer=ISSUER, at=LATER)
    publish = partial(publish_dcc_certificate, purpose=SigningPurpose.TRANSFORM)
    publish(**by_name(serial=published.serial_number, at=AT))
    create_api_client("engine", scopes=["checks:ask"], at=AT)
    alert = add_alert(ALERT, name="It", at=AT)
    lock_mpids([MPID])
    as_seen = {"seen_version": request.version, "at": LATER}
    approving = partial(approve_request, actor=officer, acknowledgements={}, **as_seen)
    revoking = partial(
        revoke_certificate,
        actor=officer,
        reason=RevocationReason.SUPERSEDED,
        note="It was replaced.",
        at=LATER,
    )
    return World(
        acts={
            "submit": partial(submit_request, fresh, actor=aro, at=LATER),
            "withdraw": partial(withdraw_request, request.reference, actor=aro, **as_seen),
            "approve": partial(
                approving,
                request.reference,
                seen_facts=check_again(request, at=AT).facts_sha256,
            ),
            "approve a name": partial(
                approving,
                named.reference,
                seen_facts=check_again(named, at=AT).facts_sha256,
            ),
            "reject": partial(
                reject_request, request.reference, actor=officer, note="No.", **as_seen
            ),
            "revoke": partial(revoking, certificate.pk),
            "revoke a name": partial(revoking, in_name.pk),
            "notify": partial(
                notify_certificate, user_id.eui64, certificate.pk, actor=aro, at=LATER
            ),
            "stop": partial(withdraw_notification, notification.pk, actor=aro, at=LATER),
            "hold": partial(
                place_mpid_hold,
                MPID,
                party_reference=user_id.party.reference,
                reason="It is held.",
                actor=officer,
                at=LATER,
            ),
            "lift": partial(lift_mpid_hold, hold.pk, actor=officer, reason="So.", at=LATER),
            "send": partial(issuing.issue_certificate, approved.reference, {}, LATER),
            "record": partial(issuing.issue_certificate, sent.reference, {}, LATER),
            "publish": partial(publish, **by_name(serial=unpublished.serial_number)),
            "end": partial(end_dcc_certificate, **by_name(serial=published.serial_number)),
            "revoke client": partial(revoke_api_client, "engine", at=LATER),
            "remove alert": partial(remove_alert, ALERT, at=LATER),
        },
        keys={
            "submitted key": read_request(fresh).key_x or "",
            "requested key": request.key_x,
            "certified key": certificate.key_x,
            "approved key": approved.key_x,
            "unpublished key": unpublished.key_x,
            "published key": published.key_x,
        },
        rows={
            "request": ("registry_certificaterequest", request.pk),
            "certificate": ("registry_organisationcertificate", certificate.pk),
            "user id": ("registry_userid", user_id.pk),
            "notification": ("registry_signingnotification", notification.pk),
            "hold": ("registry_mpidtransferhold", hold.pk),
            "approved": ("registry_certificaterequest", approved.pk),
            "sent": ("registry_certificaterequest", sent.pk),
            "client": ("registry_apiclient", ApiClient.objects.get().pk),
            "alert": ("registry_safetycriticalalert", alert.pk),
        },
    )


def a_dcc() -> Party:
    return a_party("DCC", category=PartyCategory.DCC)


def approved_request(csr: bytes, aro: Person, officer: Person) -> CertificateRequest:
    request = submit_request(csr, actor=aro, at=AT)
    approve(request, officer, at=AT)
    request.refresh_from_db()
    return request


@pytest.fixture
def other(database_url) -> Iterator[psycopg.Connection]:
    """Return the connection of whoever was first, in a transaction that goes on."""
    with psycopg.connect(database_url) as opened:
        yield opened
        opened.rollback()


WAITS = [
    ("submit", "submitted key"),
    ("withdraw", "request"),
    ("approve", "request"),
    ("approve", "mpid"),
    ("approve", "requested key"),
    ("approve a name", "mpid"),
    ("reject", "request"),
    ("revoke", "certificate"),
    ("revoke", "mpid"),
    ("revoke a name", "mpid"),
    ("notify", "user id"),
    ("notify", "certificate"),
    ("notify", "certified key"),
    ("stop", "notification"),
    ("hold", "mpid"),
    ("lift", "mpid"),
    ("lift", "hold"),
    ("send", "approved"),
    ("send", "mpid"),
    ("send", "approved key"),
    ("record", "sent"),
    ("record", "mpid"),
    ("publish", "unpublished key"),
    ("end", "published key"),
    ("revoke client", "client"),
    ("remove alert", "alert"),
]


@pytest.mark.parametrize(("act", "thing"), WAITS)
def test_an_act_waits_for_whoever_has_what_it_decides_by(act, thing, world, other) -> None:
    before = Event.objects.count()
    by = _take(other, thing, world)
    said: list[str] = []

    def listen(execute: Any, statement: str, *rest: Any) -> Any:
        said.append(statement)
        return execute(statement, *rest)

    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    try:
        with (
            connection.execute_wrapper(listen),
            pytest.raises(OperationalError, match="lock timeout") as waited,
        ):
            world.acts[act]()
    finally:
        connection.close()
    assert isinstance(waited.value.__cause__, psycopg.errors.LockNotAvailable)
    # The last that was said before it gave up: a trigger, or the write itself, waits too late.
    assert all(part in said[-1] for part in by), said[-1]
    assert Event.objects.count() == before
    # It was only the wait: once the other is done, so is this.
    other.rollback()
    world.acts[act]()
    assert Event.objects.latest("position").result == "done"


def _take(other: psycopg.Connection, thing: str, world: World) -> tuple[str, ...]:
    """Take a thing in hand and return what is in the statement that locks it."""
    if thing in world.keys:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [world.keys[thing]])
        return ("pg_advisory_xact_lock",)
    if thing == "mpid":
        other.execute("SELECT FROM registry_mpid WHERE code = %s FOR NO KEY UPDATE", [MPID])
        return ("INSERT INTO registry_mpid (code)",)
    table, pk = world.rows[thing]
    other.execute(
        f"SELECT FROM {table} WHERE id = %s FOR NO KEY UPDATE",  # type: ignore[arg-type]
        [pk],
    )
    return ("SELECT", table, " FOR ", "UPDATE")
