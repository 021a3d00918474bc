"""A key whose private key is published, in the register already: everybody concerned is told."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from rules.certificates.keys import ORDER
from tests.arranging import set_enforcement
from tests.factories import a_certificate, a_notification
from tests.portal.pages.names import is_named
from tests.portal.pages.reading import page_of
from tests.portal.pages.test_certificates import revoked

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-KEYS+")]

# RFC 6979, A.2.5.
PUBLISHED = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
SECTION = "Certificates whose private key is published"


@pytest.fixture(params=[PUBLISHED, ORDER - PUBLISHED], ids=["the key", "its negative"])
def certificate(request, north):
    return a_certificate(north.user_id, key=ec.derive_private_key(request.param, ec.SECP256R1()))


def page(browser, address: str) -> str:
    return page_of(browser.get(address))


def test_its_page_and_every_list_say_so(certificate, north, officer, auditor, signed_in) -> None:
    for person in (north.aro, north.sro, officer, auditor):
        browser = signed_in(person)
        shown = page(browser, f"/certificates/{certificate.pk}")
        assert "is published (RFC 6979, A.2.5), so anyone can sign with it" in shown
        assert "Published key" in page(browser, "/certificates")


def test_home_says_so_to_its_party_and_to_staff_and_to_no_other_party(
    certificate, north, south, officer, auditor, signed_in
) -> None:
    for person in (north.aro, north.sro, officer, auditor):
        shown = page(signed_in(person), "/")
        assert SECTION in shown
        assert f"/certificates/{certificate.pk}" in shown
    assert SECTION not in page(signed_in(south.aro), "/")


def test_where_none_can_be_used_home_says_nothing(certificate, north, officer, signed_in) -> None:
    revoked(certificate, officer)
    assert SECTION not in page(signed_in(north.aro), "/")
    assert "Published key" in page(signed_in(officer), "/certificates")


def test_one_that_is_valid_later_is_told_already(north, signed_in) -> None:
    key = ec.derive_private_key(PUBLISHED, ec.SECP256R1())
    a_certificate(north.user_id, key=key, not_before=timezone.now() + timedelta(days=1))
    assert SECTION in page(signed_in(north.aro), "/")


def test_it_is_not_offered_for_notification_without_saying_so(
    certificate, north, signed_in
) -> None:
    other = a_certificate(north.user_id)
    shown = page(signed_in(north.aro), f"/user-ids/{north.user_id.eui64}/notify")
    assert shown.count("Its private key is published (RFC 6979, A.2.5)") == 1
    assert is_named(shown, other)
    a_notification(certificate)
    assert "Published key" in page(signed_in(north.aro), "/certificates")


def test_a_user_id_that_cannot_send_is_not_told_to_notify_it(
    certificate, north, officer, signed_in
) -> None:
    now = timezone.now()
    set_enforcement(enforced_from=now - timedelta(days=1), at=now)
    shown = page(signed_in(north.aro), "/")
    assert f"/certificates/{certificate.pk}" in shown
    assert "must not be used: its private key is published" in shown
    assert "Notify the DCC of this certificate" not in shown
    assert "Request a certificate for a new key pair" in shown
    assert "The Party must notify" not in page(signed_in(officer), "/cannot-send")
    # Control: another key is offered.
    a_certificate(north.user_id)
    assert "Notify the DCC of this certificate" in page(signed_in(north.aro), "/")


def test_another_key_is_called_nothing(north, signed_in) -> None:
    ordinary = a_certificate(north.user_id)
    for address in ("/", "/certificates", f"/certificates/{ordinary.pk}"):
        shown = page(signed_in(north.aro), address)
        assert "is published" not in shown
        assert "Published key" not in shown
