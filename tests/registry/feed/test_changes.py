"""What changed since a version: in one step, of one history, or not known."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from registry import tasks
from registry.arrangements.acts.reference_data import load_reference_data
from registry.feed.acts.feed_changes import clear_old_changes
from registry.feed.reads import snapshot as selector
from registry.feed.reads.snapshot import (
    apply_changes,
    change_since,
    load_snapshot,
    version_and_mark,
)
from registry.models import (
    OrganisationCertificate,
    ServiceReferenceVariant,
    ServiceRequestEligibility,
    SnapshotChange,
    SnapshotVersion,
)
from tests.factories import AT, a_certificate, a_notification, a_party, a_user_id

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_version_has_a_mark_of_its_own_which_all_that_it_changed_bear():
    seen = set()
    for _ in range(3):
        a_notification(a_certificate())
        version, mark = version_and_mark()
        assert mark not in seen
        seen.add(mark)
        marks = set(SnapshotChange.objects.filter(version=version).values_list("mark", flat=True))
        assert {str(each) for each in marks} == {mark}
        assert load_snapshot().mark == mark


def test_what_changed_makes_the_new_snapshot_of_the_old_one():
    load_reference_data(at=AT)
    a_notification(a_certificate())
    before = load_snapshot()
    certificate = a_certificate()
    a_notification(certificate)
    certificate.revoked_at, certificate.revocation_reason = AT, "key-compromise"
    certificate.save()
    since = change_since(int(before.version))
    assert (str(since.after), since.after_mark) == (before.version, before.mark)
    assert len(since.change.certificates) == 1
    assert since.change.wholes == {}
    assert before.changed(since.change) == load_snapshot()


def test_only_the_entries_that_changed_are_in_a_change():
    load_reference_data(at=AT)
    before = load_snapshot()
    row = ServiceRequestEligibility.objects.get(service_reference_variant="8.2", user_role="OU")
    row.valid_until = AT
    row.save()
    ServiceRequestEligibility.objects.filter(service_reference_variant="4.1.1").delete()
    ServiceReferenceVariant.objects.filter(code="4.1.1").delete()
    change = change_since(int(before.version)).change
    assert set(change.eligibility) == {"8.2", "4.1.1"}
    assert change.eligibility["4.1.1"] is None
    assert not change.safety_critical_alerts
    assert not change.registration_switches
    assert not change.wholes


def test_since_the_present_version_nothing_changed():
    a_user_id()
    now = load_snapshot()
    since = change_since(int(now.version))
    assert now.changed(since.change) == now


def test_since_the_empty_register_everything_changed():
    empty = load_snapshot()
    a_notification(a_certificate())
    since = change_since(0)
    assert (since.after, since.after_mark) == (0, "")
    assert empty.changed(since.change) == load_snapshot()


def test_a_certificate_that_comes_to_be_withheld_is_gone():
    """No service does that; whoever does it past our code takes it from every follower."""
    kept, withheld = a_certificate(), a_certificate()
    before = load_snapshot()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registry_organisationcertificate DISABLE TRIGGER USER")
        cursor.execute(
            "ALTER TABLE registry_organisationcertificate"
            " ENABLE TRIGGER registry_organisationcertificate_is_watched"
        )
        OrganisationCertificate.objects.filter(pk=withheld.pk).update(is_withheld=True)
        cursor.execute("ALTER TABLE registry_organisationcertificate ENABLE TRIGGER USER")
    change = change_since(int(before.version)).change
    gone = (withheld.issuer, int(withheld.serial_number))
    assert change.certificates == {gone: None}
    after = apply_changes(before)
    assert set(after.certificates) == {(kept.issuer, int(kept.serial_number))}
    assert after == load_snapshot()


def test_since_a_version_that_is_still_to_come_nothing_is_known():
    a_party()
    assert change_since(selector.snapshot_version() + 1) is None


def test_a_register_that_was_set_back_and_counted_on_is_another_history():
    """As after a backup was restored: the same numbers, other changes."""
    a_certificate()
    before = load_snapshot()
    a_party()
    held = load_snapshot()
    # Back to before, and on: the same versions again.
    SnapshotVersion.objects.update(version=int(before.version))
    SnapshotChange.objects.filter(version__gt=int(before.version)).delete()
    a_party()
    a_certificate()
    since = change_since(int(held.version))
    assert str(since.after) == held.version
    assert since.after_mark != held.mark
    after = apply_changes(held)
    assert after == load_snapshot()
    assert not any(after.certificates.get(key) is c for key, c in held.certificates.items())


# --- clearing away -----------------------------------------------------------------------------


def aged(version, **since):
    """Have a version and those before it noted so long ago, and the others now."""
    now = timezone.now()
    SnapshotChange.objects.filter(version__lte=version).update(noted_at=now - timedelta(**since))
    SnapshotChange.objects.filter(version__gt=version).update(noted_at=now)


def test_what_changed_long_ago_is_cleared_and_what_a_live_follower_needs_is_kept(settings):
    settings.FEED_CHANGES_KEPT_FOR = 3600
    for _ in range(6):
        a_party()
    aged(4, hours=2)
    before = {version: change_since(version) for version in range(7)}
    assert clear_old_changes(at=timezone.now()) == 3
    after = {version: change_since(version) for version in range(7)}
    assert [version for version, since in after.items() if since is None] == [0, 1, 2, 3]
    # Version 4 itself is old, but whoever holds it may have asked a moment before 5 came.
    assert {v: s for v, s in after.items() if s} == {v: before[v] for v in (4, 5, 6)}


def test_of_a_register_in_which_nothing_happens_the_newest_versions_stay(settings):
    settings.FEED_CHANGES_KEPT_FOR = 3600
    for _ in range(3):
        a_party()
    aged(3, days=400)
    assert clear_old_changes(at=timezone.now()) == 0
    assert change_since(0) is not None


def test_a_clock_that_jumped_ahead_clears_nothing_away(settings):
    settings.FEED_CHANGES_KEPT_FOR = 3600
    for _ in range(3):
        a_party()
    assert clear_old_changes(at=timezone.now() + timedelta(days=1000)) == 0


def test_an_empty_register_has_nothing_to_clear():
    assert clear_old_changes(at=timezone.now()) == 0


def test_a_process_that_slept_past_the_clearing_reads_everything_anew(settings):
    settings.FEED_CHANGES_KEPT_FOR = 3600
    a_certificate()
    before = load_snapshot()
    for _ in range(3):
        a_party()
    aged(int(before.version) + 2, hours=2)
    clear_old_changes(at=timezone.now())
    assert change_since(int(before.version)) is None
    assert apply_changes(before) == load_snapshot()


def test_the_task_does_it(settings):
    settings.FEED_CHANGES_KEPT_FOR = 3600
    for _ in range(4):
        a_party()
    aged(3, days=1)
    assert tasks.clear_old_changes() == 2
    assert (
        settings.CELERY_BEAT_SCHEDULE["clear-old-changes"]["task"] == tasks.clear_old_changes.name
    )
