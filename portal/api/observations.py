"""`POST /observations` and `POST /ceased`: decisions that were made elsewhere."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.authentication import caller_of
from portal.api.bodies import JSON, media_type, read_body, read_json_object
from portal.api.describing import OF_A_BODY, OF_ACCESS, problems
from portal.api.problems import problem
from portal.api.report_shapes import (
    CeasedAnswer,
    CeasedReport,
    ObservationsAnswer,
    ObservationsReport,
)
from portal.api.reports import MOST_ENTRIES, read_ceased, read_observations
from portal.api.views import ApiView
from registry.clients.acts.idempotency import Call, do_once
from registry.clients.reads.api_clients import KnownClient
from registry.clients.reads.scopes import Scope
from registry.errors import ConflictError
from registry.feed.reads.snapshot_holder import current_snapshot
from registry.observations.acts.reporting import report_ceased, report_observations

_KEY_HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)
_PROBLEMS = (
    *OF_ACCESS,
    *OF_A_BODY,
    "idempotency-key-malformed",
    "idempotency-key-reused",
    "database-unavailable",
)


def _key_parameter(*, required: bool, says: str) -> OpenApiParameter:
    return OpenApiParameter(
        name=_KEY_HEADER,
        location=OpenApiParameter.HEADER,
        type=str,
        required=required,
        description=f"1 to 200 visible ASCII characters of the client's own. {says}",
    )


class ObservationsView(ApiView):
    """Counts decisions that were made elsewhere."""

    scopes = {"POST": Scope.OBSERVATIONS_WRITE}

    @extend_schema(
        operation_id="report_observations",
        tags=["reports"],
        summary="Report how messages were decided elsewhere",
        parameters=[
            _key_parameter(
                required=True,
                says="The same key and body count once and have the same answer.",
            )
        ],
        request={JSON: ObservationsReport},
        responses={200: ObservationsAnswer, **problems(*_PROBLEMS, "idempotency-key-missing")},
    )
    def post(self, request: Request) -> Response:
        """Add to the counts, all of a report or nothing of it.

        Without an `Idempotency-Key` a report whose answer got lost could be counted twice, so
        one is required.
        """
        at = timezone.now()
        client = _engine(request)
        body = _body(request)
        key = _key(request)
        if key is None:
            raise problem(
                "idempotency-key-missing",
                f"Give an {_KEY_HEADER}, a new one for each report and the same when it is sent "
                "again, so that nothing is counted twice.",
            )
        counts = read_observations(
            read_json_object(body), register=current_snapshot(), at=at, most=MOST_ENTRIES
        )
        return _once(
            Call(client_id=client.id, key=key, address="observations", body=body),
            lambda: report_observations(counts, client=client, at=at),
            at=at,
        )


class CeasedView(ApiView):
    """Takes refusals that were decided elsewhere."""

    scopes = {"POST": Scope.OBSERVATIONS_WRITE}

    @extend_schema(
        operation_id="report_ceased",
        tags=["reports"],
        summary="Report messages that ceased elsewhere",
        parameters=[
            _key_parameter(
                required=False,
                says="With one, the same key and body have the same answer; a refusal is "
                "recorded once with or without it.",
            )
        ],
        request={JSON: CeasedReport},
        responses={200: CeasedAnswer, **problems(*_PROBLEMS)},
    )
    def post(self, request: Request) -> Response:
        """Record refusals, so that the Users can be told: all of a report or nothing of it.

        A refusal is one by its `request_id`, `time`, `user_id` and `reason`, and is recorded once
        however often it is sent, by whomever; ours are recorded likewise.
        """
        at = timezone.now()
        client = _engine(request)
        body = _body(request)
        key = _key(request)
        ceased = read_ceased(
            read_json_object(body), register=current_snapshot(), at=at, most=MOST_ENTRIES
        )

        def act() -> Mapping[str, Any]:
            return report_ceased(ceased, client=client, at=at)

        if key is None:
            return Response(act())
        call = Call(client_id=client.id, key=key, address="ceased", body=body)
        return _once(call, act, at=at)


def _engine(request: Request) -> KnownClient:
    """Return the client, which is none of a single Party's: it speaks of the messages of all.

    Raises:
        ProblemError: It acts for a Party (`scope-missing`).
    """
    client = caller_of(request)
    if client.party_id is not None:
        raise problem(
            "scope-missing",
            "The client acts for one Party; only the enforcement engine's own may report.",
        )
    return client


def _body(request: Request) -> bytes:
    plain = request._request  # noqa: SLF001 -- DRF's own public way to it reads the body
    media_type(plain, JSON)
    return read_body(plain)


def _key(request: Request) -> str | None:
    """Return the `Idempotency-Key`, or None where there is none.

    Raises:
        ProblemError: It cannot be one (`idempotency-key-malformed`).
    """
    key = request.headers.get(_KEY_HEADER)
    if key is not None and not _KEY.fullmatch(key):
        raise problem(
            "idempotency-key-malformed",
            f"The {_KEY_HEADER} is `{key[:60]}`; give 1 to 200 visible ASCII characters.",
        )
    return key


def _once(call: Call, act: Callable[[], Mapping[str, Any]], *, at: datetime) -> Response:
    try:
        return Response(do_once(call, act, at=at))
    except ConflictError as conflict:
        raise problem(conflict.code, conflict.says) from conflict
