"""The registry as a Django application."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """What is so: models, reads, writes, evidence and the doors to the outside."""

    name = "registry"
    verbose_name = "SMKI registry"
    default_auto_field = "django.db.models.BigAutoField"
