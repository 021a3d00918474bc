"""What stands in a name, the commonName of another role than xmlSign, may be an MPID or a word."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from registry.certificates.acts.certificate_requests import approve_request, submit_request
from registry.certificates.acts.recording import record_certificate
from registry.certificates.acts.request_checks import check_again
from registry.errors import ConflictError, RefusedActError
from registry.models import (
    CertificateRequest,
    Event,
    MpidUse,
    OrganisationCertificate,
    PartyMpid,
    WordInName,
)
from registry.parties.acts.mpid_transfer_holds import place_mpid_hold
from rules.certificates.making import build_request
from rules.duties import PersonRole
from rules.findings import RefusedError
from rules.identifiers import Eui64
from tests.approving import approve
from tests.factories import (
    AT,
    a_certificate,
    a_key,
    a_party,
    a_person,
    a_user_id,
    certificate_der,
)
from tests.faults.lives import sweep

pytestmark = pytest.mark.django_db

WORD = "mpid-may-be-a-word"
UNRECORDED = "mpid-not-recorded"
HELD = "mpid-held-by-another-supplier"
LATER = AT + timedelta(days=1)


@pytest.fixture
def acme():
    return a_user_id(a_party("Acme", reference="acme"))


@pytest.fixture
def gas():
    """A Supplier Party that has the MPID GAS."""
    return a_user_id(a_party("Gas", reference="gas"))


@pytest.fixture
def officer():
    return a_person(PersonRole.OFFICER)


def record_mpid(user_id, mpid="GAS"):
    return PartyMpid.objects.create(mpid=mpid, party=user_id.party, recorded_at=AT)


def named(user_id, common_name="Acme Gas Ltd", **differs):
    """Make a supplier certificate with a name, as somebody who writes past our code would."""
    return a_certificate(user_id, remote_party_role="02", common_name=common_name, **differs)


def recorded(user_id, common_name, *, role, serial):
    """Record a certificate as the world has it, whatever it clashes with."""
    der = certificate_der(
        a_key(),
        eui64=Eui64(user_id.eui64),
        remote_party_role=role,
        common_name=common_name,
        serial=serial,
    )
    return record_certificate(der, party=user_id.party, at=AT)


def decide(user_id, officer, common_name="Acme Gas Ltd"):
    request = submitted(user_id, None)
    WordInName.objects.create(
        mpid="GAS",
        party=user_id.party,
        common_name=common_name,
        reason="It is a word.",
        request=request,
        decided_by=officer,
        decided_at=AT,
    )


def refuses_as_held(write, *args, **kwargs):
    with (
        pytest.raises(IntegrityError, match="mpid_is_held_by_one_supplier_party"),
        transaction.atomic(),
    ):
        write(*args, **kwargs)


def submitted(user_id, common_name, *, role="87", at=AT):
    return submit_request(
        build_request(
            a_key(), eui64=user_id.eui64, remote_party_role=role, common_name=common_name
        ),
        actor=a_person(PersonRole.ARO, user_id.party),
        at=at,
    )


def issue(request, officer, *, reasons=None, at=AT):
    approve(request, officer, acknowledgements=reasons, at=at)
    sweep(at)
    request.refresh_from_db()
    assert request.state == "issued", request.decision_note
    return request.certificate


def warnings(request, *, at=AT):
    return {finding.reason for finding in check_again(request, at=at).report.warnings}


def last_details():
    event = Event.objects.filter(kind="certificate-request.approve").order_by("position").last()
    return json.loads(event.body)["details"]


# --- what the database holds ---------------------------------------------------------------------


def test_tokens_of_a_name_are_no_mpids_and_two_names_never_clash(acme, gas):
    record_mpid(gas)
    certificate = named(acme)
    named(gas, "Border Gas Ltd")
    uses = MpidUse.objects.filter(certificate=certificate).order_by("mpid")
    assert [(use.mpid, use.in_name) for use in uses] == [
        ("ACME", "Acme Gas Ltd"),
        ("GAS", "Acme Gas Ltd"),
        ("LTD", "Acme Gas Ltd"),
    ]


def test_a_recorded_mpid_that_stands_in_the_name_of_another_is_refused(acme, gas):
    named(acme)
    refused = record_mpid(gas)
    refuses_as_held(a_certificate, gas, mpids=["GAS"])
    # The controls: of the Party itself, and where nobody has it on record any more.
    a_certificate(acme, mpids=["ACME"])
    refused.withdrawn_at = AT
    refused.save()
    a_certificate(gas, mpids=["GAS"])


def test_a_name_with_a_recorded_mpid_that_another_holds_is_refused(acme, gas):
    a_certificate(gas, mpids=["GAS"])
    kept = record_mpid(gas)
    refuses_as_held(named, acme)
    kept.withdrawn_at = AT
    kept.save()
    named(acme)


def test_what_is_decided_to_be_a_word_blocks_in_that_name_alone(acme, gas, officer):
    record_mpid(gas)
    decide(acme, officer)
    named(acme)
    a_certificate(gas, mpids=["GAS"])
    named(acme)
    refuses_as_held(named, acme, "Acme Gas")
    refuses_as_held(named, a_user_id())


def test_a_name_whose_certificate_has_ended_takes_nothing(acme, gas):
    record_mpid(gas)
    certificate = named(acme)
    OrganisationCertificate.objects.filter(pk=certificate.pk).update(
        revoked_at=AT, revocation_reason="superseded"
    )
    a_certificate(gas, mpids=["GAS"])


def test_a_use_in_a_name_cannot_be_made_longer_past_our_code_into_a_hold(acme, gas):
    certificate = named(acme, not_after=LATER)
    uses = MpidUse.objects.filter(certificate=certificate, mpid="GAS")
    uses.update(held=(AT - timedelta(days=2), AT - timedelta(days=1)))
    record_mpid(gas)
    a_certificate(gas, mpids=["GAS"])
    refuses_as_held(uses.update, held=(AT, LATER))
    uses.update(held=(AT - timedelta(days=3), AT - timedelta(days=1)))


def test_a_hold_of_the_smki_pma_takes_nothing_from_names_and_refuses_the_next(acme, gas, officer):
    named(acme)
    record_mpid(gas)
    place_mpid_hold(
        "GAS", party_reference="gas", actor=officer, reason="SMKI PMA decision 12", at=AT
    )
    assert not MpidUse.objects.get(transfer_hold__isnull=False).in_conflict
    refuses_as_held(named, a_user_id(), "Border Gas Ltd")


def test_who_has_a_token_in_a_name_alone_has_no_mpid_to_be_held(acme, officer):
    named(acme)
    with pytest.raises(RefusedActError) as refusal:
        place_mpid_hold("GAS", party_reference="acme", actor=officer, reason="x", at=AT)
    assert refusal.value.code == "mpid-not-of-party"


@pytest.mark.parametrize("first", ["87", "02"])
def test_a_clash_with_a_name_that_exists_in_the_world_is_recorded(acme, gas, first):
    record_mpid(gas)
    kinds = {"87": (gas, "GAS"), "02": (acme, "Acme Gas Ltd")}
    second = "02" if first == "87" else "87"
    one = recorded(*kinds[first], role=first, serial=1)
    other = recorded(*kinds[second], role=second, serial=2)
    assert (one.mpid_in_conflict, other.mpid_in_conflict) == (False, True)
    marks = dict(MpidUse.objects.filter(certificate=other).values_list("mpid", "in_conflict"))
    assert {mpid for mpid, in_conflict in marks.items() if in_conflict} == {"GAS"}


@pytest.mark.parametrize("first", ["87", "02"])
def test_a_word_that_nobody_has_recorded_is_no_clash_in_the_world(acme, gas, first):
    kinds = {"87": (gas, "GAS"), "02": (acme, "Acme Gas Ltd")}
    second = "02" if first == "87" else "87"
    recorded(*kinds[first], role=first, serial=1)
    assert not recorded(*kinds[second], role=second, serial=2).mpid_in_conflict
    assert not MpidUse.objects.filter(in_conflict=True).exists()


def test_what_is_decided_to_be_a_word_is_no_clash_in_the_world(acme, gas, officer):
    record_mpid(gas)
    decide(acme, officer)
    recorded(gas, "GAS", role="87", serial=1)
    assert not recorded(acme, "Acme Gas Ltd", role="02", serial=2).mpid_in_conflict


# --- requests and their approval -----------------------------------------------------------------

PLACES = "Acme Border Coast Delta Eden Forth Garth Haven Isle Jura Kent Lune Mersey Ness Ouse Peak"
TRADES = ("Gas", "Power", "Heat", "Grid", "Wind", "Energy", "Sun")
COMPANIES = [f"{place} {trade} Ltd" for place in PLACES.split() for trade in TRADES][:100]


@pytest.mark.slow
def test_a_hundred_companies_with_words_in_common_each_get_their_certificate(officer):
    assert len(set(COMPANIES)) == 100
    for company in COMPANIES:
        # Without a reason for any warning: there is none.
        approve(submitted(a_user_id(a_party(company)), company, role="02"), officer)
    sweep(AT)
    certificates = OrganisationCertificate.objects.all()
    assert sorted(one.common_name for one in certificates) == sorted(COMPANIES)
    assert not any(one.mpids or one.mpid_in_conflict for one in certificates)
    assert MpidUse.objects.filter(mpid="LTD", certificate__in=certificates).count() == 100


def test_an_mpid_that_is_not_recorded_is_recorded_by_the_approval(gas, officer):
    certificate = issue(submitted(gas, "GAS"), officer, reasons={UNRECORDED: "Their letter."})
    assert certificate.mpids == ["GAS"]
    assert [str(mpid) for mpid in gas.party.recorded_mpids.all()] == ["GAS"]
    assert last_details()["recorded_mpids"] == ["GAS"]
    renewal = submitted(gas, "GAS", at=LATER)
    assert warnings(renewal, at=LATER) == set()
    issue(renewal, officer, at=LATER)
    assert gas.party.recorded_mpids.count() == 1
    assert last_details()["recorded_mpids"] == []


def test_an_mpid_that_stands_in_a_name_needs_the_decision_that_it_is_a_word_there(
    acme, gas, officer
):
    issue(submitted(acme, "Acme Gas Ltd", role="02"), officer)
    request = submitted(gas, "GAS")
    assert warnings(request) == {UNRECORDED, WORD}
    with pytest.raises(RefusedActError) as refusal:
        approve(request, officer, acknowledgements={UNRECORDED: "Their letter."})
    assert refusal.value.code == "warning-not-acknowledged"
    assert not WordInName.objects.exists()
    assert not gas.party.recorded_mpids.exists()

    issue(request, officer, reasons={UNRECORDED: "Their letter.", WORD: "A company's name."})
    word = WordInName.objects.get()
    assert (word.mpid, word.party, word.common_name) == ("GAS", acme.party, "Acme Gas Ltd")
    assert (word.reason, word.request, word.decided_by) == ("A company's name.", request, officer)
    assert last_details()["words"] == [
        {"mpid": "GAS", "party": "acme", "common_name": "Acme Gas Ltd"}
    ]


@pytest.mark.slow
def test_the_decision_lasts_for_both_of_them_and_for_that_name_alone(acme, gas, officer):
    issue(submitted(acme, "Acme Gas Ltd", role="02"), officer)
    issue(submitted(gas, "GAS"), officer, reasons={UNRECORDED: "Yes.", WORD: "A name."})

    for renewal in (
        submitted(acme, "Acme Gas Ltd", role="02", at=LATER),
        submitted(gas, "GAS", at=LATER),
    ):
        assert warnings(renewal, at=LATER) == set()
        issue(renewal, officer, at=LATER)
    for another in ((acme, "Gas"), (a_user_id(), "Acme Gas Ltd")):
        with pytest.raises(RefusedError) as refusal:
            submitted(*another, role="02", at=LATER)
        assert refusal.value.report.reasons == (HELD,)
    assert WordInName.objects.count() == 1


def test_an_mpid_that_is_recorded_as_anothers_and_stands_in_a_name_is_refused(acme, gas):
    named(acme)
    record_mpid(acme)
    with pytest.raises(RefusedError) as refusal:
        submitted(gas, "GAS")
    assert {finding.reason for finding in refusal.value.report.blocking} == {HELD}


def test_a_partys_own_mpid_that_stands_in_the_name_of_another_is_decided_on(acme, gas, officer):
    named(acme)
    record_mpid(gas)
    request = submitted(gas, "GAS")
    assert warnings(request) == {WORD}
    assert issue(request, officer, reasons={WORD: "A name."}).mpids == ["GAS"]


def test_a_name_with_an_mpid_of_another_that_nobody_has_recorded_is_decided_on(acme, gas, officer):
    a_certificate(gas, mpids=["GAS"])
    request = submitted(acme, "Acme Gas Ltd", role="02")
    assert warnings(request) == {WORD}
    issue(request, officer, reasons={WORD: "Its registered name."})
    word = WordInName.objects.get()
    assert (word.mpid, word.party, word.common_name) == ("GAS", acme.party, "Acme Gas Ltd")
    # When it is recorded later, that takes nothing from either.
    record_mpid(gas)
    issue(submitted(acme, "Acme Gas Ltd", role="02", at=LATER), officer, at=LATER)
    issue(submitted(gas, "GAS", at=LATER), officer, at=LATER)


def test_another_name_that_came_after_the_page_is_not_decided_unseen(acme, gas, officer):
    named(acme)
    request = submitted(gas, "GAS")
    seen = check_again(request, at=AT).facts_sha256
    # The same Party's, with the same end: what the officer reads is the same.
    named(acme, "Acme Gas plc")
    with pytest.raises(ConflictError) as refusal:
        approve_request(
            request.reference,
            actor=officer,
            seen_version=request.version,
            seen_facts=seen,
            acknowledgements={UNRECORDED: "Yes.", WORD: "A name."},
            at=AT,
        )
    assert refusal.value.code == "facts-changed"
    approve(request, officer, acknowledgements={UNRECORDED: "Yes.", WORD: "Names."})
    assert set(WordInName.objects.values_list("common_name", flat=True)) == {
        "Acme Gas Ltd",
        "Acme Gas plc",
    }


def test_a_name_that_came_after_the_approval_stops_the_request(acme, gas, officer):
    request = submitted(gas, "GAS")
    approve(request, officer, acknowledgements={UNRECORDED: "Yes."})
    assert recorded(acme, "Acme Gas Ltd", role="02", serial=1).mpid_in_conflict
    sweep(AT)
    request.refresh_from_db()
    assert request.state == "stopped"
    assert "GAS is also in the commonName" in request.decision_note
    assert issue(request, officer, reasons={WORD: "A name."}).mpids == ["GAS"]


def test_another_name_than_an_officer_decided_on_stops_the_request(acme, gas, officer):
    issue(submitted(acme, "Acme Gas Ltd", role="02"), officer)
    request = submitted(gas, "GAS")
    approve(request, officer, acknowledgements={UNRECORDED: "Yes.", WORD: "A name."})
    # The same token of the same Party: what a person reads is the same, and it is another name.
    recorded(acme, "Acme Gas plc", role="02", serial=1)

    sweep(AT)

    request.refresh_from_db()
    assert request.state == "stopped"
    assert request.checks.get(stage="sent").acknowledgements == {}
    assert set(WordInName.objects.values_list("common_name", flat=True)) == {"Acme Gas Ltd"}


def test_a_name_that_is_approved_reserves_what_may_be_an_mpid_in_it(acme, gas, officer):
    record_mpid(gas)
    approve(submitted(acme, "Acme Gas Ltd", role="02"), officer)
    request = submitted(gas, "GAS")
    assert warnings(request) == {WORD}
    (finding,) = check_again(request, at=AT).report.warnings
    assert "Acme" not in finding.says
    assert CertificateRequest.objects.filter(state="approved").count() == 1
