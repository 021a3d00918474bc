"""A snapshot brought up to date is the same as one read anew, and reads only what changed."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections, transaction

from registry.arrangements.acts.reference_data import load_reference_data
from registry.feed.reads import snapshot as selector
from registry.feed.reads.snapshot import apply_changes, load_snapshot, snapshot_version
from registry.models import (
    Party,
    RegistrationSwitchMoment,
    SafetyCriticalAlert,
    ServiceReferenceVariant,
    ServiceRequestEligibility,
    SnapshotChange,
    SnapshotVersion,
)
from tests.arranging import set_enforcement
from tests.factories import (
    AT,
    a_certificate,
    a_key,
    a_notification,
    a_party,
    a_standing,
    a_user_id,
)

pytestmark = pytest.mark.django_db(transaction=True)


def a_party_comes():
    a_party()


def a_party_is_renamed():
    party = Party.objects.order_by("pk").first()
    party.name = "Another Name"
    party.save()


def a_user_id_comes():
    a_user_id()


def a_user_id_gets_another_role():
    user_id = a_user_id()
    user_id.user_roles = ["GS"]
    user_id.save()


def a_user_id_ends():
    user_id = a_user_id()
    user_id.valid_until = AT
    user_id.save()


def a_party_is_suspended():
    a_standing(Party.objects.order_by("pk").first())


def a_party_is_active_again():
    row = a_standing(a_party())
    row.valid_until = AT + timedelta(days=1)
    row.save()


def a_certificate_comes():
    a_certificate()


def a_certificate_is_revoked():
    row = a_certificate()
    row.revoked_at, row.revocation_reason = AT, "key-compromise"
    row.save()


def a_withheld_certificate_comes_and_is_revoked():
    row = a_certificate(is_withheld=True)
    row.revoked_at, row.revocation_reason = AT, "key-compromise"
    row.save()


def a_certificate_is_notified():
    a_notification(a_certificate())


def a_notification_is_withdrawn():
    row = a_notification(a_certificate())
    row.withdrawn_at, row.withdrawn_by = AT, row.notified_by
    row.save()


def an_eligibility_ends():
    row = ServiceRequestEligibility.objects.order_by("pk").first()
    row.valid_until = AT
    row.save()


def an_eligibility_is_deleted():
    ServiceRequestEligibility.objects.order_by("pk").first().delete()


def an_eligibility_moves_to_another_variant():
    row = ServiceRequestEligibility.objects.order_by("pk").first()
    row.service_reference_variant = "99.9"
    row.save()


def a_variant_goes():
    with transaction.atomic():
        ServiceRequestEligibility.objects.filter(service_reference_variant="8.2").delete()
        ServiceReferenceVariant.objects.filter(code="8.2").delete()


def an_alert_ends():
    row = SafetyCriticalAlert.objects.order_by("pk").first()
    row.valid_until = AT
    row.save()


def a_switch_is_set():
    RegistrationSwitchMoment.objects.create(
        checkpoint=f"s1sp:{'A' * 63}", turned_on_at=AT, recorded_at=AT
    )


def a_variant_comes():
    ServiceReferenceVariant.objects.create(code="99.9", name="None", is_critical=False)


def enforcement_is_set():
    set_enforcement(enforced_from=datetime(2027, 1, 1, tzinfo=UTC), at=AT)


def all_at_once():
    with transaction.atomic():
        a_party_is_renamed()
        a_certificate_is_notified()
        a_user_id_gets_another_role()
        an_eligibility_ends()


CHANGES = [
    a_party_comes,
    a_party_is_renamed,
    a_user_id_comes,
    a_user_id_gets_another_role,
    a_user_id_ends,
    a_party_is_suspended,
    a_party_is_active_again,
    a_certificate_comes,
    a_certificate_is_revoked,
    a_withheld_certificate_comes_and_is_revoked,
    a_certificate_is_notified,
    a_notification_is_withdrawn,
    an_eligibility_ends,
    an_eligibility_is_deleted,
    an_eligibility_moves_to_another_variant,
    a_variant_goes,
    a_variant_comes,
    an_alert_ends,
    a_switch_is_set,
    enforcement_is_set,
    all_at_once,
]


@pytest.fixture
def _a_register():
    load_reference_data(at=AT)
    for _ in range(3):
        a_notification(a_certificate())


def was_read_anew(before, after):
    """Tell whether every certificate was read again; what is not read again is the same object."""
    assert before.certificates.keys() & after.certificates.keys()
    return not any(
        after.certificates.get(key) is certificate
        for key, certificate in before.certificates.items()
    )


@pytest.mark.serves("RA-PARTY")
@pytest.mark.usefixtures("_a_register")
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_after_any_change_it_equals_one_read_anew_without_reading_all(change):
    before = load_snapshot()
    change()
    after = apply_changes(before)
    assert not was_read_anew(before, after)
    assert after == load_snapshot()
    assert after.shared_keys == load_snapshot().shared_keys
    assert after.version == str(snapshot_version()) != before.version


def test_a_key_that_comes_to_be_shared_is_known_as_shared_and_others_stay_so():
    def a_second_holder_of(key):
        row = a_certificate(key=key, key_in_conflict=True)
        return row.key_x

    first, second = a_key(), a_key()
    a_certificate(key=first)
    a_certificate(key=second)
    shared_before = a_second_holder_of(first)
    before = load_snapshot()
    assert set(before.shared_keys) == {shared_before}
    shared_since = a_second_holder_of(second)
    after = apply_changes(before)
    assert not was_read_anew(before, after)
    assert set(after.shared_keys) == {shared_before, shared_since}
    assert after.shared_keys == load_snapshot().shared_keys


@pytest.mark.usefixtures("_a_register")
def test_a_row_of_change_after_change_is_read_once_and_the_old_snapshot_stays_as_it_was():
    before = load_snapshot()
    kept = load_snapshot()
    for change in CHANGES:
        change()
    assert apply_changes(before) == load_snapshot()
    assert before == kept


@pytest.mark.usefixtures("_a_register")
def test_only_the_certificates_that_changed_are_read():
    before = load_snapshot()
    a_certificate()
    after = apply_changes(before)
    same = [key for key, value in before.certificates.items() if after.certificates[key] is value]
    assert len(same) == len(before.certificates)
    assert len(after.certificates) == len(before.certificates) + 1


def test_where_nothing_changed_it_is_the_same_object():
    a_certificate()
    snapshot = load_snapshot()
    assert apply_changes(snapshot) is snapshot


def test_versions_that_went_back_have_everything_read_anew():
    a_certificate()
    before = load_snapshot()
    SnapshotVersion.objects.update(version=1)
    after = apply_changes(before)
    assert was_read_anew(before, after)
    assert after.version == "1"


def test_changes_that_were_cleared_away_have_everything_read_anew():
    a_certificate()
    before = load_snapshot()
    held = snapshot_version()
    a_party()
    a_party()
    SnapshotChange.objects.filter(version=held + 1).delete()
    after = apply_changes(before)
    assert was_read_anew(before, after)
    assert after == load_snapshot()


def test_a_row_that_is_gone_has_everything_read_anew():
    a_certificate()
    gone = a_certificate()
    before = load_snapshot()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registry_organisationcertificate DISABLE TRIGGER USER")
        cursor.execute(
            "ALTER TABLE registry_organisationcertificate"
            " ENABLE TRIGGER registry_organisationcertificate_is_watched"
        )
        cursor.execute("DELETE FROM registry_organisationcertificate WHERE id = %s", [gone.pk])
        cursor.execute("ALTER TABLE registry_organisationcertificate ENABLE TRIGGER USER")
    after = apply_changes(before)
    assert was_read_anew(before, after)
    assert len(after.certificates) == 1


def test_a_kind_of_change_that_we_do_not_know_has_everything_read_anew():
    a_certificate()
    before = load_snapshot()
    version = snapshot_version() + 1
    SnapshotVersion.objects.update(version=version)
    SnapshotChange.objects.create(version=version, subject="weather", subject_id="1")
    after = apply_changes(before)
    assert was_read_anew(before, after)
    assert after == load_snapshot()


def test_a_change_noted_by_the_release_before_has_everything_read_anew():
    """It noted an eligibility by its row's number, which names no Service Reference Variant."""
    load_reference_data(at=AT)
    a_certificate()
    before = load_snapshot()
    an_eligibility_ends()
    SnapshotChange.objects.filter(version=snapshot_version()).update(
        subject="eligibility", subject_id="1"
    )
    after = apply_changes(before)
    assert was_read_anew(before, after)
    assert after == load_snapshot() != before


def test_too_many_changes_have_everything_read_anew(monkeypatch):
    a_certificate()
    before = load_snapshot()
    for _ in range(3):
        a_party()
    monkeypatch.setattr(selector, "MOST_CHANGES", 3)
    assert not was_read_anew(before, apply_changes(before))
    monkeypatch.setattr(selector, "MOST_CHANGES", 2)
    assert was_read_anew(before, apply_changes(before))


def test_version_and_content_agree_while_others_write():
    """Each write makes one party with one User ID, so that the content tells the version."""
    stop = threading.Event()

    def write():
        try:
            while not stop.is_set():
                with transaction.atomic():
                    a_user_id()
        finally:
            connections["default"].close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        follower = load_snapshot()
        deadline = datetime.now(UTC) + timedelta(seconds=2)
        seen = set()
        while datetime.now(UTC) < deadline:
            follower = apply_changes(follower)
            whole = load_snapshot()
            seen.add(whole.version)
            assert len(follower.user_ids) == int(follower.version)
            assert len(whole.user_ids) == int(whole.version)
    finally:
        stop.set()
        writer.join()
    assert len(seen) > 5
