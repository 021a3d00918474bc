"""The page of requirements: what the system is for, what serves each, and what is missing."""

from collections.abc import Iterable, Iterator, Sequence

from portal.presenters.acts import words_of
from portal.tracing import Trace, Traces, all_traces
from rules.requirements import REQUIREMENTS, Requirement

_HEAD = """\
# Requirements

What the system is for, with the source of each, and what serves it: rules with their vectors,
acts, pages and calls of the API, triggers of the database, and tests. Words and sources are in
`rules/data/requirements.csv`; rules and acts say which they serve in `rules/requirements.py`, a
page serves what is done or seen on it, a file of `registry/database/` begins with the requirement
that it holds, and a test is marked `serves`. The triggers that models declare are in
`tests/registry/holds/triggers.py`.

`python manage.py list_requirements > docs/requirements.md` makes this page, and a test holds it to
what there is. It says what serves a requirement, not that this is enough: what is known to be
missing is written down by hand.
"""


def requirements_page() -> str:
    """Return the page in Markdown."""
    traces = all_traces()
    parts = [_HEAD, "## All of them\n", _overview(traces)]
    parts += [_section(requirement, traces) for requirement in REQUIREMENTS.values()]
    return "\n".join(parts)


def is_served(requirement: str, traces: Traces) -> bool:
    """Tell whether a part of the product serves a requirement; tests alone do not."""
    product = (traces.rules, traces.acts, traces.pages, traces.triggers)
    return any(trace.requirement == requirement for kind in product for trace in kind)


def _overview(traces: Traces) -> str:
    return _table(
        ("Requirement", "Served", "The system …"),
        (
            (f"[{one.id}](#{_anchor(one.id)})", _state(one, traces), one.words)
            for one in REQUIREMENTS.values()
        ),
    )


def _state(requirement: Requirement, traces: Traces) -> str:
    if not is_served(requirement.id, traces):
        return "not yet"
    return "in part" if requirement.missing else "yes"


def _section(requirement: Requirement, traces: Traces) -> str:
    return "\n".join(_lines(requirement, traces))


def _lines(requirement: Requirement, traces: Traces) -> Iterator[str]:
    yield f"## {requirement.id}\n"
    yield f"The system {requirement.words[0].lower()}{requirement.words[1:]}.\n"
    yield f"Source: {requirement.source}.\n"
    if requirement.missing:
        yield f"Missing: {requirement.missing}\n"
    rules = [rule for rule in traces.rules if rule.requirement == requirement.id]
    if rules:
        yield _table(
            ("Rule", "Vectors"),
            ((f"`{rule.name}`", _listed(rule.vectors)) for rule in rules),
        )
    acts = _of(requirement, traces.acts)
    if acts:
        yield _table(("Act", "Kind"), ((words_of(kind).tag, f"`{kind}`") for kind in acts))
    for heading, names in (
        ("Pages and calls", _of(requirement, traces.pages)),
        ("Triggers", _of(requirement, traces.triggers)),
        ("Tests", _of(requirement, traces.tests)),
    ):
        if names:
            yield f"{heading}:\n"
            yield "".join(f"- `{name}`\n" for name in names)


def _of(requirement: Requirement, traces: Iterable[Trace]) -> list[str]:
    return [trace.name for trace in traces if trace.requirement == requirement.id]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _anchor(requirement_id: str) -> str:
    return requirement_id.lower().replace("+", "")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
