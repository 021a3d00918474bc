"""No key is certified that is not its sender's alone, on P-256, in the one form."""

import pytest

from rules.certificates.requests import check_request
from rules.findings import Verdict
from tests.attacks.public_keys.attacks import ATTACKS
from tests.rules.certificates import builders as b

CASES = [pytest.param(make, reasons, id=name) for name, (make, reasons) in ATTACKS.items()]


def test_the_request_that_is_attacked_is_clear() -> None:
    assert check_request(b.facts(b.request())).is_clear


def test_there_are_as_many_attacks_as_are_named_and_no_two_are_one() -> None:
    assert len(ATTACKS) > 90
    assert len({make() for make, _ in ATTACKS.values()}) == len(ATTACKS)


@pytest.mark.parametrize(("make", "reasons"), CASES)
def test_a_key_that_must_not_be_certified_is_refused_for_its_own_reasons(make, reasons) -> None:
    report = check_request(b.facts(make()))
    assert not report.is_clear
    assert set(report.reasons) == reasons
    assert Verdict.BROKEN not in {finding.verdict for finding in report.findings}
    assert max(len(finding.says) for finding in report.findings) < 1_000
