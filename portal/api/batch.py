"""`POST /checks/batch`: decides many messages, each by itself, in order, in little memory.

A body of lines is read to its end into a file before anything is decided, so that one that breaks
off, or has too many lines, is refused whole: nothing was decided that nobody gets to know. From
then on a few messages at a time are in memory, one where it is large, and their answers leave
before the next but few are read.

Of those few all are read, then all decided, then all answers written: a processor that goes back
and forth between these for each message takes a fifth longer, since each drives the others' code
out of its caches.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import Any, Final

import orjson
from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from portal.api.authentication import caller_of, require_scope
from portal.api.bodies import (
    JSON,
    declared_length,
    media_type,
    read_body,
    read_json_document,
    repeated,
    require_whole,
)
from portal.api.checks import WHY_AS_OF, question_of_members, reader_of, stray
from portal.api.describing import OF_A_BODY, OF_ACCESS, problems
from portal.api.json_reading import Repeated, first_repeated, read_json
from portal.api.problems import PROBLEMS, problem, problem_for
from portal.api.shapes import BatchAnswers, BatchQuestions, CheckQuestion, answer_or_problem
from portal.api.views import ApiView
from registry.clients.reads.api_clients import KnownClient
from registry.clients.reads.scopes import Scope
from registry.observations.acts.deciding import Decided, decide_message
from rules.service_requests.question import Question
from rules.service_requests.questions import (
    FieldFault,
    UnreadableQuestionError,
    asks_as_of,
    missing,
)

NDJSON: Final = "application/x-ndjson"
MOST: Final = 1_000
"""Messages in one batch."""
MESSAGES: Final = "messages"

IN_PLACE: Final = (
    "body-not-json",
    "body-too-large",
    "fault",
    "observations-unavailable",
    "question-malformed",
    "scope-missing",
    "snapshot-stale",
)
"""The problems that may be in the place of an answer."""
_IN_PLACE_SAYS = "Each in its place. One that could not be answered has a problem:\n" + "\n".join(
    f"`{code}`: {PROBLEMS[code][1]}" for code in IN_PLACE
)

_PIECE: Final = 1 << 16
_IN_MEMORY: Final = 1 << 20
"""Octets of a body of lines that are kept in memory; more of them are in a file."""

_FEW: Final = 16
"""Questions that are answered together."""
_FEW_OCTETS: Final = 1 << 18
"""Octets of lines from which on fewer are."""

_File = SpooledTemporaryFile[bytes]


class BatchView(ApiView):
    """Decides many messages."""

    scopes = {"POST": Scope.CHECKS_ASK}

    @extend_schema(
        operation_id="check_messages",
        tags=["checks"],
        summary="Decide up to 1,000 messages",
        request={NDJSON: CheckQuestion, JSON: BatchQuestions},
        responses={
            (200, NDJSON): OpenApiResponse(answer_or_problem(), description=_IN_PLACE_SAYS),
            (200, JSON): OpenApiResponse(BatchAnswers, description=_IN_PLACE_SAYS),
            **problems(*OF_ACCESS, *OF_A_BODY, "batch-too-large"),
        },
    )
    def post(self, request: Request) -> StreamingHttpResponse:
        """Decide each message of a batch, in order; one that is bad never spoils the others.

        As lines (`application/x-ndjson`) each line is a question as `POST /checks` takes it, and
        is answered by a line; as JSON the questions are in `messages` and the answers in
        `answers`. In place of an answer there is a problem document where a question could not be
        answered.
        """
        http = request._request  # noqa: SLF001 -- DRF's own public way to it reads the body
        kind = media_type(http, NDJSON, JSON)
        strays = tuple(stray(name) for name in http.GET)
        if strays:
            raise UnreadableQuestionError(strays)
        asker = _Asker(caller_of(request), http.path)
        if kind == NDJSON:
            file = _taken_in(http)
            lines = _lines_of(file, most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
            pieces: Iterator[bytes] = _From(file, _gathered(_as_lines(asker, lines)))
        else:
            pieces = _gathered(_as_json(asker, _read_messages(read_body(http))))
        return StreamingHttpResponse(pieces, content_type=kind)


class _Asker:
    """Answers questions of one client, whatever they are."""

    def __init__(self, caller: KnownClient, path: str) -> None:
        self._caller = caller
        self._reader = reader_of(caller)
        self._path = path

    def answers(self, given: Iterable[Any], read: Callable[[Any], Any]) -> list[bytes]:
        """Return the answer to each of a few questions, or the problem that it is."""
        done = list(given)
        for step in (partial(self._ask, read), self._decide, self._write):
            done = [self._try(step, result) for result in done]
        return [result.octets if isinstance(result, _Problem) else result for result in done]

    def _try(self, step: Callable[[Any], Any], given: Any) -> Any:
        """Return what a step makes of what the one before it made, or the problem that it is."""
        if isinstance(given, _Problem):
            return given
        try:
            return step(given)
        except Exception as error:  # noqa: BLE001 -- whatever is wrong with one, the next is answered
            return _Problem(orjson.dumps(problem_for(error, path=self._path).as_dict()))

    def _ask(self, read: Callable[[Any], Any], given: Any) -> tuple[Question, datetime]:
        """Read a question; at the moment of asking."""
        members = read(given)
        at = timezone.now()
        if not isinstance(members, dict):
            raise problem("body-not-json", "The question is JSON but not an object.")
        name = first_repeated(members) if isinstance(members, Repeated) else None
        device = members.get("device")
        if name is None and isinstance(device, Repeated):
            name = device.name
        if name is not None:
            raise UnreadableQuestionError((repeated(name),))
        question = question_of_members(members, at=at)
        if asks_as_of(question, at=at):
            require_scope(self._caller, Scope.CHECKS_AS_OF, why=WHY_AS_OF)
        return question, at

    @staticmethod
    def _decide(asked: tuple[Question, datetime]) -> tuple[Decided, datetime]:
        question, at = asked
        return decide_message(question), at

    def _write(self, answer: tuple[Decided, datetime]) -> bytes:
        decided, at = answer
        return orjson.dumps(decided.as_dict(checked_at=at, reader=self._reader))


@dataclass(frozen=True, slots=True)
class _Problem:
    """What there is in the place of an answer."""

    octets: bytes


def _as_lines(asker: _Asker, lines: Iterable[bytes | None]) -> Iterator[bytes]:
    for few in few_at_a_time(lines):
        for answer in asker.answers(few, _read_line):
            yield answer
            yield b"\n"


def _as_json(asker: _Asker, messages: list[Any]) -> Iterator[bytes]:
    between = b'{"answers":['
    for start in range(0, len(messages), _FEW):
        for answer in asker.answers(messages[start : start + _FEW], _as_it_is):
            yield between
            yield answer
            between = b","
    yield b"]}" if messages else between + b"]}"


def few_at_a_time(lines: Iterable[bytes | None]) -> Iterator[list[bytes | None]]:
    """Return lines together, but no more than are wanted in memory."""
    few: list[bytes | None] = []
    size = 0
    for line in lines:
        few.append(line)
        size += len(line or b"")
        if len(few) == _FEW or size >= _FEW_OCTETS:
            yield few
            few, size = [], 0
    if few:
        yield few


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Join small pieces, each of which would be a write to the connection."""
    gathered: list[bytes] = []
    size = 0
    for piece in pieces:
        gathered.append(piece)
        size += len(piece)
        if size >= _PIECE:
            yield b"".join(gathered)
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)


