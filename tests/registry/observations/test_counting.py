"""The counts: exact whoever adds to them at once, and no more rows than a day may have."""

from collections import Counter
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from registry.models import Observation
from registry.observations.acts import observations
from registry.observations.acts.observations import OTHER, Observed, count_observations
from tests.factories import AT
from tests.racing import outcomes, overtake, race
from tests.registry.observations.conftest import counted, total

pytestmark = [pytest.mark.django_db, pytest.mark.serves("MP104-4")]

DAY = date(2026, 11, 20)


def processed(number=0, **differing):
    """Return messages that were processed, of as many Users as there are numbers."""
    return Observed(
        **{
            "day": DAY,
            "user_id": f"90-B3-D5-1F-30-00-{number // 256:02X}-{number % 256:02X}",
            "party": f"party-{number}",
            "issuer": "CN=Z1,OU=07",
            "serial_number": str(number + 1),
            "is_proven": True,
            "generation": "SMETS2+",
            "kind": "service-request",
            "srv": "4.1.1",
            "supplier_id": "",
            "checkpoint": "dsp",
            "outcome": "process",
            "reason": "",
            "would_be": "process",
            "would_be_reason": "",
            **differing,
        }
    )


def unproven(number=0, **differing):
    """Return messages that name an unknown certificate, as many as there are numbers."""
    return processed(
        number,
        **{
            "user_id": "",
            "party": "",
            "is_proven": False,
            "outcome": "cease",
            "reason": "certificate-unknown",
            "would_be": "cease",
            "would_be_reason": "certificate-unknown",
            **differing,
        },
    )


def count(*observed, **named):
    with transaction.atomic():
        count_observations(Counter(observed), at=AT, **named)


def test_counts_are_added_up_by_everything_that_tells_them_apart():
    count(processed(0), processed(0), processed(1))
    count(processed(0), processed(0, srv="1.6"), processed(0, day=DAY - timedelta(days=1)))
    assert counted("day", "party", "srv") == {
        (DAY, "party-0", "4.1.1"): 3,
        (DAY, "party-1", "4.1.1"): 1,
        (DAY, "party-0", "1.6"): 1,
        (DAY - timedelta(days=1), "party-0", "4.1.1"): 1,
    }
    assert Observation.objects.count() == 4


def test_what_clients_report_is_told_apart_from_our_own_and_each_others():
    count(processed())
    count(processed(), processed(), reported_by="engine-1")
    count(processed(), reported_by="engine-2")
    assert counted("reported_by") == {"": 1, "engine-1": 2, "engine-2": 1}


def test_nothing_is_counted_where_there_is_nothing():
    count_observations({}, at=AT)
    assert not Observation.objects.exists()


# --- the limit -------------------------------------------------------------------------------


@pytest.fixture
def limit(monkeypatch):
    monkeypatch.setattr(observations, "MOST_UNPROVEN", 10)


@pytest.mark.usefixtures("limit")
def test_beyond_the_days_limit_unproven_certificates_are_counted_together():
    count(*(unproven(number) for number in range(8)))
    count(*(unproven(number) for number in range(4, 20)))
    assert counted("serial_number") == {
        **{str(number + 1): 1 for number in (0, 1, 2, 3)},
        **{str(number + 1): 2 for number in (4, 5, 6, 7)},
        **{str(number + 1): 1 for number in (18, 19)} | {"": 10},
    } or Counter(counted("issuer")) == {"CN=Z1,OU=07": 14, OTHER: 10}
    assert Observation.objects.exclude(issuer=OTHER).count() == 10
    assert Observation.objects.filter(issuer=OTHER).count() == 1
    assert total() == 24


@pytest.mark.usefixtures("limit")
def test_a_certificate_that_has_its_row_keeps_it_when_the_day_is_full():
    count(*(unproven(number) for number in range(10)))
    count(unproven(3), unproven(99))
    assert counted("serial_number")["4"] == 2
    assert counted("issuer")[OTHER] == 1


@pytest.mark.usefixtures("limit")
def test_each_day_has_its_own_limit_and_proven_signers_have_none():
    count(*(unproven(number) for number in range(15)))
    count(*(unproven(number, day=DAY - timedelta(days=1)) for number in range(5)))
    count(*(processed(number) for number in range(30)))
    assert counted("issuer", day=DAY - timedelta(days=1)) == {"CN=Z1,OU=07": 5}
    assert Observation.objects.filter(is_proven=True).count() == 30
    assert counted("issuer", day=DAY, is_proven=False) == {"CN=Z1,OU=07": 10, OTHER: 5}


