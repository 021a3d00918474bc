"""The certificates with which the DCC signs for Users, as the register's clients see them."""

from datetime import timedelta

import pytest
from cryptography import x509

from registry.certificates.acts.dcc_certificates import (
    end_dcc_certificate,
    publish_dcc_certificate,
)
from rules.responses.kinds import SigningPurpose
from rules.roles import PartyCategory
from tests.factories import AT, ISSUER, NOT_AFTER, a_certificate, a_party, a_user_id
from tests.portal.api.conftest import of_shape

pytestmark = pytest.mark.django_db(transaction=True)

LATER = AT + timedelta(days=30)


@pytest.fixture
def published(committed):  # noqa: ARG001 -- the API sees only what commits
    dcc = a_user_id(a_party("DCC", category=PartyCategory.DCC), user_roles=())
    made = {}
    for purpose in SigningPurpose:
        certificate = a_certificate(dcc, remote_party_role="89")
        publish_dcc_certificate(
            issuer=ISSUER, serial=certificate.serial_number, purpose=purpose, at=AT
        )
        made[purpose] = certificate
    return made


def listed(api, at=AT):
    moment = at.isoformat().replace("+00:00", "Z")
    answer = api.call("GET", f"dcc-signing-certificates?as_of={moment}")
    assert answer.status_code == 200
    of_shape(answer.json(), "DccSigningCertificates")
    assert answer.json()["as_of"] == moment
    return answer.json()["certificates"]


def test_each_is_listed_with_its_purpose_and_the_certificate_itself(client_of, published) -> None:
    both = listed(client_of("register:read"))
    assert [row["purpose"] for row in both] == ["access-control-broker", "transform"]
    for row in both:
        certificate = published[SigningPurpose(row["purpose"])]
        assert row["serial"] == certificate.serial_number
        assert row["is_current"]
        assert row["cites"] in {"DUIS 3.3.2", "DUIS 3.3.3"}
        real = x509.load_pem_x509_certificate(row["pem"].encode())
        assert str(real.serial_number) == certificate.serial_number


def test_a_client_of_a_party_sees_them_too_and_one_without_the_scope_does_not(
    client_of, published
) -> None:
    a_party(reference="northwind")
    of_party = client_of("register:read", party="northwind", name="north")
    assert len(listed(of_party)) == len(published)
    refused = client_of("checks:ask", name="other").call("GET", "dcc-signing-certificates")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope-missing")


def test_what_was_so_at_a_moment_is_what_is_shown(client_of, published) -> None:
    broker = published[SigningPurpose.ACCESS_CONTROL_BROKER]
    end_dcc_certificate(
        issuer=ISSUER, serial=broker.serial_number, at=AT + timedelta(days=1), valid_until=LATER
    )
    reader = client_of("register:read")
    assert listed(reader, AT - timedelta(seconds=1)) == []
    assert listed(reader)[0]["valid_until"] is None
    before = listed(reader, LATER - timedelta(seconds=1))[0]
    assert before["valid_until"] == LATER.isoformat().replace("+00:00", "Z")
    assert (before["is_current"], listed(reader, LATER)[0]["is_current"]) == (True, False)
    expired = listed(reader, NOT_AFTER + timedelta(seconds=1))[1]
    assert (expired["is_current"], expired["status"]) == (False, "expired")


def test_one_that_counts_from_the_past_on_says_when_it_was_recorded(
    client_of,
    committed,  # noqa: ARG001 -- the API sees only what commits
) -> None:
    dcc = a_user_id(a_party("DCC", category=PartyCategory.DCC), user_roles=())
    publish_dcc_certificate(
        issuer=ISSUER,
        serial=a_certificate(dcc, remote_party_role="89").serial_number,
        purpose=SigningPurpose.TRANSFORM,
        at=AT,
        valid_from=AT - timedelta(days=200),
    )
    reader = client_of("register:read")
    (row,) = listed(reader)
    assert (row["valid_from"], row["published_at"]) == (
        "2026-05-04T09:00:00Z",
        "2026-11-20T09:00:00Z",
    )
    # As it was known then: nothing was recorded yet.
    assert listed(reader, AT - timedelta(seconds=1)) == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("as_of=yesterday", "field-malformed"),
        ("at=2026-11-20T09:00:00Z", "field-unknown"),
        ("as_of=2026-11-20T09:00:00Z&as_of=2026-11-20T09:00:00Z", "field-repeated"),
    ],
)
def test_a_query_that_cannot_be_read_is_told_by_its_field(client_of, query, code) -> None:
    answer = client_of("register:read").call("GET", f"dcc-signing-certificates?{query}")
    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()["errors"]] == [code]
