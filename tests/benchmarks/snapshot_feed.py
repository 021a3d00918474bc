"""Following a large register: its signed snapshot is taken in, a change is, and it is decided by.

What is measured runs in processes of their own that have nothing else
(`tests.benchmarks.following`), as a follower elsewhere would.
"""

import json
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from portal.embedded.system import PROJECT, clean_environment
from rules.feed.bundles import Answer, write_change_lines, write_changes, write_snapshot
from rules.feed.compression import compressed
from rules.identifiers import eui64_from_octets
from rules.register.snapshot import Notification, Snapshot, SnapshotChange
from tests.benchmarks import following
from tests.benchmarks.figures import Figure
from tests.benchmarks.messages import make_signer, own_message, sign_like_the_tool
from tests.benchmarks.picture import make_register
from tests.benchmarks.stage import Extent, ProgramError
from tests.rules.feed.keys import Key

FEED = "snapshot-feed"
MEMORY = "snapshot-feed/memory"
CHANGE = "snapshot-change"
DECIDING = "checker/large-register"
NAMES = (FEED, MEMORY, CHANGE, DECIDING)
MOST = {FEED: (3.0, "s"), MEMORY: (300.0, "MB"), CHANGE: (10.0, "ms")}
"""What each may be at most; so the ratio is how many times it goes into that."""
GOAL = 0.97
"""Of the ratio of `checker/large-register`: it has no effect that can be seen."""

SENDERS = 100
"""Users whose messages are decided, each with a key of its own."""
OF_ONE_USER_ID = 10
"""Certificates that each User ID has had."""
SMALLER = 50
"""Times as many certificates as the small register has."""

_FIRST_SENDER = 0x90B3D51F40000000
_MESSAGE = 1_500
_RUNS = 5
_DAY = timedelta(days=1)


def measure(extent: Extent, *, names: set[str]) -> list[Figure]:
    """Write the registers as they are sent, and have them followed.

    Raises:
        ProgramError: Following fails.
    """
    with tempfile.TemporaryDirectory(prefix="ra-bench-feed-") as name:
        folder = Path(name)
        _write(folder, extent.certificates)
        turns = extent.pace.turns if names & {CHANGE, DECIDING} else 0
        first = follow(folder, turns, extent)
        # Taking in has one turn in each process, so it has several.
        runs = [
            first,
            *(follow(folder, 0, extent) for _ in range(min(_RUNS, extent.pace.turns) - 1)),
        ]
    values = {
        FEED: median(run["seconds"] for run in runs),
        MEMORY: median(run["megabytes"] for run in runs),
        CHANGE: first.get("change_seconds", 0.0) * 1_000,
    }
    of = f"{extent.certificates:,} certificates"
    figures = [
        Figure(
            name=name,
            value=values[name],
            unit=f"{unit} for {of}",
            ratio=most / values[name],
            against=f"{most:g} {unit}",
            goal=1.0,
        )
        for name, (most, unit) in MOST.items()
        if name in names
    ]
    if DECIDING in names:
        compared = first["deciding"]
        figures.append(
            Figure(
                name=DECIDING,
                value=1 / compared["seconds"],
                unit="decisions/s",
                ratio=compared["ratio"],
                against=f"a register of {extent.certificates // SMALLER:,} certificates, not {of}",
                goal=GOAL,
            )
        )
    return figures


def follow(folder: Path, turns: int, extent: Extent) -> dict[str, Any]:
    """Have a process of its own follow what a folder has, and return what it measured.

    Raises:
        ProgramError: It fails.
    """
    arguments = (str(folder), str(turns), str(extent.pace.turn_seconds))
    done = subprocess.run(
        [sys.executable, "-m", following.__name__, *arguments],
        cwd=PROJECT,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()[-1:]
        raise ProgramError(f"{following.__name__} failed: {' '.join(said)}")
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _write(folder: Path, certificates: int) -> None:
    """Write what is followed: two registers, one change of the larger, messages, and the key."""
    at = datetime.now(UTC)
    senders = [
        make_signer(eui64_from_octets((_FIRST_SENDER + number).to_bytes(8, "big")), number=number)
        for number in range(min(SENDERS, certificates // SMALLER // 2))
    ]
    large, small = (
        make_register(
            senders, certificates=size, user_ids=max(size // OF_ONE_USER_ID, 2 * len(senders))
        )
        for size in (certificates, certificates // SMALLER)
    )
    signed = {
        following.LARGE: b"".join(compressed(write_snapshot(large, made_at=at))),
        following.SMALL: b"".join(compressed(write_snapshot(small, made_at=at))),
        following.CHANGE: _a_change(large, at),
    }
    write_signed(folder, signed, at=at)
    messages = [
        (each.eui64, sign_like_the_tool(own_message(_MESSAGE, each.eui64), each))
        for each in senders
    ]
    listed = [(sender, b64encode(message).decode()) for sender, message in messages]
    (folder / following.MESSAGES).write_text(json.dumps(listed), "ascii")


def write_signed(folder: Path, bodies: Mapping[str, bytes], *, at: datetime) -> None:
    """Write bodies as they come, each with its signature, and the certificate to trust."""
    key = Key(not_before=at - _DAY, not_after=at + _DAY)
    for name, body in bodies.items():
        (folder / name).write_bytes(key.sign(body).encode() + b"\n" + body)
    (folder / following.TRUSTED).write_text(key.certificate.pem, "ascii")


def _a_change(snapshot: Snapshot, at: datetime) -> bytes:
    """Return the change when a User ID renews its key: one certificate comes and another ends."""
    before = next(iter(snapshot.certificates.values()))
    user = snapshot.user_ids[before.eui64]
    after = replace(before, serial=before.serial + 1, public_key=b"\x04" + bytes(range(64)))
    notified = Notification(
        certificate=(after.issuer, after.serial), notified_at=at, withdrawn_at=None
    )
    change = SnapshotChange(
        version="2",
        mark="another mark",
        certificates={
            (before.issuer, before.serial): replace(before, revoked_at=at),
            (after.issuer, after.serial): after,
        },
        user_ids={
            user.eui64: replace(user, notifications=(*user.notifications, notified)),
        },
    )
    return sent(change, after=snapshot, at=at)


def sent(change: SnapshotChange, *, after: Snapshot, at: datetime) -> bytes:
    """Return a change as it comes to who has asked for it."""
    return write_changes(
        write_change_lines(change),
        after=(after.version, after.mark),
        until=(change.version, change.mark),
        answer=Answer(made_at=at, nonce=following.NONCE, confirmed_after=0.0, certificates=()),
    )
