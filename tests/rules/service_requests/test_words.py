"""The words of findings, the answer as JSON has it, and the catalogue of reasons."""

import json
import string
from dataclasses import replace
from datetime import timedelta, timezone
from typing import get_args

import pytest

from rules.findings import Verdict
from rules.roles import UserRole
from rules.service_requests.decision import _NOT_CHECKED
from rules.service_requests.message_rules import MESSAGE_RULES
from rules.service_requests.outcomes import FoundName
from rules.service_requests.reader import SEES_EVERY_PARTY
from rules.service_requests.reasons import REASONS, RELAXED_IN_MONITOR, CheckReason
from rules.service_requests.words import FIELDS
from tests.rules.messages.builders import ISSUER, ORIGINATOR, SERIAL, TARGET
from tests.rules.messages.vectors import READING, SIGNATURE, signed, signed_by
from tests.rules.service_requests.contingency_world import (
    DEVICE,
    FAILED,
    FAILED_TOO,
    REVOKED,
    SMETS1,
    SRP,
    USERS,
    contingency,
    request,
    suppliers,
)
from tests.rules.service_requests.vectors import Vector
from tests.rules.service_requests.vectors_all import FAILING, PASSING, UNREADABLE
from tests.rules.service_requests.world import (
    AT,
    SRP_USER_ID,
    ask,
    certificate,
    roles_held,
    snapshot,
)

KNOWN_FIELDS = {*FIELDS, *get_args(FoundName)}
READ = "<sr:ReadInstantaneousImportRegisters/>"

# Taken from the schema: DUIS 5.4, ResponseCode.
_DUIS_CODES = {"E1", "E2", "E3", "E4", "E12", "E100", None}

ALL = [
    *PASSING.values(),
    *(vector for vectors in (FAILING | UNREADABLE).values() for vector in vectors),
    *(
        Vector(message=message)
        for messages in (READING | SIGNATURE).values()
        for message in messages
        if len(message) < 100_000
    ),
]


def test_every_finding_is_of_its_rule_and_says_one_thing_in_whole_sentences():
    for vector in ALL:
        findings = vector.decide().findings(SEES_EVERY_PARTY)

        assert [finding.rule for finding in findings] == [rule.id for rule in MESSAGE_RULES]
        for finding, rule in zip(findings, MESSAGE_RULES, strict=True):
            assert finding.cites == rule.cites
            assert finding.says.endswith(".")
            assert finding.says.isprintable()
            assert len(finding.says) < 400
            failed = finding.verdict is Verdict.FAILED
            assert failed == (finding.reason is not None)
            assert not failed or finding.reason in rule.reasons


def test_only_the_user_roles_in_which_it_may_act_are_said_to_be_none_that_may_send_it():
    """For another Party it acts as SolrContingency alone, whatever it may do for its own."""
    roles = frozenset({UserRole.IMPORT_SUPPLIER, UserRole.SOLR_CONTINGENCY})
    held = contingency(users=(replace(SRP, user_roles=roles_held(*roles)), *USERS[1:]))
    for originator, says in (
        (FAILED, "acts in the User Roles SolrContingency, none of which may send 4.1.1"),
        (SRP_USER_ID, "may send 4.1.1 as IS"),
    ):
        decision = ask(request(originator, READ, srv="4.1.1"), held)
        (finding,) = (
            each for each in decision.findings(SEES_EVERY_PARTY) if each.rule == "DUIS-E2"
        )
        assert says in finding.says


def test_a_finding_shows_what_is_wrong():
    held = snapshot(certificate(remote_party_role="02"))

    finding = next(f for f in ask(held=held).findings(SEES_EVERY_PARTY) if f.rule == "MP104-1")

    assert finding.as_dict() == {
        "rule": "MP104-1",
        "verdict": "failed",
        "reason": "certificate-not-xmlsign",
        "cites": "DUIS 3.3.1",
        "says": "The message is signed with a certificate of Remote Party Role supplier (02), "
        "not xmlSign (87).",
    }


def test_a_finding_names_the_one_that_has_not_failed_of_several_that_are_named():
    live = suppliers(serial=53, eui64=FAILED_TOO, revoked_at=None)
    decision = ask(
        request(FAILED_TOO), contingency(*REVOKED, live), generation=SMETS1, device=DEVICE
    )

    finding = next(f for f in decision.findings(SEES_EVERY_PARTY) if f.rule == "MP134B-6B-6C")
    assert finding.reason == decision.reason == "failed-supplier-has-live-certificate"
    assert finding.says.startswith(f"{FAILED_TOO} has a certificate")
    # For whom it is counted and noticed is the one that is believed first, all the same.
    assert decision.named is not None
    assert decision.named.failed_supplier == FAILED


