"""What the factories make is what it says it is."""

import pytest
from cryptography import x509

from registry.models import KeyUse
from rules.duties import PersonRole
from tests.factories import a_certificate, a_key, a_notification, a_person, a_user_id

pytestmark = pytest.mark.django_db


def test_a_certificate_of_the_factory_is_what_its_row_says():
    user_id, key = a_user_id(), a_key()
    row = a_certificate(user_id, key=key, mpids=["ABCD"])
    real = x509.load_der_x509_certificate(bytes(row.der))
    assert real.public_key() == key.public_key()
    assert str(real.serial_number) == row.serial_number
    assert [attribute.value for attribute in real.subject] == [
        "ABCD",
        "87",
        b"\x00" + bytes.fromhex(user_id.eui64.replace("-", "")),
    ]
    assert real.not_valid_before_utc == row.not_before
    assert real.not_valid_after_utc == row.not_after
    assert KeyUse.objects.filter(key_x=row.key_x, eui64=user_id.eui64).exists()


def test_a_notification_of_the_factory_is_for_the_user_id_of_the_certificate():
    certificate = a_certificate()
    assert a_notification(certificate).user_id.eui64 == certificate.eui64


def test_people_of_the_factory_have_a_party_where_their_role_asks_for_one():
    assert a_person(PersonRole.ARO).party is not None
    assert a_person(PersonRole.OFFICER).party is None
