"""What the snapshot holds is what the register holds, at the version that it names."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from registry.arrangements.acts.reference_data import load_reference_data
from registry.feed.reads.snapshot import load_snapshot, snapshot_version
from registry.models import (
    ServiceReferenceVariant,
    ServiceRequestEligibility,
    SnapshotVersion,
)
from rules.identifiers import Eui64
from rules.register.arrangements import HeldRole
from rules.register.snapshot import (
    Eligibility,
    Notification,
    SnapshotCertificate,
    SnapshotUserId,
)
from rules.roles import SUPPLIER, PartyCategory, UserRole
from tests.arranging import set_enforcement
from tests.factories import (
    AT,
    ISSUER,
    NOT_AFTER,
    NOT_BEFORE,
    a_certificate,
    a_notification,
    a_party,
    a_user_id,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_empty_register_is_an_empty_snapshot_of_version_0():
    snapshot = load_snapshot()
    assert snapshot.version == "0"
    assert not snapshot.certificates
    assert not snapshot.user_ids
    assert not snapshot.eligibility
    assert snapshot.enforced_from is None


def test_a_certificate_is_in_it_by_issuer_and_serial_with_all_that_a_decision_needs():
    party = a_party("Northwind Energy", reference="northwind")
    row = a_certificate(a_user_id(party), mpids=["ABCD", "EFGH"])
    serial = int(row.serial_number)
    assert load_snapshot().certificates == {
        (ISSUER, serial): SnapshotCertificate(
            issuer=ISSUER,
            serial=serial,
            eui64=Eui64(row.eui64),
            remote_party_role="87",
            not_before=NOT_BEFORE,
            not_after=NOT_AFTER,
            revoked_at=None,
            public_key=bytes(row.public_key),
            party="Northwind Energy",
            party_reference="northwind",
            mpids=("ABCD", "EFGH"),
            key_usage="digitalSignature",
        )
    }


def test_certificates_of_every_remote_party_role_are_in_it():
    user_id = a_user_id()
    a_certificate(user_id)
    a_certificate(user_id, remote_party_role=SUPPLIER)
    roles = {c.remote_party_role for c in load_snapshot().certificates.values()}
    assert roles == {"02", "87"}


def test_moments_are_aware_and_in_utc_whatever_the_servers_time_zone():
    a_certificate()
    (certificate,) = load_snapshot().certificates.values()
    assert certificate.not_after.utcoffset() == timedelta(0)


def test_a_revoked_certificate_stays_in_it_with_the_moment():
    row = a_certificate()
    row.revoked_at, row.revocation_reason = AT, "key-compromise"
    row.save()
    (certificate,) = load_snapshot().certificates.values()
    assert certificate.revoked_at == AT


def test_a_withheld_certificate_is_left_out_and_another_beside_it_is_not():
    kept = a_certificate()
    a_certificate(is_withheld=True)
    (certificate,) = load_snapshot().certificates.values()
    assert certificate.serial == int(kept.serial_number)


def test_a_user_id_is_in_it_with_its_party_its_roles_and_every_notification_of_it():
    party = a_party("Grid Networks", category=PartyCategory.NETWORK_OPERATOR)
    roles = [UserRole.ELECTRICITY_DISTRIBUTOR, UserRole.GAS_TRANSPORTER]
    user_id = a_user_id(party, user_roles=roles)
    user_id.valid_from, user_id.valid_until = AT, AT + timedelta(days=9)
    user_id.save()
    first, second = a_certificate(user_id), a_certificate(user_id)
    withdrawn = a_notification(first)
    withdrawn.withdrawn_at, withdrawn.withdrawn_by = AT + timedelta(days=2), withdrawn.notified_by
    withdrawn.save()
    a_notification(second, notified_at=AT + timedelta(days=1))
    assert load_snapshot().user_ids == {
        user_id.eui64: SnapshotUserId(
            eui64=Eui64(user_id.eui64),
            party="Grid Networks",
            party_reference=party.reference,
            user_roles=tuple(HeldRole(user_role=role) for role in roles),
            valid_from=AT,
            valid_until=AT + timedelta(days=9),
            notifications=(
                Notification(
                    certificate=(ISSUER, int(first.serial_number)),
                    notified_at=AT,
                    withdrawn_at=AT + timedelta(days=2),
                ),
                Notification(
                    certificate=(ISSUER, int(second.serial_number)),
                    notified_at=AT + timedelta(days=1),
                    withdrawn_at=None,
                ),
            ),
        )
    }


def test_a_user_id_that_has_notified_nothing_is_in_it():
    user_id = a_user_id(user_roles=[])
    assert load_snapshot().user_ids[Eui64(user_id.eui64)].notifications == ()


def test_the_published_matrix_is_in_it_with_the_variants_that_nobody_may_send():
    load_reference_data(at=AT)
    snapshot = load_snapshot()
    assert set(snapshot.eligibility) == set(
        ServiceReferenceVariant.objects.values_list("code", flat=True)
    )
    assert (
        sum(map(len, snapshot.eligibility.values())) == ServiceRequestEligibility.objects.count()
    )
    nobodys = ServiceReferenceVariant.objects.create(code="99.9", name="None", is_critical=False)
    assert load_snapshot().eligibility[nobodys.code] == ()


def test_eligibility_keeps_the_moments_between_which_it_holds():
    until = AT + timedelta(days=1)
    ServiceReferenceVariant.objects.create(code="1.6", name="Payment Mode", is_critical=True)
    ServiceRequestEligibility.objects.create(
        service_reference_variant="1.6", user_role="IS", valid_from=AT, valid_until=until
    )
    ServiceRequestEligibility.objects.create(
        service_reference_variant="1.6", user_role="IS", valid_from=until
    )
    assert load_snapshot().eligibility["1.6"] == (
        Eligibility(user_role=UserRole.IMPORT_SUPPLIER, valid_from=AT, valid_until=until),
        Eligibility(user_role=UserRole.IMPORT_SUPPLIER, valid_from=until, valid_until=None),
    )


def test_the_moment_of_enforcement_recorded_last_holds():
    set_enforcement(enforced_from=datetime(2027, 1, 1, tzinfo=UTC), at=AT)
    assert load_snapshot().enforced_from == datetime(2027, 1, 1, tzinfo=UTC)
    set_enforcement(enforced_from=None, at=AT)
    assert load_snapshot().enforced_from is None


def test_the_version_is_that_of_the_register_and_grows_by_one_with_a_transaction():
    a_party()
    assert load_snapshot().version == "1" == str(snapshot_version())
    with transaction.atomic():
        a_party()
        a_party()
    assert load_snapshot().version == "2"


def test_a_transaction_that_is_rolled_back_changes_neither_content_nor_version():
    a_party()
    with transaction.atomic():
        a_user_id()
        transaction.set_rollback(True)
    snapshot = load_snapshot()
    assert snapshot.version == "1"
    assert not snapshot.user_ids


def test_it_cannot_be_changed():
    user_id = a_user_id()
    snapshot = load_snapshot()
    with pytest.raises(TypeError):
        del snapshot.user_ids[Eui64(user_id.eui64)]
    with pytest.raises(FrozenInstanceError):
        snapshot.version = "7"


def test_it_needs_a_transaction_of_its_own():
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        load_snapshot()


def test_reading_it_can_write_nothing(monkeypatch):
    a_party()
    monkeypatch.setattr(
        "registry.feed.reads.snapshot.version_and_mark",
        lambda: SnapshotVersion.objects.update(version=9),
    )
    with pytest.raises(DatabaseError, match="read-only"):
        load_snapshot()
