"""docs/requirements.md is what there is, and whatever serves a requirement names a known one."""

import ast
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from portal.openings import Opening, opening_of
from portal.requirements_page import is_served
from portal.tracing import SERVED_BY_CALLS, all_traces
from rules.catalogue import RULE_BOOKS
from rules.duties import Act, Sight
from rules.requirements import REQUIREMENTS, SERVED_BY_ACTS, SERVED_BY_RULES, served_by_rule
from rules.service_requests.message_rules import MESSAGE_RULES
from tests.attacks.routes import api_calls, page_routes
from tests.documents import broken_links, read

BASE = Path(settings.BASE_DIR)
PAGE = "docs/requirements.md"
RULES = [
    *(rule.id for rule in MESSAGE_RULES),
    *(rule.id for book in RULE_BOOKS for rule in book.rules),
]
TRACES = all_traces()
KINDS = ("rules", "acts", "pages", "triggers", "tests")


def test_the_page_in_the_documents_is_the_one_that_the_command_makes() -> None:
    out = StringIO()
    call_command("list_requirements", stdout=out)
    assert read(PAGE) == out.getvalue(), (
        "run `python manage.py list_requirements > docs/requirements.md`"
    )
    assert broken_links(PAGE) == []


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_serves_a_requirement_names_one_that_there_is(kind) -> None:
    found = getattr(TRACES, kind)
    assert found
    assert {trace.requirement for trace in found} <= set(REQUIREMENTS)


@pytest.mark.parametrize("requirement", REQUIREMENTS.values(), ids=lambda one: one.id)
def test_a_requirement_is_served_and_tested_or_says_what_is_missing(requirement) -> None:
    assert requirement.words
    assert requirement.source
    is_tested = any(trace.requirement == requirement.id for trace in TRACES.tests)
    assert requirement.missing or (is_served(requirement.id, TRACES) and is_tested)
    # What is of the product is tested too, though it be a part of what is required.
    assert is_tested or not any(rule.requirement == requirement.id for rule in TRACES.rules)


@pytest.mark.parametrize("rule_id", RULES)
def test_every_rule_serves_a_requirement_and_has_vectors(rule_id) -> None:
    assert served_by_rule(rule_id)
    (vectors,) = {rule.vectors for rule in TRACES.rules if rule.name == rule_id}
    assert vectors


def test_the_longest_beginning_of_a_rules_id_counts_and_each_is_of_some_rule() -> None:
    assert served_by_rule("MP134B-6B-6C") == ("MP134B-6b", "MP134B-6c")
    assert served_by_rule("MP104-1-key-usage") == ("MP104-1",)
    with pytest.raises(KeyError):
        served_by_rule("MP104-10")
    unused = {
        beginning
        for beginning in SERVED_BY_RULES
        if not any(rule == beginning or rule.startswith(f"{beginning}-") for rule in RULES)
    }
    assert unused == set()


def test_every_act_sight_and_call_says_what_it_serves() -> None:
    assert set(SERVED_BY_ACTS) == {*Act, *Sight}
    unserving = [act for act, served in SERVED_BY_ACTS.items() if not served]
    assert unserving == [Act.LOAD_DEMONSTRATION]
    assert set(SERVED_BY_CALLS) == {route.name.removeprefix("api:") for route, _ in api_calls()}


def test_a_page_serves_what_is_done_and_seen_on_it() -> None:
    for route in page_routes():
        opening = opening_of(route.view)
        assert isinstance(opening, Opening)
        wanted = {served for purpose in opening.purposes for served in SERVED_BY_ACTS[purpose]}
        found = {trace.requirement for trace in TRACES.pages if trace.name == route.name}
        assert found == wanted, route.name


def test_no_mark_stands_where_nobody_looks_for_it() -> None:
    """A mark is given to a file or to a test; on a class or a case it would be in no list."""
    marks = [
        argument
        for path in (BASE / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "serves"
        for argument in node.args
    ]
    assert len(marks) == len(TRACES.tests)
