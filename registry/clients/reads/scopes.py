"""What a machine's token may open: one table. A call that asks for no scope here is nobody's."""

from enum import StrEnum


class Scope(StrEnum):
    """What an API client may do; the value is what `create_api_client --scope` takes."""

    CHECKS_ASK = "checks:ask"
    CHECKS_AS_OF = "checks:as-of"
    OBSERVATIONS_WRITE = "observations:write"
    REGISTER_READ = "register:read"
    SNAPSHOT_READ = "snapshot:read"


SCOPES: dict[Scope, str] = {
    Scope.CHECKS_ASK: "Ask for decisions on messages.",
    Scope.CHECKS_AS_OF: "Ask for decisions as of another time (more than 5 minutes away).",
    Scope.OBSERVATIONS_WRITE: "Report decisions made elsewhere: how many, and which ceased.",
    Scope.REGISTER_READ: "Read the register of certificates: the client's own Party's, or all.",
    Scope.SNAPSHOT_READ: "Take the signed snapshot and follow its changes, to decide elsewhere.",
}
"""Every scope and what it opens, in words."""
