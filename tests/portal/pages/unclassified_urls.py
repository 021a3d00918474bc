"""An address whose view does not say who may open it, to show that the gate closes it."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal.urls import handler403, handler404, urlpatterns as known

__all__ = ["handler403", "handler404"]


def unclassified(request: HttpRequest) -> HttpResponse:
    del request
    return HttpResponse("secret")


urlpatterns = [*known, path("unclassified", unclassified)]