def test_one_client_has_a_limit_of_its_own_and_leaves_room_for_others(monkeypatch):
    monkeypatch.setattr(observations, "MOST_UNPROVEN_OF_A_CLIENT", 4)
    count(*(unproven(number) for number in range(3)), reported_by="engine-1")
    count(*(unproven(number) for number in range(9)), reported_by="engine-1")
    count(*(unproven(number) for number in range(3)), reported_by="engine-2")
    count(*(unproven(number) for number in range(9)))
    for reported_by, own, others in (("engine-1", 7, 5), ("engine-2", 3, 0), ("", 9, 0)):
        rows = counted("issuer", reported_by=reported_by)
        assert rows == {"CN=Z1,OU=07": own, OTHER: others} if others else {"CN=Z1,OU=07": own}
    assert Observation.objects.filter(reported_by="engine-1").count() == 5


@pytest.mark.usefixtures("limit")
def test_a_clients_limit_never_goes_beyond_that_of_the_day():
    count(*(unproven(number) for number in range(8)))
    count(*(unproven(number) for number in range(8)), reported_by="engine-1")
    assert counted("issuer", reported_by="engine-1") == {"CN=Z1,OU=07": 2, OTHER: 6}


def test_beyond_its_limit_a_client_makes_no_rows_by_the_checkpoints_that_it_names(monkeypatch):
    monkeypatch.setattr(observations, "MOST_UNPROVEN_OF_A_CLIENT", 1)
    for number in range(5):
        count(unproven(number, checkpoint=f"s1sp:S{number}"), reported_by="engine-1")
    assert counted("checkpoint") == {"s1sp:S0": 1, OTHER: 4}


@pytest.mark.usefixtures("limit")
def test_what_is_counted_together_takes_nothing_that_a_message_can_choose():
    count(*(unproven(number) for number in range(10)))
    for number in range(20):
        count(
            unproven(
                100 + number,
                srv=f"{number}.1",
                supplier_id="90-B3-D5-1F-30-00-00-01",
                kind="signed-pre-command",
            )
        )
    (other,) = Observation.objects.filter(issuer=OTHER)
    assert (other.serial_number, other.srv, other.supplier_id) == ("", "", "")
    assert (other.kind, other.count) == ("signed-pre-command", 20)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("limit")
def test_many_at_once_never_pass_the_limit_and_lose_nothing():
    acts = [
        partial(count, *(unproven(16 * racer + number) for number in range(16)))
        for racer in range(8)
    ]
    assert outcomes(race(acts)) == ["won"] * 8
    assert Observation.objects.exclude(issuer=OTHER).count() == 10
    assert total() == 128


# --- at once ---------------------------------------------------------------------------------


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_at_once_on_the_same_rows_add_up_without_a_deadlock():
    everything = [*(processed(number) for number in range(200)), *map(unproven, range(50))]

    def counts_again_and_again(backwards):
        for _ in range(10):
            count(*(reversed(everything) if backwards else everything))

    racers = [partial(counts_again_and_again, bool(number % 2)) for number in range(8)]
    assert outcomes(race(racers)) == ["won"] * 8
    assert set(counted("serial_number", is_proven=True).values()) == {80}
    assert total() == 80 * 250


def test_more_rows_than_one_statement_takes_are_counted_whole():
    count(*(processed(number) for number in range(2_500)))
    assert Observation.objects.count() == total() == 2_500


# --- the database's own word -----------------------------------------------------------------


def refuses(write, *, match):
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        write()


def test_the_database_keeps_counts_from_falling_going_and_changing():
    count(processed())
    rows = Observation.objects.all()
    refuses(rows.delete, match="Cannot delete")
    refuses(partial(rows.update, count=0), match="Cannot update")
    refuses(partial(rows.update, day=DAY - timedelta(days=1)), match="Cannot update")
    refuses(partial(rows.update, outcome="cease"), match="Cannot update")
    rows.update(count=2)
    assert total() == 2


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"outcome": "cease"}, "observation_ceases_for_a_reason"),
        ({"reason": "certificate-unknown"}, "observation_ceases_for_a_reason"),
        ({"would_be": "cease"}, "observation_would_cease_for_a_reason"),
        ({"kind": "alert"}, "observation_kind_is_known"),
        ({"generation": "SMETS3"}, "observation_generation_is_known"),
        ({"is_proven": False}, "observation_knows_only_a_proven_signer"),
        ({"user_id": ""}, "observation_knows_only_a_proven_signer"),
    ],
)
def test_the_database_refuses_what_cannot_be(wrong, constraint):
    count(processed())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        count(processed(**wrong))


def test_the_rows_of_a_month_are_found_by_their_days():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        rows = Observation.objects.filter(day__gte=DAY.replace(day=1), day__lt=date(2026, 12, 1))
        assert "observation_is_counted_in_one_row" in rows.explain()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("limit")
def test_two_who_count_at_once_do_not_both_take_the_last_row_of_a_day():
    count(*(unproven(number) for number in range(9)))
    overtake(partial(count, unproven(20)), partial(count, unproven(21)))
    assert Observation.objects.exclude(issuer=OTHER).count() == 10
    assert counted("issuer")[OTHER] == 1
    assert total() == 11


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_whoever_counts_what_is_proven_waits_for_nobody():
    _, has_waited = overtake(partial(count, unproven(1)), partial(count, processed(2)))
    assert not has_waited
    assert total() == 2
