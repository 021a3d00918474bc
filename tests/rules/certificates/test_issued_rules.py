"""Each rule about certificates that came back, by vectors with the exact verdict of every rule."""

import pytest

from rules.certificates.issued import ISSUED_BOOK, ISSUED_RULES, check_issued
from tests.rules.certificates.vectors import Vector, expected, found, passes_shown, reasons_shown
from tests.rules.certificates.vectors_issued import ISSUED_VECTORS

pytestmark = pytest.mark.serves("RA-PROFILE")


@pytest.mark.parametrize("vector", ISSUED_VECTORS, ids=lambda vector: vector.name)
def test_every_rule_says_exactly_what_the_vector_expects(vector: Vector):
    report = check_issued(vector.facts())

    assert found(report) == expected(vector, ISSUED_RULES)
    assert report.catalogue == ISSUED_BOOK.version
    assert report.is_clear is not bool(vector.failed)


@pytest.mark.parametrize("vector", ISSUED_VECTORS, ids=lambda vector: vector.name)
def test_the_findings_are_sentences_that_name_what_is_wrong(vector: Vector):
    findings = check_issued(vector.facts()).findings
    spoken = [finding.says for finding in findings if finding.reason is not None]

    assert all(f.says.endswith(".") and f.says[0].isupper() for f in findings)
    assert not vector.says or any(vector.says in says for says in spoken)


def test_no_finding_says_to_ask_again_for_what_needs_a_new_key_pair_by_now():
    findings = [f for vector in ISSUED_VECTORS for f in check_issued(vector.facts()).findings]

    assert not [f.says for f in findings if "issued again" in f.says]


def test_no_two_vectors_have_one_name():
    names = [vector.name for vector in ISSUED_VECTORS]

    assert sorted(set(names)) == sorted(names)


def test_every_reason_of_every_rule_has_a_vector():
    every = {(rule.id, reason) for rule in ISSUED_RULES for reason in rule.reasons}

    assert reasons_shown(ISSUED_VECTORS) == every


def test_every_rule_has_a_vector_in_which_it_passes():
    assert passes_shown(ISSUED_VECTORS, ISSUED_RULES) == {rule.id for rule in ISSUED_RULES}
