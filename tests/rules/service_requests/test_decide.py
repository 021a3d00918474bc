"""What is decided of a message, and for which reason."""

import logging
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings

from rules.findings import Verdict
from rules.messages.gbcs import GbcsReason
from rules.messages.refusals import MessageReason
from rules.roles import UserRole
from rules.service_requests.decision import Action, Mode
from rules.service_requests.message_rules import MESSAGE_RULES
from rules.service_requests.reader import SEES_EVERY_PARTY
from rules.service_requests.reasons import REASONS, CheckReason
from tests.rules.messages.builders import MESSAGE, without_signature
from tests.rules.messages.mutations import mutated
from tests.rules.messages.vectors import READING, SIGNATURE, signed, signed_by
from tests.rules.service_requests.contingency_world import (
    DEVICE,
    SMETS1,
    SRP,
    USERS,
    contingency,
    ordered,
    providers,
    request,
    with_variant,
)
from tests.rules.service_requests.vectors import Vector
from tests.rules.service_requests.vectors_all import FAILING, PASSING, RELAXED, UNREADABLE
from tests.rules.service_requests.world import (
    AT,
    ISSUER,
    NORTHWIND,
    SERIAL,
    SRP_USER_ID,
    USER_ID,
    ask,
    certificate,
    monitored,
    roles_held,
    snapshot,
    user,
)

pytestmark = pytest.mark.serves("MP104-1", "MP104-2")

_RULE_OF = {reason: rule.id for rule in MESSAGE_RULES for reason in rule.reasons}


_OF_LISTS_THAT_MAY_BE_OLDER = {"DUIS-E12", "GBCS-MESSAGE-CODE"}
"""Rules that cannot be asked of what is newer than the list they go by."""


@pytest.mark.parametrize("name", PASSING)
def test_what_is_right_is_processed(name):
    decision = PASSING[name].decide()

    assert (decision.decision, decision.would_be) == (Action.PROCESS, Action.PROCESS)
    assert (decision.reason, decision.would_be_reason, decision.duis_code) == (None, None, None)
    assert decision.reasons == ()
    asked = {finding.rule: finding.verdict for finding in decision.findings(SEES_EVERY_PARTY)}
    unmade = {rule for rule, verdict in asked.items() if verdict is Verdict.NOT_CHECKED}
    assert unmade <= _OF_LISTS_THAT_MAY_BE_OLDER
    assert set(asked.values()) <= {Verdict.PASSED, Verdict.NOT_APPLICABLE, Verdict.NOT_CHECKED}


@pytest.mark.parametrize(
    ("reason", "vector"),
    [
        pytest.param(reason, vector, id=f"{reason}-{number}")
        for reason, vectors in (FAILING | UNREADABLE).items()
        for number, vector in enumerate(vectors)
    ],
)
def test_what_is_wrong_ceases_for_its_own_reason(reason, vector):
    decision = vector.decide()

    assert (decision.decision, decision.would_be) == (Action.CEASE, Action.CEASE)
    assert (decision.reason, decision.would_be_reason) == (reason, reason)
    assert decision.reasons[0] == reason
    assert decision.duis_code == REASONS[reason].duis_code
    finding = next(f for f in decision.findings(SEES_EVERY_PARTY) if f.rule == _RULE_OF[reason])
    assert (finding.verdict, finding.reason) == (Verdict.FAILED, reason)


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        pytest.param(reason, message, id=f"{reason}-{number}")
        for reason, messages in (READING | SIGNATURE).items()
        for number, message in enumerate(messages)
    ],
)
def test_what_cannot_be_read_or_is_not_signed_so_ceases_for_its_own_reason(reason, message):
    decision = ask(message)

    assert decision.decision is Action.CEASE
    assert (decision.reason, decision.reasons) == (reason, (reason,))
    assert (decision.header is None) == (reason in READING)
    assert decision.signer is None


def test_every_reason_has_a_vector():
    assert {*FAILING, CheckReason.RULE_BROKEN} == set(CheckReason)
    assert {*READING, *SIGNATURE} == set(MessageReason)
    assert set(UNREADABLE) == set(GbcsReason)
    assert all(FAILING.values())
    assert all(UNREADABLE.values())


def test_the_size_limit_is_the_callers():
    assert ask(size_limit=len(MESSAGE)).reason is None
    assert ask(size_limit=len(MESSAGE) - 1).reason == MessageReason.TOO_LARGE


def test_a_moment_without_a_time_zone_is_our_own_mistake():
    with pytest.raises(ValueError, match="time zone"):
        ask(at=datetime(2026, 11, 20))  # noqa: DTZ001 - that is the mistake


# --- all at once -----------------------------------------------------------------------------


