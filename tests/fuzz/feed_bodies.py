"""What both bodies of the feed are fuzzed with: the picture, and whatever it is sealed anew."""

import json
from hashlib import sha256

from rules.feed.refusals import FeedReason, FeedRefusedError
from tests.rules.feed.test_refusals import BODY, CHANGES

WORDS = tuple(
    {
        json.dumps(word).encode()
        for body in (BODY, CHANGES)
        for line in body.decode().splitlines()
        for member, value in json.loads(line).items()
        for word in (member, value)
        if not isinstance(word, dict | list)
    }
    | {
        b"null",
        b"true",
        b"-1",
        b"1e999",
        b"18446744073709551616",
        b"[]",
        b"{}",
        b"\n",
        b'"\\ud800"',
    }
)


def without_end(body: bytes) -> bytes:
    """Return the lines of a body but its last."""
    return b"".join(body.splitlines(keepends=True)[:-1])


def sealed(lines: bytes) -> bytes:
    """Return lines with the end that is right for them."""
    lines = lines if lines.endswith(b"\n") else lines + b"\n"
    end = {"kind": "end", "lines": lines.count(b"\n"), "sha256": sha256(lines).hexdigest()}
    return lines + json.dumps(end).encode() + b"\n"


def require_documented(refused: FeedRefusedError) -> None:
    """Return quietly where a refusal is of the documented kind, and short."""
    assert isinstance(refused.reason, FeedReason)
    assert len(str(refused)) < 400
