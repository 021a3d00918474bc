"""Has a PDF looked into by a process of its own (docs/decisions/0084)."""

import json
import subprocess
import sys
from pathlib import Path

from rules.documents.examining import PdfFound

LONGEST = 30
"""Seconds until it is given up, whatever it is doing."""
_CHILD = Path(__file__).with_name("pdf_child.py")


def read_pdf(octets: bytes) -> PdfFound:
    """Return what a PDF holds; one that takes too much memory or time cannot be read."""
    try:
        done = subprocess.run(  # noqa: S603 -- our own script, and no shell
            # Isolated: none of our environment, with its passwords, and no folder of ours.
            [sys.executable, "-I", str(_CHILD)],
            input=octets,
            capture_output=True,
            env={},
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return PdfFound(is_readable=False)
    if done.returncode != 0:
        return PdfFound(is_readable=False)
    return PdfFound(**json.loads(done.stdout))
