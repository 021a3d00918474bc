"""The register of certificates: filters, one certificate, downloads, revocation."""

import re
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils import timezone

from registry.certificates.acts.certificate_requests import submit_request
from registry.certificates.acts.certificates import revoke_certificate
from registry.models import OrganisationCertificate, SafetyCriticalAlert
from rules.workflow import RevocationReason
from tests.arranging import set_enforcement
from tests.factories import a_certificate, a_notification, a_user_id
from tests.portal.pages.conftest import a_csr
from tests.portal.pages.names import is_named, text_of
from tests.portal.pages.reading import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-REGISTER", "RA-REVOKE")]


def revoked(certificate, officer) -> OrganisationCertificate:
    return revoke_certificate(
        certificate.pk,
        actor=officer,
        reason=RevocationReason.SUPERSEDED,
        note="Replaced.",
        at=timezone.now(),
    )


def listed(browser, query: str = "") -> list[int]:
    page = page_of(browser.get(f"/certificates{query}"))
    table = page[page.index("<main") :]
    return [int(pk) for pk in re.findall(r'href="/certificates/(\d+)"', table)]


def test_a_party_sees_its_own_certificates_and_staff_see_all(
    north, south, officer, auditor, signed_in
) -> None:
    ours, theirs = a_certificate(north.user_id), a_certificate(south.user_id)
    assert listed(signed_in(north.aro)) == [ours.pk]
    assert listed(signed_in(south.sro)) == [theirs.pk]
    for person in (officer, auditor):
        assert listed(signed_in(person)) == [theirs.pk, ours.pk]


@pytest.fixture
def register(north, officer) -> dict[str, OrganisationCertificate]:
    now = timezone.now()
    return {
        "live": a_certificate(north.user_id),
        "revoked": revoked(a_certificate(north.user_id), officer),
        "expired": a_certificate(north.user_id, not_after=now - timedelta(seconds=1)),
        "not-yet-valid": a_certificate(north.user_id, not_before=now + timedelta(days=1)),
        "withheld": a_certificate(north.user_id, is_withheld=True),
        "in-conflict": a_certificate(north.user_id, key_in_conflict=True),
    }


@pytest.mark.parametrize(
    ("status", "names"),
    [
        ("live", {"live", "in-conflict"}),
        ("revoked", {"revoked"}),
        ("expired", {"expired"}),
        ("not-yet-valid", {"not-yet-valid"}),
        ("withheld", {"withheld"}),
        ("in-conflict", {"in-conflict"}),
        ("", {"live", "revoked", "expired", "not-yet-valid", "withheld", "in-conflict"}),
    ],
)
def test_each_status_lists_its_certificates_and_their_tags_say_the_same(
    north, signed_in, register, status, names
) -> None:
    browser = signed_in(north.aro)
    found = listed(browser, f"?status={status}")
    assert set(found) == {register[name].pk for name in names}
    words = {
        "live": "Live",
        "revoked": "Revoked",
        "expired": "Expired",
        "not-yet-valid": "Not yet valid",
        "withheld": "Withheld",
        "in-conflict": "Key in conflict",
    }
    for name in names:
        page = page_of(browser.get(f"/certificates/{register[name].pk}"))
        heading = page[page.index("<h1") : page.index("</h1>")]
        assert f">{words[name]}<" in heading


def test_one_revoked_before_the_clock_was_set_back_is_shown_and_listed_as_revoked(
    north, officer, signed_in
) -> None:
    certificate = a_certificate(north.user_id)
    revoke_certificate(
        certificate.pk,
        actor=officer,
        reason=RevocationReason.SUPERSEDED,
        note="Replaced.",
        at=timezone.now() + timedelta(hours=1),
    )
    browser = signed_in(north.aro)
    page = page_of(browser.get(f"/certificates/{certificate.pk}"))
    assert ">Revoked<" in page[page.index("<h1") : page.index("</h1>")]
    assert listed(browser, "?status=revoked") == [certificate.pk]
    assert listed(browser, "?status=live") == []


