"""Each rule about requests, by vectors: the exact verdict of every rule on every one of them."""

import dataclasses

import pytest

from rules.certificates.requests import KEY_FAULTS, REQUEST_BOOK, REQUEST_RULES, check_request
from rules.findings import Verdict
from tests.rules.certificates import builders as b
from tests.rules.certificates.vectors import Vector, expected, found, passes_shown, reasons_shown
from tests.rules.certificates.vectors_request_form import FORM_VECTORS
from tests.rules.certificates.vectors_request_key import KEY_VECTORS
from tests.rules.certificates.vectors_request_register import REGISTER_VECTORS
from tests.rules.certificates.vectors_request_subject import SUBJECT_VECTORS

pytestmark = pytest.mark.serves(
    "RA-CSR", "RA-PROFILE", "RA-KEYS+", "MP104-KEY", "MP104-MPID", "MP134B-2"
)

VECTORS = [*FORM_VECTORS, *SUBJECT_VECTORS, *KEY_VECTORS, *REGISTER_VECTORS]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_every_rule_says_exactly_what_the_vector_expects(vector: Vector):
    report = check_request(vector.facts())

    assert found(report) == expected(vector, REQUEST_RULES)
    assert report.catalogue == REQUEST_BOOK.version
    assert report.is_clear is not bool(vector.failed)


@pytest.mark.parametrize("vector", [v for v in VECTORS if v.says], ids=lambda vector: vector.name)
def test_the_finding_names_what_is_wrong(vector: Vector):
    spoken = [f.says for f in check_request(vector.facts()).findings if f.reason is not None]

    assert vector.says in spoken[0]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_whatever_could_not_be_checked_the_reason_for_it_blocks(vector: Vector):
    report = check_request(vector.facts())

    if any(finding.verdict is Verdict.NOT_CHECKED for finding in report.findings):
        assert not report.is_clear


def test_a_warning_has_values_by_which_an_officer_who_let_it_stand_is_known():
    warnings = [w for vector in VECTORS for w in check_request(vector.facts()).warnings]

    assert {w.reason for w in warnings} == {"mpid-may-be-a-word", "mpid-not-recorded"}
    assert all(w.values["mpids"] for w in warnings)


def test_a_new_key_pair_is_asked_for_where_the_key_is_at_fault_and_nowhere_else():
    advice = {reason: do for rule in REQUEST_RULES for reason, do in rule.advice.items()}

    assert {r for r, do in advice.items() if do.startswith("Make a new key pair")} == KEY_FAULTS


def test_no_two_vectors_have_one_name():
    names = [vector.name for vector in VECTORS]

    assert sorted(set(names)) == sorted(names)


def test_every_reason_of_every_rule_has_a_vector():
    every = {(rule.id, reason) for rule in REQUEST_RULES for reason in rule.reasons}

    assert reasons_shown(VECTORS) == every


def test_every_rule_has_a_vector_in_which_it_passes():
    assert passes_shown(VECTORS, REQUEST_RULES) == {rule.id for rule in REQUEST_RULES}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_every_finding_is_a_sentence_for_people(vector: Vector):
    for finding in check_request(vector.facts()).findings:
        assert finding.says.endswith(".")
        assert finding.says[0].isupper()
        assert "  " not in finding.says
        assert len(finding.says) < 700
        assert finding.verdict is not Verdict.BROKEN


def test_another_partys_user_id_and_an_unknown_one_give_the_same_words():
    by_name = {vector.name: vector for vector in REGISTER_VECTORS}
    unknown = check_request(by_name["an EUI-64 that nobody has"].facts())
    foreign = check_request(by_name["another Party's User ID"].facts())

    assert foreign == unknown


def test_the_key_of_another_party_is_refused_without_telling_whose_it_is():
    by_name = {vector.name: vector for vector in REGISTER_VECTORS}
    report = check_request(by_name["the key of another Party"].facts())
    own = check_request(by_name["the key of a request for another User ID"].facts())

    assert "CSR-7" not in " ".join(finding.says for finding in report.findings)
    assert "SOUTHGATE" not in " ".join(finding.says for finding in report.findings)
    assert "CSR-7" in " ".join(finding.says for finding in own.findings)


@pytest.mark.parametrize(
    ("answer_unrecorded", "instead"),
    [(False, "withdraw it while it is not sent"), (True, "make a new key pair")],
)
def test_nobody_is_told_to_withdraw_a_request_that_cannot_be(answer_unrecorded, instead):
    seen = dataclasses.replace(b.sighting(is_open=True), answer_unrecorded=answer_unrecorded)
    findings = check_request(b.facts(sightings=(seen,))).findings
    (says,) = [f.says for f in findings if f.rule == "MP104-KEY-open"]
    assert instead in says
    assert ("withdraw" in says) is not answer_unrecorded
