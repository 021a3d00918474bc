"""Every address and what answers there."""

from django.urls import path

from portal.views import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
