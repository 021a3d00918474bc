"""Who cannot send: the very answer that a message of theirs would get, and for each its reason."""

from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from registry.arrangements.acts.arrangements import set_notification_waiver
from registry.arrangements.acts.reference_data import load_reference_data
from registry.feed.reads.snapshot import load_snapshot
from registry.models import OrganisationCertificate
from registry.notifications.acts.notifications import withdraw_notification
from registry.notifications.reads.sending import sending_troubles
from rules.duties import PersonRole
from rules.roles import UserRole
from rules.service_requests.checker import decide
from rules.service_requests.question import DeviceFacts, Generation, Question
from rules.workflow import RevocationReason
from tests.arranging import set_enforcement
from tests.factories import (
    AT,
    a_certificate,
    a_key,
    a_notification,
    a_party,
    a_person,
    a_user_id,
)
from tests.registry.test_key_and_negative import negative
from tests.signing import a_signed_message

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serves("RA-CSR")]

DAY = timedelta(days=1)
# RFC 6979, A.2.5.
PUBLISHED = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
NOW = AT + DAY


@dataclass(frozen=True, kw_only=True)
class Given:
    """One certificate of a User ID, and what happened to it."""

    notified: bool = True
    withdrawn: bool = False
    revoked: bool = False
    again: bool = False
    """Notified again after it was withdrawn."""
    shared_with: str = ""
    """Whose certificate has its key too: `party`, `user-id` or `devices`."""
    shares_the_negative: bool = False
    """The other certificate has the key's negative, which is the same key."""
    made: dict[str, Any] = field(default_factory=dict)


GOOD = Given()
CASES = {
    "good": (GOOD, None),
    "never notified": (Given(notified=False), "certificate-not-notified"),
    "withdrawn": (Given(withdrawn=True), "certificate-notification-withdrawn"),
    "notified again": (Given(withdrawn=True, again=True), None),
    "revoked": (Given(revoked=True), "certificate-revoked"),
    "expired": (Given(made={"not_after": NOW - timedelta(seconds=1)}), "certificate-expired"),
    "to its last moment": (Given(made={"not_after": NOW}), None),
    "not yet valid": (
        Given(made={"not_before": NOW + timedelta(seconds=1)}),
        "certificate-not-yet-valid",
    ),
    "another role": (Given(made={"remote_party_role": "02"}), "certificate-not-xmlsign"),
    "for agreeing keys": (
        Given(made={"key_usage": "keyAgreement"}),
        "certificate-not-for-signing",
    ),
    "of no known use": (Given(made={"key_usage": ""}), "certificate-not-for-signing"),
    "with another Party's key": (Given(shared_with="party"), "key-serves-two-parties"),
    "with another User ID's key": (Given(shared_with="user-id"), "key-serves-two-user-ids"),
    "with a key towards Devices": (Given(shared_with="devices"), "key-used-towards-devices"),
    "with the negative of another Party's key": (
        Given(shared_with="party", shares_the_negative=True),
        "key-serves-two-parties",
    ),
    "a key in a renewal of it": (Given(shared_with="itself"), None),
    "withheld": (Given(made={"is_withheld": True}), "certificate-unknown"),
}
"""By what happened, and for what a message signed with it ceases where MP104 is enforced."""


def _made(given, user_id, *, key=None):
    key = key or a_key()
    shares = {"key_in_conflict": True} if given.shared_with else {}
    certificate = a_certificate(user_id, key=key, **shares, **given.made)
    if given.notified:
        notification = a_notification(certificate)
    if given.withdrawn:
        withdraw_notification(
            notification.pk, actor=a_person(PersonRole.ARO, user_id.party), at=AT
        )
    if given.again:
        a_notification(certificate)
    if given.revoked:
        OrganisationCertificate.objects.filter(pk=certificate.pk).update(
            revoked_at=AT, revocation_reason=RevocationReason.KEY_COMPROMISE.value
        )
    _share(given.shared_with, negative(key) if given.shares_the_negative else key, user_id)
    return certificate, key


def _share(how, key, user_id):
    other = {
        "party": lambda: (a_user_id(), "87"),
        "user-id": lambda: (a_user_id(user_id.party), "87"),
        "devices": lambda: (user_id, "02"),
        "itself": lambda: (user_id, "87"),
    }.get(how)
    if other is not None:
        holder, role = other()
        a_certificate(holder, key=key, remote_party_role=role, key_in_conflict=True)


def _asked(certificate, key, *, registered):
    device = DeviceFacts(registered_user_ids=frozenset({registered}))
    message = a_signed_message(certificate, key)
    question = Question(
        message=message,
        generation=Generation.SMETS2_PLUS,
        received_at=NOW,
        is_about_now=True,
        device=device,
    )
    return decide(question, load_snapshot()).reason


def _troubled(user_id):
    person = a_person(PersonRole.ARO, user_id.party)
    found = sending_troubles(person, at=NOW, among=[user_id.eui64])
    return found[0].found if found else None


@pytest.fixture(params=["enforced", "monitored", "waived"], autouse=True)
def mode(request):
    load_reference_data(at=AT - DAY)
    if request.param != "monitored":
        set_enforcement(enforced_from=AT, at=AT)
    if request.param == "waived":
        set_notification_waiver(waived_from=AT, at=AT)
    return request.param


