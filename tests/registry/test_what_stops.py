"""What a revocation or a stopped key would stop: what is foretold is what then happens."""

from datetime import timedelta

import pytest

from registry.certificates.acts.certificates import revoke_certificate
from registry.certificates.acts.dcc_certificates import publish_dcc_certificate
from registry.feed.reads.snapshot import load_snapshot
from registry.models import SafetyCriticalAlert
from registry.notifications.acts.notifications import withdraw_notification
from registry.notifications.reads.sending import sending_troubles
from registry.notifications.reads.what_stops import (
    WhatStops,
    what_a_revocation_stops,
    what_withdrawing_stops,
)
from registry.parties.acts.mpid_transfer_holds import place_mpid_hold
from rules.alerts.deciding import AlertAction, decide_alert
from rules.duties import PersonRole
from rules.responses.kinds import SigningPurpose
from rules.roles import DSP_XML_SIGN, SUPPLIER, PartyCategory
from rules.service_requests.reason_codes import CheckReason
from rules.service_requests.sending import fit_to_sign
from rules.workflow import RevocationReason
from tests.arranging import set_enforcement
from tests.factories import AT, a_certificate, a_notification, a_party, a_person, a_user_id

pytestmark = pytest.mark.django_db(transaction=True)

NOW = AT + timedelta(days=1)
NOTHING = WhatStops(senders=(), mpids=(), replacements=(), failures=(), published=())


@pytest.fixture(autouse=True)
def _enforced():
    set_enforcement(enforced_from=AT, at=AT)


@pytest.fixture
def officer():
    return a_person(PersonRole.OFFICER)


@pytest.fixture
def user_id():
    return a_user_id(a_party("Northwind Energy"))


def revoked(*certificates, officer):
    for certificate in certificates:
        revoke_certificate(
            certificate.pk,
            actor=officer,
            reason=RevocationReason.SUPERSEDED,
            note="Replaced.",
            at=NOW,
        )


def a_sender(user_id, **made):
    return a_notification(a_certificate(user_id, **made), notified_at=AT, recorded_at=AT)


def senders(found):
    return {sender.eui64: sender.trouble is None for sender in found.senders}


# --- senders -------------------------------------------------------------------------------------


def test_the_last_one_leaves_its_user_id_unable_as_it_then_is(user_id, officer):
    certificate = a_sender(user_id).certificate
    found = what_a_revocation_stops([certificate], person=officer, at=NOW)
    (sender,) = found.senders
    assert (sender.eui64, sender.party) == (user_id.eui64, "Northwind Energy")
    assert sender.goes_on_with == ()
    revoked(certificate, officer=officer)
    (trouble,) = sending_troubles(officer, at=NOW)
    assert sender.trouble is not None
    assert sender.trouble.found.stopped.reason == trouble.found.stopped.reason
    assert sender.trouble.found.nearest.certificate.serial == int(certificate.serial_number)


def test_one_of_two_leaves_the_other_as_it_then_is(user_id, officer):
    first, second = (a_sender(user_id).certificate for _ in range(2))
    found = what_a_revocation_stops([first], person=officer, at=NOW)
    (sender,) = found.senders
    assert sender.trouble is None
    assert sender.goes_on_with == (second,)
    revoked(first, officer=officer)
    (fit,) = fit_to_sign(user_id.eui64, load_snapshot(), at=NOW)
    assert fit.serial == int(second.serial_number)


def test_many_are_asked_about_together(user_id, officer):
    other = a_user_id(user_id.party)
    certificates = [a_sender(one).certificate for one in (user_id, user_id, other)]
    assert senders(what_a_revocation_stops(certificates[:2], person=officer, at=NOW)) == {
        user_id.eui64: False
    }
    assert senders(what_a_revocation_stops(certificates[1:], person=officer, at=NOW)) == {
        user_id.eui64: True,
        other.eui64: False,
    }
    assert senders(what_a_revocation_stops(certificates, person=officer, at=NOW)) == {
        user_id.eui64: False,
        other.eui64: False,
    }


@pytest.mark.parametrize("state", ["revoked", "expired", "not-notified", "withheld"])
def test_what_nothing_rests_on_stops_nothing(user_id, officer, state):
    if state == "not-notified":
        certificate = a_certificate(user_id)
    elif state == "withheld":
        certificate = a_certificate(user_id, is_withheld=True)
    elif state == "expired":
        certificate = a_sender(user_id, not_after=NOW - timedelta(seconds=1)).certificate
    else:
        certificate = a_sender(user_id).certificate
        revoked(certificate, officer=officer)
        certificate.refresh_from_db()
    assert what_a_revocation_stops([certificate], person=officer, at=NOW) == NOTHING


def test_what_could_replace_it_is_the_one_that_lacks_the_least(user_id, officer):
    certificate, fresh = a_sender(user_id).certificate, a_certificate(user_id)
    (sender,) = what_a_revocation_stops([certificate], person=officer, at=NOW).senders
    nearest = sender.trouble.found.nearest
    assert nearest.certificate.serial == int(fresh.serial_number)
    assert nearest.reason == CheckReason.CERTIFICATE_NOT_NOTIFIED


