"""What the database lets the portal's own role do, which is less than its owner may.

Whoever owns a table can switch its triggers off, drop them, and then alter or delete what the
register keeps. So in a deployment the tables belong to the role that migrates, and the portal has
another (docs/operations.md).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

_POWERS = """
SELECT current_user,
    (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
    EXISTS (
        SELECT FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
            AND pg_has_role(current_user, relowner, 'MEMBER')
    ),
    EXISTS (
        SELECT FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
            AND has_table_privilege(current_user, oid, 'TRUNCATE, TRIGGER')
    )
"""


@register(Tags.database, deploy=True)
def the_portals_role_owns_nothing(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> Iterable[CheckMessage]:
    """Refuse a role that could bypass the triggers that protect records from the portal itself."""
    del app_configs
    return [problem for alias in databases or () for problem in _problems(alias)]


def _problems(alias: str) -> Iterable[CheckMessage]:
    with connections[alias].cursor() as cursor:
        cursor.execute(_POWERS)
        role, is_superuser, owns, truncates = cursor.fetchone()
    if is_superuser:
        what = "is a superuser"
    elif owns:
        what = "owns tables, or may become a role that does"
    elif truncates:
        what = "may truncate tables or make triggers on them"
    else:
        return
    yield Error(
        f"the role `{role}` of the database `{alias}` {what}",
        hint="Give the portal a role of its own: docs/operations.md, Two roles in the database.",
        id="portal.E004",
    )
