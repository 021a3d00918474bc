"""The migration that takes a key and its negative for one carries over what a register holds."""

from collections.abc import Iterator
from hashlib import sha256

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rules.certificates.keys import ORDER, key_x
from rules.certificates.making import build_request
from rules.identifiers import Eui64
from tests.factories import a_key, certificate_der
from tests.registry.carrying import database_at, insert, migrate

NORTH, SOUTH = Eui64("90-B3-D5-1F-30-01-00-00"), Eui64("90-B3-D5-1F-30-03-00-00")
BEFORE, AFTER = "0015_notification_waiver", "0016_a_key_and_its_negative_are_one"

PEOPLE = f"""
INSERT INTO registry_party VALUES (1, 'north', 'North', 'Supplier', true, now());
INSERT INTO registry_userid VALUES
    (1, '{NORTH}', '{{IS}}', now(), 1), (2, '{SOUTH}', '{{IS}}', now(), 1);
INSERT INTO registry_person (id, password, email, name, role, is_active, created_at, party_id)
VALUES (1, '', 'a@example.test', 'A', 'ARO', true, now(), 1);
"""  # noqa: S608 -- of its own constants


@pytest.fixture
def database(database_url) -> Iterator[str]:
    """Return the address of a database of its own, as it was before."""
    with database_at(database_url, BEFORE) as url:
        yield url


class Key:
    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self.private = private
        public = private.public_key()
        self.point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.spki_sha256 = sha256(spki).hexdigest()
        self.x = key_x(self.point)

    def negative(self) -> "Key":
        number = ORDER - self.private.private_numbers().private_value
        return Key(ec.derive_private_key(number, ec.SECP256R1()))


def a_certificate(at: psycopg.Connection, key: Key, eui64: Eui64, serial: int) -> int:
    return insert(
        at,
        "organisationcertificate",
        issuer="CN=TESTOCA,OU=07",
        serial_number=str(serial),
        eui64=eui64,
        remote_party_role="87",
        key_usage="digitalSignature",
        common_name="",
        mpids=[],
        not_before="2025-09-01T00:00:00Z",
        not_after="2035-09-01T00:00:00Z",
        der=certificate_der(key.private, eui64=eui64, serial=serial),
        spki_sha256=key.spki_sha256,
        public_key=key.point,
        party_id=1,
        recorded_at=f"2026-01-0{serial}T00:00:00Z",
        revocation_reason="",
        revocation_note="",
        is_withheld=False,
        mpid_in_conflict=False,
        key_in_conflict=False,
    )


def a_request(at: psycopg.Connection, key: Key, eui64: Eui64) -> int:
    der = build_request(key.private, eui64=eui64, remote_party_role="87")
    return insert(
        at,
        "certificaterequest",
        party_id=1,
        user_id_id=1,
        submitted_by_id=1,
        submitted_at="2026-02-01T00:00:00Z",
        der=der,
        der_sha256=sha256(der).hexdigest(),
        spki_sha256=key.spki_sha256,
        eui64=eui64,
        remote_party_role="87",
        key_usage="digitalSignature",
        common_name="",
        mpids=[],
        state="accepted",
        state_changed_at="2026-02-01T00:00:00Z",
        version=1,
        decision_note="",
        answer_unrecorded=False,
    )


def a_notification(at: psycopg.Connection, certificate: int, key: Key, user_id: int) -> int:
    return insert(
        at,
        "signingnotification",
        user_id_id=user_id,
        certificate_id=certificate,
        eui64={1: NORTH, 2: SOUTH}[user_id],
        spki_sha256=key.spki_sha256,
        notified_at="2026-01-05T00:00:00Z",
        notified_by_id=1,
    )


@pytest.mark.slow
def test_every_row_gets_the_x_of_its_key_and_what_is_shared_is_marked(database) -> None:
    key, other = Key(a_key()), Key(a_key())
    with psycopg.connect(database) as at:
        at.execute(PEOPLE)
        first = a_certificate(at, key, NORTH, 1)
        second = a_certificate(at, key.negative(), SOUTH, 2)
        request = a_request(at, other, NORTH)
        notification = a_notification(at, first, key, 1)
    assert migrate(database, AFTER) == ""
    with psycopg.connect(database) as at:

        def rows(query: str) -> list[tuple[object, ...]]:
            return at.execute(query).fetchall()

        assert rows(
            "SELECT id, key_x, key_in_conflict FROM registry_organisationcertificate ORDER BY id"
        ) == [(first, key.x, False), (second, key.x, True)]
        assert rows("SELECT id, key_x FROM registry_certificaterequest") == [(request, other.x)]
        assert rows("SELECT id, key_x FROM registry_signingnotification") == [
            (notification, key.x)
        ]
        assert set(
            rows("SELECT key_x, eui64, remote_party_role, in_conflict FROM registry_keyuse")
        ) == {
            (key.x, NORTH, "87", False),
            (key.x, SOUTH, "87", True),
            (other.x, NORTH, "87", False),
        }
        # What holds the rows is in force again.
        with pytest.raises(psycopg.errors.RaiseException, match="Cannot update rows"):
            at.execute("UPDATE registry_certificaterequest SET key_x = %s", [key.x])


@pytest.mark.slow
def test_a_key_and_its_negative_in_two_open_requests_are_named_and_nothing_is_changed(
    database,
) -> None:
    key = Key(a_key())
    with psycopg.connect(database) as at:
        at.execute(PEOPLE)
        requests = [a_request(at, key, NORTH), a_request(at, key.negative(), NORTH)]
    said = migrate(database, AFTER)
    assert "a key and its negative (n - d) are in requests that are open at once" in said
    assert str(requests) in said
    with psycopg.connect(database) as at:
        found = at.execute("SELECT spki_sha256 FROM registry_keyuse").fetchall()
    assert len(found) == 2
