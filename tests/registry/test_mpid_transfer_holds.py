"""The SMKI PMA holds the transfer of an MPID after a Supplier's failure (MP185)."""

from datetime import timedelta
from functools import partial
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction

from registry.certificates.acts.certificate_requests import check_submission, submit_request
from registry.certificates.acts.recording import record_certificate
from registry.certificates.reads.certificate_requests import blocking_holds
from registry.errors import ConflictError, NotFoundError, NotPermittedError, RefusedActError
from registry.evidence import history
from registry.models import (
    Event,
    MpidTransferHold,
    MpidUse,
    OrganisationCertificate,
    PartyMpid,
)
from registry.parties.acts.mpid_transfer_holds import lift_mpid_hold, place_mpid_hold
from registry.parties.reads.mpid_uses import holdings_of_others
from rules.certificates.making import build_request
from rules.duties import PersonRole
from rules.findings import RefusedError
from rules.identifiers import Eui64
from rules.roles import PartyCategory
from rules.workflow import RevocationReason
from tests.factories import (
    AT,
    NOT_AFTER,
    a_certificate,
    a_key,
    a_party,
    a_person,
    a_user_id,
    certificate_der,
)
from tests.racing import outcomes, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serves("MP104-MPID")]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
WHY = "The SMKI PMA's decision 12 of 20 November."


@pytest.fixture
def failed():
    """The User ID of a Supplier that has failed."""
    return a_user_id(a_party("Failed Energy"))


@pytest.fixture
def successor():
    return a_user_id(a_party("Successor Energy"))


@pytest.fixture
def officer():
    return a_person(PersonRole.OFFICER)


def place(failed, officer, *, mpid="ABCD", at=AT, reason=WHY, **period):
    return place_mpid_hold(
        mpid,
        party_reference=failed.party.reference,
        actor=officer,
        reason=reason,
        at=at,
        **period,
    )


def revoke(certificate, at):
    OrganisationCertificate.objects.filter(pk=certificate.pk).update(
        revoked_at=at, revocation_reason=RevocationReason.CESSATION_OF_OPERATION.value
    )


def until(user_id, *, at=AT):
    """Return until when ABCD is held by others, in a list: empty where nobody does."""
    found = holdings_of_others(["ABCD"], party=user_id.party, at=at)
    return [holding.until for holding in found]


def request_naming(user_id, common_name="ABCD"):
    return build_request(
        a_key(), eui64=user_id.eui64, remote_party_role="87", common_name=common_name
    )


# --- what it does ----------------------------------------------------------------------------


def test_an_mpid_stays_with_its_party_when_its_last_certificate_is_revoked(
    failed, successor, officer
):
    certificate = a_certificate(failed, mpids=["ABCD"])
    hold = place(failed, officer)
    revoke(certificate, AT + HOUR)
    assert until(successor, at=AT + DAY) == [None]
    lift_mpid_hold(hold.pk, actor=officer, reason="The transfer is agreed.", at=AT + DAY)
    assert until(successor, at=AT + DAY) == []
    assert until(successor, at=AT + DAY - HOUR) == [AT + DAY]


def test_it_stays_when_the_certificate_expires_and_until_the_end_that_the_hold_has(
    failed, successor, officer
):
    a_certificate(failed, mpids=["ABCD"], not_after=AT + HOUR)
    place(failed, officer, valid_until=AT + DAY)
    assert until(successor, at=AT + 2 * HOUR) == [AT + DAY]
    assert until(successor, at=AT + DAY) == []


def test_a_certificate_that_ends_later_than_the_hold_holds_on(failed, successor, officer):
    a_certificate(failed, mpids=["ABCD"])
    place(failed, officer, valid_until=AT + DAY)
    assert until(successor) == [NOT_AFTER]


def test_a_hold_may_come_after_the_revocation_while_nobody_else_has_taken_the_mpid(
    failed, successor, officer
):
    revoke(a_certificate(failed, mpids=["ABCD"]), AT)
    assert until(successor) == []
    place(failed, officer)
    assert until(successor) == [None]


def test_what_is_to_begin_later_blocks_from_when_it_is_placed(failed, successor, officer):
    revoke(a_certificate(failed, mpids=["ABCD"]), AT)
    place(failed, officer, valid_from=AT + DAY)
    assert until(successor) == [None]


def test_the_party_itself_is_not_blocked(failed, officer):
    revoke(a_certificate(failed, mpids=["ABCD"]), AT)
    place(failed, officer)
    assert until(failed) == []
    a_certificate(failed, mpids=["ABCD"])


