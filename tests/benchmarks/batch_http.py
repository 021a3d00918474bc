"""Batches of messages over HTTP: beside no HTTP at all, and beside a request for each message.

The web server is as `make run` has it, but for one worker process alone. What counts is that
process's own processor time, so that neither the caller nor anybody else on the machine has a
part in it: where a worker has always something to do, that time is what limits it.
"""

import http.client
import json
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from rules.service_requests.question import Purpose
from rules.service_requests.questions import DEVICE
from tests.benchmarks.answering import Answerer
from tests.benchmarks.api_client import (
    CALLERS,
    ApiClient,
    make_client,
    question_fields,
    require_processed,
)
from tests.benchmarks.figures import Figure
from tests.benchmarks.load import AnswerError, load
from tests.benchmarks.messages import Samples
from tests.benchmarks.stage import Stage
from tests.benchmarks.timing import PROCESSOR_TIME
from tests.benchmarks.web_workers import one_worker, processor_seconds

IN_PROCESS = "batch-http/in-process"
SINGLE = "batch-http/single-requests"
NAMES = (IN_PROCESS, SINGLE)
GOALS = {IN_PROCESS: 0.75, SINGLE: 3.0}
BATCH = 100
"""Messages in a batch."""

_LONGER = 60
"""Times as long as the other turns: a batch takes some twenty milliseconds."""
_LINES = "application/x-ndjson"
_PATIENCE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one turn came to, in answers per second of processor time."""

    batches: float
    batches_by_the_clock: float
    """The same, but per second by the clock on the wall."""
    singles: float
    in_process: float


def measure(stage: Stage, names: set[str]) -> list[Figure]:
    """Ask in batches, one by one, and not over HTTP, in turns.

    Raises:
        AnswerError: The server does not answer, or not that the messages are to be processed.
    """
    client = make_client(stage, "benchmark-of-batches")
    requests = client.single_checks(stage.samples.messages, Purpose.ENFORCEMENT)
    client.wait_until_processed(requests)
    seconds = stage.extent.pace.turn_seconds * _LONGER
    answerer = Answerer(stage.samples)
    with one_worker(stage.portal) as worker:
        batches = _Batches(client, stage.samples, worker)
        singles = _Singles(client, requests, worker)
        turns = []
        for _ in range(max(2, stage.extent.pace.turns // 6)):
            by_processor, by_the_clock = batches.rates(seconds)
            turns.append(
                Turn(
                    batches=by_processor,
                    batches_by_the_clock=by_the_clock,
                    singles=singles.rate(seconds),
                    in_process=answerer.rate(seconds / 4, PROCESSOR_TIME),
                )
            )
    figures = {
        IN_PROCESS: ("one process making the same answers without HTTP", lambda t: t.in_process),
        SINGLE: (f"single requests from {CALLERS} connections", lambda t: t.singles),
    }
    return [
        _figure(name, turns, against, other, stage)
        for name, (against, other) in figures.items()
        if name in names
    ]


def _figure(
    name: str, turns: list[Turn], against: str, other: Callable[[Turn], float], stage: Stage
) -> Figure:
    by_the_clock = median(turn.batches_by_the_clock for turn in turns)
    return Figure(
        name=name,
        value=median(turn.batches for turn in turns),
        unit="decisions/s",
        ratio=median(turn.batches / other(turn) for turn in turns),
        against=f"{against}, by processor time",
        goal=GOALS[name],
        note=f"batches of {BATCH} as lines, one worker process, a register of "
        f"{stage.extent.certificates:,} certificates; {by_the_clock:,.0f}/s by the clock",
    )


class _Singles:
    """Asks for single checks, from many connections."""

    def __init__(self, client: ApiClient, requests: list[bytes], worker: int) -> None:
        self._client = client
        self._requests = requests
        self._worker = worker

    def rate(self, seconds: float) -> float:
        """Return the answers per second of the worker's processor time."""
        before = processor_seconds(self._worker)
        with load(self._client.host, self._client.port, callers=CALLERS) as callers:
            answered = callers.run(self._requests, seconds=seconds)
        return answered.count / (processor_seconds(self._worker) - before)


class _Batches:
    """Asks for batches, one after the other, on one connection."""

    def __init__(self, client: ApiClient, samples: Samples, worker: int) -> None:
        self._worker = worker
        self._connection = http.client.HTTPConnection(client.host, client.port, timeout=_PATIENCE)
        self._headers = {"Authorization": f"Bearer {client.token}", "Content-Type": _LINES}
        self._body = b"".join(
            _line(samples.messages[number % len(samples.messages)]) for number in range(BATCH)
        )
        for answer in self._ask().splitlines():
            require_processed(answer)

    def rates(self, seconds: float) -> tuple[float, float]:
        """Return the answers per second of the worker's processor time, and by the clock."""
        count = 0
        before, begun = processor_seconds(self._worker), time.perf_counter()
        while time.perf_counter() - begun < seconds:
            if self._ask().count(b"\n") != BATCH:
                raise AnswerError(f"the API does not answer all {BATCH} of a batch")
            count += BATCH
        took = time.perf_counter() - begun
        return count / (processor_seconds(self._worker) - before), count / took

    def _ask(self) -> bytes:
        self._connection.request("POST", "/api/v1/checks/batch", self._body, self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise AnswerError(f"the API answers {answer.status} to a batch: {body[:200]!r}")
        return body


def _line(message: bytes) -> bytes:
    fields = question_fields(Purpose.ENFORCEMENT)
    members = {name: value for name, value in fields.items() if not name.startswith(DEVICE)}
    device = {name.removeprefix(DEVICE): fields[name] for name in fields.keys() - members.keys()}
    asked = {"message": b64encode(message).decode(), **members, "device": device}
    return json.dumps(asked).encode() + b"\n"
