"""Decisions per second over HTTP, through the web server as `make run` has it."""

from statistics import median

from rules.service_requests.question import Purpose
from tests.benchmarks.answering import Answerer
from tests.benchmarks.api_client import CALLERS, make_client
from tests.benchmarks.figures import Figure
from tests.benchmarks.load import load
from tests.benchmarks.stage import Stage
from tests.benchmarks.timing import WALL_TIME

NAME = "http-decisions"

_LONGER = 100
"""Times as long as the other turns: sixteen callers have to come into step."""


def measure(stage: Stage) -> list[Figure]:
    """Ask over HTTP and, in turns, make the same answers in this process.

    Raises:
        AnswerError: The server does not answer, or not that the messages are to be processed.
    """
    client = make_client(stage, "benchmark-of-checks")
    requests = client.single_checks(stage.samples.messages, Purpose.DIAGNOSIS)
    client.wait_until_processed(requests)
    seconds = stage.extent.pace.turn_seconds * _LONGER
    answerer = Answerer(stage.samples)
    turns = []
    for _ in range(max(2, stage.extent.pace.turns // 6)):
        # Fresh connections each time: which worker takes how many of them is chance.
        with load(client.host, client.port, callers=CALLERS) as callers:
            over_http = callers.run(requests, seconds=seconds).rate
        turns.append((over_http, answerer.rate(seconds / 4, WALL_TIME)))
    return [
        Figure(
            name=NAME,
            value=median(over_http for over_http, _ in turns),
            unit="decisions/s",
            ratio=median(over_http / here for over_http, here in turns),
            against="one process making the same answers without HTTP",
            note=f"answers in words, {CALLERS} callers, a register of "
            f"{stage.extent.certificates:,} certificates",
        )
    ]
