"""What every view of the API has in common."""

from collections.abc import Callable, Iterable
from typing import Any

import orjson
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api.authentication import BearerAuthentication, HasScope
from portal.api.problems import answer_error, problem
from registry.clients.reads.scopes import Scope


class JsonRenderer(BaseRenderer):
    """Writes answers as JSON."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        """Return the octets of an answer."""
        del accepted_media_type, renderer_context
        return b"" if data is None else orjson.dumps(data)


class AlwaysJson(BaseContentNegotiation):
    """Answers with JSON whatever is accepted: there is nothing else to choose from."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> None:
        """Return none: bodies are read by `portal.api.bodies`, which asks for a limit first."""
        del request, parsers

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        """Return the one renderer."""
        del request, format_suffix
        (renderer,) = renderers
        return renderer, JsonRenderer.media_type


class ApiView(APIView):
    """A view that is closed but for clients with the scope that `scopes` has for the method."""

    authentication_classes = [BearerAuthentication]
    permission_classes = [HasScope]
    renderer_classes = [JsonRenderer]
    parser_classes = []
    content_negotiation_class = AlwaysJson
    http_method_names = ["get", "head", "post"]

    content_security_policy = "default-src 'none'; frame-ancestors 'none'"
    """Written as it is: the pages' policy is put together anew for each answer, which costs as
    much as verifying a signature."""

    scopes: dict[str, Scope] = {}
    """By method; a method that is not there is nobody's."""

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        """Answer every error with a problem document."""
        return answer_error

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Let nobody on the way keep an answer, and no browser take it for a page."""
        made = super().finalize_response(request, response, *args, **kwargs)
        made.headers.setdefault("Cache-Control", "no-store")
        made.headers.setdefault("Content-Security-Policy", self.content_security_policy)
        return made


class PublicView(ApiView):
    """A view that opens to the whole world."""

    authentication_classes = []
    permission_classes = [AllowAny]


class NothingHere(PublicView):
    """Answers every address under `/api/v1/` at which there is nothing."""

    schema = None
    http_method_names = [
        "get",
        "head",
        "post",
        "put",
        "patch",
        "delete",
        "options",
    ]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Say so whatever the method is.

        Raises:
            ProblemError: Always.
        """
        del request, args, kwargs
        raise problem(
            "not-found", "There is nothing at this address; /api/v1/docs lists what there is."
        )
