"""What is written of a snapshot, or of a change of one, is read back the same, or not at all."""

import json
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings, strategies as st

from rules.feed.bundles import (
    Answer,
    read_changes,
    read_snapshot,
    write_change_lines,
    write_changes,
    write_snapshot,
)
from rules.feed.compression import compressed, decompressed
from rules.feed.lines import PRESENT
from rules.feed.register_lines import CERTIFICATE, USER_ID
from rules.register import arrangements, snapshot as shapes
from rules.register.checkpoints import DSP
from rules.register.snapshot import Snapshot, SnapshotChange
from rules.roles import UserRole
from tests.rules.feed.picture import (
    AT,
    LATER,
    PROVIDER,
    SUPPLIER,
    a_certificate,
    a_snapshot,
    a_user_id,
    by_id,
)

ANSWER = Answer(made_at=AT, nonce="n-1", confirmed_after=-0.25, certificates=("ab", "cd"))


def there_and_back(snapshot: Snapshot) -> Snapshot:
    return read_snapshot(decompressed(b"".join(compressed(write_snapshot(snapshot, made_at=AT)))))


def change_there_and_back(change: SnapshotChange, answer: Answer = ANSWER):
    body = write_changes(
        write_change_lines(change),
        after=("417", "m-417"),
        until=(change.version, change.mark),
        answer=answer,
    )
    return read_changes(body)


def test_a_snapshot_comes_back_as_it_was():
    snapshot = a_snapshot()
    read = there_and_back(snapshot)
    assert read == snapshot
    assert read.shared_keys == snapshot.shared_keys
    assert list(read.eligibility) == list(snapshot.eligibility)
    with pytest.raises(TypeError):
        del read.certificates[next(iter(read.certificates))]


def test_an_empty_snapshot_comes_back_as_it_was():
    empty = Snapshot(version="0", certificates={}, user_ids={}, eligibility={}, enforced_from=None)
    assert there_and_back(empty) == empty


def test_every_member_of_a_snapshot_has_a_kind_of_line_and_the_picture_has_something_of_each():
    """A member that somebody adds to the snapshot cannot be forgotten here."""
    members = {field.name for field in fields(Snapshot) if field.init} - {"version", "mark"}
    assert {kind.member for kind in PRESENT.snapshot_kinds.values()} == members
    assert {kind.member for kind in PRESENT.wholes} == shapes.WHOLES
    assert [kind.member for kind in PRESENT.parts] == [kind.member for kind in PRESENT.gone]
    assert {kind.member for kind in PRESENT.parts} == shapes.PARTS
    assert all(getattr(a_snapshot(), member) for member in members)


@pytest.mark.parametrize(
    ("kind", "made"), [(CERTIFICATE, a_certificate()), (USER_ID, a_user_id())]
)
def test_every_member_of_a_value_is_written(kind, made):
    """A member that somebody adds with a default would be lost unseen."""
    assert {field.name for field in fields(made)} == set(kind.write((None, made)))


@pytest.mark.parametrize(
    "shape",
    [
        shapes.Notification,
        shapes.Eligibility,
        arrangements.HeldRole,
        arrangements.Inactivity,
        arrangements.Instruction,
        arrangements.Threshold,
        arrangements.ResourceProvider,
        arrangements.Period,
        arrangements.RegistrationSwitch,
    ],
)
def test_no_value_within_has_a_member_that_was_not_there_when_its_line_was_written(shape):
    known = {
        "Notification": "certificate notified_at withdrawn_at",
        "Eligibility": "user_role valid_from valid_until",
        "HeldRole": "valid_from valid_until user_role",
        "Inactivity": "valid_from valid_until standing",
        "Instruction": "valid_from valid_until reference supplier_reference provider_reference"
        " service_reference_variants last_resort_references",
        "Threshold": "valid_from valid_until failed_supplier_reference author window warning"
        " quarantine",
        "ResourceProvider": "valid_from valid_until provider provider_reference user_id",
        "Period": "valid_from valid_until",
        "RegistrationSwitch": "checkpoint turned_on_at alert_code",
    }
    assert {field.name for field in fields(shape)} == set(known[shape.__name__].split())


