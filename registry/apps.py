"""The registry as a Django application."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RegistryConfig(AppConfig):
    """What is so: models, reads, writes, evidence and the doors to the outside."""

    name = "registry"
    verbose_name = "SMKI registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have what the database does by itself loaded after each migration."""
        from registry.database.loading import (  # noqa: PLC0415 - only once the apps are loaded
            load_after_migrating,
        )

        post_migrate.connect(load_after_migrating, sender=self)
