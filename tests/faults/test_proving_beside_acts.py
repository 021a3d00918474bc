"""The evidence can be proved while people work: neither waits for the other."""

from functools import partial

import pytest
from django.db import transaction

from registry.evidence import history
from rules.duties import Act
from tests.arranging import set_enforcement
from tests.factories import AT
from tests.faults.lives import the_chain_proves
from tests.racing import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def test_proving_does_not_wait_for_an_act_that_is_about_to_commit():
    set_enforcement(enforced_from=None, at=AT)

    with history.acting(Act.SET_ENFORCEMENT, actor=None, at=AT) as act:
        history.append(
            kind=Act.SET_ENFORCEMENT, actor=None, at=AT, subject="", result="done", details={}
        )
        (proof,) = race([history.prove_history])
        act.done("enforcement")
    assert proof == history.ChainProof(events=1, head=proof.head, first_break=None)
    assert history.prove_history().events == 3


def test_an_act_does_not_wait_for_a_proof_whose_transaction_has_not_ended():
    set_enforcement(enforced_from=None, at=AT)
    with transaction.atomic():
        assert history.prove_history().events == 1
        (outcome,) = race([partial(set_enforcement, enforced_from=None, at=AT)])
    assert outcome is None
    assert history.prove_history().events == 2


def test_a_chain_that_grows_while_it_is_proved_proves_itself():
    set_enforcement(enforced_from=None, at=AT)
    results = race(
        [partial(set_enforcement, enforced_from=None, at=AT)] * 20 + [history.prove_history] * 12
    )
    assert not [result for result in results if isinstance(result, Exception)]
    assert [proof.first_break for proof in results[20:]] == [None] * 12
    assert history.prove_history().events == 21
    the_chain_proves()
