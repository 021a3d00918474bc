"""Checks that answer for what the reading of a request has noted already."""

from collections.abc import Callable, Collection

from rules.certificates.facts import RequestFacts
from rules.certificates.reading import RequestReading
from rules.certificates.structures import Problem
from rules.rule import Fault, Outcome, failed_in

Check = Callable[[RequestFacts], Outcome]


def problem_among(
    problems: Collection[Problem], reasons: Collection[str], *, prefix: str = ""
) -> Outcome | None:
    """Return the failure for the problems whose kind, after the prefix, is one of the reasons."""
    found = [
        Fault(prefix + problem.kind, problem.values)
        for problem in problems
        if prefix + problem.kind in reasons
    ]
    return failed_in(found) if found else None


def noted(reasons: Collection[str], passes: Callable[[RequestReading], Outcome]) -> Check:
    """Return a check that fails on the problems of these kinds and else asks `passes`."""

    def check(facts: RequestFacts) -> Outcome:
        problem = problem_among(facts.reading.problems, reasons)
        return problem if problem is not None else passes(facts.reading)

    return check
