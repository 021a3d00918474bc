"""From the spool into the counts: each line once, whoever is killed and whoever is at it too."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from registry.gateways.spool import segments
from registry.models import CeasedMessage, SpoolSegment
from registry.observations.acts.folding import fold_spool, forget_folded
from registry.observations.acts.spooled import tally_of
from registry.tasks import fold_observations
from tests.factories import AT
from tests.racing import outcomes, overtake, race
from tests.registry.observations.conftest import counted, total


def test_nothing_is_counted_twice_however_often_it_is_folded(checker, subscriber, fold):
    for _ in range(5):
        checker.decides(subscriber.message())
    assert fold().decisions == 5
    assert fold().decisions == 0
    checker.decides(subscriber.message())
    assert fold().decisions == 1
    assert total() == 6


def test_a_segment_is_removed_only_after_its_process(checker, subscriber, fold, folder):
    checker.decides(subscriber.message())
    fold()
    assert len(segments(folder)) == 1
    assert SpoolSegment.objects.get().finished_at is None
    checker.observer.spool.close()
    fold()
    assert segments(folder) == []
    assert SpoolSegment.objects.get().finished_at == AT
    assert total() == 1


def test_a_file_that_comes_back_with_the_disk_is_not_counted_again(
    checker, subscriber, fold, folder
):
    checker.decides(subscriber.message())
    checker.observer.spool.close()
    (segment,) = segments(folder)
    octets = segment.path.read_bytes()
    fold()
    assert segments(folder) == []
    segment.path.write_bytes(octets)
    assert fold().decisions == 0
    assert segments(folder) == []
    assert total() == 1


def test_a_file_of_which_a_loss_of_power_left_less_than_was_counted_holds_up_nothing(
    checker, subscriber, fold, folder
):
    for _ in range(3):
        checker.decides(subscriber.message())
    fold()
    checker.observer.spool.close()
    (segment,) = segments(folder)
    segment.path.write_bytes(segment.path.read_bytes()[:10])
    assert fold().decisions == 0
    assert segments(folder) == []
    assert total() == 3


@pytest.mark.parametrize(
    "damaged",
    [b"X", b"2026-11-20", b"\xff\xfe", b"\t" * 14, b"2026-11-20" + b"\t" * 14],
)
def test_a_damaged_line_is_told_and_kept_and_the_others_are_counted(
    checker, subscriber, fold, folder, caplog, damaged
):
    checker.decides(subscriber.message())
    checker.observer.spool.append(damaged)
    checker.decides(subscriber.message())
    checker.observer.spool.close()
    folded = fold()
    assert (folded.decisions, folded.damaged_lines) == (2, 1)
    assert "1 damaged lines" in caplog.text
    assert fold().damaged_lines == 0
    (aside,) = folder.iterdir()
    assert aside.suffix == ".damaged"
    assert damaged in aside.read_bytes()
    assert total() == 2


def test_a_text_with_any_of_its_fields_changed_is_damaged_or_says_something_else(
    checker, subscriber, folder
):
    checker.decides(subscriber.message())
    checker.decides(b"nonsense")
    (segment,) = segments(folder)
    for text, besides in segment.read(0).times:
        (known,) = tally_of({(text, besides): 1}).counts
        for place, field in enumerate(text.split(b"\t")):
            for other in (b"", b"nonsense" * 40):
                fields = text.split(b"\t")
                fields[place] = other
                told = tally_of({(b"\t".join(fields), besides): 1})
                assert field == other or told.damaged or known not in told.counts
        for other in (b"", b"x", besides + b"\tx", besides.replace(b"+00:00", b"")):
            assert other == besides or tally_of({(text, other): 1}).damaged == 1


def test_segments_of_another_version_are_left_alone(checker, subscriber, fold, folder):
    checker.decides(subscriber.message())
    (folder / "0.v2").write_bytes(b"something else\n")
    assert fold().damaged_lines == 0
    assert (folder / "0.v2").exists()
    assert total() == 1


def test_a_segment_that_cannot_be_counted_holds_up_no_other(
    checker_of, subscriber, fold, folder, caplog
):
    first, second = checker_of(), checker_of()
    first.decides(subscriber.message())
    second.decides(subscriber.message())
    broken = segments(folder)[0].path
    octets = broken.read_bytes()
    broken.unlink()
    broken.mkdir()
    assert fold().decisions == 1
    assert "cannot be counted" in caplog.text
    broken.rmdir()
    broken.write_bytes(octets)
    assert fold().decisions == 1
    assert total() == 2


@pytest.fixture
def somebody_else(database_url):
    """Another connection to the database; ours waits for its locks for a moment only."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    with psycopg.connect(database_url) as other:
        yield other
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")


