"""The errors that every subject of the registry may raise on purpose.

    RegistryError
    ├── NotPermittedError   the person may not do this act, or not for this Party
    │   └── RoleMayNotError   likewise, by the person's role
    ├── NotFoundError       not there, or not the asker's to see: the same words for both
    ├── ConflictError       things have changed, or another was first
    └── RefusedActError     the register says no; the code and words say why

An error that one subject alone raises stands beside what raises it.
`rules.findings.RefusedError` (rules refused, with a report) and
`rules.workflow.IllegalMoveError` (the state does not allow it) pass through unchanged.
"""

from rules.duties import Act, Sight


class RegistryError(Exception):
    """Something a caller must tell the person who asked. Never a fault of ours."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(f"{code}: {says}")
        self.code = code
        """Stable, for machines and tests."""
        self.says = says
        """One sentence for people: what is wrong and what to do."""


class NotPermittedError(RegistryError):
    """The person may not do this."""


class RoleMayNotError(NotPermittedError):
    """The person's role does not include it (`role-may-not`)."""

    def __init__(self, role: str, purpose: Act | Sight) -> None:
        super().__init__("role-may-not", f"A person with the role {role} may not do this.")
        self.purpose = purpose
        """What was tried; a page names it, and for whom it is."""


class NotFoundError(RegistryError):
    """There is no such thing, or it is not the asker's to see."""

    def __init__(self, what: str) -> None:
        super().__init__("not-found", f"There is no such {what}.")


class ConflictError(RegistryError):
    """What was asked no longer fits: things have changed, or another was first."""


class RefusedActError(RegistryError):
    """The register refuses the act."""
