"""The enforcement engine: asks the API about messages. Knows only HTTP."""

import base64
import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urljoin

from rules.identifiers import Eui64

TIMEOUT = 30.0
"""Seconds to wait for an answer."""


class EngineError(Exception):
    """The API did not decide; says what it answered."""


class Engine:
    """A client of the API with its token."""

    def __init__(self, base: str, token: str) -> None:
        self._address = urljoin(base, "/api/v1/checks")
        self._token = token

    def ask(self, message: bytes, *, registered: Eui64) -> dict[str, Any]:
        """Ask for the decision on a message for a SMETS2+ Device, and return the answer.

        Args:
            message: The XML as it was received.
            registered: Who is registered for the Device, which only an engine knows.

        Raises:
            EngineError: The API does not answer with a decision.
        """
        question = {
            "message": base64.b64encode(message).decode(),
            "generation": "SMETS2+",
            "purpose": "diagnosis",
            "device": {"registered_user_ids": [registered]},
        }
        request = urllib.request.Request(  # noqa: S310 -- our own address
            self._address,
            data=json.dumps(question).encode(),
            headers={
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 -- likewise
                decision: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as answer:
            said = answer.read().decode(errors="replace")[:300]
            raise EngineError(f"the API answered {answer.code}: {said}") from answer
        except OSError as fault:
            raise EngineError(f"the API does not answer: {fault}") from fault
        return decision
