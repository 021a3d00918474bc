"""`GET /snapshot`, `/changes` and `/feed-certificates`: what checkers elsewhere follow."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.db import connections
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from portal.api.connection_gone import connection_is_gone
from portal.api.describing import OF_ACCESS, problems
from portal.api.problems import problem
from portal.api.queries import Readers, matching, number, read_query
from portal.api.views import ApiView
from portal.ending import is_ending
from registry.clients.reads.scopes import Scope
from registry.feed.acts.feed import (
    Question,
    SignedBody,
    signed_certificates,
    signed_changes,
    signed_snapshot,
)
from registry.feed.reads.snapshot_holder import (
    age_of,
    current_snapshot,
    held_register,
    steady_seconds,
    wait_while_at,
)
from rules.service_requests.questions import UnreadableQuestionError, missing

GZIP: Final = "application/gzip"
NDJSON: Final = "application/x-ndjson"
JSON: Final = "application/json"
SIGNATURE: Final = "JWS-Signature"
LONGEST_WAIT: Final = 30
"""Seconds for which a request for changes is held at most."""
BUSY_RETRY_AFTER: Final = "1"

_LOOK_EVERY = 1.0
"""Seconds between two looks at whether whoever waits is still there."""
_KEPT = "private, no-cache, no-transform"
"""What is signed must arrive as it is, and be asked for each time."""


class SnapshotView(ApiView):
    """Gives the snapshot."""

    scopes = {"GET": Scope.SNAPSHOT_READ}

    @extend_schema(
        operation_id="take_snapshot",
        tags=["feed"],
        summary="Take all that a checker needs, signed",
        parameters=[
            OpenApiParameter(
                name="If-None-Match",
                location=OpenApiParameter.HEADER,
                required=False,
                type=str,
                description="The ETag of the snapshot that the client has.",
            )
        ],
        responses={
            (200, GZIP): OpenApiResponse(
                response=OpenApiTypes.BINARY,
                description="Lines of JSON in gzip; `JWS-Signature` has a detached JWS over "
                "these octets.",
            ),
            304: OpenApiResponse(description="The client has it already."),
            **problems("feed-key-missing", *OF_ACCESS),
        },
    )
    def get(self, request: Request) -> HttpResponse:
        """Give the snapshot as this process holds it, unless the client has that one."""
        held = held_register()
        snapshot = held.snapshot
        # Weak: the same snapshot may be written again, with another moment in its header.
        tag = f'W/"{snapshot.version}.{snapshot.mark}"'
        if _has(request.headers.get("If-None-Match", ""), tag):
            answer = HttpResponse(status=304)
        else:
            answer = _signed(signed_snapshot(snapshot, at=timezone.now()), GZIP)
        answer["ETag"] = tag
        answer["Cache-Control"] = _KEPT
        # RFC 9111, 5.1; a follower goes by what `/changes` says, which is signed.
        answer["Age"] = str(int(age_of(held)))
        return answer


class ChangesView(ApiView):
    """Says what changed since a version, and waits for it where nothing did."""

    scopes = {"GET": Scope.SNAPSHOT_READ}

    @extend_schema(
        operation_id="follow_changes",
        tags=["feed"],
        summary="Follow what changes, signed",
        parameters=[
            OpenApiParameter(name=name, description=says, required=required, type=str)
            for name, required, says in (
                ("after", True, "The version that the client has."),
                (
                    "wait",
                    False,
                    f"Seconds to wait until something changes: {LONGEST_WAIT} at most, or 0.",
                ),
                (
                    "nonce",
                    False,
                    "What the signed answer is to repeat: 1 to 64 letters, digits, - and _.",
                ),
            )
        ],
        responses={
            (200, NDJSON): OpenApiResponse(
                response=OpenApiTypes.STR,
                description="Lines of JSON: a header, what changed, an end. `JWS-Signature` has "
                "a detached JWS over these octets.",
            ),
            **problems(
                "question-malformed",
                "changes-gone",
                "feed-busy",
                "feed-key-missing",
                "database-unavailable",
                *OF_ACCESS,
            ),
        },
    )
    def get(self, request: Request) -> HttpResponse:
        """Say what changed since a version; hold the request for a while where nothing did."""
        arrived = steady_seconds()
        fields = read_query(request.query_params, _QUERY)
        if "after" not in fields:
            raise UnreadableQuestionError((missing("after"),))
        question = Question(after=fields["after"], nonce=fields.get("nonce"), arrived=arrived)
        until = arrived + fields.get("wait", 0)
        if until > arrived and current_snapshot().version == str(question.after):
            with _held():
                _wait(request, question, until)
        return _signed(signed_changes(question, at=timezone.now()), NDJSON)


class FeedCertificatesView(ApiView):
    """Lists the certificates of the keys that sign the feed."""

    scopes = {"GET": Scope.SNAPSHOT_READ}

    @extend_schema(
        operation_id="list_feed_certificates",
        tags=["feed"],
        summary="List the certificates by whose keys the feed is signed, now and next",
        responses={
            (200, JSON): OpenApiResponse(
                response=OpenApiTypes.OBJECT,
                description="The certificate that signs and the one announced as the next. "
                "`JWS-Signature` has a detached JWS over these octets.",
            ),
            **problems("feed-key-missing", *OF_ACCESS),
        },
    )
    def get(self, request: Request) -> HttpResponse:
        """List the certificates that are live."""
        del request
        return _signed(signed_certificates(at=timezone.now()), JSON)


_QUERY: Readers = {
    "after": number(least=0, most=10**18 - 1),
    "wait": number(least=0, most=LONGEST_WAIT),
    "nonce": matching(r"[A-Za-z0-9_-]{1,64}", "write 1 to 64 letters, digits, - and _"),
}


def _signed(body: SignedBody, media_type: str) -> HttpResponse:
    answer = HttpResponse(body.body, content_type=media_type)
    answer[SIGNATURE] = body.jws
    answer["Cache-Control"] = _KEPT
    return answer


def _has(given: str, tag: str) -> bool:
    """Tell whether If-None-Match names a tag, by weak comparison (RFC 9110, 13.1.2)."""
    named = {each.strip().removeprefix("W/") for each in given.split(",")}
    return "*" in named or tag.removeprefix("W/") in named


def _wait(request: Request, question: Question, until: float) -> None:
    """Return when something changed, the time is up, we end, or whoever asked is gone."""
    # A thread keeps its connection between requests; one that only waits needs none.
    connections.close_all()
    version = str(question.after)
    while current_snapshot().version == version:
        left = until - steady_seconds()
        if left <= 0 or is_ending() or connection_is_gone(request.META):
            return
        wait_while_at(version, within=min(left, _LOOK_EVERY))


class _HeldRequests:
    """Counts the requests that this process holds."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.count = 0


held_requests = _HeldRequests()


@contextmanager
def _held() -> Iterator[None]:
    """Hold a request, where there are not too many already.

    Raises:
        ProblemError: There are (`feed-busy`).
    """
    with held_requests.lock:
        if held_requests.count >= settings.FEED_MOST_HELD:
            raise problem(
                "feed-busy",
                "As many requests are held here as may be; ask with a wait of 0.",
                Retry_After=BUSY_RETRY_AFTER,
            )
        held_requests.count += 1
    try:
        yield
    finally:
        with held_requests.lock:
            held_requests.count -= 1
