"""The messages that ceased: once each, and whom to tell of them."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, transaction

from registry.models import CeasedMessage
from registry.notices.acts import ceased as service
from registry.notices.acts.ceased import Ceased, record_ceased
from tests.factories import AT, a_party, a_user_id, an_eui64
from tests.racing import outcomes, overtake, race
from tests.registry.observations.conftest import ceased

pytestmark = [pytest.mark.django_db, pytest.mark.serves("MP104-3")]

A_DAY, TICK = timedelta(days=1), timedelta(microseconds=1)


def message(originator, *, counter=1, **differing):
    return Ceased(
        **{
            "request_id": f"{originator}:00-DB-12-34-56-78-90-A0:{counter}",
            "at": AT,
            "user_id": "",
            "reason": "certificate-unknown",
            **differing,
        }
    )


def record(*messages, at=AT, **named):
    with transaction.atomic():
        return record_ceased(messages, at=at, **named)


def test_the_party_of_a_proven_signer_is_told():
    user_id, originator = a_user_id(), a_user_id()
    assert record(message(originator.eui64, user_id=user_id.eui64)) == 1
    assert ceased("attribution", "party") == [("signer", user_id.party.pk)]


def test_a_proven_signer_whose_eui64_is_no_user_id_is_known_by_its_certificates_party():
    party = a_party()
    record(message(a_user_id().eui64, user_id=an_eui64(), party=party.reference))
    assert ceased("attribution", "party") == [("signer", party.pk)]


def test_else_the_party_of_the_originator_is_told_that_it_is_not_proven():
    originator = a_user_id()
    record(message(originator.eui64), message(originator.eui64.lower(), counter=2))
    assert ceased("attribution", "party") == [("originator", originator.party.pk)] * 2


def test_else_it_is_kept_for_staff():
    record(message(an_eui64()), Ceased(request_id="", at=AT, user_id="", reason="unknown-root"))
    assert ceased("attribution", "party") == [("nobody", None)] * 2


def test_one_is_recorded_once_and_told_from_others_by_what_makes_it_one():
    user_id = a_user_id()
    one = message(user_id.eui64)
    assert record(one, one) == 1
    assert record(one) == 0
    others = (
        message(user_id.eui64, counter=2),
        message(user_id.eui64, at=AT + timedelta(seconds=1)),
        message(user_id.eui64, reason="signature-invalid"),
        message(user_id.eui64, user_id=user_id.eui64),
    )
    assert record(*others, one) == 4
    assert CeasedMessage.objects.count() == 5


def test_those_without_a_request_id_cannot_be_told_apart_and_are_all_kept():
    unreadable = Ceased(request_id="", at=AT, user_id="", reason="unknown-root")
    assert record(unreadable, unreadable) == 2
    assert record(unreadable) == 1


def test_a_flood_of_nobodys_is_kept_up_to_a_limit_and_those_of_somebody_all(monkeypatch, caplog):
    monkeypatch.setattr(service, "MOST_OF_NOBODY", 10)
    user_id = a_user_id()
    strangers = [message(an_eui64()) for _ in range(8)]
    assert record(*strangers) == 8
    more = [message(an_eui64()) for _ in range(8)]
    assert record(*more, *(message(user_id.eui64, counter=n) for n in range(50))) == 52
    assert CeasedMessage.objects.filter(party__isnull=True).count() == 10
    assert CeasedMessage.objects.filter(party=user_id.party).count() == 50
    assert "6 messages that ceased are nobody's" in caplog.text


def test_there_is_room_for_as_many_of_nobody_again_a_day_later(monkeypatch):
    monkeypatch.setattr(service, "MOST_OF_NOBODY", 10)
    for at, kept in ((AT, 10), (AT + A_DAY - TICK, 0), (AT + A_DAY, 10)):
        assert record(*(message(an_eui64()) for _ in range(12)), at=at) == kept


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_who_record_the_same_at_once_record_each_once_without_a_deadlock():
    user_ids = [a_user_id() for _ in range(4)]
    messages = [message(u.eui64, counter=n) for u in user_ids for n in range(100)]
    messages += [message(an_eui64()) for _ in range(50)]
    racers = [partial(record, *(messages if n % 2 else reversed(messages))) for n in range(8)]
    recorded = race(racers)
    assert outcomes(recorded) == ["won"] * 8
    assert sum(recorded) == 450 == CeasedMessage.objects.count()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_record_nobodys_at_once_do_not_both_take_the_last_room(monkeypatch):
    monkeypatch.setattr(service, "MOST_OF_NOBODY", 10)
    record(*(message(an_eui64()) for _ in range(9)))
    recorded, _ = overtake(
        partial(record, message(an_eui64())), partial(record, message(an_eui64()))
    )
    assert recorded == 0
    assert CeasedMessage.objects.count() == 10


def test_more_than_one_statement_takes_are_recorded_whole():
    user_id = a_user_id()
    assert record(*(message(user_id.eui64, counter=n) for n in range(2_500))) == 2_500


def test_the_database_keeps_them_as_they_are():
    record(message(a_user_id().eui64))
    rows = CeasedMessage.objects.all()
    for write in (rows.delete, partial(rows.update, reason="signature-invalid")):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            write()