def test_lines_are_json_that_people_can_read():
    lines = b"".join(write_snapshot(a_snapshot(), made_at=AT)).decode().splitlines()
    header, certificate = json.loads(lines[0]), json.loads(lines[1])
    assert (header["kind"], header["format"], header["format_version"]) == (
        *("header", "smki-ra-snapshot", 2),
    )
    assert (header["version"], header["made_at"]) == ("418", "2026-11-20T09:00:00Z")
    assert header["counts"] == {
        "certificate": 2,
        "user-id": 1,
        "party-standing": 1,
        "eligibility": 2,
        "instruction": 2,
        "thresholds": 2,
        "resource-providers": 1,
        "safety-critical-alert": 1,
        "registration-switch": 1,
        "enforcement": 1,
        "notification-waiver": 1,
        "all-alerts": 1,
    }
    assert certificate["kind"] == "certificate"
    assert certificate["serial"] == str((1 << 126) + 1)
    assert certificate["not_after"] == "2026-11-21T09:00:00.000007Z"
    end = json.loads(lines[-1])
    assert (end["kind"], end["lines"]) == ("end", len(lines) - 1)


def test_moments_of_another_zone_are_written_in_utc():
    here = AT.astimezone(timezone(timedelta(hours=1)))
    snapshot = a_snapshot(enforced_from=here)
    assert b'"enforced_from":"2026-11-20T09:00:00Z"' in b"".join(
        write_snapshot(snapshot, made_at=here)
    )
    assert there_and_back(snapshot).enforced_from == here


def test_a_body_does_not_depend_on_how_it_is_cut():
    body = b"".join(write_snapshot(a_snapshot(), made_at=AT))
    for size in (1, 7, 100, len(body)):
        pieces = (body[i : i + size] for i in range(0, len(body), size))
        assert read_snapshot(pieces) == a_snapshot()


def test_the_same_snapshot_is_the_same_octets_compressed():
    twice = [b"".join(compressed(write_snapshot(a_snapshot(), made_at=AT))) for _ in range(2)]
    assert twice[0] == twice[1]


# --- changes -----------------------------------------------------------------------------------

EVERYTHING = SnapshotChange(
    version="419",
    mark="m-419",
    certificates={
        **by_id(a_certificate(2, revoked_at=AT), a_certificate(3)),
        ("CN=DEVOCA,OU=07", (1 << 126) + 1): None,
    },
    user_ids={
        SUPPLIER: None,
        "90-B3-D5-1F-30-09-00-00": a_user_id(eui64="90-B3-D5-1F-30-09-00-00"),
    },
    inactive_parties={"northwind": None},
    eligibility={"99.9": None, "1.6": ()},
    instructions={"1": None},
    thresholds={(PROVIDER, "1.5"): None},
    resource_providers={"s": None},
    safety_critical_alerts={"8F1D": None},
    registration_switches={DSP: None},
    wholes={
        "enforced_from": None,
        "notification_waived_from": LATER,
        "all_alerts_from": LATER,
    },
)


def test_a_change_comes_back_as_it_was_with_its_answer():
    read = change_there_and_back(EVERYTHING)
    assert read.change == EVERYTHING
    assert (read.after, read.after_mark) == ("417", "m-417")
    assert read.answer == ANSWER


def test_what_a_change_does_not_name_stays():
    change = change_there_and_back(SnapshotChange(version="419", mark="m")).change
    before = a_snapshot()
    assert before.changed(change) == replace(before, version="419", mark="m")


def test_a_change_makes_the_same_of_a_snapshot_here_and_there():
    before = a_snapshot()
    after = before.changed(change_there_and_back(EVERYTHING).change)
    assert after == before.changed(EVERYTHING)
    assert set(after.certificates) == {("CN=DEVOCA,OU=07", (1 << 126) + n) for n in (2, 3)}
    assert after.eligibility == {"1.6": ()}
    assert set(after.instructions) == {"2"}
    assert set(after.thresholds) == {(PROVIDER, "1.6")}
    assert not after.inactive_parties
    assert not after.resource_providers
    assert not after.safety_critical_alerts
    assert not after.registration_switches
    assert after.enforced_from is None


