"""`POST /alerts` decides one Alert: every case of MP134B-7 that the register can have."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from registry.arrangements.acts.arrangements import set_all_alerts
from registry.arrangements.acts.reference_data import load_reference_data
from registry.feed.reads import snapshot_holder
from registry.models import OrganisationCertificate
from tests.factories import AT, a_certificate, a_party, a_user_id
from tests.portal.api.conftest import JSON, of_shape
from tests.waiting import seconds_until

pytestmark = pytest.mark.serves("RA-API", "MP134B-7")

LOW_BATTERY, ANOTHER = "8F1F", "81A0"


@pytest.fixture
def supplier(committed) -> str:  # noqa: ARG001 -- the API sees only what commits
    """A Supplier with a certificate towards Devices that is live."""
    load_reference_data(at=AT)
    user_id = a_user_id()
    a_certificate(user_id, remote_party_role="02")
    return user_id.eui64


def ask(api, **members):
    answer = api.call("POST", "alerts", json.dumps(members).encode(), JSON)
    if answer.status_code == 200:
        of_shape(answer.json(), "AlertAnswer")
    return answer


def revoke() -> None:
    OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")


def test_to_a_supplier_with_a_live_certificate_every_alert_is_sent(engine, supplier):
    for code in (LOW_BATTERY, ANOTHER):
        answer = ask(engine, alert_code=code, supplier_id=supplier)
        assert answer.status_code == 200
        said = answer.json()
        certificate = OrganisationCertificate.objects.get()
        assert (said["decision"], said["reason"], said["tell_staff"]) == ("send", None, False)
        assert said["to"] == {
            "user_id": supplier,
            "party": certificate.party.name,
            "is_resource_provider": False,
        }
        assert said["certificates"] == [
            {
                "issuer": certificate.issuer,
                "serial": certificate.serial_number,
                "key_usage": "digitalSignature",
                "revoked": False,
            }
        ]
        checked_at = datetime.fromisoformat(said["checked_at"])
        assert abs(datetime.now(UTC) - checked_at) < timedelta(minutes=1)


def test_a_client_of_another_party_is_told_neither_its_name_nor_its_certificates(
    client_of, supplier
):
    certificate = OrganisationCertificate.objects.get()
    clients = {
        "own": certificate.party.reference,
        "another": a_party().reference,
    }
    said = {
        name: ask(
            client_of("checks:ask", party=party, name=name),
            alert_code=LOW_BATTERY,
            supplier_id=supplier,
        ).json()
        for name, party in clients.items()
    }
    assert said["own"]["to"]["party"] == certificate.party.name
    assert len(said["own"]["certificates"]) == 1
    assert said["another"]["decision"] == "send"
    assert said["another"]["to"] == {**said["own"]["to"], "party": None}
    assert said["another"]["certificates"] == []
    assert certificate.party.name not in json.dumps(said["another"])
    assert certificate.serial_number not in json.dumps(said["another"])


def test_to_a_failed_supplier_an_alert_is_held_for_its_own_reason(engine, supplier):
    revoke()
    for code, reason, tells in (
        (ANOTHER, "alert-not-safety-critical", False),
        # No Shared Resource Provider is recorded in the register yet.
        (LOW_BATTERY, "alert-without-resource-provider", True),
    ):
        said = ask(engine, alert_code=code, supplier_id=supplier).json()
        assert (said["decision"], said["reason"], said["tell_staff"]) == ("hold", reason, tells)
        assert (said["to"], said["certificates"]) == (None, [])
        assert reason in {finding["reason"] for finding in said["findings"]}


def test_where_all_are_sent_the_list_does_not_matter_any_more_soon(engine, supplier):
    revoke()

    def reason():
        return ask(engine, alert_code=ANOTHER, supplier_id=supplier).json()["reason"]

    assert reason() == "alert-not-safety-critical"
    set_all_alerts(all_alerts_from=AT, at=AT)
    seconds_until(lambda: reason() == "alert-without-resource-provider")


def test_nobodys_alert_is_held_and_told(engine, supplier):
    said = ask(engine, alert_code=LOW_BATTERY, supplier_id="90-B3-D5-1F-30-FF-00-00").json()
    assert (said["reason"], said["tell_staff"]) == ("alert-supplier-unknown", True)
    assert supplier not in json.dumps(said)


@pytest.mark.parametrize("code", ["8F1F", "0x8F1F", "8f1f"])
def test_a_code_and_an_eui64_are_taken_in_any_usual_spelling(engine, supplier, code):
    for spelt in (supplier, supplier.replace("-", ":"), supplier.replace("-", "").lower()):
        assert ask(engine, alert_code=code, supplier_id=spelt).json()["decision"] == "send"


@pytest.mark.parametrize(
    ("members", "faults"),
    [
        ({}, [("alert_code", "field-missing"), ("supplier_id", "field-missing")]),
        (
            {"alert_code": None, "supplier_id": None},
            [("alert_code", "field-missing"), ("supplier_id", "field-missing")],
        ),
        (
            {"alert_code": "Low Battery", "supplier_id": "Northwind", "at": "now"},
            [
                ("alert_code", "field-malformed"),
                ("at", "field-unknown"),
                ("supplier_id", "field-malformed"),
            ],
        ),
        (
            {"alert_code": 36639, "supplier_id": ["90-B3-D5-1F-30-01-00-00"]},
            [("alert_code", "field-malformed"), ("supplier_id", "field-malformed")],
        ),
    ],
)
def test_every_field_at_fault_is_named_at_once(engine, members, faults):
    answer = ask(engine, **members)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "question-malformed")
    assert sorted((one["field"], one["code"]) for one in problem["errors"]) == faults


def test_a_query_beside_the_body_is_refused_and_not_passed_over(engine, supplier):
    body = json.dumps({"alert_code": LOW_BATTERY, "supplier_id": supplier}).encode()
    answer = engine.call("POST", "alerts?alert_code=FFFF", body, JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "question-malformed")
    assert engine.call("POST", "alerts", body, JSON).status_code == 200


def test_only_json_is_taken(engine):
    answer = engine.call("POST", "alerts", b"8F1F", "text/plain")
    assert (answer.status_code, answer.json()["code"]) == (415, "media-type-unsupported")


def test_it_asks_the_database_nothing(engine, supplier, django_assert_num_queries):
    ask(engine, alert_code=LOW_BATTERY, supplier_id=supplier)
    with django_assert_num_queries(0):
        assert ask(engine, alert_code=LOW_BATTERY, supplier_id=supplier).status_code == 200


def test_without_the_scope_nobody_is_told(client_of, supplier):
    answer = ask(client_of("register:read"), alert_code=LOW_BATTERY, supplier_id=supplier)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")


def test_a_register_that_cannot_be_confirmed_decides_nothing(engine, supplier, settings):
    settings.SNAPSHOT_STALE_AFTER = -1
    stale = ask(engine, alert_code=LOW_BATTERY, supplier_id=supplier)
    assert stale.status_code == 200
    assert stale.json()["snapshot_age"] >= 0
    settings.SNAPSHOT_REFUSED_AFTER = -1
    snapshot_holder.stop_holding()
    answer = ask(engine, alert_code=LOW_BATTERY, supplier_id=supplier)
    assert (answer.status_code, answer.json()["code"]) == (503, "snapshot-stale")