def test_what_a_message_brings_with_it_is_shown_short_and_without_tricks():
    evil = "CN=" + "x" * 200 + "\u202e\u200b{at}"
    finding = ask(signed_by(issuer=f"{evil},")).findings(SEES_EVERY_PARTY)[1]

    assert finding.reason == "issuer-name-malformed"
    assert "x" * 60 in finding.says
    assert "x" * 100 not in finding.says

    finding = ask(signed(request_id="{at}\u2066\u202e\n\u0085")).findings(SEES_EVERY_PARTY)[0]
    assert "`{at}\N{REPLACEMENT CHARACTER}" in finding.says
    assert finding.says.isprintable()


def test_the_answer_has_the_shape_of_the_api():
    answer = ask().as_dict(
        checked_at=AT.astimezone(timezone(timedelta(hours=1))),
        snapshot_age=1.23456,
        reader=SEES_EVERY_PARTY,
    )

    findings = answer.pop("findings")
    assert isinstance(findings, list)
    assert [set(finding) for finding in findings] == (
        [{"rule", "verdict", "reason", "cites", "says"}] * len(MESSAGE_RULES)
    )
    assert answer == {
        "decision": "process",
        "would_be": "process",
        "mode": "enforce",
        "reason": None,
        "would_be_reason": None,
        "duis_code": None,
        "message": {
            "request_id": f"{ORIGINATOR}:{TARGET}:1010",
            "srv": "4.1.1",
            "command_variant": 1,
            "user_id": ORIGINATOR,
        },
        "signer": {
            "issuer": ISSUER,
            "serial": str(SERIAL),
            "user_id": ORIGINATOR,
            "party": "Northwind Energy",
            "mpids": ["ABCD", "EFGH"],
        },
        "s1sp_would_refuse": None,
        "snapshot": "418",
        "snapshot_age": 1.235,
        "checked_at": "2026-11-20T09:00:00Z",
    }
    assert json.loads(json.dumps(answer)) == answer


def test_the_answer_tells_of_each_finding_what_the_finding_says_of_itself():
    for vector in ALL:
        decision = vector.decide()

        told = decision.as_dict(checked_at=AT, snapshot_age=0.0, reader=SEES_EVERY_PARTY)[
            "findings"
        ]
        assert told == [finding.as_dict() for finding in decision.findings(SEES_EVERY_PARTY)]


def test_what_is_told_of_a_message_tells_apart_whom_it_names_and_what_its_header_says():
    by_told, by_both = {}, {}
    for vector in ALL:
        decision = vector.decide()
        header = decision.header
        both = decision.named, None if header is None else header[1:]
        by_told.setdefault(decision.told, set()).add(both)
        by_both.setdefault(both, set()).add(decision.told)

    assert len(by_told) > 50
    assert all(len(same) == 1 for same in by_told.values())
    assert all(len(same) == 1 for same in by_both.values())


def test_an_unreadable_message_has_an_answer_of_the_same_shape():
    answer = ask(b"no XML").as_dict(checked_at=AT, snapshot_age=0.0, reader=SEES_EVERY_PARTY)

    assert (answer["decision"], answer["reason"]) == ("cease", "xml-not-well-formed")
    assert (answer["message"], answer["signer"], answer["duis_code"]) == (None, None, None)
    assert set(answer) == set(
        ask().as_dict(checked_at=AT, snapshot_age=0.0, reader=SEES_EVERY_PARTY)
    )


# --- the catalogue ---------------------------------------------------------------------------


def test_every_reason_is_of_one_rule_and_in_the_catalogue_in_the_order_of_the_rules():
    given = [reason for rule in MESSAGE_RULES for reason in rule.reasons]

    assert len(given) == len(set(given))
    assert list(REASONS) == [*given, CheckReason.RULE_BROKEN]
    assert set(REASONS) >= RELAXED_IN_MONITOR


def test_rules_have_ids_titles_and_citations_of_their_own():
    assert len({rule.id for rule in MESSAGE_RULES}) == len(MESSAGE_RULES)
    for rule in MESSAGE_RULES:
        assert rule.title.endswith(".")
        assert rule.cites
        assert rule.reasons


@pytest.mark.parametrize("entry", REASONS.values(), ids=list(REASONS))
def test_a_reason_has_words_for_people_and_a_code_of_duis_or_none(entry):
    assert entry.meaning.endswith(".")
    assert entry.says.endswith(".")
    assert entry.duis_code in _DUIS_CODES
    fields = {name for _, name, _, _ in string.Formatter().parse(entry.says) if name}
    assert fields <= KNOWN_FIELDS


def test_every_field_is_used_and_known():
    texts = [_NOT_CHECKED, *(entry.says for entry in REASONS.values())]
    texts += [rule.passed for rule in MESSAGE_RULES]
    used = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}

    assert used == KNOWN_FIELDS
