"""The migration that tells MPIDs from what stands in names carries over what a register holds."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import count

import psycopg
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rules.certificates.keys import key_x
from rules.identifiers import Eui64
from tests.factories import a_key, certificate_der
from tests.registry.carrying import database_at, insert, migrate

BEFORE, AFTER = "0021_known_devices", "0022_mpids_and_words"
NORTH, SOUTH, GRID = 1, 2, 3
"""The Parties, by id; each has the User ID of the same id."""

PEOPLE = """
INSERT INTO registry_party VALUES
    (1, 'north', 'North', 'Supplier', true, now()),
    (2, 'south', 'South', 'Supplier', true, now()),
    (3, 'grid', 'Grid', 'Network Operator', true, now());
INSERT INTO registry_userid VALUES
    (1, '90-B3-D5-1F-30-00-00-01', '{IS}', now(), 1),
    (2, '90-B3-D5-1F-30-00-00-02', '{IS}', now(), 2),
    (3, '90-B3-D5-1F-30-00-00-03', '{ED}', now(), 3);
INSERT INTO registry_person (id, password, email, name, role, is_active, created_at, party_id)
VALUES (1, '', 'a@example.test', 'A', 'ARO', true, now(), 1);
INSERT INTO registry_partympid (mpid, party_id, recorded_at) VALUES ('ABCD', 2, now());
"""

numbers = count(1)
pytestmark = pytest.mark.slow


@pytest.fixture
def database(database_url) -> Iterator[str]:
    """Return the address of a database of its own, as it was before, with people."""
    with database_at(database_url, BEFORE) as url:
        with psycopg.connect(url) as at:
            at.execute(PEOPLE)
        yield url


def named(party: int, role: str, common_name: str, mpids: list[str]) -> dict[str, object]:
    key = a_key().public_key()
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "eui64": f"90-B3-D5-1F-30-00-00-0{party}",
        "remote_party_role": role,
        "key_usage": "digitalSignature",
        "common_name": common_name,
        "mpids": mpids,
        "spki_sha256": sha256(spki).hexdigest(),
        "party_id": party,
        "point": point,
    }


def a_certificate(
    at: psycopg.Connection,
    party: int,
    role: str,
    common_name: str,
    mpids: list[str],
    *,
    clashes: bool = False,
) -> int:
    values = named(party, role, common_name, mpids)
    number = next(numbers)
    return insert(
        at,
        "organisationcertificate",
        issuer="CN=TESTOCA,OU=07",
        serial_number=str(number),
        not_before="2025-09-01T00:00:00Z",
        not_after="2035-09-01T00:00:00Z",
        der=certificate_der(a_key(), eui64=Eui64(str(values["eui64"])), serial=number),
        public_key=values.pop("point"),
        recorded_at="2026-01-01T00:00:00Z",
        revocation_reason="",
        revocation_note="",
        is_withheld=False,
        mpid_in_conflict=clashes,
        key_in_conflict=False,
        **values,
    )


def a_request(
    at: psycopg.Connection, party: int, role: str, common_name: str, mpids: list[str]
) -> int:
    values = named(party, role, common_name, mpids)
    point = values.pop("point")
    assert isinstance(point, bytes)
    return insert(
        at,
        "certificaterequest",
        user_id_id=party,
        submitted_by_id=1,
        submitted_at="2026-02-01T00:00:00Z",
        der=point,
        der_sha256=sha256(point).hexdigest(),
        key_x=key_x(point),
        state="accepted",
        state_changed_at="2026-02-01T00:00:00Z",
        version=1,
        decision_note="",
        answer_unrecorded=False,
        notify_when_issued=False,
        **values,
    )


def columns(url: str, table: str) -> dict[int, tuple[list[str], list[str]]]:
    with psycopg.connect(url) as at:
        found = at.execute(
            f"SELECT id, mpids, name_tokens FROM registry_{table}"  # type: ignore[arg-type]  # noqa: S608
        ).fetchall()
    return {pk: (mpids, tokens) for pk, mpids, tokens in found}


def uses(url: str, of: str, pk: int) -> set[tuple[str, str, bool]]:
    with psycopg.connect(url) as at:
        found = at.execute(
            "SELECT mpid, in_name, in_conflict FROM registry_mpiduse"  # noqa: S608
            f" WHERE {of}_id = %s AND held @> '2026-06-01T00:00:00Z'::timestamptz",  # type: ignore[arg-type]
            [pk],
        ).fetchall()
    return set(found)


def test_every_row_is_told_apart_and_holds_what_it_names(database) -> None:
    with psycopg.connect(database) as at:
        xml_sign = a_certificate(at, NORTH, "87", "NWEL NWGA", ["NWEL", "NWGA"])
        short = a_certificate(at, NORTH, "87", "nwe", [])
        supplier = a_certificate(at, NORTH, "02", "Acme Gas Ltd", ["ACME"])
        grid = a_certificate(at, GRID, "03", "Grid Ltd", [])
        revoked = a_certificate(at, SOUTH, "02", "Coast Gas", [])
        at.execute(
            "UPDATE registry_organisationcertificate"
            " SET revoked_at = '2026-03-01T00:00:00Z', revocation_reason = 'superseded'"
            " WHERE id = %s",
            [revoked],
        )
        reserving = a_request(at, NORTH, "02", "Peak Gas Ltd", ["PEAK"])
        at.execute(
            "UPDATE registry_certificaterequest SET state = 'approved' WHERE id = %s", [reserving]
        )
        waiting = a_request(at, SOUTH, "02", "Ness Gas Ltd", ["NESS"])
    assert migrate(database, AFTER) == ""

    assert columns(database, "organisationcertificate") == {
        xml_sign: (["NWEL", "NWGA"], []),
        short: (["NWE"], []),
        supplier: ([], ["ACME", "GAS", "LTD"]),
        grid: ([], []),
        revoked: ([], ["GAS"]),
    }
    assert columns(database, "certificaterequest") == {
        reserving: ([], ["PEAK", "GAS", "LTD"]),
        waiting: ([], ["NESS", "GAS", "LTD"]),
    }
    assert uses(database, "certificate", xml_sign) == {("NWEL", "", False), ("NWGA", "", False)}
    assert uses(database, "certificate", short) == {("NWE", "", False)}
    assert uses(database, "certificate", supplier) == {
        (token, "Acme Gas Ltd", False) for token in ("ACME", "GAS", "LTD")
    }
    assert uses(database, "certificate", grid) == set()
    assert uses(database, "certificate", revoked) == set()
    assert uses(database, "request", reserving) == {
        (token, "Peak Gas Ltd", False) for token in ("PEAK", "GAS", "LTD")
    }
    assert uses(database, "request", waiting) == set()


def test_what_was_in_conflict_with_a_name_is_so_only_where_it_is_an_mpid(database) -> None:
    with psycopg.connect(database) as at:
        a_certificate(at, SOUTH, "87", "ABCD ACME", ["ABCD", "ACME"])
        word = a_certificate(at, NORTH, "02", "Acme Power", ["ACME"], clashes=True)
        mpid = a_certificate(at, NORTH, "02", "ABCD Power", ["ABCD"], clashes=True)
        a_certificate(at, NORTH, "87", "WXYZ", ["WXYZ"])
        both = a_certificate(at, SOUTH, "87", "WXYZ", ["WXYZ"], clashes=True)
        short = [a_certificate(at, party, "87", "XYZ", []) for party in (NORTH, SOUTH)]
    assert migrate(database, AFTER) == ""

    assert uses(database, "certificate", word) == {("ACME", "Acme Power", False)}
    assert uses(database, "certificate", mpid) == {("ABCD", "ABCD Power", True)}
    assert uses(database, "certificate", both) == {("WXYZ", "", True)}
    assert [uses(database, "certificate", one) for one in short] == [
        {("XYZ", "", False)},
        {("XYZ", "", True)},
    ]
    with psycopg.connect(database) as at:
        marked = at.execute(
            "SELECT id FROM registry_organisationcertificate WHERE mpid_in_conflict ORDER BY id"
        ).fetchall()
    assert marked == [(mpid,), (both,), (short[1],)]


def test_followers_hear_of_what_changed_and_what_holds_the_rows_is_in_force_again(
    database,
) -> None:
    with psycopg.connect(database) as at:
        a_certificate(at, NORTH, "87", "NWEL", ["NWEL"])
        changed = a_certificate(at, NORTH, "02", "Acme Gas Ltd", ["ACME"])
    # What the two made is noted when they are committed.
    with psycopg.connect(database) as at:
        at.execute("DELETE FROM registry_snapshotchange")
    assert migrate(database, AFTER) == ""
    with psycopg.connect(database) as at:
        heard = at.execute(
            "SELECT subject, subject_id FROM registry_snapshotchange ORDER BY subject_id"
        ).fetchall()
    assert heard == [("certificate", str(changed))]
    for statement in (
        "UPDATE registry_organisationcertificate SET name_tokens = '{GRID}'",
        "UPDATE registry_mpiduse SET in_name = 'Grid'",
    ):
        with (
            psycopg.connect(database) as at,
            pytest.raises(psycopg.errors.RaiseException, match="Cannot update rows"),
        ):
            at.execute(statement)  # type: ignore[arg-type]