# --- as lines ----------------------------------------------------------------------------------


class _From(Iterator[bytes]):
    """Pieces that are made from a file, which is closed with the answer, read or not."""

    def __init__(self, file: _File, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.close = file.close

    def __next__(self) -> bytes:
        return next(self._pieces)


def _taken_in(request: HttpRequest) -> _File:
    """Read a body of lines whole.

    Raises:
        ProblemError: The body has no length, is too large, breaks off or has too many lines.
    """
    length = declared_length(request, most=settings.BATCH_SIZE_LIMIT)
    file = _File(max_size=_IN_MEMORY)
    try:
        _take_in(request, file, length)
    except BaseException:
        file.close()
        raise
    return file


def _take_in(request: HttpRequest, file: _File, length: int) -> None:
    ended, taken, last = 0, 0, b"\n"
    while taken < length:
        piece = request.read(min(_PIECE, length - taken))
        if not piece:
            break
        file.write(piece)
        taken += len(piece)
        ended += piece.count(b"\n")
        last = piece[-1:]
        _require_few(ended + (last != b"\n"))
    require_whole(taken, length)


def _lines_of(file: _File, *, most: int) -> Iterator[bytes | None]:
    """Return the lines one by one; None for one that is too long."""
    file.seek(0)
    while line := file.readline(most + 1):
        if len(line) <= most or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(_PIECE)
        yield None


def _read_line(line: bytes | None) -> Any:
    if line is None:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raise problem("body-too-large", f"The line has more than the {most} bytes that are read.")
    try:
        return read_json(line)
    except ValueError as fault:
        raise problem("body-not-json", f"The line is not JSON: {fault}.") from fault


# --- as JSON -----------------------------------------------------------------------------------


def _read_messages(body: bytes) -> list[Any]:
    """Return the questions of a body in JSON.

    Raises:
        ProblemError: It is no JSON object, or has too many.
        UnreadableQuestionError: It has something beside them, or does not have them.
    """
    document = read_json_document(body)
    faults = [
        FieldFault(
            field=name[:60],
            code="field-unknown",
            says=f"`{name[:60]}` is not a field of a batch; leave it out.",
        )
        for name in document
        if name != MESSAGES
    ]
    if isinstance(document, Repeated):
        faults.append(repeated(document.name))
    messages = document.get(MESSAGES)
    if messages is None:
        faults.append(missing(MESSAGES))
    elif not isinstance(messages, list):
        says = f"`{MESSAGES}` must be a list."
        faults.append(FieldFault(field=MESSAGES, code="field-malformed", says=says))
    if faults or not isinstance(messages, list):
        raise UnreadableQuestionError(tuple(faults))
    _require_few(len(messages))
    return messages


def _as_it_is(members: Any) -> Any:
    return members


def _require_few(count: int) -> None:
    if count > MOST:
        raise problem("batch-too-large", f"A batch has at most {MOST} messages; send fewer.")
