"""MPID exclusivity (MP104 2.1), held by the database whoever writes."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import IntegrityError, connection, transaction

from registry.certificates.acts.recording import record_certificate
from registry.models import Mpid, MpidUse, OrganisationCertificate
from registry.parties.reads.mpid_uses import holdings_of_others
from rules.identifiers import Eui64
from rules.roles import PartyCategory
from rules.workflow import RevocationReason
from tests.factories import (
    AT,
    NOT_AFTER,
    a_certificate,
    a_key,
    a_party,
    a_user_id,
    certificate_der,
)

pytestmark = [pytest.mark.django_db, pytest.mark.serves("MP104-MPID")]

TICK = timedelta(microseconds=1)
serials = count(1)


@pytest.fixture
def holder():
    return a_user_id(a_party("Holder"))


@pytest.fixture
def rival():
    return a_user_id(a_party("Rival"))


def revoke(certificate, at):
    OrganisationCertificate.objects.filter(pk=certificate.pk).update(
        revoked_at=at, revocation_reason=RevocationReason.SUPERSEDED.value
    )


def recorded(user_id, common_name, *, at=AT):
    """Record a certificate as the world has it, whatever it clashes with."""
    der = certificate_der(
        a_key(), eui64=Eui64(user_id.eui64), common_name=common_name, serial=next(serials)
    )
    return record_certificate(der, party=user_id.party, at=at)


def marks(certificate):
    uses = MpidUse.objects.filter(certificate=certificate)
    return dict(uses.values_list("mpid", "in_conflict"))


def refuses_as_held(write, *args, **kwargs):
    with (
        pytest.raises(IntegrityError, match="mpid_is_held_by_one_supplier_party"),
        transaction.atomic(),
    ):
        write(*args, **kwargs)


def blocked(codes, *, party, at=AT):
    return [holding.mpid for holding in holdings_of_others(codes, party=party, at=at)]


def test_an_mpid_in_a_live_certificate_of_another_supplier_party_blocks(holder, rival):
    a_certificate(holder, mpids=["ABCD"])
    (holding,) = holdings_of_others(["ABCD", "EFGH"], party=rival.party, at=AT)
    assert (holding.mpid, holding.until) == ("ABCD", NOT_AFTER)


def test_the_same_party_never_blocks_itself_however_often_it_holds_the_mpid(holder, rival):
    for _ in range(3):
        a_certificate(holder, mpids=["ABCD"])
    a_certificate(a_user_id(holder.party), mpids=["ABCD"])
    assert blocked(["ABCD"], party=holder.party) == []
    assert blocked(["ABCD"], party=rival.party) == ["ABCD"]


def test_of_several_holds_on_an_mpid_the_one_that_ends_last_counts(holder, rival):
    for days in (2, 3, 1):
        a_certificate(holder, mpids=["WXYZ", "ABCD"], not_after=AT + timedelta(days=days))
    a_certificate(holder, mpids=["EFGH"], not_after=AT + timedelta(days=4))
    found = holdings_of_others(["WXYZ", "ABCD", "FREE", "EFGH", "ABCD"], party=rival.party, at=AT)
    assert [(holding.mpid, (holding.until - AT).days) for holding in found] == [
        ("ABCD", 3),
        ("EFGH", 4),
        ("WXYZ", 3),
    ]


def test_a_hold_without_an_end_counts_beside_one_that_has_an_end(holder, rival):
    certificate = a_certificate(holder, mpids=["ABCD"])
    MpidUse.objects.filter(certificate=a_certificate(holder, mpids=["ABCD"])).update(
        held=(AT, None)
    )
    (holding,) = holdings_of_others(["ABCD"], party=rival.party, at=AT)
    assert holding.until is None
    # The control: without it there is the other one's.
    MpidUse.objects.exclude(certificate=certificate).update(held=(AT, AT + TICK))
    (holding,) = holdings_of_others(["ABCD"], party=rival.party, at=AT)
    assert holding.until == NOT_AFTER


def test_the_database_plans_the_look_up_once_and_not_each_time(rival):
    codes = ["ABCD", "EFGH"]
    for _ in range(5):
        holdings_of_others(codes, party=rival.party, at=AT)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans > 0 FROM pg_prepared_statements WHERE statement LIKE %s",
            ["%FROM registry_mpiduse%"],
        )
        assert cursor.fetchall() == [(True,)]


def test_a_certificate_that_is_not_valid_yet_blocks(holder, rival):
    a_certificate(holder, mpids=["ABCD"], not_before=AT + timedelta(days=30))
    assert blocked(["ABCD"], party=rival.party) == ["ABCD"]


def test_only_a_supplier_party_holds_mpids(rival):
    network = a_user_id(a_party(category=PartyCategory.NETWORK_OPERATOR))
    a_certificate(network, mpids=["ABCD"])
    assert blocked(["ABCD"], party=rival.party) == []


def test_what_looks_like_an_mpid_in_a_certificate_of_no_supplier_party_is_recorded_as_none(rival):
    # What is recorded is what the enforcement engine is told as `signer.mpids`.
    recorded(rival, "ABCD")
    network = a_user_id(a_party(category=PartyCategory.NETWORK_OPERATOR))
    certificate = recorded(network, "ABCD")
    assert (certificate.common_name, certificate.mpids) == ("ABCD", [])
    assert not certificate.mpid_in_conflict


@pytest.mark.parametrize(("moment", "expected"), [(NOT_AFTER, ["ABCD"]), (NOT_AFTER + TICK, [])])
def test_an_mpid_is_free_the_moment_after_not_after(holder, rival, moment, expected):
    a_certificate(holder, mpids=["ABCD"])
    assert blocked(["ABCD"], party=rival.party, at=moment) == expected


@pytest.mark.parametrize(("moment", "expected"), [(AT - TICK, ["ABCD"]), (AT, [])])
def test_an_mpid_is_free_at_the_very_moment_of_revocation(holder, rival, moment, expected):
    certificate = a_certificate(holder, mpids=["ABCD"])
    OrganisationCertificate.objects.filter(pk=certificate.pk)
    MpidUse.objects.filter(certificate=certificate).update(
        held=(AT - timedelta(days=1), NOT_AFTER)
    )
    revoke(certificate, AT)
    assert blocked(["ABCD"], party=rival.party, at=moment) == expected


def test_an_mpid_is_free_only_when_the_last_live_certificate_with_it_has_ended(holder, rival):
    first = a_certificate(holder, mpids=["ABCD"])
    second = a_certificate(holder, mpids=["ABCD"])
    revoke(first, AT)
    assert blocked(["ABCD"], party=rival.party) == ["ABCD"]
    revoke(second, AT)
    assert blocked(["ABCD"], party=rival.party) == []


def test_a_revocation_dated_before_the_certificate_was_recorded_frees_it(holder, rival):
    certificate = a_certificate(holder, mpids=["ABCD"])
    revoke(certificate, AT - timedelta(days=9))
    assert blocked(["ABCD"], party=rival.party) == []
    a_certificate(rival, mpids=["ABCD"])


def test_a_certificate_written_past_our_code_is_refused_where_it_takes_a_held_mpid(holder, rival):
    a_certificate(holder, mpids=["ABCD"])
    with (
        pytest.raises(IntegrityError, match="mpid_is_held_by_one_supplier_party"),
        transaction.atomic(),
    ):
        a_certificate(rival, mpids=["WXYZ", "ABCD"])
    assert blocked(["WXYZ"], party=holder.party) == []
    # The control: without the held MPID it is taken.
    a_certificate(rival, mpids=["WXYZ"])


def test_a_use_written_past_our_code_is_refused_where_the_mpid_is_held(holder, rival):
    a_certificate(holder, mpids=["ABCD"])
    other = a_certificate(rival)
    with (
        pytest.raises(IntegrityError, match="mpid_is_held_by_one_supplier_party"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO registry_mpiduse"
            " (mpid, in_name, party_id, certificate_id, held, in_conflict)"
            " VALUES ('ABCD', '', %s, %s, tstzrange(%s, NULL), false)",
            [rival.party.pk, other.pk, AT],
        )


def test_a_clash_that_exists_in_the_world_can_be_recorded_and_blocks_everybody_else(holder, rival):
    a_certificate(holder, mpids=["ABCD"])
    certificate = a_certificate(rival)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_mpiduse"
            " (mpid, in_name, party_id, certificate_id, held, in_conflict)"
            " VALUES ('ABCD', '', %s, %s, tstzrange(%s, NULL), true)",
            [rival.party.pk, certificate.pk, AT],
        )
    third = a_user_id()
    assert blocked(["ABCD"], party=third.party) == ["ABCD"]
    assert blocked(["ABCD"], party=holder.party) == ["ABCD"]
    refuses_as_held(a_certificate, third, mpids=["ABCD"])


def test_of_a_certificate_in_conflict_only_the_mpids_that_clash_are_marked(holder, rival):
    recorded(holder, "ABCD")
    certificate = recorded(rival, "ABCD EFGH")
    assert certificate.mpid_in_conflict
    assert marks(certificate) == {"ABCD": True, "EFGH": False}
    # Past our code too: what does not clash is held as ever.
    refuses_as_held(a_certificate, a_user_id(), mpids=["EFGH"])
    a_certificate(rival, mpids=["EFGH"])


def test_who_is_left_of_a_clash_is_held_to_be_the_one_holder(holder, rival):
    first = recorded(holder, "ABCD")
    second = recorded(rival, "ABCD")
    third = a_user_id()
    revoke(first, AT)
    assert (marks(first), marks(second)) == ({"ABCD": False}, {"ABCD": True})
    refuses_as_held(a_certificate, third, mpids=["ABCD"])
    refuses_as_held(a_certificate, holder, mpids=["ABCD"])
    # The one that is left has it alone, so it is no clash where it takes it again.
    assert marks(recorded(rival, "ABCD")) == {"ABCD": False}
    revoke(second, AT)
    MpidUse.objects.filter(party=rival.party).update(held="empty")
    a_certificate(third, mpids=["ABCD"])


def test_what_is_recorded_after_a_clash_has_ended_is_marked_by_what_is_so_then(holder, rival):
    revoke(recorded(holder, "ABCD"), AT)
    certificate = recorded(rival, "ABCD")
    assert not certificate.mpid_in_conflict
    assert marks(certificate) == {"ABCD": False}


def test_a_hold_cannot_be_made_longer_past_our_code_into_that_of_another(holder, rival):
    first = a_certificate(holder, mpids=["ABCD"], not_after=AT + timedelta(days=1))
    ends = MpidUse.objects.get(certificate=first).held.upper
    certificate = a_certificate(rival)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_mpiduse"
            " (mpid, in_name, party_id, certificate_id, held, in_conflict)"
            " VALUES ('ABCD', '', %s, %s, tstzrange(%s, NULL), true)",
            [rival.party.pk, certificate.pk, ends],
        )
    refuses_as_held(
        MpidUse.objects.filter(certificate=first).update, held=(AT - TICK, ends + TICK)
    )
    MpidUse.objects.filter(certificate=first).update(held=(AT, ends - TICK))


def test_an_mpid_of_three_characters_is_held_as_one_of_four_is(holder, rival):
    a_certificate(holder, mpids=["ABC"])
    assert blocked(["ABC"], party=rival.party) == ["ABC"]
    refuses_as_held(a_certificate, rival, mpids=["ABC"])
    a_certificate(rival, mpids=["ABD"])


@pytest.mark.parametrize("code", ["abcd", "AB", "AB-D", "ÄBCD", ""])
def test_only_an_mpid_is_held_so_that_no_spelling_evades_the_others(holder, code):
    a_certificate(holder, mpids=["ABCD"])
    with pytest.raises(IntegrityError, match="claimed_mpid_is_an_mpid"), transaction.atomic():
        a_certificate(a_user_id(), common_name="something", mpids=[code])
    with pytest.raises(IntegrityError, match="claimed_mpid_is_an_mpid"), transaction.atomic():
        Mpid.objects.create(code=code)


def test_a_use_is_of_an_mpid_even_where_no_trigger_looks(holder):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registry_mpiduse DISABLE TRIGGER USER")
        with pytest.raises(IntegrityError, match="used_mpid_is_an_mpid"):
            cursor.execute(
                "INSERT INTO registry_mpiduse"
                " (mpid, in_name, party_id, certificate_id, held, in_conflict)"
                " VALUES ('abcd', '', %s, 1, tstzrange(%s, NULL), false)",
                [holder.party.pk, AT],
            )