def test_everything_that_is_wrong_is_found_at_once_and_the_first_of_it_is_the_reason():
    held = snapshot(
        certificate(
            not_after=AT - AT.resolution, revoked_at=AT, remote_party_role="02", key_usage=""
        ),
        users=(user(notifications=(), user_roles=()),),
    )

    decision = ask(signed(srv="4.1.9", command_variant="9"), held)

    assert decision.reasons == (
        CheckReason.CERTIFICATE_EXPIRED,
        CheckReason.CERTIFICATE_REVOKED,
        CheckReason.CERTIFICATE_NOT_FOR_SIGNING,
        CheckReason.CERTIFICATE_NOT_XMLSIGN,
        CheckReason.CERTIFICATE_NOT_NOTIFIED,
        CheckReason.USER_HAS_NO_ROLE,
        CheckReason.SRV_UNKNOWN,
        CheckReason.COMMAND_VARIANT_INTERNAL,
        CheckReason.BODY_NOT_OF_SRV,
    )
    assert decision.reason == CheckReason.CERTIFICATE_EXPIRED


def test_a_signer_whose_user_id_is_not_known_is_asked_nothing_that_rests_on_it():
    decision = ask(held=snapshot(users=()))

    assert decision.reasons == (CheckReason.USER_ID_UNKNOWN,)
    verdicts = {finding.rule: finding.verdict for finding in decision.findings(SEES_EVERY_PARTY)}
    assert [rule for rule, verdict in verdicts.items() if verdict is Verdict.NOT_CHECKED] == [
        "MP104-NOTIFY",
        "DUIS-E1-TERM",
        "DUIS-ORIGINATOR",
        "DUIS-E1",
        "DUIS-E2",
        "DUIS-E3",
        "MP134B-6A",
        "MP134B-5",
        "MP134B-SUPPLIER",
        "MP134B-6B-6C",
        "MP134B-6A-SUPPLIER",
        "MP134B-6A-SRV",
        "MP134B-6A-THRESHOLD",
        "SRPD-6.1F",
    ]
    # These do not concern such a message, whoever signed it.
    assert [rule for rule, verdict in verdicts.items() if verdict is Verdict.NOT_APPLICABLE] == [
        "DUIS-SCHEMA",
        "GBCS-STRUCTURE",
        "GBCS-TARGET",
        "GBCS-MESSAGE-CODE",
        "GBCS-ORIGINATOR",
        "GBCS-SIGNATURE",
        "S1SR-4.2",
    ]


@pytest.mark.parametrize("code", ["001B", "006D"])
def test_a_switch_to_prepayment_ceases_as_that_whatever_is_in_the_list_of_contingency(code):
    held = with_variant(contingency(), "2.1")

    decision = ask(ordered(code=code, srv="2.1"), held, device=DEVICE)

    assert decision.reasons == (
        CheckReason.GBCS_MESSAGE_CODE_MISMATCH,
        CheckReason.PAYMENT_MODE_NOT_CREDIT,
    )


# --- who signed ------------------------------------------------------------------------------


def test_the_signer_is_named_once_the_signature_proves_it():
    signer = ask().signer

    assert signer is not None
    assert signer.is_proven
    assert (signer.issuer, signer.serial, signer.user_id) == (ISSUER, SERIAL, USER_ID)
    assert (signer.party, signer.party_reference) == tuple(NORTHWIND.values())
    assert signer.mpids == ("ABCD", "EFGH")


@pytest.mark.parametrize(
    "reason",
    [
        CheckReason.CERTIFICATE_UNKNOWN,
        CheckReason.DIGEST_MISMATCH,
        CheckReason.SIGNATURE_INVALID,
        CheckReason.CERTIFICATE_KEY_UNUSABLE,
    ],
)
def test_whoever_a_message_only_says_has_signed_it_is_not_named(reason):
    for vector in FAILING[reason]:
        signer = ask(vector.message, vector.held, at=vector.at).signer

        assert signer is not None
        assert not signer.is_proven
        assert (signer.user_id, signer.party, signer.party_reference) == (None, None, None)
        assert signer.mpids == ()


# --- monitor and enforce ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "vector"),
    [
        pytest.param(reason, vector, id=f"{reason}-{number}")
        for reason, vectors in FAILING.items()
        for number, vector in enumerate(vectors)
    ],
)
def test_before_mp104_is_live_only_what_it_adds_is_let_pass(reason, vector):
    decision = replace(vector, held=monitored(vector.held)).decide()

    assert decision.mode is Mode.MONITOR
    assert (decision.would_be, decision.would_be_reason) == (Action.CEASE, reason)
    if any(vector is relaxed for relaxed in RELAXED.get(reason, ())):
        assert (decision.decision, decision.reason) == (Action.PROCESS, None)
        assert decision.duis_code is None
        finding = next(f for f in decision.findings(SEES_EVERY_PARTY) if f.reason == reason)
        assert finding.says.endswith("since MP104 was not enforced at that moment.")
    else:
        assert (decision.decision, decision.reason) == (Action.CEASE, reason)
        finding = next(f for f in decision.findings(SEES_EVERY_PARTY) if f.reason == reason)
        assert "recorded only" not in finding.says


def test_a_reason_that_is_let_pass_does_not_hide_one_that_is_not():
    held = snapshot(
        certificate(remote_party_role="02"),
        users=(user(notifications=(), user_roles=()),),
        enforced_from=None,
    )

    decision = ask(held=held)

    assert decision.reason == CheckReason.USER_HAS_NO_ROLE
    assert decision.would_be_reason == CheckReason.CERTIFICATE_NOT_XMLSIGN
    assert decision.decision is decision.would_be is Action.CEASE


def test_in_a_user_role_of_its_own_a_provider_is_monitored_as_anybody_is():
    roles = frozenset({UserRole.GAS_SUPPLIER, UserRole.SOLR_CONTINGENCY})
    held = contingency(
        signer=providers(remote_party_role="02"),
        users=(replace(SRP, user_roles=roles_held(*roles)), *USERS[1:]),
    )
    its_own = replace(DEVICE, registered_user_ids=frozenset({SRP_USER_ID}))

    own = ask(request(SRP_USER_ID), monitored(held), generation=SMETS1, device=its_own)
    for_another = ask(request(), monitored(held), generation=SMETS1, device=DEVICE)

    assert (own.reason, own.would_be_reason) == (None, "certificate-not-xmlsign")
    assert for_another.reason == for_another.would_be_reason == "certificate-not-xmlsign"


@pytest.mark.parametrize(
    ("enforced_from", "mode", "action"),
    [
        (None, Mode.MONITOR, Action.PROCESS),
        (AT + AT.resolution, Mode.MONITOR, Action.PROCESS),
        (AT, Mode.ENFORCE, Action.CEASE),
        (AT - AT.resolution, Mode.ENFORCE, Action.CEASE),
    ],
)
def test_mp104_is_enforced_from_the_very_moment_on(enforced_from, mode, action):
    held = snapshot(certificate(remote_party_role="02"), enforced_from=enforced_from)

    decision = ask(held=held)

    assert (decision.mode, decision.decision, decision.would_be) == (mode, action, Action.CEASE)


# --- faults ----------------------------------------------------------------------------------


class _Broken(dict[object, object]):
    def get(self, *_key: object) -> object:
        raise RuntimeError("broken on purpose")


@pytest.mark.parametrize(
    ("part", "rule"),
    [("certificates", "SMKI-CERTIFICATE-KNOWN"), ("user_ids", "DUIS-USER-ID")],
)
def test_a_rule_that_breaks_blocks_and_is_logged(part, rule, caplog):
    held = replace(snapshot(), **{part: _Broken()})

    with caplog.at_level(logging.ERROR):
        decision = ask(held=held)

    assert (decision.decision, decision.reason) == (Action.CEASE, CheckReason.RULE_BROKEN)
    finding = next(f for f in decision.findings(SEES_EVERY_PARTY) if f.verdict is Verdict.BROKEN)
    assert (finding.rule, finding.reason) == (rule, CheckReason.RULE_BROKEN)
    assert "broken on purpose" not in finding.says
    assert rule in caplog.text
    # What rests on it breaks too, or is not asked; nothing passes because of it.
    assert decision.duis_code is None


# --- whatever comes --------------------------------------------------------------------------

_WHAT_WAS_SIGNED = without_signature(MESSAGE)


@pytest.mark.slow
@settings(max_examples=1500)
@given(mutated())
def test_nothing_is_processed_but_what_was_signed_and_nothing_raises(message):
    decision = ask(message)

    assert (
        decision.as_dict(checked_at=AT, snapshot_age=0.0, reader=SEES_EVERY_PARTY)["decision"]
        == decision.decision
    )
    if decision.decision is Action.PROCESS:
        assert without_signature(message) == _WHAT_WAS_SIGNED
        assert decision.header == ask().header
        assert decision.signer == ask().signer
    else:
        assert decision.reason in REASONS


def test_the_control_of_every_mutation_is_processed():
    assert ask(signed_by()).decision is Action.PROCESS
    assert ask(Vector().message).decision is Action.PROCESS


# --- what was not asked ----------------------------------------------------------------------


def test_of_what_cannot_be_read_one_check_failed_and_all_others_were_not_made():
    first, *others = ask(b"no message at all").findings(SEES_EVERY_PARTY)

    assert first.verdict is Verdict.FAILED
    assert {finding.verdict for finding in others} == {Verdict.NOT_CHECKED}
    assert {finding.says for finding in others} == {
        "Not checked, because a check before it ended the matter."
    }
    assert {finding.values["because"] for finding in others} == {
        "a check before it ended the matter"
    }