@pytest.mark.parametrize("spelled", ["{}", "0x{:x}", "colons"])
def test_a_certificate_is_found_by_its_serial_number_however_it_is_written(
    north, signed_in, spelled
) -> None:
    wanted = a_certificate(north.user_id)
    a_certificate(north.user_id)
    number = int(wanted.serial_number)
    text = number.to_bytes(16, "big").hex(":") if spelled == "colons" else spelled.format(number)
    assert listed(signed_in(north.aro), f"?serial={text}") == [wanted.pk]


def test_certificates_are_found_by_user_id_role_and_party(
    north, south, officer, signed_in
) -> None:
    a_certificate(north.user_id)
    supplier = a_certificate(north.user_id, remote_party_role="02")
    theirs = a_certificate(south.user_id)
    browser = signed_in(officer)
    plain = south.user_id.eui64.replace("-", "").lower()
    assert listed(browser, f"?eui64={plain}") == [theirs.pk]
    assert listed(browser, "?role=02") == [supplier.pk]
    assert listed(browser, f"?party={south.party.reference}") == [theirs.pk]
    assert listed(browser, f"?party={south.party.reference}&role=02") == []


def test_an_empty_list_says_whether_it_is_the_filter_that_empties_it(north, signed_in) -> None:
    browser = signed_in(north.aro)
    assert "There is no certificate yet." in page_of(browser.get("/certificates?page=2"))
    page = page_of(browser.get("/certificates?status=revoked"))
    assert "There is no such certificate." in page


def test_a_filter_that_cannot_be_read_says_what_to_enter(north, signed_in) -> None:
    a_certificate(north.user_id)
    page = page_of(signed_in(north.aro).get("/certificates?eui64=xyz&serial=%21&role=ZZ"))
    assert 'href="#id_eui64">Enter the EUI-64 as 16 hexadecimal digits' in page
    assert 'href="#id_serial">Enter the serial number in decimal' in page
    assert "1 certificate, not narrowed down, since the filter cannot be used" in page


@pytest.mark.parametrize("text", ["\uff11\uff12", "1_2", "+1A"])
def test_what_is_no_serial_number_is_not_taken_for_one(north, signed_in, text) -> None:
    page = page_of(signed_in(north.aro).get("/certificates", {"serial": text}))
    assert 'href="#id_serial">Enter the serial number in decimal' in page


def test_a_party_cannot_filter_by_party(north, south, signed_in) -> None:
    browser = signed_in(north.aro)
    page = page_of(browser.get(f"/certificates?party={south.party.reference}"))
    assert south.party.name not in page
    assert 'name="party"' not in page


def test_the_page_tells_everything_in_words(north, signed_in) -> None:
    certificate = a_certificate(north.user_id, mpids=("NWEL", "NWGA"))
    a_notification(certificate, notified_by=north.sro)
    page = page_of(signed_in(north.aro).get(f"/certificates/{certificate.pk}"))
    for said in (
        north.party.name,
        north.user_id.eui64,
        "xmlSign (87)",
        "NWEL, NWGA",
        "digitalSignature",
        "CN=TESTOCA,OU=07",
        certificate.serial_number,
        "1 September 2025 at 01:00:00 BST",
        "2 September 2035 at 00:59:59 BST",
        certificate.spki_sha256,
        north.sro.name,
        "Still notified",
    ):
        assert said in page


def test_a_certificate_is_downloaded_as_pem_and_as_der(north, signed_in) -> None:
    certificate = a_certificate(north.user_id)
    der = bytes(certificate.der)
    browser = signed_in(north.aro)
    for form, content_type in (
        ("pem", "application/x-pem-file"),
        ("der", "application/pkix-cert"),
    ):
        response = browser.get(f"/certificates/{certificate.pk}.{form}")
        assert response.status_code == 200
        assert response.headers["Content-Type"] == content_type
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        name = f"certificate-{north.user_id.eui64}-{int(certificate.serial_number):x}.{form}"
        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        loaded = (
            x509.load_pem_x509_certificate(response.content)
            if form == "pem"
            else x509.load_der_x509_certificate(response.content)
        )
        assert loaded.public_bytes(Encoding.DER) == der


def test_a_withheld_certificate_is_downloaded_by_nobody(north, officer, signed_in) -> None:
    certificate = a_certificate(north.user_id, is_withheld=True)
    for person in (north.aro, officer):
        browser = signed_in(person)
        page = page_of(browser.get(f"/certificates/{certificate.pk}"))
        assert "so it is withheld" in page
        assert "Download" not in page
        for form in ("pem", "der"):
            assert browser.get(f"/certificates/{certificate.pk}.{form}").status_code == 404


