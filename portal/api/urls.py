"""Every address under `/api/v1/`."""

from django.urls import path, re_path

from portal.api.checks import ChecksView
from portal.api.description import DescriptionPageView, DescriptionView
from portal.api.views import NothingHere

app_name = "api"

urlpatterns = [
    path("checks", ChecksView.as_view(), name="checks"),
    path("schema", DescriptionView.as_view(), name="schema"),
    path("docs", DescriptionPageView.as_view(), name="docs"),
    re_path(r"", NothingHere.as_view(), name="nothing-here"),
]