def test_before_mp104_is_enforced_another_role_goes_on_signing(user_id, officer):
    set_enforcement(enforced_from=NOW + timedelta(days=1), at=AT)
    certificate, other = (
        a_sender(user_id).certificate,
        a_certificate(user_id, remote_party_role="02"),
    )
    (sender,) = what_a_revocation_stops([certificate], person=officer, at=NOW).senders
    assert (sender.trouble, sender.goes_on_with) == (None, (other,))


@pytest.mark.parametrize("others", [0, 1])
def test_a_key_that_is_stopped_stops_what_then_stops(user_id, others):
    aro = a_person(PersonRole.ARO, user_id.party)
    notification = a_sender(user_id)
    for _ in range(others):
        a_sender(user_id)
    found = what_withdrawing_stops(notification, person=aro, at=NOW)
    assert senders(found) == {user_id.eui64: bool(others)}
    assert found.mpids == ()
    withdraw_notification(notification.pk, actor=aro, at=NOW)
    assert bool(sending_troubles(aro, at=NOW)) is not bool(others)


def test_it_is_asked_before_and_nothing_is_changed_by_asking(user_id, officer):
    certificate = a_sender(user_id, mpids=("ABCD",)).certificate
    version = load_snapshot().version
    what_a_revocation_stops([certificate], person=officer, at=NOW)
    assert load_snapshot().version == version


# --- MPIDs ---------------------------------------------------------------------------------------


def mpids(*certificates, officer):
    found = what_a_revocation_stops(certificates, person=officer, at=NOW).mpids
    return {each.mpid: bool(each.kept_by) for each in found}


def test_mpids_that_nothing_else_holds_are_freed_and_the_others_kept(user_id, officer):
    first = a_certificate(user_id, mpids=("ABCD", "EFGH"))
    second = a_certificate(user_id, mpids=("EFGH", "IJKL"))
    assert mpids(first, officer=officer) == {"ABCD": False, "EFGH": True}
    assert mpids(first, second, officer=officer) == {"ABCD": False, "EFGH": False, "IJKL": False}


def test_what_the_pma_holds_is_not_freed(user_id, officer):
    certificate = a_certificate(user_id, mpids=("ABCD",))
    place_mpid_hold(
        "ABCD",
        party_reference=user_id.party.reference,
        actor=officer,
        reason="A Supplier has failed.",
        at=AT,
    )
    assert mpids(certificate, officer=officer) == {"ABCD": True}


def test_one_that_has_expired_holds_none_that_could_be_freed(user_id, officer):
    certificate = a_certificate(user_id, mpids=("ABCD",), not_after=NOW - timedelta(seconds=1))
    assert mpids(certificate, officer=officer) == {}


# --- what a revoked supplier certificate still does ----------------------------------------------


@pytest.fixture
def supplier(user_id):
    return a_certificate(user_id, remote_party_role=SUPPLIER)


def test_with_its_last_one_a_supplier_fails_and_its_alerts_go_as_they_then_go(
    user_id, officer, supplier
):
    SafetyCriticalAlert.objects.create(alert_code="8F1F", name="Low credit", valid_from=AT)
    (failure,) = what_a_revocation_stops([supplier], person=officer, at=NOW).failures
    assert (failure.eui64, failure.party) == (user_id.eui64, "Northwind Energy")
    assert failure.is_instructed is False
    revoked(supplier, officer=officer)
    after = load_snapshot()
    for foretold, code in ((failure.safety_critical, "8F1F"), (failure.other, "0000")):
        then = decide_alert(code, user_id.eui64, after, at=NOW, is_about_now=True)
        assert (foretold.action, foretold.reason) == (then.action, then.reason)
        assert foretold.action is AlertAction.HOLD


def test_with_another_live_one_it_does_not_fail_and_that_one_replaces_it(
    user_id, officer, supplier
):
    other = a_certificate(user_id, remote_party_role=SUPPLIER)
    a_certificate(user_id, remote_party_role="03")
    found = what_a_revocation_stops([supplier], person=officer, at=NOW)
    assert found.failures == ()
    (replacement,) = found.replacements
    assert replacement.certificate == supplier
    assert replacement.replaced_by == (other,)
    both = what_a_revocation_stops([supplier, other], person=officer, at=NOW)
    assert [failure.eui64 for failure in both.failures] == [user_id.eui64]
    assert [each.replaced_by for each in both.replacements] == [(), ()]


def test_who_has_failed_already_does_not_fail_again(user_id, officer, supplier):
    old = a_certificate(user_id, remote_party_role=SUPPLIER, not_after=NOW - timedelta(seconds=1))
    revoked(supplier, officer=officer)
    assert what_a_revocation_stops([old], person=officer, at=NOW).failures == ()


def test_another_role_makes_no_failed_supplier(user_id, officer):
    certificate = a_certificate(user_id, remote_party_role="03")
    assert what_a_revocation_stops([certificate], person=officer, at=NOW).failures == ()


# --- of the DCC ----------------------------------------------------------------------------------


def test_that_one_is_published_as_the_dccs_is_told(officer):
    dcc = a_user_id(a_party("DCC", category=PartyCategory.DCC), user_roles=())
    certificate = a_certificate(dcc, remote_party_role=DSP_XML_SIGN)
    publish_dcc_certificate(
        issuer=certificate.issuer,
        serial=certificate.serial_number,
        purpose=SigningPurpose.TRANSFORM,
        at=NOW,
    )
    found = what_a_revocation_stops([certificate], person=officer, at=NOW)
    assert found.published == ((certificate, SigningPurpose.TRANSFORM),)
