"""What a snapshot works out of its certificates, at once and change by change."""

from datetime import timedelta

import pytest

from rules.register.arrangements import Period, RegistrationSwitch
from rules.register.checkpoints import DSP
from rules.register.snapshot import SnapshotChange, find_device_certificates
from tests.rules.service_requests.world import (
    AT,
    DAY,
    OTHER_USER_ID,
    SECOND,
    USER_ID,
    certificate,
    snapshot,
)

_SIGNS_XML = certificate()
_OLD = certificate(serial=2, remote_party_role="02", not_before=AT - 900 * DAY)
_NEW = certificate(serial=3, remote_party_role="02", not_before=AT - 9 * DAY)
_OTHERS = certificate(serial=4, remote_party_role="08", eui64=OTHER_USER_ID)


def _named(held):
    return {(held.issuer, held.serial): held}


def test_the_certificates_towards_devices_are_found_by_eui64_newest_first():
    held = snapshot(_OLD, _SIGNS_XML, _NEW, _OTHERS)

    assert held.device_certificates == {USER_ID: (_NEW, _OLD), OTHER_USER_ID: (_OTHERS,)}


@pytest.mark.parametrize(
    "change",
    [
        {**_named(certificate(serial=5, remote_party_role="02"))},
        {**_named(certificate(serial=3, remote_party_role="02", revoked_at=AT))},
        {**_named(certificate(serial=3, remote_party_role="02", eui64=OTHER_USER_ID))},
        {**_named(certificate(serial=3, remote_party_role="87"))},
        {(_NEW.issuer, 3): None},
        {(_OTHERS.issuer, 4): None},
        {(_OLD.issuer, 2): None, (_NEW.issuer, 3): None},
        {(_OLD.issuer, 99): None},
        {**_named(certificate(serial=6)), **_named(certificate(serial=7, remote_party_role="7F"))},
    ],
)
def test_after_any_change_they_are_those_of_a_snapshot_made_anew(change):
    before = snapshot(_OLD, _SIGNS_XML, _NEW, _OTHERS)
    kept = dict(before.device_certificates)

    after = before.changed(SnapshotChange(version="419", certificates=change))

    assert after.device_certificates == find_device_certificates(after.certificates.values())
    assert after.shared_keys == snapshot(*after.certificates.values()).shared_keys
    assert before.device_certificates == kept


def test_what_concerns_no_certificate_leaves_them_alone():
    before = snapshot(_OLD)

    after = before.changed(SnapshotChange(version="419", wholes={"all_alerts_from": AT}))

    assert after.device_certificates is before.device_certificates
    assert after.all_alerts_from == AT


def test_a_period_has_its_beginning_and_not_its_end():
    period = Period(valid_from=AT, valid_until=AT + DAY)

    assert [period.holds(AT + gone) for gone in (-SECOND, timedelta(0), DAY - SECOND, DAY)] == [
        False,
        True,
        True,
        False,
    ]
    assert Period(valid_from=AT, valid_until=None).holds(AT + 9999 * DAY)


def test_a_switch_is_on_from_its_very_moment():
    switch = RegistrationSwitch(checkpoint=DSP, turned_on_at=AT)

    assert [switch.is_on(AT - SECOND), switch.is_on(AT)] == [False, True]
    assert not RegistrationSwitch(checkpoint=DSP, turned_on_at=None).is_on(AT)
