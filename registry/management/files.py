"""Files that a command is given."""

import sys
from pathlib import Path

from django.core.management.base import CommandError


def read_given(file: str, *, limit: int, returncode: int) -> bytes:
    """Read a file, or standard input where it is `-`.

    Of one with more than `limit` octets only as much is read as shows that it is too large; to
    say so is for whoever reads what is in it.

    Raises:
        CommandError: It cannot be read; the command is to end with `returncode`.
    """
    try:
        if file == "-":
            return sys.stdin.buffer.read(limit + 1)
        with Path(file).open("rb") as stream:
            return stream.read(limit + 1)
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else str(fault)
        raise CommandError(
            f"{file}: it cannot be read: {reason}", returncode=returncode
        ) from fault
