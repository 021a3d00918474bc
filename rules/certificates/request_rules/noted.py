"""Checks that answer for what the reading of a request has noted already."""

from collections.abc import Callable, Collection

from rules.certificates.facts import RequestFacts
from rules.certificates.reading import RequestReading
from rules.certificates.structures import Problem
from rules.rule import Outcome, failed

Check = Callable[[RequestFacts], Outcome]


def problem_among(
    problems: Collection[Problem], reasons: Collection[str], *, prefix: str = ""
) -> Outcome | None:
    """Return the failure for the first problem whose kind, after the prefix, is a reason."""
    noted = [problem for problem in problems if prefix + problem.kind in reasons]
    if not noted:
        return None
    first = noted[0]
    if len(noted) == 1:
        return failed(prefix + first.kind, first.says)
    more = f"{first.says.removesuffix('.')} (and {len(noted) - 1} more faults like it)."
    return failed(prefix + first.kind, more)


def noted(reasons: Collection[str], passes: Callable[[RequestReading], Outcome]) -> Check:
    """Return a check that fails on the problems of these kinds and else asks `passes`."""

    def check(facts: RequestFacts) -> Outcome:
        problem = problem_among(facts.reading.problems, reasons)
        return problem if problem is not None else passes(facts.reading)

    return check