def test_what_waits_too_long_for_a_lock_is_left_for_the_next_time(
    checker_of, subscriber, fold, somebody_else, caplog
):
    for checker in (checker_of(), checker_of()):
        checker.decides(subscriber.message())
    somebody_else.execute("LOCK TABLE registry_observation IN EXCLUSIVE MODE")
    assert fold().decisions == 0
    assert caplog.text.count("cannot be counted") == 2
    somebody_else.rollback()
    assert fold().decisions == total() == 2


def test_what_is_counted_later_is_counted_on_another_day_so_that_reports_can_be_made_anew(
    checker, subscriber, fold
):
    checker.decides(subscriber.message())
    fold()
    checker.decides(subscriber.message())
    fold(AT + timedelta(days=2))
    assert counted("day", "counted_on") == {
        (date(2026, 11, 20), date(2026, 11, 20)): 1,
        (date(2026, 11, 20), date(2026, 11, 22)): 1,
    }


def test_two_days_in_one_segment_are_counted_each(checker, subscriber, fold):
    midnight = datetime(2026, 12, 1, tzinfo=UTC)
    for seconds in range(-3, 2):
        checker.decides(subscriber.message(), at=midnight + timedelta(seconds=seconds))
    fold(midnight)
    assert counted("day") == {date(2026, 11, 30): 3, date(2026, 12, 1): 2}


@pytest.mark.race
def test_many_who_fold_at_once_count_each_line_once(checker, subscriber, folder):
    for _ in range(20):
        for _ in range(10):
            checker.decides(subscriber.message())
        checker.decides(b"nonsense")
        checker.observer.spool.close()
    folded = race([partial(fold_spool, folder, at=AT)] * 8)
    assert outcomes(folded) == ["won"] * 8
    assert sum(each.decisions for each in folded) == 220
    assert total() == 220
    assert CeasedMessage.objects.count() == 20
    assert fold_spool(folder, at=AT).decisions == 0
    assert segments(folder) == []


@pytest.mark.race
def test_a_segment_that_another_worker_counts_is_left_to_it(
    checker, subscriber, folder, fold, caplog
):
    checker.decides(subscriber.message())
    fold()
    checker.decides(subscriber.message())
    in_hand = SpoolSegment.objects.select_for_update()
    folded, has_waited = overtake(in_hand.get, partial(fold_spool, folder, at=AT))
    assert (folded.decisions, has_waited) == (0, False)
    assert "cannot be counted" not in caplog.text
    assert fold().decisions == 1
    assert total() == 2


def test_what_is_long_done_with_is_forgotten_and_nothing_else(checker, subscriber, fold):
    checker.decides(subscriber.message())
    fold()
    checker.observer.spool.close()
    checker.decides(subscriber.message())
    fold()
    assert SpoolSegment.objects.count() == 2
    assert forget_folded(at=AT + timedelta(days=429)) == 0
    assert forget_folded(at=AT + timedelta(days=431)) == 1
    assert SpoolSegment.objects.get().finished_at is None
    assert total() == 2


# --- who does it -----------------------------------------------------------------------------


@pytest.fixture
def own_data(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.mark.usefixtures("own_data")
def test_the_workers_task_counts_what_this_machine_has(checker, subscriber):
    checker.decides(subscriber.message())
    assert fold_observations() == 1
    assert total() == 1


@pytest.mark.usefixtures("own_data")
def test_the_command_counts_what_this_machine_has_and_names_what_it_cannot_read(
    checker, subscriber, capsys
):
    checker.decides(subscriber.message())
    call_command("fold_observations")
    assert capsys.readouterr().out == "1\n"
    checker.observer.spool.append(b"damage")
    checker.decides(subscriber.message())
    with pytest.raises(CommandError, match="1 lines could not be read"):
        call_command("fold_observations")
    assert capsys.readouterr().out == "1\n"
    assert total() == 2
