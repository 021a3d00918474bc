"""Nothing twice, nothing lost, whatever is killed: a web process, the worker, the database."""

import fcntl
import os
import select
import signal
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import OperationalError, connections

from registry.gateways.spool import SpoolWriter, segments
from registry.models import CeasedMessage, SpoolSegment
from registry.observations.acts.folding import fold_spool
from registry.observations.acts.observing import Observer
from tests.factories import AT
from tests.faults import killing
from tests.faults.killing import SAMPLE_AND_ALL, each_death
from tests.faults.servers import own_server
from tests.forking import fork
from tests.registry.observations.conftest import Subscriber, ceased, total
from tests.rounds import rounds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.alone,
]


def in_a_process_of_its_own(work):
    """Fork, let the child work until it is done or killed, and return its process id."""
    child = fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            # Never back into the tests: this is their copy.
            os._exit(status)
    return child


class WebProcess:
    """A process that notes a decision again and again and answers each time with an octet."""

    def __init__(self, checker, message, folder, *, count=1_000_000, segment_octets=2_000) -> None:
        decision, question = checker.asked(message)

        def work():
            writer = SpoolWriter(folder, segment_octets=segment_octets)
            observer = Observer(writer)
            for _ in range(count):
                observer.observe(decision, question, register=checker.snapshot)
                os.write(answer, b"!")

        self._answers, answer = os.pipe()
        # It waits when nobody takes its answers.
        fcntl.fcntl(answer, fcntl.F_SETPIPE_SZ, 4096)
        self.pid = in_a_process_of_its_own(work)
        os.close(answer)
        self.answered = 0

    def take_answers(self, seconds=0.0):
        """Take the answers that come within so many seconds, or until the process has ended."""
        until = time.monotonic() + seconds
        while select.select([self._answers], [], [], max(0.0, until - time.monotonic()))[0]:
            octets = os.read(self._answers, 65_536)
            if not octets:
                return
            self.answered += len(octets)

    def kill(self):
        """Kill it, and take the answers that had gone out by then."""
        os.kill(self.pid, signal.SIGKILL)
        self.wait()

    def wait(self):
        self.take_answers(60)
        os.waitpid(self.pid, 0)
        os.close(self._answers)


@rounds(6)
def test_a_web_process_killed_at_any_time_has_every_answer_that_it_gave_counted(
    checker, subscriber, folder, fold
):
    message = subscriber.message()
    answered = counted = unanswered = 0
    for death in range(40):
        process = WebProcess(checker, message, folder)
        process.take_answers(0.002 * (death % 10))
        if death % 3 == 0:
            counted += fold().decisions  # the worker is at it while the process lives
        process.kill()
        counted += fold().decisions
        answered += process.answered
        # At most the one that it was about to answer.
        assert counted - answered - unanswered in {0, 1}
        unanswered = counted - answered
    assert answered > 1_000
    assert total() == counted
    assert segments(folder) == []


@SAMPLE_AND_ALL
def test_a_web_process_killed_at_any_line_of_noting_has_noted_what_it_has_answered(
    checker_of, folder, fold, tmp_path, monkeypatch, one_in
):
    """The answer is a file here: where it is there, so is the count, and so is what ceased."""
    monkeypatch.setattr(killing, "_EVERY_LINE", True)
    stranger = Subscriber(is_withheld=True)
    checker = checker_of()
    decision, question = checker.asked(stranger.message())
    answer = tmp_path / "answer"

    def a_life():
        fold()
        answer.unlink(missing_ok=True)

        def act():
            observer = Observer(SpoolWriter(folder))
            observer.observe(decision, question, register=checker.snapshot)
            answer.touch()

        return act

    for _ in each_death(a_life, one_in=one_in, least=40):
        counted = fold().decisions
        assert counted in {0, 1}
        assert counted or not answer.exists()
        assert len(ceased("reason")) == 1, "the same message, by the one that nobody killed"


@SAMPLE_AND_ALL
@pytest.mark.parametrize("days", [0, 1])
def test_a_worker_killed_at_any_line_of_folding_counts_each_decision_once(
    checker_of, subscriber, folder, monkeypatch, days, one_in
):
    """By adding to the rows that there are, or with each life on a day of its own to new ones."""
    monkeypatch.setattr(killing, "_EVERY_LINE", days == 0)
    checker = checker_of()
    message = subscriber.message()
    lives = 0

    def a_life():
        nonlocal lives
        at = AT + timedelta(days=days * lives)
        lives += 1
        for _ in range(2):
            checker.decides(message, at=at)
        checker.decides(b"nonsense", at=at)
        checker.observer.spool.close()
        return lambda: fold_spool(folder, at=AT)

    a_life()()
    for _ in each_death(a_life, one_in=one_in, least=20):
        assert total() in {3 * (lives - 1), 3 * lives}, "all of a segment or nothing"
        assert total(kind="unreadable") == CeasedMessage.objects.count()
        fold_spool(folder, at=AT)
        assert total() == 3 * lives
        assert CeasedMessage.objects.count() == lives
        assert segments(folder) == []
    assert fold_spool(folder, at=AT).decisions == 0
    assert not SpoolSegment.objects.filter(finished_at__isnull=True).exists()


@rounds(6)
@pytest.mark.race
def test_many_processes_and_many_workers_at_once_of_which_some_are_killed(
    checker, subscriber, folder
):
    """Six processes note 100,000 decisions in all while three workers fold and are killed."""
    processes = [
        WebProcess(checker, subscriber.message(), folder, count=17_000, segment_octets=10_000)
        for _ in range(6)
    ]
    with folding_again_and_again(folder, workers=3) as kill_a_worker:
        for process in processes:
            process.take_answers(0.2)
            kill_a_worker()
        processes[5].kill()
        for process in processes[:5]:
            process.wait()
    while fold_spool(folder, at=AT).decisions:
        pass
    answered = sum(process.answered for process in processes)
    assert answered >= 5 * 17_000
    assert total() - answered in {0, 1}
    assert segments(folder) == []


@contextmanager
def folding_again_and_again(folder, *, workers):
    """Run processes that fold without a pause; yield what kills one and starts another."""

    def fold_for_ever():
        while True:
            fold_spool(folder, at=AT)

    def start():
        return in_a_process_of_its_own(fold_for_ever)

    running = [start() for _ in range(workers)]

    def kill_one():
        pid = running.pop(0)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        running.append(start())

    try:
        yield kill_one
    finally:
        for pid in running:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def test_a_database_that_is_killed_and_comes_back_has_everything_in_the_end(
    folder, checker_of, request
):
    with own_server() as server:
        subscriber = request.getfixturevalue("subscriber")
        checker = checker_of()
        checker.decides(subscriber.message())
        assert fold_spool(folder, at=AT).decisions == 1
        server.kill()
        for _ in range(5):
            checker.decides(subscriber.message())
        with pytest.raises(OperationalError):
            fold_spool(folder, at=AT)
        connections.close_all()
        server.start()
        assert fold_spool(folder, at=AT).decisions == 5
        assert total() == 6
