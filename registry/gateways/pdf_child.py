"""Looks into a PDF on standard input and says on standard output what it holds.

A process of its own, started by `pdf_examination` with nothing of ours in it: a reader of PDF is a
large program for hostile input, so it gets little memory and little time.
"""

import io
import json
import resource
import sys
from typing import Any

MOST_MEMORY = 768 * 1024 * 1024
MOST_SECONDS = 10
"""Of the processor."""

_KEYS = frozenset({"/JS", "/JavaScript", "/XFA", "/EF", "/EmbeddedFiles", "/RichMedia"})
_ACTIONS = frozenset(
    {
        *("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition"),
        *("/RichMedia", "/RichMediaExecute", "/Movie", "/Sound", "/GoTo3DView"),
    }
)
_KINDS = frozenset({"/RichMedia", "/3D", "/Screen", "/Movie", "/Sound", "/FileAttachment"})


def look(octets: bytes) -> dict[str, bool]:
    """Return whether a PDF can be read, is encrypted, and does something."""
    import pikepdf  # noqa: PLC0415 -- after the limits are set

    try:
        with pikepdf.open(io.BytesIO(octets), attempt_recovery=False) as document:
            found = {
                "is_encrypted": document.is_encrypted,
                "is_active": any(_is_active(each, pikepdf) for each in document.objects),
                # Whatever it had to put right or leave out, nobody has looked at.
                "is_readable": bool(document.pages) and not document.get_warnings(),
            }
    except pikepdf.PasswordError:
        return {"is_readable": False, "is_encrypted": True}
    except (pikepdf.PdfError, MemoryError, RecursionError, ValueError, RuntimeError):
        return {"is_readable": False}
    return found


def _is_active(begin: Any, pikepdf: Any) -> bool:
    """Tell whether an object, or what is written within it, is active; not what it refers to."""
    waiting = [begin]
    while waiting:
        each = waiting.pop()
        if isinstance(each, pikepdf.Stream):
            each = each.stream_dict
        if isinstance(each, pikepdf.Dictionary):
            entries = dict(each.items())
            if _KEYS & entries.keys() or _acts(entries):
                return True
            within = list(entries.values())
        elif isinstance(each, pikepdf.Array):
            within = list(each)
        else:
            continue
        waiting += [
            one
            for one in within
            if isinstance(one, (pikepdf.Dictionary, pikepdf.Array)) and not one.is_indirect
        ]
    return False


def _acts(entries: dict[str, Any]) -> bool:
    return str(entries.get("/S")) in _ACTIONS or str(entries.get("/Subtype")) in _KINDS


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    json.dump(look(sys.stdin.buffer.read()), sys.stdout)
