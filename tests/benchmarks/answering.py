"""Makes the API's answers in one process, without the API."""

from collections.abc import Sequence
from datetime import UTC, datetime

import orjson

from rules.service_requests.checker import decide
from rules.service_requests.reader import SEES_EVERY_PARTY
from tests.benchmarks.messages import Samples
from tests.benchmarks.picture import make_snapshot, question_of
from tests.benchmarks.timing import Clock


class Answerer:
    """Decides messages and writes the answers as JSON."""

    def __init__(self, samples: Samples) -> None:
        self._messages: Sequence[bytes] = samples.messages
        self._snapshot = make_snapshot(samples.signer)

    def rate(self, seconds: float, clock: Clock) -> float:
        """Return the answers per second, having made them for so many seconds."""
        count = 0
        begun = clock()
        while (took := (clock() - begun) / 1e9) < seconds:
            for message in self._messages:
                at = datetime.now(UTC)
                decided = decide(question_of(message, at=at), self._snapshot)
                orjson.dumps(
                    decided.as_dict(checked_at=at, snapshot_age=0.0, reader=SEES_EVERY_PARTY)
                )
            count += len(self._messages)
        return count / took
