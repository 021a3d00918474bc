"""What cannot be noted is answered and counted as missing; of SolrContingency it is none."""

import json
from datetime import timedelta

import pytest

from registry.evidence.history import prove_history
from registry.feed.reads.snapshot import load_snapshot
from registry.gateways.spool import SpoolWriter
from registry.models import Event, UserId
from registry.observations.acts.folding import fold_spool
from registry.observations.acts.observing import ObservationsUnavailableError, Observer
from registry.observations.acts.spooled import Gap, gap_text, tally_of
from rules.roles import UserRole
from rules.service_requests.question import Purpose
from tests.factories import AT
from tests.faults.disks import tiny_disk
from tests.registry.observations.conftest import Checker, total

LATER = AT + timedelta(hours=1)


def gaps():
    """Return what the evidence says is missing."""
    events = Event.objects.filter(kind="decisions.not-noted").order_by("position")
    return [json.loads(event.body)["details"] for event in events]


@pytest.fixture
def in_the_way(folder):
    """Something that keeps the spool from being written, until it is removed."""
    folder.write_text("a file where the folder should be")
    return folder


def test_what_is_missing_is_noted_when_there_is_room_and_in_the_evidence_once(
    checker, subscriber, fold, in_the_way, caplog
):
    message = subscriber.message()
    for at in (AT, LATER, AT - timedelta(hours=1)):
        assert checker.decides(message, at=at).decision == "process"
    checker.decides(message, purpose=Purpose.DIAGNOSIS)
    assert checker.observer.missing == 3
    assert caplog.text.count("decisions cannot be noted") == 1
    in_the_way.unlink()
    checker.decides(message)
    assert checker.observer.missing == 0
    assert "3 decisions were answered and are in no count" in caplog.text
    for _ in range(2):
        fold()
    assert total() == 1
    (gap,) = gaps()
    assert gap.pop("segment")
    assert gap == {
        "decisions": 3,
        "since": (AT - timedelta(hours=1)).isoformat(),
        "until": LATER.isoformat(),
    }


def test_each_gap_is_told_apart(checker, subscriber, fold, folder, tmp_path):
    message = subscriber.message()
    checker.decides(message)
    away = tmp_path / "away"
    for missing in (1, 2):
        checker.observer.spool.close()
        folder.rename(away)
        folder.write_text("in the way")
        for _ in range(missing):
            checker.decides(message)
        folder.unlink()
        away.rename(folder)
        checker.decides(message)
    fold()
    # In the order of their segments, which means nothing.
    assert sorted(gap["decisions"] for gap in gaps()) == [1, 2]
    assert total() == 3


def test_of_solr_contingency_it_is_none_and_nothing_is_missing(
    checker_of, subscriber, fold, in_the_way
):
    UserId.objects.update(user_roles=[UserRole.SOLR_CONTINGENCY.value])
    checker = checker_of()
    message = subscriber.message()
    with pytest.raises(ObservationsUnavailableError) as refusal:
        checker.decides(message)
    assert refusal.value.code == "observations-unavailable"
    assert checker.observer.missing == 0
    in_the_way.unlink()
    checker.decides(message)
    fold()
    assert (total(), gaps()) == (1, [])


def test_a_process_that_ends_notes_what_is_missing_or_says_it_in_the_log(
    checker_of, subscriber, fold, in_the_way, caplog
):
    stuck, freed = checker_of(), checker_of()
    for checker in (stuck, freed):
        checker.decides(subscriber.message())
    stuck.observer.end()
    assert "1 decisions were answered and are in no count" in caplog.text
    in_the_way.unlink()
    freed.observer.end()
    fold()
    assert [gap["decisions"] for gap in gaps()] == [1]


@pytest.mark.parametrize(
    "line",
    [
        b"gap\t0\t2026-11-20T09:00:00+00:00\t2026-11-20T09:00:00+00:00",
        b"gap\t1\t2026-11-20T09:00:00\t2026-11-20T09:00:00+00:00",
        b"gap\t1\t2026-11-20T09:00:00+00:00",
        b"gap\tmany\t2026-11-20T09:00:00+00:00\t2026-11-20T09:00:00+00:00",
    ],
)
def test_a_gap_that_no_process_of_ours_said_is_damage(line):
    tally = tally_of({(line, b""): 2})
    assert (tally.gaps, tally.damaged) == ([], 2)


def test_a_gap_is_read_as_it_was_said():
    gap = Gap(7, AT, LATER)
    assert tally_of({(gap_text(gap).encode(), b""): 1}).gaps == [gap]
    assert tally_of({(gap_text(gap).encode(), b"more"): 1}).damaged == 1


@pytest.mark.alone
@pytest.mark.slow
def test_on_a_disk_that_is_really_full_every_answer_is_counted_or_missing(subscriber):
    with tiny_disk(megabytes=1) as disk:
        folder = disk.path / "spool"
        snapshot = load_snapshot()
        spool = SpoolWriter(folder, segment_octets=4_096)
        checker = Checker(Observer(spool), snapshot)
        disk.fill()
        answered = 0
        for counter in range(60):
            # Each with an issuer that nobody has, so that its text is another.
            message = subscriber.message(counter=counter).replace(b"TESTOCA", b"OCA%d" % counter)
            assert checker.decides(message).reason == "certificate-unknown"
            answered += 1
        missing = checker.observer.missing
        assert 0 < missing <= answered
        disk.free()
        checker.decides(subscriber.message())
        checker.observer.end()
        fold_spool(folder, at=AT)
        assert total() == answered + 1 - missing
        assert [gap["decisions"] for gap in gaps()] == [missing]
    assert prove_history().first_break is None
