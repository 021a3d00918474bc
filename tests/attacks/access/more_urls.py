"""The portal's routes and some more, of which nobody said whom they are open to."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api.views import ApiView
from portal.urls import handler400, handler403, handler404, handler500, urlpatterns as known
from registry.clients.reads.scopes import Scope

__all__ = ["handler400", "handler403", "handler404", "handler500"]

SECRET = "what nobody may see"


def page(request: HttpRequest) -> HttpResponse:
    del request
    return HttpResponse(SECRET)


class NoScope(ApiView):
    def get(self, request: Request) -> Response:
        del request
        return Response(SECRET)


class OneScopeOfTwo(ApiView):
    scopes = {"GET": Scope.CHECKS_ASK}

    def get(self, request: Request) -> Response:
        del request
        return Response("open")

    def post(self, request: Request) -> Response:
        del request
        return Response(SECRET)


class NotOurs(APIView):
    def get(self, request: Request) -> Response:
        del request
        return Response(SECRET)


NEW = {
    "new/page": page,
    "new/no-scope": NoScope.as_view(),
    "new/one-scope-of-two": OneScopeOfTwo.as_view(),
    "new/not-ours": NotOurs.as_view(),
}

urlpatterns = [*(path(route, view) for route, view in NEW.items()), *known]
