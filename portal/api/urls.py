"""Every address under `/api/v1/`."""

from django.urls import path, re_path

from portal.api.checks import ChecksView
from portal.api.description import DescriptionPageView, DescriptionView
from portal.api.register import CertificatePemView, CertificatesView, CertificateView
from portal.api.views import NothingHere

app_name = "api"

urlpatterns = [
    path("checks", ChecksView.as_view(), name="checks"),
    path("certificates", CertificatesView.as_view(), name="certificates"),
    path("certificates/<int:certificate_id>", CertificateView.as_view(), name="certificate"),
    path(
        "certificates/<int:certificate_id>.pem",
        CertificatePemView.as_view(),
        name="certificate-pem",
    ),
    path("schema", DescriptionView.as_view(), name="schema"),
    path("docs", DescriptionPageView.as_view(), name="docs"),
    re_path(r"", NothingHere.as_view(), name="nothing-here"),
]
