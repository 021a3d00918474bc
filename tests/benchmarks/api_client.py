"""A client of the API: where it asks, with which token, and its requests for single checks."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from rules.service_requests.question import Purpose
from tests.benchmarks.load import AnswerError, load
from tests.benchmarks.picture import DEVICE
from tests.benchmarks.stage import Stage

CALLERS = 16
"""Connections from which single checks are asked."""

_READY_WITHIN = 10.0
_PAUSE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiClient:
    """Where the API is, and by which token it answers."""

    host: str
    port: int
    token: str

    def single_checks(self, messages: Sequence[bytes], purpose: Purpose) -> list[bytes]:
        """Return a request over HTTP for each message."""
        query = urlencode(question_fields(purpose), doseq=True)
        return [self._single_check(message, query) for message in messages]

    def _single_check(self, message: bytes, query: str) -> bytes:
        head = (
            f"POST /api/v1/checks?{query} HTTP/1.1\r\n"
            f"Host: {self.host}\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/xml\r\nContent-Length: {len(message)}\r\n\r\n"
        )
        return head.encode() + message

    def wait_until_processed(self, requests: Sequence[bytes]) -> None:
        """Ask until every worker has the register and knows the client.

        Raises:
            AnswerError: It does not come to that, or a message is not to be processed.
        """
        begun = time.monotonic()
        while True:
            try:
                with load(self.host, self.port, callers=CALLERS) as callers:
                    answered = callers.run(requests, seconds=0.1)
            except AnswerError:
                if time.monotonic() - begun > _READY_WITHIN:
                    raise
                time.sleep(_PAUSE)
                continue
            for answer in answered.first:
                require_processed(answer)
            return


def make_client(stage: Stage, name: str) -> ApiClient:
    """Make a client of the portal that may ask for decisions."""
    system = stage.portal
    token = stage.run(system, "manage.py", "create_api_client", name, "--scope", "checks:ask")
    split = urlsplit(system.services["PORTAL_ADDRESS"])
    assert split.hostname is not None
    assert split.port is not None
    return ApiClient(host=split.hostname, port=split.port, token=token.strip())


def question_fields(purpose: Purpose) -> dict[str, str | list[str]]:
    """Return the fields of a question about a message, by the names that the query has."""
    return {
        "generation": "SMETS2+",
        "purpose": purpose.value,
        "device.registered_user_ids": sorted(DEVICE.registered_user_ids or ()),
        "device.hub_import_supplier_ids": sorted(DEVICE.hub_import_supplier_ids or ()),
    }


def require_processed(answer: bytes) -> None:
    """Return quietly where an answer says that the message is to be processed.

    Raises:
        AnswerError: It does not.
    """
    decided = json.loads(answer)
    if decided.get("decision") != "process":
        raise AnswerError(f"the API answers {answer[:300]!r}")
