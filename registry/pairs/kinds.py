"""What an act is that two persons do together, and what one proposal holds of it."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final

from rules.duties import Act
from rules.pairs.acts import PAIR_ACTS, PairAct, pair_act

if TYPE_CHECKING:
    from registry.models import Person, Proposal

Payload = Mapping[str, Any]
"""All that an act needs to be told, in JSON."""

Facts = Mapping[str, Any]
"""What an act rests on, in JSON, by the member of a set that it is about; None: that has ended."""

THE_WHOLE: Final = "all"
"""The one member of what is not a set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One act of a proposal."""

    act: Act
    payload: Payload

    @property
    def rule(self) -> PairAct:
        """What the rules say of the act.

        Raises:
            KeyError: The act is not one of two persons, which is a fault of ours.
        """
        return PAIR_ACTS[self.act]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of what a proposal is shown as."""

    label: str
    text: str = ""
    at: datetime | None = None
    """Told in the reader's time instead of a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A part of a proposal as people are shown it, the second exactly as the first."""

    title: str
    """What would be done: an imperative sentence without a full stop."""
    lines: tuple[Line, ...]
    harm: str
    """What it does to whom, and whether it can be undone."""
    after: str
    """What comes next once it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """With what an act is done."""

    proposal: "Proposal"
    by: "Person"
    """Who confirmed it, or does it alone."""
    holds_from: datetime
    at: datetime


class PairedAct(ABC):
    """How an act is done that needs two persons. Nothing here opens a transaction.

    `gather`, `check` and `apply` are called in that order in the one transaction of the proposal
    or its confirmation; in between, what `subjects` names is locked against other proposals.
    """

    act: Act
    facts_called: ClassVar[Mapping[str, str]] = {}
    """What people call the parts of a member's facts."""

    @abstractmethod
    def subjects(self, payload: Payload) -> tuple[str, ...]:
        """Return the keys of what it is about; an open proposal holds each."""

    @abstractmethod
    def named(self, payload: Payload) -> datetime | None:
        """Return the moment that it names to hold from, if it names one."""

    @abstractmethod
    def gather(self, payload: Payload) -> Facts:
        """Return the facts that `check` reads, and lock the rows that they come from."""

    @abstractmethod
    def check(self, payload: Payload, facts: Facts, *, at: datetime) -> None:
        """Return quietly where it may be done.

        Raises:
            RegistryError: It may not, and why.
        """

    @abstractmethod
    def shown(self, payload: Payload, facts: Facts) -> Shown:
        """Return it as people are shown it."""

    @abstractmethod
    def apply(self, payload: Payload, facts: Facts, doing: Doing) -> Mapping[str, Any]:
        """Do it, for the members that have not ended, and return what the event says of it."""

    def undo(self, payload: Payload, facts: Facts, doing: Doing) -> Mapping[str, Any]:
        """Undo it, where the act has an inverse, and return what the event says of it."""
        raise NotImplementedError(f"`{self.act}` has no inverse")


Kinds = Mapping[Act, PairedAct]
"""Every act that two persons do together, by the act: `registry.paired_acts`."""


def read_parts(proposal: "Proposal") -> tuple[Part, ...] | None:
    """Return what a proposal would do; None where this version does not know one of its acts."""
    stored = json.loads(proposal.parts)
    if any(pair_act(part["act"], part["format"]) is None for part in stored):
        return None
    return tuple(Part(act=Act(part["act"]), payload=part["payload"]) for part in stored)
