"""The Django application that holds the pages, the API and the settings."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The edge: HTTP, settings and the services it runs on."""

    name = "portal"
    label = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """Register the system checks and the Celery application."""
        from portal import (  # noqa: F401, PLC0415 - only once the apps are loaded
            address_check,
            celery,
            checks,
            contact_check,
            database_role,
            database_text,
        )
