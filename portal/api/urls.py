"""Every address under `/api/v1/`."""

from django.urls import path, re_path

from portal.api.alerts import AlertsView
from portal.api.batch import BatchView
from portal.api.checks import ChecksView
from portal.api.dcc_certificates import DccSigningCertificatesView
from portal.api.description import DescriptionPageView, DescriptionView
from portal.api.feed import ChangesView, FeedCertificatesView, SnapshotView
from portal.api.observations import CeasedView, ObservationsView
from portal.api.reason_codes import ReasonsView
from portal.api.register import CertificatePemView, CertificatesView, CertificateView
from portal.api.views import NothingHere

app_name = "api"

urlpatterns = [
    path("checks", ChecksView.as_view(), name="checks"),
    path("checks/batch", BatchView.as_view(), name="checks-batch"),
    path("alerts", AlertsView.as_view(), name="alerts"),
    path("observations", ObservationsView.as_view(), name="observations"),
    path("ceased", CeasedView.as_view(), name="ceased"),
    path("certificates", CertificatesView.as_view(), name="certificates"),
    path("certificates/<int:certificate_id>", CertificateView.as_view(), name="certificate"),
    path(
        "certificates/<int:certificate_id>.pem",
        CertificatePemView.as_view(),
        name="certificate-pem",
    ),
    path(
        "dcc-signing-certificates",
        DccSigningCertificatesView.as_view(),
        name="dcc-signing-certificates",
    ),
    path("reasons", ReasonsView.as_view(), name="reasons"),
    path("snapshot", SnapshotView.as_view(), name="snapshot"),
    path("changes", ChangesView.as_view(), name="changes"),
    path("feed-certificates", FeedCertificatesView.as_view(), name="feed-certificates"),
    path("schema", DescriptionView.as_view(), name="schema"),
    path("docs", DescriptionPageView.as_view(), name="docs"),
    re_path(r"", NothingHere.as_view(), name="nothing-here"),
]
