"""The API's description: OpenAPI 3.1 and pages to read it by, offline and open to everybody."""

from functools import cache
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.authentication import BearerAuthentication
from portal.api.views import PublicView

_OPENAPI = "application/vnd.oai.openapi+json"


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped
    """Describes how a client authenticates."""

    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Return the security scheme."""
        del auto_schema
        return {"type": "http", "scheme": "bearer"}


@cache
def description() -> dict[str, Any]:
    """Return the description of the API, made once in a process."""
    generator = SchemaGenerator(api_version="v1")  # type: ignore[no-untyped-call]  # untyped
    made: dict[str, Any] = generator.get_schema(public=True)  # type: ignore[no-untyped-call]  # so
    return made


class DescriptionView(PublicView):
    """The description in OpenAPI 3.1."""

    schema = None
    http_method_names = ["get", "head"]

    def get(self, request: Request) -> Response:
        """Return the description."""
        del request
        return Response(description(), content_type=_OPENAPI)


class DescriptionPageView(PublicView):
    """Pages to read the description by, and to try the calls out."""

    schema = None
    http_method_names = ["get", "head"]
    # Swagger UI writes style attributes and has pictures in its style sheet; nothing else.
    content_security_policy = (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )

    def get(self, request: Request) -> HttpResponse:
        """Return the page."""
        del request
        return HttpResponse(render_to_string("api/docs.html"))
