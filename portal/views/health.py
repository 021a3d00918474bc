"""Probes: whether this process lives, and whether it can do its work."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from portal.gate import opens_to_anybody
from registry.snapshot_holder import holding_is_stale


@opens_to_anybody
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Say that the process answers; asks nobody else."""
    del request
    return JsonResponse({"status": "alive"})


@opens_to_anybody
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say 200 when this process can do its work, else 503 with what is missing.

    It needs the database, every migration, and a snapshot that is fresh enough to decide by.
    """
    del request
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"status": "not ready", "missing": "database"}, status=503)
    if waiting:
        return JsonResponse({"status": "not ready", "missing": "migrations"}, status=503)
    if holding_is_stale():
        return JsonResponse({"status": "not ready", "missing": "snapshot"}, status=503)
    return JsonResponse({"status": "ready"})