@pytest.mark.parametrize("case", CASES)
def test_a_user_id_cannot_send_exactly_where_its_message_would_cease(case, mode):
    given, reason = CASES[case]
    user_id = a_user_id()

    certificate, key = _made(given, user_id)

    answered = _asked(certificate, key, registered=user_id.eui64)
    if mode == "enforced":
        assert answered == reason
    assert (_troubled(user_id) is not None) is (answered is not None)


@pytest.mark.parametrize("case", [name for name, (_, reason) in CASES.items() if reason])
def test_one_good_certificate_beside_it_is_enough(case):
    user_id = a_user_id()
    _made(CASES[case][0], user_id)
    _made(GOOD, user_id)
    assert _troubled(user_id) is None


def test_a_user_id_with_no_certificate_cannot_send_and_nothing_is_said_to_have_stopped():
    found = _troubled(a_user_id())
    assert (found.stopped, found.nearest) == (None, None)


def test_one_without_a_user_role_is_not_among_them():
    user_id = a_user_id(user_roles=())
    _made(Given(revoked=True), user_id)
    assert _troubled(user_id) is None


def test_what_is_sent_as_solr_contingency_alone_is_relaxed_in_nothing(mode):
    user_id = a_user_id(user_roles=(UserRole.SOLR_CONTINGENCY,))
    _made(Given(notified=False), user_id)
    found = _troubled(user_id)
    assert (found is None) is (mode == "waived")
    if found is not None:
        assert found.nearest.reason == "certificate-not-notified"


# --- what is said of them --------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["enforced"], indirect=True)
def test_what_stopped_it_is_the_notified_certificate_that_ended_last():
    user_id = a_user_id()
    _made(Given(made={"not_after": AT - DAY}), user_id)
    last, _ = _made(Given(revoked=True), user_id)
    # It never signed anything, so its end stopped nothing.
    _made(Given(notified=False, made={"not_after": AT + DAY / 2}), user_id)
    found = _troubled(user_id)
    assert found.stopped.certificate.serial == int(last.serial_number)
    assert (found.stopped.reason, found.stopped.since) == ("certificate-revoked", AT)


@pytest.mark.parametrize("mode", ["enforced"], indirect=True)
def test_nearest_is_the_certificate_that_takes_least_to_put_right():
    user_id = a_user_id()
    _made(Given(revoked=True), user_id)
    fresh, _ = _made(Given(notified=False), user_id)
    _made(Given(withdrawn=True), user_id)
    found = _troubled(user_id)
    assert found.nearest.certificate.serial == int(fresh.serial_number)
    assert found.nearest.reason == "certificate-not-notified"


@pytest.mark.parametrize("mode", ["enforced"], indirect=True)
@pytest.mark.parametrize("is_published_first", [True, False])
def test_one_that_anybody_can_sign_with_is_nearest_to_nobody(is_published_first):
    user_id = a_user_id()
    published = ec.derive_private_key(PUBLISHED, ec.SECP256R1())
    for key in (published, a_key()) if is_published_first else (a_key(), published):
        a_certificate(user_id, key=key)
    public = published.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    assert _troubled(user_id).nearest.certificate.public_key != public


@pytest.mark.parametrize("mode", ["enforced"], indirect=True)
def test_a_certificate_that_lacks_two_things_is_said_to_lack_the_harder():
    user_id = a_user_id()
    _made(Given(notified=False, shared_with="party"), user_id)
    assert _troubled(user_id).nearest.reason == "key-serves-two-parties"


@pytest.mark.parametrize("mode", ["enforced"], indirect=True)
def test_the_worst_comes_first():
    party = a_party()
    never, earlier, later = (a_user_id(party) for _ in range(3))
    _made(Given(made={"not_after": AT}), earlier)
    _made(Given(made={"not_after": AT + DAY / 2}), later)
    found = sending_troubles(a_person(PersonRole.ARO, party), at=NOW)
    assert [one.found.user.eui64 for one in found] == [later.eui64, earlier.eui64, never.eui64]


# --- whose they are --------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["enforced"], indirect=True)
@pytest.mark.parametrize("role", list(PersonRole))
def test_a_party_is_told_of_its_own_and_staff_of_all(role):
    north, south = a_user_id(), a_user_id()
    _made(Given(revoked=True), north)
    _made(Given(revoked=True), south)
    is_staff = role in {PersonRole.OFFICER, PersonRole.AUDITOR}
    person = a_person(role, None if is_staff else north.party)
    found = sending_troubles(person, at=NOW)
    seen = {one.found.user.eui64 for one in found}
    assert seen == ({north.eui64, south.eui64} if is_staff else {north.eui64})
    assert sending_troubles(person, at=NOW, among=[south.eui64]) == () or is_staff


@pytest.mark.parametrize("mode", ["enforced"], indirect=True)
def test_another_partys_certificate_with_its_eui64_is_not_shown_to_it():
    user_id = a_user_id()
    a_certificate(SimpleNamespace(eui64=user_id.eui64, party=a_party()))
    found = _troubled(user_id)
    assert (found.stopped, found.nearest) == (None, None)


# --- what it costs ---------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["enforced"], indirect=True)
@pytest.mark.parametrize(("given", "queries"), [(GOOD, 3), (Given(revoked=True), 8)])
def test_it_asks_the_database_as_often_however_many_there_are(
    given, queries, django_assert_max_num_queries
):
    party = a_party()
    for _ in range(8):
        _made(given, a_user_id(party))
    person = a_person(PersonRole.ARO, party)
    assert person.is_active  # as the session has asked already
    with django_assert_max_num_queries(queries):
        assert len(sending_troubles(person, at=NOW)) == (0 if given is GOOD else 8)