def test_an_officer_revokes_with_a_reason_and_its_party_reads_it(
    north, officer, signed_in
) -> None:
    certificate = a_certificate(north.user_id)
    browser = signed_in(officer)
    form = page_of(browser.get(f"/certificates/{certificate.pk}/revoke"))
    assert "cannot be undone" in form
    response = browser.post(
        f"/certificates/{certificate.pk}/revoke",
        {"reason": "key-compromise", "note": "The key was <lost>."},
    )
    assert response.headers["Location"] == f"/certificates/{certificate.pk}"
    page = page_of(signed_in(north.aro).get(f"/certificates/{certificate.pk}"))
    assert "Revoked" in page
    assert "Key compromise" in page
    assert "The key was &lt;lost&gt;." in page
    assert officer.name not in page
    assert officer.name in page_of(browser.get(f"/certificates/{certificate.pk}"))


def what_stops(browser, certificate) -> str:
    page = page_of(browser.get(f"/certificates/{certificate.pk}/revoke"))
    told = page[page.index('id="what-stops"') :]
    return told[: told.index("</section>")]


@pytest.fixture
def _enforced() -> None:
    set_enforcement(enforced_from=timezone.now() - timedelta(days=1), at=timezone.now())


@pytest.mark.usefixtures("_enforced")
def test_before_a_revocation_it_is_told_what_stops(north, officer, signed_in) -> None:
    browser = signed_in(officer)
    certificate = a_certificate(north.user_id, mpids=("NWEL", "NWGA"))
    a_notification(certificate, notified_by=north.aro)
    told = text_of(what_stops(browser, certificate))
    assert (
        f"User ID {north.user_id.eui64} of Northwind Energy will not be able to send: it has no "
        "other certificate to sign with. The DCC will process none of its messages. Nothing "
        "replaces it: there is no other certificate to notify, and no open request."
    ) in told
    assert "Northwind Energy will hold NWEL and NWGA no longer. Another Supplier can then" in told

    request = submit_request(a_csr(north.user_id), actor=north.aro, at=timezone.now())
    told = text_of(what_stops(browser, certificate))
    assert f"Request {request.reference} for a new certificate is open" in told

    fresh = a_certificate(north.user_id, mpids=("NWGA",))
    told = what_stops(browser, certificate)
    assert "could replace it: it is valid, but the DCC has not been notified of it." in text_of(
        told
    )
    assert is_named(told, fresh)
    assert "Northwind Energy will hold NWEL no longer." in text_of(told)
    assert "Northwind Energy goes on holding NWGA." in text_of(told)

    a_notification(fresh, notified_by=north.aro)
    told = what_stops(browser, certificate)
    assert "will not be able to send" not in told
    assert is_named(told[told.index("can go on sending with:") :], fresh)


@pytest.mark.usefixtures("_enforced")
def test_before_a_revocation_it_is_told_what_a_supplier_certificate_still_does(
    north, officer, signed_in
) -> None:
    SafetyCriticalAlert.objects.create(
        alert_code="8F1F", name="Low credit", valid_from=timezone.now()
    )
    certificate = a_certificate(north.user_id, remote_party_role="02")
    told = text_of(what_stops(signed_in(officer), certificate))
    for said in (
        f"{north.user_id.eui64} of Northwind Energy will have no live certificate in the Supplier",
        "role, and counts as a failed Supplier from then on (MP134B 2.7).",
        "as SolrContingency while an instruction of the Authority is live. None is live now.",
        "Safety-critical Alerts are held. No Shared Resource Provider is recorded for the failed",
        "All other Alerts are held. Devices",
        "keep it until another is placed on them: a revocation changes no Device. No other live",
        "certificate has its EUI-64, Remote Party Role and key usage.",
    ):
        assert said in told
    assert "will not be able to send" not in told


@pytest.mark.usefixtures("_enforced")
def test_where_nothing_stops_that_is_said(north, officer, signed_in) -> None:
    told = text_of(what_stops(signed_in(officer), a_certificate(north.user_id)))
    assert "Nothing that works now" in told


