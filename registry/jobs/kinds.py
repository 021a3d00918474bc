"""What a kind of job says of itself, and what one step of its work comes to."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rules.duties import Act, Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """It has come further and goes on."""

    checkpoint: Any
    """JSON from which the next step goes on, by whichever worker that is done."""
    done: int
    of: int
    """How much there is in all, as far as is known now; 0: nobody knows."""
    says: str
    """The same in words: `2,000 of 10,000 events read`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """It is done, and what came of it."""

    report: Any
    """JSON that the kind's own pages read."""
    done: int = 0
    of: int = 0
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a step is told."""

    given: Any
    checkpoint: Any
    """As the step before left it; None: there was none."""
    at: datetime


Step = Callable[[Work], Going | Finished]
"""One step of the work, of a few seconds at most.

It runs in the transaction that records its outcome, with the job's row locked: what it writes
stays if and only if the step counts, and somebody who cancels waits for its end. Only the step
that finishes may change what others see, so that a job that is cancelled has done nothing.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """One kind of long work."""

    name: str
    format: int
    """Raised when `given` or `checkpoint` change in a way that jobs under way do not have."""
    called: str
    """What a job of this kind is called on pages."""
    started_by: Act | Sight
    """Whose roles may ask for one, and cancel one that another asked for."""
    seen_by: Act | Sight
    """Of the DCC's staff, whose roles see those that others asked for."""
    step: Step = field(repr=False)
    tries: int = 5
    """How often it may be taken without coming further before it has failed."""
    is_single: bool = False
    """Whether one at most is under way: who asks for another is led to that one."""


Kinds = Mapping[tuple[str, int], JobKind]
"""The kinds that there are, by name and format."""


def by_name(kinds: Iterable[JobKind]) -> Kinds:
    """Return kinds by their name and format.

    Raises:
        ValueError: Two have the same.
    """
    found: dict[tuple[str, int], JobKind] = {}
    for kind in kinds:
        if (kind.name, kind.format) in found:
            raise ValueError(f"two kinds of job are `{kind.name}` of format {kind.format}")
        found[kind.name, kind.format] = kind
    return found
