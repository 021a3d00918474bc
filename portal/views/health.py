"""Probes: whether this process lives, and whether it can do its work."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from portal.gate import opens_to_anybody
from registry.database.differing import differences
from registry.feed.reads.snapshot_holder import (
    SnapshotStaleError,
    age_of,
    age_of_holding,
    held_register,
)
from registry.observations.acts.observing import missing_decisions


@opens_to_anybody
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Say that the process answers; asks nobody else."""
    del request
    return JsonResponse({"status": "alive"})


@opens_to_anybody
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say 200 when this process can do all its work, else 503 with what is missing.

    It needs the database, every migration, the functions and triggers that this release declares,
    and a register in memory that is not stale.
    """
    del request
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        differing = () if waiting else differences()
    except DatabaseError:
        return JsonResponse({"status": "not ready", "missing": "database"}, status=503)
    if waiting:
        return JsonResponse({"status": "not ready", "missing": "migrations"}, status=503)
    if differing:
        return JsonResponse(
            {"status": "not ready", "missing": "functions or triggers"}, status=503
        )
    age = age_of_holding()
    if age is not None and age > settings.SNAPSHOT_STALE_AFTER:
        return JsonResponse({"status": "not ready", "missing": "snapshot"}, status=503)
    return JsonResponse({"status": "ready"})


@opens_to_anybody
@require_safe
def readyz_checks(request: HttpRequest) -> JsonResponse:
    """Say 200 while this process can decide messages, also without its database, else 503.

    The body says how many seconds the register that it holds has not been confirmed, whether that
    is more than SolrContingency may be decided by, and how many decisions it has answered and
    cannot note, the disk being full: nothing of SolrContingency is decided then either.
    """
    del request
    try:
        age = age_of(held_register())
    except SnapshotStaleError:
        return JsonResponse({"status": "not ready", "missing": "snapshot"}, status=503)
    return JsonResponse(
        {
            "status": "ready",
            "snapshot_age": round(age, 3),
            "snapshot_is_stale": age > settings.SNAPSHOT_STALE_AFTER,
            "decisions_not_noted": missing_decisions(),
        }
    )
