r"""A follower: decides messages by the register of a portal elsewhere, without asking it for each.

It takes the signed snapshot, follows its changes and keeps what it took on disk. It needs the
package `rules` and what that needs (lxml, cryptography, orjson): no Django and no database.

    PYTHONPATH=. python docs/examples/follower.py --address https://ra.example/api/v1 \
        --token-file ra.token --certificates feed.pem --state /var/lib/follower \
        --generation SMETS2+ --registered-user-id 90-B3-D5-1F-30-01-00-00 message.xml
    … --lines < questions.ndjson > answers.ndjson

The first decides files and prints an answer for each: exit status 0 when all are to be processed,
1 when one is to cease, 2 when nothing could be decided. The second answers lines of JSON as
`POST /checks/batch` does, for as long as they come: the first one once the portal has confirmed
the register, none and exit status 2 where it does not. A line that comes when that was too long
ago is answered `snapshot-stale`.

It decides only while the portal has confirmed lately that what is held is the register as it is:
what is sent as SolrContingency at most `--stale-after` seconds after that (60 unless said), all
else at most `--refused-after` seconds (four hours). Each answer says how many seconds it had been
(`snapshot_age`); watch it, and the log, from 60 on.

It trusts the certificates in `--certificates` (print them with `manage.py feed_certificates` and
bring them over by hand), and from then on those that a trusted one announces. It never goes back
to an older register by itself: where the portal was set back to a backup it stops deciding, until
somebody who knows why starts it with `--start-anew`.

With `--schema` messages are held to the DUIS schema too. Give it where the portal is given one
(its setting DUIS_SCHEMA), and the same: then both say the same. So it is with the largest message
that is read, `--message-size-limit` (its setting MESSAGE_SIZE_LIMIT).
"""

# ruff: noqa: INP001 -- a program, not in a package

import argparse
import contextlib
import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from follower_feed import (
    REFUSED_AFTER,
    STALE_AFTER,
    Follower,
    NotConfirmedError,
    Portal,
    PortalError,
)
from follower_questions import (
    DEVICE_FACTS,
    DEVICE_LISTS,
    QuestionMalformedError,
    read_fields,
    read_line,
)
from follower_schema import read_schema
from follower_state import State, StateInUseError, moment

from rules.feed.refusals import FeedRefusedError
from rules.register.snapshot import Snapshot
from rules.service_requests.checker import DEFAULT_SIZE_LIMIT, decide
from rules.service_requests.decision import Decision
from rules.service_requests.question import Generation, Question
from rules.service_requests.reader import SEES_EVERY_PARTY

COULD_NOT_DECIDE = 2

Checker = Callable[[Question, Snapshot], Decision]
"""`decide`, with the schema and the limit that the portal has too."""

logger = logging.getLogger("follower")


def answer_to(follower: Follower, question: Question, checker: Checker) -> dict[str, object]:
    """Return the answer of `POST /checks`; raises a `NotConfirmedError`."""
    held = follower.held()
    decision = checker(question, held.snapshot)
    # Whoever follows holds the whole register, so nothing of it is kept from them here.
    return decision.as_dict(
        checked_at=moment(),
        snapshot_age=follower.age_for(decision, held),
        reader=SEES_EVERY_PARTY,
    )


def answer_line(follower: Follower, line: bytes, checker: Checker) -> dict[str, object]:
    """Return the answer to a line, or what is wrong with it."""
    try:
        return answer_to(follower, read_line(line), checker)
    except QuestionMalformedError as fault:
        return {"code": fault.code, "detail": str(fault)}
    except NotConfirmedError as refusal:
        return {"code": "snapshot-stale", "detail": str(refusal)}


def decide_lines(follower: Follower, checker: Checker) -> int:
    """Answer each line of standard input, until it ends."""
    for line in sys.stdin.buffer:
        answer = answer_line(follower, line, checker)
        print(json.dumps(answer), flush=True)  # noqa: T201 -- what it is for
    return 0


def decide_files(follower: Follower, options: argparse.Namespace, checker: Checker) -> int:
    """Print the answer for each file, and return the exit status."""
    ceased = False
    for path in options.files:
        question = read_fields(
            path.read_bytes(),
            {
                "generation": options.generation,
                "checkpoint": options.checkpoint,
                "received_at": options.received_at,
            },
            {name: getattr(options, name) for name in DEVICE_FACTS},
        )
        answer = answer_to(follower, question, checker)
        print(json.dumps(answer))  # noqa: T201 -- what it is for
        ceased |= answer["decision"] != "process"
    return int(ceased)


@contextlib.contextmanager
def following(follower: Follower, *, wait: float) -> Iterator[None]:
    """Follow in the background meanwhile."""
    stopping = threading.Event()
    threading.Thread(
        target=follower.follow, args=(stopping,), kwargs={"wait": wait}, daemon=True
    ).start()
    try:
        yield
    finally:
        stopping.set()


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--address", required=True, help="such as https://ra.example/api/v1")
    parser.add_argument("--token-file", type=Path, required=True)
    parser.add_argument("--certificates", type=Path, required=True, help="in PEM, to begin with")
    parser.add_argument("--state", type=Path, required=True, help="a folder of its own")
    parser.add_argument("--stale-after", type=float, default=STALE_AFTER, metavar="SECONDS")
    parser.add_argument("--refused-after", type=float, default=REFUSED_AFTER, metavar="SECONDS")
    parser.add_argument("--wait", type=int, default=20, metavar="SECONDS", help="for a change")
    parser.add_argument("--start-anew", action="store_true", help="forget the register followed")
    parser.add_argument("--schema", type=Path, help="the main file of the DUIS schema")
    parser.add_argument(
        "--message-size-limit", type=int, default=DEFAULT_SIZE_LIMIT, metavar="OCTETS"
    )
    parser.add_argument("--lines", action="store_true", help="answer lines of standard input")
    parser.add_argument("--generation", choices=[each.value for each in Generation])
    parser.add_argument("--checkpoint", default="dsp")
    parser.add_argument("--received-at", help="now if left out")
    for name in DEVICE_FACTS:
        option = f"--{name.removesuffix('s').replace('_', '-')}"
        parser.add_argument(
            option, dest=name, action="append" if name in DEVICE_LISTS else "store"
        )
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    if options.lines == bool(options.files) or (options.files and not options.generation):
        parser.error("give --lines, or --generation and files")
    return options


def start(options: argparse.Namespace) -> Follower:
    """Return a follower that goes on from what was kept."""
    state = State(options.state)
    if options.start_anew:
        state.forget()
    follower = Follower(
        Portal(options.address, options.token_file.read_text("ascii").strip()),
        state,
        pinned=options.certificates.read_bytes(),
        stale_after=options.stale_after,
        refused_after=options.refused_after,
    )
    follower.begin()
    return follower


def main() -> int:
    """Run, and return the exit status."""
    options = read_options()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        schema = None if options.schema is None else read_schema(options.schema)
        checker = partial(decide, schema=schema, size_limit=options.message_size_limit)
        follower = start(options)
        # Before any line too: they may all be there at once, and nothing be confirmed by then.
        follower.confirm()
        if options.lines:
            with following(follower, wait=options.wait):
                return decide_lines(follower, checker)
        return decide_files(follower, options, checker)
    except (
        *(PortalError, FeedRefusedError, NotConfirmedError, StateInUseError),
        *(OSError, ValueError, TypeError),
    ) as fault:
        logger.error("nothing is decided: %s", fault)  # noqa: TRY400 -- the words say all
        return COULD_NOT_DECIDE


if __name__ == "__main__":
    sys.exit(main())