@pytest.mark.parametrize(
    ("sent", "anchor"),
    [
        ({"note": "Lost."}, "#id_reason_0"),
        ({"reason": "boredom", "note": "Lost."}, "#id_reason_0"),
        ({"reason": "key-compromise"}, "#id_note"),
        ({"reason": "key-compromise", "note": "\u3164 \u200b"}, "#id_note"),
        ({"reason": "key-compromise", "note": "x" * 2001}, "#id_note"),
    ],
)
def test_a_revocation_without_its_grounds_names_the_field(
    north, officer, signed_in, sent, anchor
) -> None:
    certificate = a_certificate(north.user_id)
    response = signed_in(officer).post(f"/certificates/{certificate.pk}/revoke", sent)
    page = page_of(response)
    assert response.status_code == 422
    assert f'href="{anchor}"' in page
    assert f'id="{anchor[1:]}"' in page
    certificate.refresh_from_db()
    assert certificate.revoked_at is None


def test_a_certificate_is_revoked_once(north, officer, signed_in) -> None:
    certificate = revoked(a_certificate(north.user_id), officer)
    response = signed_in(officer).post(
        f"/certificates/{certificate.pk}/revoke", {"reason": "superseded", "note": "Again."}
    )
    assert response.status_code == 409
    assert "has been revoked already" in page_of(response)


def test_a_number_that_no_certificate_can_have_is_not_found(north, signed_in) -> None:
    browser = signed_in(north.aro)
    for number in ("0", "9" * 19, "9" * 40):
        assert browser.get(f"/certificates/{number}").status_code == 404


def test_the_next_step_is_offered_to_those_who_may_take_it(north, officer, signed_in) -> None:
    certificate = a_certificate(north.user_id)
    address = f"/certificates/{certificate.pk}"
    step = f'href="/user-ids/{north.user_id.eui64}/notify"'
    assert step in page_of(signed_in(north.aro).get(address))
    assert step not in page_of(signed_in(officer).get(address))
    a_notification(certificate, notified_by=north.aro)
    assert step not in page_of(signed_in(north.aro).get(address))
    supplier = a_certificate(north.user_id, remote_party_role="02")
    assert step not in page_of(signed_in(north.aro).get(f"/certificates/{supplier.pk}"))


def rows(page: str) -> list[str]:
    """Return the words of each row of a page's first table."""
    table = page[page.index("<tbody") : page.index("</tbody>")]
    return [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in table.split("<tr")[1:]]


def test_the_list_says_which_xml_sign_certificates_are_notified(north, signed_in) -> None:
    a_certificate(north.user_id, remote_party_role="02")
    a_notification(a_certificate(north.user_id), notified_by=north.aro)
    ended = a_notification(a_certificate(north.user_id), notified_by=north.aro)
    browser = signed_in(north.aro)
    browser.post(f"/notifications/{ended.pk}/withdraw")
    found = rows(page_of(browser.get("/certificates")))
    assert [line.split("GMT")[-1].split("BST")[-1].strip() for line in found] == [
        "Live Not notified",
        "Live Notified",
        "Live",
    ]


def test_a_party_is_told_what_to_do_when_a_key_is_compromised(
    north, officer, auditor, signed_in
) -> None:
    notification = a_notification(a_certificate(north.user_id), notified_by=north.aro)
    address = f"/certificates/{notification.certificate_id}"
    heading = "If the private key may be compromised"
    for person in (north.aro, north.sro):
        page = page_of(signed_in(person).get(address))
        advice = page[page.index(heading) :]
        assert f'href="/notifications/{notification.pk}/withdraw"' in advice
        assert "the DCC stops processing messages signed with it at once" in text_of(advice)
        assert "Ask the DCC registration team to revoke it now" in advice
        assert "Only a DCC officer can revoke a certificate." in text_of(advice)
        assert 'href="/requests/new"' in advice
    for person in (officer, auditor):
        assert heading not in page_of(signed_in(person).get(address))
    revoked(notification.certificate, officer)
    assert heading not in page_of(signed_in(north.aro).get(address))


def test_25_certificates_are_on_a_page(north, signed_in) -> None:
    for _ in range(26):
        a_certificate(a_user_id(north.party))
    browser = signed_in(north.aro)
    assert len(listed(browser)) == 25
    assert len(listed(browser, "?page=2")) == 1
