"""The checker decides as the reference does, whatever it is asked and whatever it is held to."""

import os
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from rules.service_requests.reasons import REASONS
from tests.reference.cases import Case, cases
from tests.reference.catalogue import catalogue
from tests.reference.choosing import MOMENTS
from tests.reference.comparing import ORDER, hold, hold_case
from tests.reference.messages import PATHS

EXAMPLES = int(os.environ.get("REFERENCE_EXAMPLES", "100"))
"""How many cases are made up in `make test`, and three times as many in `make test-long`.

Each is asked as of every moment at which things end.
"""

UNREACHABLE = {
    "xml-too-complex": "how long a canonical form may take is the parser's limit, not a clause",
    "duis-schema-invalid": "the DUIS schema is the operator's; tests/rules has a small one",
    "rule-broken": "no message and no register that can be made does it",
}
"""Reasons that no case here gives, and why."""

OF_THE_FRAME = ORDER[: ORDER.index("certificate-unknown")]
"""Reasons for which a message is not even read, or its signature not looked up."""


def test_the_reference_knows_every_reason_that_is_documented():
    assert set(ORDER) == set(REASONS)


@pytest.mark.slow
def test_every_case_that_is_written_down_is_decided_as_the_reference_has_it():
    seen: set[str] = set()
    for written in catalogue():
        seen.update(hold(written.question, written.snapshot, written.name))
    assert seen == set(ORDER) - UNREACHABLE.keys()


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, pytest.param(3, marks=pytest.mark.long)])
def test_whatever_is_made_up_is_decided_as_the_reference_has_it(times: int):
    @settings(max_examples=times * EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
    @given(cases())
    def hold(case: Case) -> None:
        for at in MOMENTS:
            hold_case(replace(case, question=case.question._replace(received_at=at)))

    hold()


@pytest.mark.slow
def test_what_is_made_up_gives_every_reason():
    missing = {"processed", *ORDER} - {*OF_THE_FRAME, *UNREACHABLE}
    for round_, path in product(range(ROUNDS), PATHS):
        missing -= made_up(path, round_) if missing else set()
    assert missing == set()


ROUNDS = 12
"""After how many a reason that has not occurred never will; three are enough as a rule."""


def made_up(path: str, round_: int) -> set[str]:
    """Return every reason that some cases on one path give, the same ones in each run."""
    seen: set[str] = set()

    @seed(round_)
    @settings(
        max_examples=50,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(cases((path,)))
    def make(case: Case) -> None:
        seen.update(hold_case(case) or ["processed"])

    make()
    return seen
