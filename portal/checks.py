"""Django's system checks of ours: what would be found out too late otherwise."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning as CheckWarning, register
from django.db import connections

from registry.gateways.duis_schema import SchemaUnusableError, duis_schema
from registry.lanes import LANES

LEAST_POSTGRESQL = 150_000
"""PostgreSQL 15, as libpq counts versions: unique constraints that treat nulls as equal."""


@register(Tags.staticfiles)
def page_assets_are_built(
    app_configs: Sequence[AppConfig] | None, **_: Any
) -> Iterable[CheckMessage]:
    """Warn when the compiled style sheet is missing: pages would be bare."""
    del app_configs
    built = Path(settings.BASE_DIR) / "portal" / "static" / "built" / "portal.css"
    if built.is_file():
        return []
    return [
        CheckWarning(
            "the page assets are not built",
            hint="Run `make environment`, which builds them.",
            id="portal.W001",
        )
    ]


@register(Tags.security, deploy=True)
def no_demonstration_in_production(
    app_configs: Sequence[AppConfig] | None, **_: Any
) -> Iterable[CheckMessage]:
    """Refuse demonstration people and secrets in a deployment."""
    del app_configs
    if not settings.DEMONSTRATION:
        return []
    return [
        Error(
            "demonstration sign-ins are allowed",
            hint="Use portal.settings.production.",
            id="portal.E001",
        )
    ]


@register
def the_duis_schema_proves_itself(
    app_configs: Sequence[AppConfig] | None, **_: Any
) -> Iterable[CheckMessage]:
    """Refuse a schema that cannot be used, rather than hold no message or every one to it."""
    del app_configs
    try:
        duis_schema()
    except SchemaUnusableError as fault:
        return [
            Error(
                f"the DUIS schema cannot be used: {fault}",
                hint="Set DUIS_SCHEMA to the main file of the schema, or leave it empty.",
                id="portal.E003",
            )
        ]
    return []


@register
def no_lane_may_have_every_worker(
    app_configs: Sequence[AppConfig] | None, **_: Any
) -> Iterable[CheckMessage]:
    """Refuse shares of the workers that together leave none for the lanes without a share."""
    del app_configs
    threads = settings.CELERY_WORKER_CONCURRENCY
    # One thread is for jobs (registry/tasks.py).
    shares = 1 + sum(lane.workers for lane in LANES.values() if lane.workers is not None)
    if shares < threads:
        return []
    return [
        Error(
            f"{shares} of the {threads} threads of a worker may be at jobs and slow lanes of the "
            "outbox",
            hint="Raise CELERY_WORKER_CONCURRENCY, or lower the `workers` in registry/lanes.py.",
            id="portal.E007",
        )
    ]


@register(Tags.database)
def the_database_is_new_enough(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> Iterable[CheckMessage]:
    """Refuse a PostgreSQL that is older than the constraints we hold in it."""
    del app_configs
    problems: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        connection.ensure_connection()
        version = connection.connection.info.server_version
        if version < LEAST_POSTGRESQL:
            problems.append(
                Error(
                    f"the database `{alias}` is PostgreSQL {version // 10_000}",
                    hint="Use PostgreSQL 15 or later.",
                    id="portal.E002",
                )
            )
    return problems
