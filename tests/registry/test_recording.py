"""What the register can take of a certificate, and how it marks a key that clashes."""

from datetime import timedelta

import pytest

from registry.certificates.acts.certificate_requests import submit_request
from registry.certificates.acts.recording import (
    LONGEST_COMMON_NAME,
    LONGEST_ISSUER,
    SERIAL_OCTETS,
    record_certificate,
    unrecordable,
)
from registry.models import MpidUse
from rules.certificates import der_writing as der
from rules.certificates.making import build_request
from rules.duties import PersonRole
from rules.roles import SUPPLIER, XML_SIGN
from tests.factories import AT, NOT_BEFORE, a_key, a_party, a_person, a_user_id, certificate_der
from tests.rules.certificates import builders as b

pytestmark = pytest.mark.django_db

LARGEST_SERIAL = (1 << (8 * SERIAL_OCTETS)) - 1
OTHERS_OF_ISSUER = len("CN=,OU=07")


def issuer(length, *, of="Z"):
    """Return the name of an issuer that has so many characters when it is written."""
    return b.name(b.common_name(of * (length - OTHERS_OF_ISSUER)), b.unit("07"))


def named(common_name):
    return b.certificate(subject=b.named(cn=common_name))


@pytest.mark.parametrize(
    "certificate",
    [
        pytest.param(b.certificate(serial=der.integer(1)), id="the least serial number"),
        pytest.param(b.certificate(serial=der.integer(LARGEST_SERIAL)), id="the largest one"),
        pytest.param(b.certificate(issuer=issuer(LONGEST_ISSUER)), id="the longest issuer"),
        pytest.param(named("Z" * LONGEST_COMMON_NAME), id="the longest commonName"),
    ],
)
def test_what_just_fits_is_recorded(certificate):
    assert unrecordable(certificate) is None
    assert record_certificate(certificate, party=a_party(), at=AT) is not None


@pytest.mark.parametrize(
    ("part", "certificate"),
    [
        ("serial number", b.certificate(serial=der.integer(0))),
        ("serial number", b.certificate(serial=der.integer(-1))),
        ("serial number", b.certificate(serial=der.integer(LARGEST_SERIAL + 1))),
        ("issuer", b.certificate(issuer=issuer(LONGEST_ISSUER + 1))),
        # Kept with a backslash before each, so twice as long as it was.
        ("issuer", b.certificate(issuer=issuer(LONGEST_ISSUER, of="="))),
        ("commonName", named("Z" * (LONGEST_COMMON_NAME + 1))),
        ("commonName", named("AB\0D")),
    ],
)
def test_what_does_not_fit_is_not_recorded_and_says_which_part(part, certificate):
    why = unrecordable(certificate)
    assert why is not None
    assert why.code == "part-does-not-fit"
    assert why.says == f"The register has no room for these parts of it: {part}."
    assert record_certificate(certificate, party=a_party(), at=AT) is None


@pytest.fixture
def asked():
    """A User ID and the key for which an xmlSign certificate was asked for it."""
    user_id, key = a_user_id(), a_key()
    submit_request(
        build_request(key, eui64=user_id.eui64, remote_party_role=XML_SIGN),
        actor=a_person(PersonRole.ARO, user_id.party),
        at=AT,
    )
    return user_id, key


def recorded(user_id, key, **differing):
    made = certificate_der(key, eui64=user_id.eui64, **differing)
    return record_certificate(made, party=user_id.party, at=AT)


def test_a_key_is_in_conflict_with_the_request_for_another_user_id(asked):
    assert recorded(a_user_id(), asked[1]).key_in_conflict


def test_a_key_is_in_conflict_with_the_request_for_another_role(asked):
    assert recorded(*asked, remote_party_role=SUPPLIER).key_in_conflict


def test_a_key_is_in_no_conflict_with_the_request_for_the_same_and_with_its_certificate(asked):
    assert not recorded(*asked, serial=5).key_in_conflict
    assert recorded(*asked, serial=6).key_in_conflict


def test_a_certificate_that_has_expired_is_recorded_and_holds_nothing():
    holder = a_user_id()
    ended = AT - timedelta(days=1)
    made = recorded(holder, a_key(), common_name="ABCD", validity=(NOT_BEFORE, ended))
    assert made.mpids == ["ABCD"]
    assert not MpidUse.objects.filter(held__contains=AT).exists()
