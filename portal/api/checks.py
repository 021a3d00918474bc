"""`POST /checks`: decides one message. Nothing on this path asks the database."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.authentication import caller_of, require_scope
from portal.api.bodies import (
    JSON,
    TEXT_XML,
    XML,
    media_type,
    read_base64,
    read_body,
    read_json_object,
)
from portal.api.describing import OF_A_BODY, OF_ACCESS, problems, question_parameters
from portal.api.shapes import CheckAnswer, CheckQuestion
from portal.api.views import ApiView
from registry.clients.reads.api_clients import KnownClient
from registry.clients.reads.scopes import Scope
from registry.observations.acts.deciding import decide_message
from rules.service_requests.question import Question
from rules.service_requests.questions import (
    DEVICE,
    FIELDS,
    FieldFault,
    UnreadableQuestionError,
    asks_as_of,
    missing,
    read_question,
)
from rules.service_requests.reader import SEES_EVERY_PARTY, Reader

MESSAGE = "message"
WHY_AS_OF = "A `received_at` more than five minutes from now"
_DEVICE = DEVICE.removesuffix(".")


class ChecksView(ApiView):
    """Decides one message."""

    scopes = {"POST": Scope.CHECKS_ASK}

    @extend_schema(
        operation_id="check_message",
        tags=["checks"],
        summary="Decide one message",
        parameters=question_parameters(),
        request={
            JSON: CheckQuestion,
            **{
                media: {"type": "string", "contentMediaType": media, "description": "The message."}
                for media in (XML, TEXT_XML)
            },
        },
        responses={
            200: CheckAnswer,
            **problems(*OF_ACCESS, *OF_A_BODY, "observations-unavailable"),
        },
    )
    def post(self, request: Request) -> Response:
        """Decide one message.

        A message that cannot be read is a decision too: `cease`, with the reason. Only a request
        that is not ours to answer is refused.
        """
        at = timezone.now()
        question = read_request(request._request, at=at)  # noqa: SLF001 -- DRF's own public way to it reads the body
        if asks_as_of(question, at=at):
            require_scope(
                caller_of(request),
                Scope.CHECKS_AS_OF,
                why=WHY_AS_OF,
            )
        decided = decide_message(question)
        return Response(decided.as_dict(checked_at=at, reader=reader_of(caller_of(request))))


def reader_of(client: KnownClient) -> Reader:
    """Return what a client may see in an answer: one of a Party nothing of other Parties."""
    if client.party_id is None:
        return SEES_EVERY_PARTY
    return Reader(party_reference=client.party_reference)


def read_request(request: HttpRequest, *, at: datetime) -> Question:
    """Read the question that a request asks, in either of its forms.

    Raises:
        ProblemError: The body cannot be had or is no JSON.
        UnreadableQuestionError: A field is missing, unknown or malformed.
    """
    if media_type(request, JSON, XML, TEXT_XML) != JSON:
        return _of_query(read_body(request), request.GET, at=at)
    strays = tuple(stray(name) for name in request.GET)
    if strays:
        raise UnreadableQuestionError(strays)
    return question_of_members(read_json_object(read_body(request)), at=at)


def question_of_members(members: dict[str, Any], *, at: datetime) -> Question:
    """Read a question from the members of a JSON object."""
    faults: list[FieldFault] = []
    message = read_base64(members[MESSAGE]) if members.get(MESSAGE) is not None else None
    if message is None:
        faults.append(missing(MESSAGE))
    elif isinstance(message, str):
        faults.append(_malformed(MESSAGE, message))
    fields = {name: value for name, value in members.items() if name not in {MESSAGE, _DEVICE}}
    # A member that is named as the query names it is none of the JSON form.
    faults.extend(stray(name) for name in fields if name.startswith(DEVICE))
    device = members.get(_DEVICE)
    if isinstance(device, dict):
        fields.update({f"{DEVICE}{name}": value for name, value in device.items()})
    elif device is not None:
        faults.append(_malformed(_DEVICE, "must be an object"))
    return _read(message if isinstance(message, bytes) else b"", fields, faults, at=at)


def _of_query(message: bytes, query: QueryDict, *, at: datetime) -> Question:
    """Read a question from a raw message and the fields in the query."""
    faults: list[FieldFault] = []
    fields: dict[str, object] = {}
    for name, values in query.lists():
        if name in FIELDS and FIELDS[name].is_list:
            fields[name] = values
            continue
        fields[name] = values[-1]
        if len(values) > 1:
            says = f"`{name[:60]}` is given {len(values)} times; give it once."
            faults.append(FieldFault(field=name[:60], code="field-repeated", says=says))
    return _read(message, fields, faults, at=at)


def _read(
    message: bytes, fields: dict[str, object], faults: list[FieldFault], *, at: datetime
) -> Question:
    """Read the fields; say what is wrong with them beside what was wrong before."""
    try:
        question = read_question(message, fields, at=at)
    except UnreadableQuestionError as fault:
        raise UnreadableQuestionError((*faults, *fault.faults)) from fault
    if faults:
        raise UnreadableQuestionError(tuple(faults))
    return question


def _malformed(name: str, says: str) -> FieldFault:
    return FieldFault(field=name, code="field-malformed", says=f"`{name}` {says}.")


def stray(name: str) -> FieldFault:
    """Return the fault of a field of the query beside a body in JSON."""
    return FieldFault(
        field=name[:60],
        code="field-unknown",
        says=f"`{name[:60]}` is not a field of this form; JSON has its fields in the body.",
    )