# --- any snapshot at all -------------------------------------------------------------------------

MOMENTS = st.datetimes(min_value=AT.replace(tzinfo=None, year=1000), timezones=st.just(AT.tzinfo))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
EUI64S = st.binary(min_size=8, max_size=8).map(lambda octets: octets.hex("-").upper())
CERTIFICATES = st.builds(
    a_certificate,
    number=st.integers(1, 4),
    issuer=TEXTS,
    serial=st.integers(1, 10**49),
    eui64=EUI64S,
    remote_party_role=st.sampled_from(["87", "02", "7F"]),
    not_before=MOMENTS,
    not_after=MOMENTS,
    revoked_at=st.none() | MOMENTS,
    party=TEXTS,
    party_reference=TEXTS,
    mpids=st.lists(TEXTS, max_size=3).map(tuple),
    key_usage=TEXTS,
)
ROLES = st.builds(
    arrangements.HeldRole,
    user_role=st.sampled_from(UserRole),
    valid_from=st.none() | MOMENTS,
    valid_until=st.none() | MOMENTS,
)
USER_IDS = st.builds(
    a_user_id,
    CERTIFICATES,
    eui64=EUI64S,
    user_roles=st.lists(ROLES, max_size=3).map(tuple),
    valid_from=st.none() | MOMENTS,
    valid_until=st.none() | MOMENTS,
)
SNAPSHOTS = st.builds(
    a_snapshot,
    version=st.integers(0, 10**18).map(str),
    mark=TEXTS,
    certificates=st.lists(CERTIFICATES, max_size=4).map(lambda them: by_id(*them)),
    user_ids=st.lists(USER_IDS, max_size=3).map(lambda them: {u.eui64: u for u in them}),
    enforced_from=st.none() | MOMENTS,
    notification_waived_from=st.none() | MOMENTS,
    all_alerts_from=st.none() | MOMENTS,
)


@pytest.mark.slow
@settings(max_examples=150)
@given(SNAPSHOTS)
def test_any_snapshot_comes_back_as_it_was(snapshot):
    read = there_and_back(snapshot)
    assert read == snapshot
    assert read.shared_keys == snapshot.shared_keys
    assert read.device_certificates == snapshot.device_certificates


def between(before: Snapshot, after: Snapshot) -> SnapshotChange:
    """Return what makes the one of the other, found out the slow way."""
    parts = {
        part: {
            key: getattr(after, part).get(key)
            for key in {*getattr(before, part), *getattr(after, part)}
            if getattr(before, part).get(key) != getattr(after, part).get(key)
        }
        for part in shapes.PARTS
    }
    wholes = {
        whole: getattr(after, whole)
        for whole in shapes.WHOLES
        if getattr(before, whole) != getattr(after, whole)
    }
    return SnapshotChange(version=after.version, mark=after.mark, wholes=wholes, **parts)


@pytest.mark.slow
@settings(max_examples=150)
@given(SNAPSHOTS, SNAPSHOTS)
def test_any_snapshot_becomes_any_other_by_what_is_between_them(before, after):
    made = before.changed(change_there_and_back(between(before, after)).change)
    assert made == after
    assert made.shared_keys == after.shared_keys
    assert made.device_certificates == after.device_certificates


def test_a_change_has_every_kind_of_line_that_a_snapshot_has():
    assert PRESENT.snapshot_kinds.keys() <= PRESENT.change_kinds.keys()


def test_what_can_grow_is_never_sent_whole():
    """Only what is one moment is a whole; an entry of any other member changes by itself."""
    snapshot = a_snapshot()
    for member in shapes.WHOLES:
        assert isinstance(getattr(snapshot, member), datetime), member
