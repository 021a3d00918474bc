"""Follows a register by the code that followers have. Runs by itself, on files.

python -m tests.benchmarks.following FOLDER TURNS SECONDS
    Takes in the signed snapshot in a folder; with any turns, applies a change to it again and
    again, and decides messages by it too where there are any. Writes what that took to standard
    output, as JSON.
"""

import gc
import json
import sys
import time
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

from rules.feed.bundles import read_changes, read_snapshot
from rules.feed.certificates import FeedCertificate, read_pem_certificates
from rules.feed.compression import decompressed
from rules.feed.following import take_changes, take_snapshot
from rules.feed.jws import verify_detached
from rules.identifiers import Eui64
from rules.register.snapshot import Snapshot
from rules.service_requests.checker import decide
from rules.service_requests.decision import Action
from rules.service_requests.question import DeviceFacts, Question
from tests.benchmarks.deciding import NotFitError
from tests.benchmarks.picture import question_of
from tests.benchmarks.timing import Compared, Pace, Side, compare

TRUSTED, LARGE, SMALL, CHANGE = "feed.pem", "large", "small", "change"
MESSAGES = "messages.json"
NONCE = "a nonce"
"""With which the change was asked for."""

_LONGER = 40
"""Times as long as the other turns: what is remembered of each sender must come to bear."""
_KILOBYTE = 1024
_MILLION = 1e6


def main(folder: Path, pace: Pace) -> None:
    """Measure, each in processor time."""
    trusted = read_pem_certificates((folder / TRUSTED).read_bytes())
    seconds, large = _taken_in(folder / LARGE, trusted)
    measured: dict[str, Any] = {"seconds": seconds, "megabytes": _most_megabytes()}
    if pace.turns:
        measured["change_seconds"] = _seconds_of_a_change(large, folder / CHANGE, trusted, pace)
        if (folder / MESSAGES).exists():
            _, small = _taken_in(folder / SMALL, trusted)
            messages = json.loads((folder / MESSAGES).read_text("ascii"))
            measured["deciding"] = asdict(_by_both(large, small, messages, pace))
    sys.stdout.write(json.dumps(measured))


def _taken_in(path: Path, trusted: Mapping[str, FeedCertificate]) -> tuple[float, Snapshot]:
    """Return a snapshot, verified and read, and how long that took."""
    begun = time.process_time()
    # As our follower does: half a million objects without a cycle need no looking through.
    gc.disable()
    try:
        body = _verified(path, trusted)
        snapshot = take_snapshot(None, read_snapshot(decompressed(body)))
        gc.freeze()
    finally:
        gc.enable()
    return time.process_time() - begun, snapshot


def _verified(path: Path, trusted: Mapping[str, FeedCertificate]) -> bytes:
    """Return the octets of a file after its first line, which is the signature over them."""
    jws, _, body = path.read_bytes().partition(b"\n")
    verify_detached(jws.decode("ascii"), body, trusted=trusted, at=datetime.now(UTC))
    return body


def _most_megabytes() -> float:
    """Return the most memory that this whole process has had."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * _KILOBYTE / _MILLION
    raise OSError("/proc/self/status does not say how much memory there was")


def _seconds_of_a_change(
    held: Snapshot, path: Path, trusted: Mapping[str, FeedCertificate], pace: Pace
) -> float:
    """Return how long it takes to verify a change and to have the snapshot that it leads to."""
    took = []
    for _ in range(pace.turns):
        begun = time.process_time()
        after = take_changes(held, read_changes(_verified(path, trusted)), nonce=NONCE)
        took.append(time.process_time() - begun)
        if after.version == held.version or (
            (after.user_ids, after.thresholds) == (held.user_ids, held.thresholds)
        ):
            raise NotFitError("the change changes nothing")
        del after
    return median(took)


def _by_both(large: Snapshot, small: Snapshot, messages: list[list[str]], pace: Pace) -> Compared:
    """Decide the same messages by a large and by a small register, in turns."""
    at = datetime.now(UTC)
    questions = [_question(Eui64(sender), b64decode(text), at) for sender, text in messages]
    longer = Pace(turns=max(2, pace.turns // 2), turn_seconds=pace.turn_seconds * _LONGER)
    return compare(_deciding(questions, large), _deciding(questions, small), pace=longer)


def _question(sender: Eui64, message: bytes, at: datetime) -> Question:
    device = DeviceFacts(registered_user_ids=frozenset({sender}))
    return question_of(message, at=at, device=device)


def _deciding(questions: list[Question], snapshot: Snapshot) -> Side:
    """Return a call that decides one message after the other.

    Raises:
        NotFitError: One is not to be processed.
    """
    for question in questions:
        decided = decide(question, snapshot)
        if decided.decision is not Action.PROCESS:
            raise NotFitError(f"a message is not processed: {decided.reason}")
    coming = cycle(questions)
    return lambda: decide(next(coming), snapshot).decision


if __name__ == "__main__":
    main(Path(sys.argv[1]), Pace(turns=int(sys.argv[2]), turn_seconds=float(sys.argv[3])))
