"""What a command says where there is no database to be reached: one line, with what to do."""

from django.conf import settings
from django.db import DatabaseError, OperationalError, connection


def is_unreachable(fault: DatabaseError) -> bool:
    """Tell whether a fault is that the database could not be reached at all."""
    return isinstance(fault, OperationalError) and connection.connection is None


def unreachable(fault: DatabaseError) -> str:
    """Return which database could not be reached, why, and what to do."""
    if not settings.DATABASE_URL:
        return (
            f"no database: nothing runs on {settings.DATA_DIR}; start `make run`, or set "
            "DATABASE_URL, or DATA_DIR where it runs on another folder"
        )
    described = settings.DATABASES["default"]
    place = described["HOST"] or "this machine"
    if described["PORT"]:
        place = f"{place}:{described['PORT']}"
    lines = str(fault).strip().splitlines() or ["it does not answer"]
    why = " ".join(lines[0].rpartition(" failed: ")[2].split())
    return (
        f"the database {described['NAME']} at {place} cannot be reached: {why}; start it or "
        "correct DATABASE_URL; without that `make run` starts one of its own"
    )


def unreadable(fault: DatabaseError) -> str:
    """Return in one line why the register cannot be read."""
    if is_unreachable(fault):
        return unreachable(fault)
    return f"the register cannot be read: {str(fault).strip().splitlines()[0]}"
