"""What docs/api.md says of the feed and of batches is so."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from portal.api.batch import MOST
from portal.api.feed import LONGEST_WAIT
from registry.gateways.feed_signing_key import feed_keys
from rules.feed.bundles import Answer, write_change_lines, write_changes, write_snapshot
from rules.feed.certificates import NAME
from rules.feed.lines import PRESENT
from rules.register.snapshot import SnapshotChange
from tests.rules.feed.picture import AT, a_snapshot

TEXT = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text("utf-8")
EXAMPLES = [
    json.loads(line)
    for block in re.findall(r"```json\n(.*?)\n```", TEXT, re.DOTALL)
    for line in block.splitlines()
    if line.startswith('{"kind"')
]


def members_in(cell):
    """Return the names in a cell of the table: those of a line, and those within one of them."""
    outside = re.sub(r"\([^)]*\)", "", cell)
    return set(re.findall(r"`(\w+)`", outside)), set(re.findall(r"`(\w+)`", cell))


def test_every_kind_of_line_is_in_the_table_with_exactly_its_members():
    written = [
        json.loads(line)
        for line in b"".join(write_snapshot(a_snapshot(), made_at=AT)).splitlines()
    ]
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*?) \|", TEXT, re.MULTILINE))
    for name in PRESENT.snapshot_kinds:
        line = next(each for each in written if each["kind"] == name)
        outside, all_names = members_in(rows[name])
        assert outside == line.keys() - {"kind"}, name
        inside = next((v for v in line.values() if isinstance(v, list) and v), [])
        if inside and isinstance(inside[0], dict):
            assert inside[0].keys() <= all_names, name
    for name in PRESENT.change_kinds:
        assert f"`{name}`" in TEXT


def test_the_examples_have_the_members_of_what_is_written():
    snapshot_header, certificate, end, changes_header = EXAMPLES
    lines = [
        json.loads(line)
        for line in b"".join(write_snapshot(a_snapshot(), made_at=AT)).splitlines()
    ]
    assert list(snapshot_header) == list(lines[0])
    assert list(snapshot_header["counts"]) == list(lines[0]["counts"])
    assert list(certificate) == list(lines[1])
    assert list(end) == list(lines[-1])
    body = write_changes(
        write_change_lines(SnapshotChange(version="2")),
        after=("1", ""),
        until=("2", ""),
        answer=Answer(made_at=AT, nonce=None, confirmed_after=0.0, certificates=()),
    )
    assert list(changes_header) == list(json.loads(body.splitlines()[0]))


def test_the_numbers_are_those_of_the_code_and_the_settings():
    assert f"up to {MOST:,} messages" in TEXT
    assert f"({LONGEST_WAIT} at most)" in TEXT
    assert f"{settings.BATCH_SIZE_LIMIT // 2**20} MiB (`BATCH_SIZE_LIMIT`)" in TEXT
    days = settings.FEED_CHANGES_KEPT_FOR // 86_400
    assert re.search(rf"kept for {days} days, `FEED_CHANGES_KEPT_FOR`", TEXT)
    assert settings.FEED_MOST_HELD == 4
    assert "holds four requests (`FEED_MOST_HELD`)" in TEXT
    assert settings.FEED_KEY_ANNOUNCED_FOR == 86_400
    assert f"`CN={NAME}`" in TEXT


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_signature_is_verified_by_openssl_as_the_page_says(client_of, tmp_path, settings):
    settings.FEED_KEYS_DIR = tmp_path / "keys"
    (recipe,) = re.findall(r"```sh\n(jws=.*?)\n```", TEXT, re.DOTALL)
    answer = client_of("snapshot:read").call("GET", "snapshot")
    (tmp_path / "snapshot.gz").write_bytes(answer.content)
    (tmp_path / "headers.txt").write_text(f"JWS-Signature: {answer['JWS-Signature']}\r\n")
    (tmp_path / "feed.pem").write_text(feed_keys().current(at=timezone.now()).signing.pem)
    assert run(recipe, tmp_path) == (0, "Verified OK\n")
    (tmp_path / "snapshot.gz").write_bytes(answer.content[:-1])
    assert run(recipe, tmp_path)[0] == 1


def run(recipe, folder):
    done = subprocess.run(
        ["bash", "-c", recipe], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout
