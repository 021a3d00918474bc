"""What is remembered of a sender is what the rules would say, at each moment and no longer."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from rules.register.snapshot import SnapshotChange
from rules.roles import UserRole
from rules.service_requests import remembering
from rules.service_requests.question import DeviceFacts
from rules.service_requests.reader import SEES_EVERY_PARTY
from tests.rules.messages.builders import MESSAGE, TARGET
from tests.rules.messages.vectors import signed
from tests.rules.service_requests.vectors_all import FAILING, PASSING
from tests.rules.service_requests.world import (
    AT,
    DAY,
    ELIGIBILITY,
    OTHER_USER_ID,
    SECOND,
    USER_ID,
    ask,
    certificate,
    eligible,
    inactive,
    notification,
    roles_held,
    snapshot,
    user,
)

_MOMENT = timedelta(microseconds=1)


def _remembered():
    return len(remembering._Holder.memory.by_key)  # noqa: SLF001 -- what nobody else needs to see


def _answers(vector):
    decision = vector.decide()
    return (
        decision.reason,
        decision.reasons,
        [(f.rule, f.verdict, f.says) for f in decision.findings(SEES_EVERY_PARTY)],
    )


@pytest.mark.slow
def test_every_vector_is_decided_alike_however_often_it_is_asked():
    written = (*PASSING.values(), *(v for vectors in FAILING.values() for v in vectors))
    for vector, live in product(written, (AT - DAY, None)):
        # A snapshot of its own is decided by afresh, and then from memory.
        of_its_own = replace(vector, held=replace(vector.held, enforced_from=live))
        afresh = _answers(of_its_own)
        assert _answers(of_its_own) == afresh
        assert _answers(of_its_own) == afresh


_BEGINS, _ENDS = AT - 3 * DAY, AT + 3 * DAY
_REGISTERS = {
    "the certificate's validity": snapshot(certificate(not_before=_BEGINS, not_after=_ENDS)),
    "its revocation": snapshot(certificate(revoked_at=_ENDS)),
    "its notification": snapshot(
        users=(user(notifications=(notification(notified_at=_BEGINS, withdrawn_at=_ENDS),)),)
    ),
    "that none is needed": snapshot(
        users=(user(notifications=()),), notification_waived_from=_BEGINS
    ),
    "the eligibility": snapshot(
        eligibility={
            **ELIGIBILITY,
            "4.1.1": tuple(
                eligible(role, valid_from=_BEGINS, valid_until=_ENDS)
                for role in user().roles_at(AT)
            ),
        }
    ),
    "the User ID": snapshot(users=(user(valid_from=_BEGINS, valid_until=_ENDS),)),
    "its User Roles": snapshot(
        users=(
            user(
                user_roles=roles_held(
                    UserRole.IMPORT_SUPPLIER, valid_from=_BEGINS, valid_until=_ENDS
                )
            ),
        )
    ),
    "that its Party is not active": snapshot(inactive_parties=inactive(_BEGINS, _ENDS)),
    "the enforcement": snapshot(certificate(remote_party_role="02"), enforced_from=_BEGINS),
}


@pytest.mark.parametrize("what", _REGISTERS)
def test_what_begins_or_ends_does_so_at_its_very_moment_whatever_was_asked_before(what):
    held = _REGISTERS[what]
    moments = [
        edge + off
        for edge in (_BEGINS, AT, _ENDS)
        for off in (-DAY, -SECOND, -_MOMENT, timedelta(0), _MOMENT, SECOND, DAY)
    ]
    afresh = {at: ask(held=replace(held), at=at).reason for at in moments}

    back = moments[::-1]
    to_and_fro = [at for pair in zip(moments, back, strict=True) for at in pair]
    for at in (*moments, *back, *to_and_fro):
        assert ask(held=held, at=at).reason == afresh[at], at
    assert len(set(afresh.values())) > 1


def test_another_snapshot_is_never_decided_by_what_is_remembered_of_one():
    held = snapshot()
    assert ask(held=held).reason is None
    assert ask(held=held).reason is None

    revoked = {(certificate().issuer, certificate().serial): certificate(revoked_at=AT)}
    after = held.changed(SnapshotChange(version="419", certificates=revoked))

    assert ask(held=after).reason == "certificate-revoked"
    assert ask(held=held).reason is None
    assert ask(held=after).reason == "certificate-revoked"


def test_what_is_remembered_is_of_one_sender_and_one_variant():
    held = snapshot(users=(user(), user(eui64=OTHER_USER_ID)))
    both = DeviceFacts(registered_user_ids=frozenset({USER_ID, OTHER_USER_ID}))
    other = signed(request_id=f"{OTHER_USER_ID}:{TARGET}:5")
    unknown = signed(service_reference="4.1", srv="4.1.9")
    for _ in range(3):
        assert ask(held=held, device=both).reason is None
        assert ask(other, held, device=both).reason == "originator-other-user-id"
        assert ask(unknown, held, device=both).reason == "service-reference-variant-unknown"
    assert _remembered() == 3


def test_a_rule_that_broke_is_not_remembered():
    class Broken(dict):
        def get(self, *_key):
            raise RuntimeError("broken on purpose")

    held = replace(snapshot(), eligibility=Broken())
    ask(held=snapshot())
    known = _remembered()
    assert "rule-broken" in ask(held=held).reasons
    assert _remembered() == known


def test_a_signature_is_verified_each_time():
    held = snapshot()
    assert ask(held=held).reason is None
    forged = MESSAGE.replace(b":1010", b":1011")
    assert ask(forged, held).reason == "digest-mismatch"


def test_what_is_remembered_stays_bounded(monkeypatch):
    monkeypatch.setattr(remembering, "MOST_REMEMBERED", 2)
    held = snapshot(eligibility={f"4.{number}": ELIGIBILITY["4.1.1"] for number in range(1, 9)})
    for number in range(1, 9):
        message = signed(service_reference=f"4.{number}", srv=f"4.{number}")
        assert ask(message, held).reasons == ask(message, replace(held)).reasons
        assert _remembered() <= 2