def test_nobody_else_gets_it_past_our_code_either(failed, successor, officer):
    revoke(a_certificate(failed, mpids=["ABCD"]), AT)
    hold = place(failed, officer)
    with pytest.raises(IntegrityError, match="mpid_is_held_by_one_supplier_party"):
        a_certificate(successor, mpids=["ABCD"])
    lift_mpid_hold(hold.pk, actor=officer, reason="Agreed.", at=AT)
    a_certificate(successor, mpids=["ABCD"])


def test_a_certificate_of_the_world_is_recorded_in_conflict_with_the_hold(
    failed, successor, officer
):
    revoke(a_certificate(failed, mpids=["ABCD"]), AT)
    place(failed, officer)
    der = certificate_der(a_key(), eui64=Eui64(successor.eui64), common_name="ABCD")
    assert record_certificate(der, party=successor.party, at=AT).mpid_in_conflict


# --- who learns what -------------------------------------------------------------------------


def test_the_applicant_learns_which_mpid_and_until_when_and_nothing_else(
    failed, successor, officer
):
    revoke(a_certificate(failed, mpids=["ABCD"]), AT)
    place(failed, officer, valid_until=AT + DAY)
    aro = a_person(PersonRole.ARO, successor.party)
    with pytest.raises(RefusedError) as refused:
        submit_request(request_naming(successor), actor=aro, at=AT)
    (finding,) = refused.value.report.blocking
    assert finding.reason == "mpid-held-by-another-supplier"
    assert finding.says == (
        "Another Supplier Party holds the MPID ABCD until 21 November 2026, 09:00:00 UTC at the "
        "latest. Leave it out of the commonName, or request it again once it is free."
    )
    told = str([finding.as_dict() for finding in refused.value.report.findings])
    assert "PMA" not in told
    assert failed.party.name not in told


def test_without_an_end_the_applicant_learns_that_none_is_known(failed, successor, officer):
    a_certificate(failed, mpids=["ABCD"])
    place(failed, officer)
    aro = a_person(PersonRole.ARO, successor.party)
    report = check_submission(request_naming(successor), actor=aro, at=AT).report
    assert "Another Supplier Party holds the MPID ABCD with no end known yet" in (
        report.blocking[0].says
    )


def test_an_officer_sees_whose_it_is_and_why_and_the_party_does_not(failed, successor, officer):
    aro = a_person(PersonRole.ARO, successor.party)
    request = submit_request(request_naming(successor), actor=aro, at=AT)
    revoke(a_certificate(failed, mpids=["ABCD"]), AT)
    place(failed, officer)
    (seen,) = blocking_holds(request, person=officer, at=AT)
    assert (seen.party, seen.transfer_hold, seen.until) == ("Failed Energy", WHY, None)
    assert blocking_holds(request, person=aro, at=AT) == ()


# --- who may, and what is refused ------------------------------------------------------------


def test_placing_and_lifting_are_in_the_evidence_with_who_and_why(failed, officer):
    a_certificate(failed, mpids=["ABCD"])
    hold = place(failed, officer, valid_until=AT + DAY)
    lift_mpid_hold(hold.pk, actor=officer, reason="The transfer is agreed.", at=AT + HOUR)
    placed, lifted = Event.objects.order_by("position")
    assert [(e.kind, e.actor, e.subject, e.result) for e in (placed, lifted)] == [
        ("mpid-hold.place", officer, "mpid:ABCD", "done"),
        ("mpid-hold.lift", officer, "mpid:ABCD", "done"),
    ]
    assert WHY in placed.body
    assert failed.party.reference in placed.body
    assert "The transfer is agreed." in lifted.body
    hold.refresh_from_db()
    assert (hold.placed_by, hold.lifted_by, hold.lifted_at) == (officer, officer, AT + HOUR)
    assert history.prove_history().first_break is None


@pytest.mark.parametrize("role", sorted(set(PersonRole) - {PersonRole.OFFICER}))
def test_only_an_officer_places_and_lifts(failed, officer, role):
    a_certificate(failed, mpids=["ABCD"])
    person = a_person(role, failed.party if role in {PersonRole.SRO, PersonRole.ARO} else None)
    with pytest.raises(NotPermittedError, match="role-may-not"):
        place(failed, person)
    hold = place(failed, officer)
    with pytest.raises(NotPermittedError, match="role-may-not"):
        lift_mpid_hold(hold.pk, actor=person, reason="Mine.", at=AT)
    results = Event.objects.order_by("position").values_list("result", flat=True)
    assert list(results) == ["refused", "done", "refused"]
    hold.refresh_from_db()
    assert hold.lifted_at is None


