"""What the API answers where it cannot do as asked: problem documents (RFC 9457) with a code.

One table has every code there is. Codes are stable: callers act on them, never on the words.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.http.request import UnreadablePostError
from rest_framework.exceptions import APIException, MethodNotAllowed
from rest_framework.response import Response

from registry.errors import NotFoundError
from registry.feed.acts.feed import ChangesGoneError, FeedKeyMissingError
from registry.feed.reads.snapshot_holder import SnapshotStaleError
from registry.observations.acts.observing import ObservationsUnavailableError
from rules.service_requests.questions import MOST_FAULTS, FieldFault, UnreadableQuestionError

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "5"
"""Seconds after which a checker that could not decide may be asked again."""

PROBLEMS: dict[str, tuple[HTTPStatus, str]] = {
    "request-malformed": (
        HTTPStatus.BAD_REQUEST,
        "The request cannot be read.",
    ),
    "body-incomplete": (
        HTTPStatus.BAD_REQUEST,
        "The body is shorter than its Content-Length.",
    ),
    "batch-too-large": (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "The batch has more messages than are taken at once.",
    ),
    "body-not-json": (
        HTTPStatus.BAD_REQUEST,
        "The body is not a JSON object.",
    ),
    "question-malformed": (
        HTTPStatus.BAD_REQUEST,
        "A field is missing, unknown or malformed; `errors` names each.",
    ),
    "token-missing": (
        HTTPStatus.UNAUTHORIZED,
        "There is no bearer token.",
    ),
    "token-unknown": (
        HTTPStatus.UNAUTHORIZED,
        "The bearer token is unknown or has been revoked.",
    ),
    "scope-missing": (
        HTTPStatus.FORBIDDEN,
        "The client does not have the scope that this asks for.",
    ),
    "not-found": (
        HTTPStatus.NOT_FOUND,
        "There is no such thing, or it is not the client's to see.",
    ),
    "method-not-allowed": (
        HTTPStatus.METHOD_NOT_ALLOWED,
        "The address does not take this method; `Allow` has those that it takes.",
    ),
    "changes-gone": (
        HTTPStatus.GONE,
        "What has changed since that version is not known; take the snapshot.",
    ),
    "idempotency-key-missing": (
        HTTPStatus.BAD_REQUEST,
        "The write has no Idempotency-Key, without which it might be done twice.",
    ),
    "idempotency-key-malformed": (
        HTTPStatus.BAD_REQUEST,
        "The Idempotency-Key is not 1 to 200 visible ASCII characters.",
    ),
    "idempotency-key-reused": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The client used the Idempotency-Key for another write.",
    ),
    "length-required": (
        HTTPStatus.LENGTH_REQUIRED,
        "The request has no Content-Length.",
    ),
    "body-too-large": (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "The body is larger than is read at all.",
    ),
    "media-type-unsupported": (
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "The body is of a kind, or in an encoding, that is not taken here.",
    ),
    "fault": (
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something of ours broke; it has been logged under the X-Request-ID.",
    ),
    "database-unavailable": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The database cannot be reached; ask again in a few seconds.",
    ),
    "feed-busy": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "As many requests are held as may be; ask for changes without waiting.",
    ),
    "feed-key-missing": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The feed has no key to sign with; an operator must make one.",
    ),
    "observations-unavailable": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "What is of SolrContingency could not be noted, so it is not decided; the disk is full.",
    ),
    "snapshot-stale": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The register could not be confirmed lately, so nothing is decided by it.",
    ),
}
"""Every code, with its status and what it means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem document."""

    code: str
    detail: str
    """One sentence: what is wrong and what to do."""
    faults: tuple[FieldFault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> HTTPStatus:
        """The status that the code has."""
        return PROBLEMS[self.code][0]

    def as_dict(self) -> dict[str, Any]:
        """Return the document."""
        document: dict[str, Any] = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": self.status.value,
            "code": self.code,
            "detail": self.detail,
        }
        if self.faults:
            document["errors"] = [
                {"field": fault.field, "code": fault.code, "detail": fault.says}
                for fault in self.faults
            ]
        return document

    def response(self) -> Response:
        """Return the document as an answer of the API."""
        return Response(
            self.as_dict(),
            status=self.status.value,
            headers=dict(self.headers),
            content_type=MEDIA_TYPE,
        )


class ProblemError(APIException):
    """Ends a request with a problem document."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail, problem.code)
        self.problem = problem
        self.status_code = problem.status.value


def problem(code: str, detail: str, **headers: str) -> ProblemError:
    """Return the error that ends a request with this code; headers with `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ProblemError(Problem(code=code, detail=detail, headers=named))


def answer_error(error: Exception, context: dict[str, Any]) -> Response:
    """Return the answer to whatever a view of the API raised."""
    return problem_for(error, path=context["request"].path).response()


def problem_for(error: Exception, *, path: str) -> Problem:
    """Return the problem that an error is; one that is a fault of ours is logged."""
    found = _problem_of(error)
    if found is None:
        # Django would answer an unhandled error with a page; a machine gets a document.
        logger.error("a call of the API broke: %s", path, exc_info=error)
        found = Problem(code="fault", detail=PROBLEMS["fault"][1])
    return found


def _problem_of(error: Exception) -> Problem | None:
    if isinstance(error, ProblemError):
        return error.problem
    if isinstance(error, UnreadableQuestionError):
        said = error.faults[:MOST_FAULTS]
        return Problem(code="question-malformed", detail=error.says, faults=said)
    if isinstance(error, SnapshotStaleError | ObservationsUnavailableError):
        return Problem(code=error.code, detail=error.says, headers={"Retry-After": RETRY_AFTER})
    if isinstance(error, NotFoundError | ChangesGoneError | FeedKeyMissingError):
        return Problem(code=error.code, detail=error.says)
    for kind, code in _OF_LIBRARIES:
        if isinstance(error, kind):
            return Problem(code=code, detail=PROBLEMS[code][1])
    return None


_OF_LIBRARIES: tuple[tuple[type[Exception], str], ...] = (
    (Http404, "not-found"),
    (MethodNotAllowed, "method-not-allowed"),
    (SuspiciousOperation, "request-malformed"),
    (UnreadablePostError, "body-incomplete"),
    (OperationalError, "database-unavailable"),
    (InterfaceError, "database-unavailable"),
)
"""What Django and its REST framework raise for what a caller or the machine did."""
