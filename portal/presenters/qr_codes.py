"""A QR code as one path of an inline SVG, which needs neither script, style nor another file."""

from dataclasses import dataclass

import segno

_QUIET_ZONE = 4
"""Modules of margin (ISO/IEC 18004, 7.3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QrCode:
    """A QR code to draw: the side of its square in modules, and the path of the dark ones."""

    side: int
    path: str


def qr_code(text: str) -> QrCode:
    """Return the QR code of a text."""
    rows = list(segno.make(text, error="l", micro=False).matrix_iter(border=_QUIET_ZONE))
    path = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return QrCode(side=len(rows), path=path)