@pytest.mark.parametrize(
    ("asked", "code", "says"),
    [
        ({"mpid": "abcd"}, "mpid-malformed", "'abcd' is not an MPID"),
        ({"mpid": "ABCD\n"}, "mpid-malformed", "is not an MPID"),
        ({"reason": " \n"}, "reason-missing", "Enter why"),
        ({"reason": "x" * 2001}, "reason-too-long", "2,000 or fewer"),
        ({"valid_from": AT - HOUR}, "moment-passed", "has passed"),
        ({"valid_until": AT}, "ends-before-it-begins", "not after its beginning"),
        ({"mpid": "WXYZ"}, "mpid-not-of-party", "no record of the MPID WXYZ"),
    ],
)
def test_what_cannot_be_held_is_refused_with_the_reason(failed, officer, asked, code, says):
    a_certificate(failed, mpids=["ABCD"])
    with pytest.raises(RefusedActError, match=says) as refused:
        place(failed, officer, **asked)
    assert refused.value.code == code
    assert not MpidTransferHold.objects.exists()
    assert Event.objects.get().result == "refused"


def test_only_a_supplier_party_has_what_can_be_held(officer):
    network = a_user_id(a_party(category=PartyCategory.NETWORK_OPERATOR))
    PartyMpid.objects.create(mpid="ABCD", party=network.party, recorded_at=AT)
    with pytest.raises(RefusedActError, match="party-not-supplier"):
        place(network, officer)
    with pytest.raises(DatabaseError, match="only a Supplier Party"):
        MpidTransferHold.objects.create(
            mpid="ABCD",
            party=network.party,
            valid_from=AT,
            reason=WHY,
            placed_at=AT,
            placed_by=officer,
        )


def test_of_no_such_party_and_no_such_hold_nothing_comes(officer):
    with pytest.raises(NotFoundError, match="There is no such Party as 'nobody'"):
        place_mpid_hold("ABCD", party_reference="nobody", actor=officer, reason=WHY, at=AT)
    with pytest.raises(NotFoundError):
        lift_mpid_hold(7, actor=officer, reason=WHY, at=AT)


def test_an_mpid_that_is_with_another_by_now_cannot_be_held_any_more(failed, successor, officer):
    revoke(a_certificate(failed, mpids=["ABCD"]), AT)
    a_certificate(successor, mpids=["ABCD"])
    with pytest.raises(ConflictError, match="is with Successor Energy already"):
        place(failed, officer)


def test_an_mpid_that_is_with_another_until_then_is_held_from_then_on(failed, successor, officer):
    revoke(a_certificate(failed, mpids=["ABCD"]), AT)
    a_certificate(successor, mpids=["ABCD"], not_after=AT + HOUR)
    with pytest.raises(ConflictError, match="is with Successor Energy already"):
        place(failed, officer, valid_from=AT + HOUR)  # in whose second the other is still valid
    hold = place(failed, officer, valid_from=AT + HOUR + SECOND)
    assert not MpidUse.objects.get(transfer_hold=hold).in_conflict


def test_a_hold_may_end_when_that_of_another_begins_and_no_later(failed, successor, officer):
    for party in (failed, successor):
        revoke(a_certificate(party, mpids=["ABCD"], not_before=AT - DAY), AT)
    place(successor, officer, valid_from=AT + DAY)
    for end in (AT + DAY + SECOND, None):
        with pytest.raises(ConflictError, match="is with Successor Energy already"):
            place(failed, officer, valid_until=end)
    hold = place(failed, officer, valid_until=AT + DAY)
    assert not MpidUse.objects.get(transfer_hold=hold).in_conflict


def test_a_clash_that_there_is_anyway_is_held_in_conflict(failed, successor, officer):
    certificate = a_certificate(failed, mpids=["ABCD"])
    der = certificate_der(a_key(), eui64=Eui64(successor.eui64), common_name="ABCD")
    record_certificate(der, party=successor.party, at=AT)
    hold = place(failed, officer)
    assert MpidUse.objects.get(transfer_hold=hold).in_conflict
    revoke(certificate, AT)
    assert until(successor) == [None]


def test_the_same_hold_is_placed_once_and_a_longer_one_beside_it(failed, successor, officer):
    a_certificate(failed, mpids=["ABCD"], not_after=AT + HOUR)
    first = place(failed, officer, valid_until=AT + DAY)
    with pytest.raises(ConflictError, match="already-held"):
        place(failed, officer, valid_until=AT + DAY, at=AT + HOUR)
    place(failed, officer, valid_until=AT + 2 * DAY)
    lift_mpid_hold(first.pk, actor=officer, reason="Prolonged.", at=AT + HOUR)
    assert until(successor, at=AT + 2 * HOUR) == [AT + 2 * DAY]


