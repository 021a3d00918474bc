"""The slices in which `make mutate` plants its defects, each with the tests that are nearest."""

from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Some modules, and the tests that must notice a defect in any of them."""

    path: str
    """A folder with all that is in it, or one file."""
    tests: tuple[str, ...]
    is_flat: bool = False
    """Only the modules in the folder itself, not those in the folders within."""
    needs_database: bool = False

    def modules(self) -> tuple[str, ...]:
        """Return the paths of its modules, in order."""
        where = PROJECT / self.path
        if where.is_file():
            return (self.path,)
        found = where.glob("*.py") if self.is_flat else where.rglob("*.py")
        return tuple(
            sorted(str(path.relative_to(PROJECT)) for path in found if path.name != "__init__.py")
        )


SLICES = (
    Slice(path="rules", is_flat=True, tests=("tests/rules",)),
    Slice(path="rules/certificates", tests=("tests/rules/certificates",)),
    Slice(
        path="rules/messages",
        tests=("tests/rules/messages", "tests/rules/service_requests"),
    ),
    Slice(
        path="rules/register",
        tests=("tests/rules/service_requests", "tests/rules/feed"),
    ),
    Slice(path="rules/service_requests", tests=("tests/rules/service_requests",)),
    Slice(path="rules/pairs", tests=("tests/rules/pairs",)),
    Slice(path="rules/documents", tests=("tests/rules/documents",)),
    Slice(path="rules/alerts", tests=("tests/rules/service_requests",)),
    Slice(path="rules/responses", tests=("tests/rules/responses",)),
    Slice(path="rules/feed", tests=("tests/rules/feed",)),
    Slice(
        path="registry/pairs",
        tests=("tests/registry/pairs",),
        needs_database=True,
    ),
    Slice(
        path="registry/access.py",
        tests=(
            "tests/registry/test_access.py",
            "tests/registry/test_locks.py",
        ),
        needs_database=True,
    ),
    Slice(
        path="registry/evidence/history.py",
        tests=(
            "tests/registry/test_history.py",
            "tests/registry/test_history_parts.py",
            "tests/registry/test_history_forgeries.py",
            "tests/registry/test_verify_history_command.py",
        ),
        needs_database=True,
    ),
    Slice(path="registry/jobs", tests=("tests/registry/jobs",), needs_database=True),
    Slice(
        path="registry/written.py",
        tests=("tests/registry/test_written_reasons.py",),
        needs_database=True,
    ),
    *(
        Slice(path=f"registry/{subject}/acts", tests=("tests/registry",), needs_database=True)
        for subject in (
            "arrangements",
            "authority",
            "certificates",
            "clients",
            "documents",
            "feed",
            "notices",
            "notifications",
            "observations",
            "parties",
            "effects",
            "passing",
            "people",
            "proofs",
            "working_days",
        )
    ),
)


class UnknownSliceError(Exception):
    """What was asked for is in no slice."""


def chosen(asked: str) -> tuple[Slice, tuple[str, ...]]:
    """Return the slice that a path belongs to, and which of its modules are meant.

    Raises:
        UnknownSliceError: There is no such module in any slice.
    """
    path = asked.strip("/")
    for known in SLICES:
        if path == known.path:
            return known, known.modules()
        below = tuple(
            module for module in known.modules() if module == path or module.startswith(f"{path}/")
        )
        if below:
            return known, below
    raise UnknownSliceError(
        f"`{asked}` is in no slice; there are: {', '.join(known.path for known in SLICES)}"
    )
