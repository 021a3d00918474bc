"""`GET /certificates` shows a client the register that it may see, now or at any moment."""

from datetime import timedelta

import pytest
from cryptography import x509

from rules.roles import SUPPLIER
from tests.factories import (
    AT,
    ISSUER,
    NOT_AFTER,
    NOT_BEFORE,
    a_certificate,
    a_notification,
    a_party,
    a_user_id,
)
from tests.portal.api.conftest import of_shape

pytestmark = pytest.mark.serves("RA-REGISTER")


@pytest.fixture
def reader(client_of):
    """A client for no Party in particular, which sees every Party's certificates."""
    return client_of("register:read", name="reader")


def listed(api, query=""):
    answer = api.call("GET", f"certificates{query}")
    assert answer.status_code == 200
    of_shape(answer.json(), "RegisterPage")
    return answer.json()


def ids(api, query=""):
    return [row["id"] for row in listed(api, query)["certificates"]]


def at(moment):
    return moment.isoformat().replace("+00:00", "Z")


def revoke(row, moment):
    row.revoked_at, row.revocation_reason = moment, "key-compromise"
    row.save()


def test_a_certificate_is_shown_with_all_that_the_register_has_of_it(reader):
    party = a_party("Northwind Energy", reference="northwind")
    row = a_certificate(a_user_id(party), mpids=["ABCD"])
    a_notification(row)
    expected = {
        "id": row.pk,
        "issuer": ISSUER,
        "serial": row.serial_number,
        "eui64": row.eui64,
        "remote_party_role": "87",
        "key_usage": "digitalSignature",
        "common_name": "ABCD",
        "mpids": ["ABCD"],
        "not_before": at(NOT_BEFORE),
        "not_after": at(NOT_AFTER),
        "spki_sha256": row.spki_sha256,
        "party": "northwind",
        "party_name": "Northwind Energy",
        "recorded_at": at(AT),
        "status": "live",
        "revoked_at": None,
        "revocation_reason": None,
        "notifications": [{"user_id": row.eui64, "notified_at": at(AT), "withdrawn_at": None}],
    }
    assert listed(reader)["certificates"] == [expected]
    answer = reader.call("GET", f"certificates/{row.pk}")
    of_shape(answer.json(), "RegisteredCertificate")
    assert answer.json() == expected


def test_the_certificate_itself_can_be_had(reader):
    row = a_certificate()
    answer = reader.call("GET", f"certificates/{row.pk}.pem")
    assert answer["Content-Type"] == "application/x-pem-file"
    real = x509.load_pem_x509_certificate(answer.content)
    assert real.serial_number == int(row.serial_number)


def test_a_withheld_certificate_is_listed_as_such_and_cannot_be_had(reader):
    row = a_certificate(is_withheld=True)
    assert listed(reader)["certificates"][0]["status"] == "withheld"
    assert reader.call("GET", f"certificates/{row.pk}.pem").status_code == 404
    assert reader.call("GET", f"certificates/{row.pk}").status_code == 200


def test_every_filter_narrows_to_its_own(reader):
    north, south = a_party(reference="northwind"), a_party(reference="southgate")
    first = a_certificate(a_user_id(north), mpids=["ABCD", "EFGH"])
    second = a_certificate(a_user_id(south), remote_party_role=SUPPLIER)
    revoke(second, AT)
    assert ids(reader) == [first.pk, second.pk]
    assert ids(reader, "?party=northwind") == [first.pk]
    assert ids(reader, f"?eui64={second.eui64.lower().replace('-', '')}") == [second.pk]
    assert ids(reader, "?role=87") == [first.pk]
    assert ids(reader, "?mpid=EFGH") == [first.pk]
    assert ids(reader, f"?serial={second.serial_number}") == [second.pk]
    assert ids(reader, "?status=revoked") == [second.pk]
    assert ids(reader, "?status=live") == [first.pk]
    assert ids(reader, "?status=live&party=southgate") == []


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        (AT, "not-yet-valid"),
        (AT + timedelta(days=1), "live"),
        (AT + timedelta(days=2), "live"),
        (AT + timedelta(days=2, seconds=1), "expired"),
        (AT + timedelta(days=3), "revoked"),
    ],
)
def test_the_register_of_a_moment_is_what_it_was_then(reader, moment, status):
    row = a_certificate(not_before=AT + timedelta(days=1), not_after=AT + timedelta(days=2))
    revoke(row, AT + timedelta(days=3))
    (shown,) = listed(reader, f"?as_of={at(moment)}")["certificates"]
    assert shown["status"] == status
    assert (shown["revoked_at"] is None) == (status != "revoked")
    assert (shown["revocation_reason"] is None) == (status != "revoked")
    assert ids(reader, f"?as_of={at(moment)}&status={status}") == [row.pk]