def test_a_hold_is_lifted_once_and_none_that_has_ended(failed, officer):
    a_certificate(failed, mpids=["ABCD"])
    hold = place(failed, officer, valid_until=AT + DAY)
    with pytest.raises(ConflictError, match="hold-ended"):
        lift_mpid_hold(hold.pk, actor=officer, reason="Late.", at=AT + DAY)
    lift_mpid_hold(hold.pk, actor=officer, reason="Agreed.", at=AT)
    with pytest.raises(ConflictError, match="hold-ended"):
        lift_mpid_hold(hold.pk, actor=officer, reason="Again.", at=AT)


def test_only_its_lifting_changes_a_hold_and_only_once(failed, officer):
    a_certificate(failed, mpids=["ABCD"])
    rows = MpidTransferHold.objects.filter(pk=place(failed, officer).pk)

    def refuses(write, match):
        with pytest.raises(DatabaseError, match=match), transaction.atomic():
            write()

    refuses(lambda: rows.update(valid_until=AT + DAY), "Cannot update")
    refuses(lambda: rows.update(reason="Another."), "Cannot update")
    refuses(lambda: rows.update(lifted_at=AT), "lifted_by_somebody_with_a_reason")
    refuses(rows.delete, "Cannot delete|foreign key")
    rows.update(lifted_at=AT, lifted_by=officer, lifting_reason="Agreed.")
    refuses(lambda: rows.update(lifted_at=None, lifted_by=None, lifting_reason=""), "Cannot")


@pytest.mark.race
def test_of_32_officers_placing_and_lifting_at_once_one_hold_comes_and_nobody_meets_a_deadlock(
    failed,
):
    a_certificate(failed, mpids=["ABCD"])
    officers = [a_person(PersonRole.OFFICER) for _ in range(32)]
    results = race([partial(place, failed, officer) for officer in officers])
    assert outcomes(results).count("won") == 1
    assert sum(isinstance(result, ConflictError) for result in results) == 31
    hold = MpidTransferHold.objects.get()
    lift = partial(lift_mpid_hold, hold.pk, reason="Agreed.", at=AT + HOUR)
    results = race([partial(lift, actor=officer) for officer in officers])
    assert outcomes(results).count("won") == 1
    assert sum(isinstance(result, ConflictError) for result in results) == 31


# --- the command -----------------------------------------------------------------------------


def run(*arguments):
    out = StringIO()
    call_command("hold_mpid", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_places_lists_and_lifts(failed, officer):
    a_certificate(failed, mpids=["ABCD"])
    by = ("--officer", officer.email.upper(), "--reason")
    party = ("--party", failed.party.reference)
    placed = run("place", "ABCD", *party, *by, WHY, "--until", "2099-01-01T00:00:00Z")
    hold = MpidTransferHold.objects.get()
    assert (hold.placed_by, hold.reason, hold.valid_until.year) == (officer, WHY, 2099)
    assert f"{hold.pk}: ABCD stays with {failed.party.reference} from " in placed
    assert run("list") == placed
    assert "lifted at" in run("lift", str(hold.pk), *by, "Agreed.")
    assert run("list") == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("place", "abcd", "--party", "failed"), "'abcd' is not an MPID"),
        (("place", "ABCD", "--party", "nobody"), "There is no such Party as 'nobody'"),
        (("place", "ABCD", "--party", "failed", "--until", "soon"), "--until is `soon`"),
        (("place", "ABCD", "--party", "failed", "--from", "2020-01-01T00:00:00Z"), "has passed"),
        (("lift", "7"), "There is no such hold"),
        (("lift", "99999999999999999999"), "There is no such hold"),
    ],
)
def test_what_the_command_cannot_do_is_a_fault_of_one_line(officer, arguments, says):
    a_certificate(a_user_id(a_party(reference="failed")), mpids=["ABCD"])
    with pytest.raises(CommandError, match=says) as raised:
        run(*arguments, "--officer", officer.email, "--reason", WHY)
    assert "\n" not in str(raised.value)
    assert not MpidTransferHold.objects.exists()


def test_the_command_acts_for_nobody_but_an_officer(failed):
    a_certificate(failed, mpids=["ABCD"])
    aro = a_person(PersonRole.ARO, failed.party)
    asked = ("place", "ABCD", "--party", failed.party.reference, "--reason", WHY, "--officer")
    with pytest.raises(CommandError, match="there is no such person"):
        run(*asked, "nobody@example.test")
    with pytest.raises(CommandError, match="role ARO may not do this"):
        run(*asked, aro.email)
    assert not MpidTransferHold.objects.exists()
