"""Every certificate that the register can hold, through every door: nothing breaks.

What other parties' tools and imported registers have is not always what a library reads: an
algorithm with NULL parameters, BER, an extension twice. The register holds it as it is, and what
only puts armour around it does not parse it.
"""

from base64 import b64decode

import pytest
from cryptography import x509
from django.urls import reverse

from registry.certificates.acts.recording import record_certificate
from registry.models import DccSigningCertificate, OrganisationCertificate, UserId
from rules.certificates import der_writing as der
from rules.responses.kinds import SigningPurpose
from rules.roles import PartyCategory
from tests.attacks.routes import api_routes, page_routes
from tests.factories import AT, a_party, a_user_id
from tests.rules.certificates import builders as b
from tests.rules.certificates.vectors_issued import ISSUED_VECTORS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SERIAL = 1 << 126
KNOWN_REFUSED = "a signature algorithm with NULL parameters"


def every_certificate() -> dict[str, bytes]:
    """Return each certificate that some vector has, with a serial number of its own."""
    found = {KNOWN_REFUSED: b.certificate(algorithm=b.ECDSA_SHA256_NULL)}
    for vector in ISSUED_VECTORS:
        octets = vector.facts().certificate.der
        if octets is not None:
            found.setdefault(f"vector: {vector.name}", octets)
    return {
        name: octets.replace(der.integer(SERIAL | 3), der.integer(SERIAL | number), 1)
        for number, (name, octets) in enumerate(found.items(), start=1000)
    }


@pytest.fixture
def held(committed) -> dict[str, OrganisationCertificate]:  # noqa: ARG001 -- seen when committed
    """Record them all as the DCC's, each published as that of its Transform key."""
    party = a_party("DCC", category=PartyCategory.DCC)
    for eui64 in (b.NORTHWIND, b.SOUTHGATE, b.HARBOUR):
        a_user_id(party, eui64=eui64, user_roles=())
    rows = {
        name: record_certificate(octets, party=party, at=AT)
        for name, octets in every_certificate().items()
    }
    kept = {name: row for name, row in rows.items() if row is not None}
    for row in kept.values():
        DccSigningCertificate.objects.create(
            purpose=SigningPurpose.TRANSFORM.value,
            certificate=row,
            eui64=row.eui64,
            key_x=row.key_x,
            valid_from=AT,
            published_at=AT,
        )
    return kept


def refused_by_pyca(octets: bytes) -> bool:
    try:
        x509.load_der_x509_certificate(octets)
    except (ValueError, x509.InvalidVersion):
        return True
    return False


def unarmoured(pem: str) -> bytes:
    begin, *lines, end = pem.splitlines()
    assert (begin, end) == ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")
    assert all(0 < len(line) <= 64 for line in lines)
    return b64decode("".join(lines), validate=True)


def test_the_register_can_hold_what_no_library_reads(held) -> None:
    assert len(held) > 30
    refused = {name for name, row in held.items() if refused_by_pyca(bytes(row.der))}
    assert KNOWN_REFUSED in refused
    assert len(refused) > 5


def test_each_is_downloaded_as_it_is_by_page_and_api(
    held, officer, auditor, signed_in, client_of
) -> None:
    browser, api = signed_in(officer), client_of("register:read")
    for name, row in held.items():
        octets = bytes(row.der)
        for answer in (
            browser.get(reverse("certificate-pem", args=[row.pk])),
            api.call("GET", f"certificates/{row.pk}.pem"),
        ):
            assert answer.status_code == 200, name
            assert unarmoured(answer.content.decode()) == octets, name
        assert browser.get(reverse("certificate-der", args=[row.pk])).content == octets, name
        for reader in (browser, signed_in(auditor)):
            assert reader.get(reverse("certificate", args=[row.pk])).status_code == 200, name
        assert browser.get(reverse("certificate-revoke", args=[row.pk])).status_code == 200, name
        assert api.call("GET", f"certificates/{row.pk}").status_code == 200, name


def test_the_published_certificates_of_the_dcc_are_listed_with_every_one(held, client_of) -> None:
    answer = client_of("register:read").call("GET", "dcc-signing-certificates")
    assert answer.status_code == 200
    listed = {row["serial"]: row["pem"] for row in answer.json()["certificates"]}
    assert {serial: unarmoured(pem) for serial, pem in listed.items()} == {
        row.serial_number: bytes(row.der) for row in held.values()
    }


def test_no_page_and_no_call_that_reads_breaks_on_them(
    held, officer, signed_in, client_of
) -> None:
    browser = signed_in(officer)
    api = client_of("register:read", "snapshot:read", name="follower")
    things = {
        "certificate_id": next(iter(held.values())).pk,
        "eui64": UserId.objects.earliest("pk").eui64,
    }
    asked = 0
    for route in (*page_routes(), *api_routes()):
        if set(route.arguments) <= set(things):
            headers = {"Authorization": f"Bearer {api.token}"} if route.is_api else {}
            answer = browser.get(route.address(things), headers=headers)
            assert answer.status_code < 500, (route.pattern, answer.status_code)
            asked += answer.status_code == 200
    assert asked > 15
