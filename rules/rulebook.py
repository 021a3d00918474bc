"""A rule book: the rules about one kind of thing, in order, under one name and version."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Generic

from rules.evaluate import evaluate
from rules.findings import Report
from rules.rule import Facts, Rule

_VERSION_LENGTH = 16
"""Hexadecimal characters kept of the digest: enough to tell versions apart, short to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook(Generic[Facts]):
    """Rules to be asked together.

    Raises:
        ValueError: There is no rule, or a rule id or a reason is there twice.
    """

    name: str
    title: str
    rules: tuple[Rule[Facts], ...]
    version: str = field(init=False)
    """`name:digest` over the rules' ids, titles, citations and reasons, in order."""

    def __post_init__(self) -> None:
        if not self.rules:
            raise ValueError(f"the rule book `{self.name}` has no rules")
        require_unique([rule.id for rule in self.rules])
        require_unique([reason for rule in self.rules for reason in rule.reasons])
        object.__setattr__(self, "version", f"{self.name}:{_digest(self.rules)}")

    def ask(self, facts: Facts) -> Report:
        """Ask every rule about the facts; the report carries this book's version."""
        return evaluate(self.rules, facts, catalogue=self.version)


def require_unique(words: list[str]) -> None:
    """Return quietly when no word is there twice.

    Raises:
        ValueError: One is; the message names it.
    """
    twice = sorted({word for word in words if words.count(word) > 1})
    if twice:
        raise ValueError(f"there more than once: {', '.join(twice)}")


def _digest(rules: tuple[Rule[Facts], ...]) -> str:
    digest = sha256()
    for rule in rules:
        for part in (rule.id, rule.title, rule.cites, *rule.reasons, ""):
            digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:_VERSION_LENGTH]