def test_what_came_later_was_not_there_before(reader):
    row = a_certificate()
    notification = a_notification(row, notified_at=AT + timedelta(days=1))
    notification.withdrawn_at = AT + timedelta(days=2)
    notification.withdrawn_by = notification.notified_by
    notification.save()
    assert ids(reader, f"?as_of={at(AT - timedelta(seconds=1))}") == []

    def notified(moment):
        (shown,) = listed(reader, f"?as_of={at(moment)}")["certificates"]
        return [(n["notified_at"], n["withdrawn_at"]) for n in shown["notifications"]]

    first, second = AT + timedelta(days=1), AT + timedelta(days=2)
    assert notified(AT) == []
    assert notified(first) == [(at(first), None)]
    assert notified(second) == [(at(first), at(second))]


def test_a_clients_of_a_party_sees_its_own_alone_and_others_are_not_there(client_of):
    north, south = a_party(reference="northwind"), a_party(reference="southgate")
    own, others = a_certificate(a_user_id(north)), a_certificate(a_user_id(south))
    api = client_of("register:read", party="northwind")
    assert ids(api) == [own.pk]
    assert ids(api, "?party=southgate") == []
    assert ids(api, f"?serial={others.serial_number}") == []
    for form in ("", ".pem"):
        theirs = api.call("GET", f"certificates/{others.pk}{form}")
        absent = api.call("GET", f"certificates/{others.pk + 1000}{form}")
        assert theirs.status_code == absent.status_code == 404
        assert theirs.json() == absent.json()
        assert api.call("GET", f"certificates/{own.pk}{form}").status_code == 200


def test_pages_follow_one_another_until_the_end(reader):
    user_id = a_user_id()
    rows = [a_certificate(user_id).pk for _ in range(5)]
    seen, following = [], f"?limit=2&eui64={user_id.eui64}"
    while following is not None:
        page = listed(reader, following)
        seen.append([row["id"] for row in page["certificates"]])
        # One who comes while the pages are read is not in them: they are of one moment.
        following = page["next"] and "?" + page["next"].partition("?")[2]
    assert seen == [rows[:2], rows[2:4], rows[4:]]
    assert listed(reader, "?limit=5")["next"] is None


def test_a_long_list_asks_the_database_no_more_often(reader, django_assert_max_num_queries):
    user_id = a_user_id()
    for _ in range(5):
        a_notification(a_certificate(user_id))
    ids(reader)
    with django_assert_max_num_queries(2):
        ids(reader)


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("?colour=red", [("colour", "field-unknown")]),
        ("?role=87&role=02", [("role", "field-repeated")]),
        ("?role=135", [("role", "field-malformed")]),
        ("?eui64=x", [("eui64", "field-malformed")]),
        ("?mpid=abcd", [("mpid", "field-malformed")]),
        ("?serial=0x1", [("serial", "field-malformed")]),
        ("?serial=0", [("serial", "field-malformed")]),
        ("?status=dead", [("status", "field-malformed")]),
        ("?as_of=yesterday", [("as_of", "field-malformed")]),
        ("?after=-1", [("after", "field-malformed")]),
        ("?limit=0", [("limit", "field-malformed")]),
        ("?limit=1001", [("limit", "field-malformed")]),
        ("?party=", [("party", "field-malformed")]),
        ("?party=a'b", [("party", "field-malformed")]),
        (
            "?limit=x&status=y&z=1",
            [("limit", "field-malformed"), ("status", "field-malformed"), ("z", "field-unknown")],
        ),
    ],
)
def test_every_field_at_fault_is_named(reader, query, faults):
    answer = reader.call("GET", f"certificates{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "question-malformed")
    assert sorted((e["field"], e["code"]) for e in answer.json()["errors"]) == faults


@pytest.mark.parametrize("path", ["certificates/0", f"certificates/{10**30}", "certificates/x"])
def test_a_certificate_that_is_not_there_is_not_found(reader, path):
    assert reader.call("GET", path).status_code == 404


def test_a_client_that_may_only_ask_for_decisions_sees_no_register(engine):
    row = a_certificate()
    for path in ("certificates", f"certificates/{row.pk}", f"certificates/{row.pk}.pem"):
        answer = engine.call("GET", path)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")
