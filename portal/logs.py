"""Logs: one line for each event, every line of one request with its id."""

import re
import uuid
from collections.abc import Callable
from typing import Any, Literal

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.tracebacks import ExceptionDictTransformer

_REQUEST_ID = "request_id"
_WELL_FORMED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def _without_query(
    _logger: object, _method: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    """Name a request by its path: in the query is what people type into filters."""
    request = event.get("request")
    if isinstance(request, HttpRequest):
        event["request"] = f"{request.method} {request.path}"
    return event


_SHARED: list[structlog.types.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    _without_query,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_config(*, form: Literal["json", "console"], level: str) -> dict[str, Any]:
    """Return the value of Django's `LOGGING`, and hold structlog to the same form.

    Args:
        form: `json` is one object a line, for machines; `console` is for a person.
        level: the least level that is written, such as `INFO`.
    """
    # A traceback without the values of what broke: one is a password, a code, a token, a key.
    if form == "json":
        tracebacks = ExceptionDictTransformer(show_locals=False)
        render: list[structlog.types.Processor] = [
            structlog.processors.ExceptionRenderer(tracebacks),
            structlog.processors.JSONRenderer(),
        ]
    else:
        render = [
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            )
        ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *render,
                ],
            },
        },
        "handlers": {
            # Standard error: a command's standard output is its answer and nothing else.
            "stderr": {"class": "logging.StreamHandler", "formatter": "lines"},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            "axes": {"level": "WARNING"},
        },
    }


def request_reference() -> str:
    """Return the id of the request that is being answered; empty outside of one."""
    return str(structlog.contextvars.get_contextvars().get(_REQUEST_ID, ""))


class RequestIdMiddleware:
    """Give each request an id, in every line of its log and in its answer.

    An id that the proxy in front already gave is kept when it is well-formed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with its id bound to the log."""
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _WELL_FORMED_ID.fullmatch(given) else uuid.uuid4().hex
        with structlog.contextvars.bound_contextvars(**{_REQUEST_ID: request_id}):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response
