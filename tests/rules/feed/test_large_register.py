"""A register of 100,000 certificates and 10,000 User IDs, in a process that has nothing else."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rules.feed.bundles import Answer, write_change_lines, write_changes, write_snapshot
from rules.feed.compression import compressed
from rules.identifiers import eui64_from_octets
from rules.register.snapshot import SnapshotChange
from tests.rules.feed.keys import Key
from tests.rules.feed.picture import AT, a_certificate, a_snapshot, a_user_id, by_id

PROJECT = Path(__file__).resolve().parents[3]
CERTIFICATES, USER_IDS = 100_000, 10_000

LOADING = """
import json, sys
from datetime import datetime
from pathlib import Path
from rules.feed.bundles import read_changes, read_snapshot
from rules.feed.certificates import read_pem_certificates
from rules.feed.compression import decompressed
from rules.feed.following import take_changes
from rules.feed.jws import verify_detached

def taken(name):
    jws, _, body = Path(name).read_bytes().partition(b"\\n")
    verify_detached(jws.decode(), body, trusted=trusted, at=at)
    return body

trusted = read_pem_certificates(Path("feed.pem").read_bytes())
at = datetime.fromisoformat(sys.argv[1])
snapshot = read_snapshot(decompressed(taken("snapshot")))
after = take_changes(snapshot, read_changes(taken("changes")), nonce="n")
print(json.dumps({
    "certificates": len(snapshot.certificates), "user_ids": len(snapshot.user_ids),
    "after": len(after.certificates), "version": after.version,
}))
"""


def a_large_snapshot():
    eui64s = [eui64_from_octets(number.to_bytes(8, "big")) for number in range(USER_IDS)]
    certificates = [
        a_certificate(
            number,
            serial=(number + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 126) + (1 << 126),
            eui64=eui64s[number % USER_IDS],
            not_before=AT + timedelta(seconds=7 * number),
            not_after=AT + timedelta(days=3650, seconds=7 * number),
            revoked_at=AT + timedelta(seconds=number, microseconds=1) if number % 3 == 0 else None,
            public_key=b"\x04" + os.urandom(64),
            party=f"Party {number % 300}",
            party_reference=f"party-{number % 300}",
        )
        for number in range(CERTIFICATES)
    ]
    user_ids = {
        eui64: a_user_id(*certificates[place::USER_IDS][:3], eui64=eui64)
        for place, eui64 in enumerate(eui64s)
    }
    return a_snapshot(certificates=by_id(*certificates), user_ids=user_ids)


@pytest.mark.slow
def test_it_is_read_whole_and_a_change_applied_in_a_process_with_nothing_else(tmp_path):
    key, snapshot = Key(), a_large_snapshot()
    body = b"".join(compressed(write_snapshot(snapshot, made_at=AT)))
    revoked = replace(next(iter(snapshot.certificates.values())), revoked_at=AT)
    change = SnapshotChange(version="419", mark="m", certificates=by_id(revoked, a_certificate(7)))
    changes = write_changes(
        write_change_lines(change),
        after=(snapshot.version, snapshot.mark),
        until=("419", "m"),
        answer=Answer(made_at=AT, nonce="n", confirmed_after=0.0, certificates=()),
    )
    for name, signed in (("snapshot", body), ("changes", changes)):
        (tmp_path / name).write_bytes(key.sign(signed).encode() + b"\n" + signed)
    (tmp_path / "feed.pem").write_text(key.certificate.pem)
    done = subprocess.run(
        [sys.executable, "-c", LOADING, datetime.now(UTC).isoformat()],
        cwd=tmp_path,
        env={"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        check=True,
    )
    said = json.loads(done.stdout)
    assert (said["certificates"], said["user_ids"]) == (CERTIFICATES, USER_IDS)
    assert (said["after"], said["version"]) == (CERTIFICATES + 1, "419")
