"""A client of a Party is told of another Party that it is another; nothing keeps its name."""

import json
from datetime import UTC, datetime

import pytest

from registry.models import Party
from tests.factories import a_party
from tests.portal.api.test_batch import by_json, by_lines, question
from tests.waiting import seconds_until

pytestmark = pytest.mark.serves("RA-API")

NAME = "er"
"""Occurs in many words of the sentences."""


@pytest.fixture
def stranger(client_of, subscriber):
    """A client of a Party, which asks of a message of another Party."""
    Party.objects.filter(pk=subscriber.certificate.party.pk).update(name=NAME)
    return client_of("checks:ask", party=a_party().reference, name="stranger")


def says(answer):
    return {finding["rule"]: finding["says"] for finding in answer["findings"]}


def test_a_client_of_another_party_reads_no_name_and_no_mpids(stranger, client_of, subscriber):
    message, now = subscriber.message(), datetime.now(UTC).isoformat(timespec="seconds")
    answer = stranger.check(message, received_at=now).json()
    own = client_of("checks:ask", party=subscriber.certificate.party.reference, name="own")
    of_engine = client_of("checks:ask", name="another engine")

    user_id = subscriber.certificate.eui64
    assert answer["decision"] == "process"
    assert says(answer)["DUIS-USER-ID"] == f"The signer's User ID is {user_id}, of another Party."
    of_another = "The Party of the User ID, another Party, is active"
    assert says(answer)["DUIS-E3"].startswith(of_another)
    assert (answer["signer"]["party"], answer["signer"]["mpids"]) == (None, [])
    for knowing in (own, of_engine):
        named = knowing.check(message, received_at=now).json()
        assert says(named)["DUIS-USER-ID"] == f"The signer's User ID is {user_id}, of {NAME}."
        assert named["signer"]["party"] == NAME
        # Nothing else is other than it is for those who know.
        differing = {rule for rule, words in says(named).items() if words != says(answer)[rule]}
        assert differing == {"DUIS-USER-ID", "DUIS-E3"}


def test_so_it_is_in_a_batch(stranger, subscriber):
    asked = question(subscriber.message())
    for ask in (by_lines, by_json):
        (answer,) = ask(stranger, asked)
        assert answer["signer"]["party"] is None
        assert says(answer)["DUIS-USER-ID"].endswith(", of another Party.")


def test_what_is_kept_of_a_decision_has_no_name(stranger, subscriber, settings):
    name = "A name that nothing else has"
    Party.objects.filter(pk=subscriber.certificate.party.pk).update(name=name)
    answer = stranger.check(subscriber.message(), purpose="enforcement").json()
    serial = subscriber.certificate.serial_number.encode()

    def kept():
        return [path.read_bytes() for path in settings.DATA_DIR.rglob("*") if path.is_file()]

    seconds_until(lambda: any(serial in octets for octets in kept()))
    assert not any(name.encode() in octets for octets in kept())
    assert name not in json.dumps(answer)
