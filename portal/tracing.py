"""From each requirement to what serves it: rules and their vectors, acts, pages, triggers, tests.

Rules and acts say which they serve (`rules.requirements`); a page serves what is done or seen on
it; a file of SQL begins with the requirement that its triggers hold; a test is marked with
`serves`. The tests are read, not run, so this needs the project's folder as developers have it.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from portal.gate import is_api_view
from portal.openings import opening_of
from registry import database
from registry.database.declared import parse
from rules.catalogue import RULE_BOOKS
from rules.duties import Act
from rules.requirements import SERVED_BY_ACTS, served_by_rule
from rules.rule import Rule
from rules.service_requests.message_rule import MessageRule
from rules.service_requests.message_rules import MESSAGE_RULES

SERVED_BY_CALLS: dict[str, tuple[str, ...]] = {
    "checks": ("RA-API", "MP104-1", "MP104-2"),
    "checks-batch": ("RA-API", "MP104-1", "MP104-2"),
    "alerts": ("RA-API", "MP134B-7"),
    "observations": ("RA-API", "MP104-4"),
    "ceased": ("RA-API", "MP104-3"),
    "certificates": ("RA-REGISTER",),
    "certificate": ("RA-REGISTER",),
    "certificate-pem": ("RA-REGISTER",),
    "dcc-signing-certificates": ("MP104-DCC",),
    "snapshot": ("RA-API",),
    "changes": ("RA-API",),
    "feed-certificates": ("RA-API",),
}
"""Which requirements the calls of the API that ask for a scope serve, by the name of the route."""


class Trace(NamedTuple):
    """One thing that serves one requirement."""

    requirement: str
    name: str


class TracedRule(NamedTuple):
    """One rule, and the tests' files with its vectors."""

    requirement: str
    name: str
    vectors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """Everything that serves a requirement, each in the order in which it is found."""

    rules: tuple[TracedRule, ...]
    acts: tuple[Trace, ...]
    """Acts of people and the system, by the kind that the evidence has."""
    pages: tuple[Trace, ...]
    """Pages by the name of their route; calls of the API by method and address."""
    triggers: tuple[Trace, ...]
    tests: tuple[Trace, ...]
    """Files, or single tests as `file::test`."""


def all_traces() -> Traces:
    """Return everything that serves a requirement.

    Raises:
        KeyError: Of a rule, an act or a call nobody has said which it serves.
    """
    return Traces(
        rules=tuple(_rules()),
        acts=tuple(
            Trace(requirement, act.value) for act in Act for requirement in SERVED_BY_ACTS[act]
        ),
        pages=tuple(dict.fromkeys(_pages())),
        triggers=tuple(_triggers()),
        tests=tuple(_tests()),
    )


def _rules() -> Iterator[TracedRule]:
    rules: list[MessageRule | Rule[Any]] = [*MESSAGE_RULES]
    for book in RULE_BOOKS:
        rules += book.rules
    for rule in rules:
        vectors = _vectors_of({rule.id, *(w for reason in rule.reasons for w in _written(reason))})
        for requirement in served_by_rule(rule.id):
            yield TracedRule(requirement, rule.id, vectors)


def _written(reason: str) -> tuple[str, ...]:
    """Return how a test writes a reason: its code, or the member of its enumeration."""
    member = getattr(reason, "name", "")
    return (str(reason), f"{type(reason).__name__}.{member}")


def _vectors_of(words: set[str]) -> tuple[str, ...]:
    """Return the files of vectors that name a rule or its reasons; else other tests that do."""
    naming = [path for path, said in _words_in_tests_of_rules().items() if said & words]
    of_vectors = [path for path in naming if Path(path).name.startswith("vector")]
    return tuple(of_vectors or naming)


@cache
def _words_in_tests_of_rules() -> dict[str, frozenset[str]]:
    """Return the texts in each test of rules, and the members of enumerations as such."""
    return {path: frozenset(_words(tree)) for path, tree in _trees("tests/rules/**/*.py")}


def _words(tree: ast.Module) -> Iterator[str]:
    imported = {
        name.asname: name.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if name.asname
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{imported.get(node.value.id, node.value.id)}.{node.attr}"


def _trees(pattern: str) -> Iterator[tuple[str, ast.Module]]:
    base = Path(settings.BASE_DIR)
    for path in sorted(base.glob(pattern)):
        yield str(path.relative_to(base)), ast.parse(path.read_text(encoding="utf-8"))


def _pages() -> Iterator[Trace]:
    for pattern, address in _patterns(get_resolver()):
        view = pattern.callback
        if is_api_view(view):
            for method in getattr(view.cls, "scopes", {}):  # type: ignore[attr-defined]  # as DRF marks its views
                for requirement in SERVED_BY_CALLS[str(pattern.name)]:
                    yield Trace(requirement, f"{method} /{address}")
            continue
        opening = opening_of(view)
        for purpose in () if opening is None else opening.purposes:
            for requirement in SERVED_BY_ACTS[purpose]:
                yield Trace(requirement, pattern.name or address)


def _patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[URLPattern, str]]:
    for each in resolver.url_patterns:
        address = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _patterns(each, address)
        else:
            yield each, address


def _triggers() -> Iterator[Trace]:
    for file in sorted(Path(database.__path__[0]).glob("*.sql")):
        text = file.read_text(encoding="utf-8")
        requirement = text.removeprefix("-- ").partition(":")[0]
        declared = parse(text, called=file.name)
        for trigger in declared.triggers:
            yield Trace(requirement, str(trigger))


def _tests() -> Iterator[Trace]:
    for path, tree in _trees("tests/**/test_*.py"):
        for node in tree.body:
            if isinstance(node, ast.Assign):
                is_mark = any(getattr(each, "id", "") == "pytestmark" for each in node.targets)
                marked = _marked(node.value) if is_mark else ()
                yield from (Trace(requirement, path) for requirement in marked)
            elif isinstance(node, ast.FunctionDef):
                for decorator in node.decorator_list:
                    for requirement in _marked(decorator):
                        yield Trace(requirement, f"{path}::{node.name}")


def _marked(tree: ast.AST) -> tuple[str, ...]:
    """Return what the `serves` marks in some code name."""
    return tuple(
        str(argument.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "serves"
        for argument in node.args
        if isinstance(argument, ast.Constant)
    )
