"""Decisions per second over HTTP, through the web server as `make run` has it."""

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from urllib.parse import urlencode, urlsplit

import orjson

from rules.service_requests.checker import decide
from tests.benchmarks.figures import Figure
from tests.benchmarks.load import AnswerError, load
from tests.benchmarks.messages import Samples
from tests.benchmarks.picture import DEVICE, make_snapshot, question_of
from tests.benchmarks.stage import Stage

NAME = "http-decisions"
CALLERS = 16

_LONGER = 100
"""Times as long as the other turns: sixteen callers have to come into step."""


def measure(stage: Stage) -> list[Figure]:
    """Ask over HTTP and, in turns, make the same answers in this process.

    Raises:
        AnswerError: The server does not answer, or not that the messages are to be processed.
    """
    system = stage.portal
    token = stage.run(
        system, "manage.py", "create_api_client", "benchmark", "--scope", "checks:ask"
    ).strip()
    host, port = _address(system.services["PORTAL_ADDRESS"])
    requests = [_request(message, host, token) for message in stage.samples.messages]
    _wait_until_processed(host, port, requests)
    seconds = stage.extent.pace.turn_seconds * _LONGER
    answer = _Answerer(stage.samples)
    turns = []
    for _ in range(max(2, stage.extent.pace.turns // 6)):
        # Fresh connections each time: which worker takes how many of them is chance.
        with load(host, port, callers=CALLERS) as callers:
            over_http, _ = callers.run(requests, seconds=seconds)
        turns.append((over_http, answer.rate(seconds / 4)))
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


class _Answerer:
    """Makes the API's answers, without the API."""

    def __init__(self, samples: Samples) -> None:
        self._messages = samples.messages
        self._snapshot = make_snapshot(samples.signer)

    def rate(self, seconds: float) -> float:
        """Return the answers per second."""
        count = 0
        begun = time.perf_counter()
        while (took := time.perf_counter() - begun) < seconds:
            for message in self._messages:
                at = datetime.now(UTC)
                decided = decide(question_of(message, at=at), self._snapshot)
                orjson.dumps(decided.as_dict(checked_at=at))
            count += len(self._messages)
        return count / took


def _address(base: str) -> tuple[str, int]:
    split = urlsplit(base)
    assert split.hostname is not None
    assert split.port is not None
    return split.hostname, split.port


def _request(message: bytes, host: str, token: str) -> bytes:
    query = urlencode(
        {
            "generation": "SMETS2+",
            "purpose": "diagnosis",
            "device.registered_user_ids": sorted(DEVICE.registered_user_ids or ()),
            "device.hub_import_supplier_ids": sorted(DEVICE.hub_import_supplier_ids or ()),
        },
        doseq=True,
    )
    head = (
        f"POST /api/v1/checks?{query} HTTP/1.1\r\n"
        f"Host: {host}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/xml\r\nContent-Length: {len(message)}\r\n\r\n"
    )
    return head.encode() + message


def _wait_until_processed(host: str, port: int, requests: Sequence[bytes]) -> None:
    """Ask until every worker has the register and knows the client."""
    begun = time.monotonic()
    while True:
        try:
            with load(host, port, callers=CALLERS) as callers:
                _, answers = callers.run(requests, seconds=0.1)
        except AnswerError:
            if time.monotonic() - begun > 10:
                raise
            time.sleep(0.2)
            continue
        for answer in answers:
            decided = json.loads(answer)
            if decided["decision"] != "process":
                raise AnswerError(f"the API answers {decided['decision']} {decided['reason']}")
        return
