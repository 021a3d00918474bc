"""The plain values that tables and lists of a page are made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.presenters.certificate_names import CertificateName

NOTHING = "\N{EN DASH}"
"""Stands where there is no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A word in a coloured box; the word alone says it, the colour only helps."""

    words: str
    colour: str = ""
    """As govuk-frontend names it; empty is blue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value, shown in one way."""

    text: str = ""
    href: str = ""
    hint: str = ""
    """Said below, in small."""
    is_identifier: bool = False
    """Shown in monospace and broken anywhere."""
    is_short: bool = False
    """An identifier that stays on one line, as an EUI-64 does."""
    is_long: bool = False
    """Words of a person's own, which break over lines also where they head a row."""
    at: datetime | None = None
    tags: tuple[Tag, ...] = ()
    certificate: "CertificateName | None" = None
    """Named in the one way there is, with a link to its page."""
    unseen: str = ""
    """Said after the text to those who hear the page, where many links have the same words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a summary list."""

    key: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a caption; the first cell of each row heads it."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str
    """Shown instead of the table when it has no rows."""
    is_caption_hidden: bool = False

    @property
    def lines(self) -> tuple[tuple[tuple[str, Cell], ...], ...]:
        """Each row's cells with the heads of their columns, which a phone shows beside them."""
        return tuple(tuple(zip(self.columns, row, strict=True)) for row in self.rows)


def table_by_party(
    columns: tuple[str, ...],
    rows: Iterable[tuple[str, tuple[Cell, ...]]],
    *,
    is_party_shown: bool,
    caption: str,
    empty: str,
    is_caption_hidden: bool = False,
) -> Table:
    """Return a table of things of Parties, with the Party as its second column where it is shown.

    Args:
        columns: The heads of the others.
        rows: Of each row the name of its Party, and the other cells.
        is_party_shown: Whether the reader sees more than one.
        caption: As of any table.
        empty: Likewise.
        is_caption_hidden: Likewise.
    """
    if is_party_shown:
        columns = (columns[0], "Party", *columns[1:])
    return Table(
        caption=caption,
        columns=columns,
        rows=tuple(
            (cells[0], text(party), *cells[1:]) if is_party_shown else cells
            for party, cells in rows
        ),
        empty=empty,
        is_caption_hidden=is_caption_hidden,
    )


def text(words: str, *, hint: str = "") -> Cell:
    """Return a cell of words."""
    return Cell(text=words, hint=hint)


def link(words: str, href: str, *, is_identifier: bool = False, unseen: str = "") -> Cell:
    """Return a cell that leads to another page."""
    return Cell(text=words, href=href, is_identifier=is_identifier, unseen=unseen)


def certificate_link(name: "CertificateName") -> Cell:
    """Return a cell that names a certificate."""
    return Cell(certificate=name)


def identifier(value: str, *, hint: str = "") -> Cell:
    """Return a cell of an identifier that may be long."""
    return Cell(text=value, is_identifier=True, hint=hint)


def eui64(value: str) -> Cell:
    """Return a cell of an EUI-64."""
    return Cell(text=value, is_identifier=True, is_short=True)


def user_id_link(value: str, href: str) -> Cell:
    """Return a cell of an EUI-64 that leads to another page."""
    return Cell(text=value, href=href, is_identifier=True, is_short=True)


def moment(at: datetime | None, *, otherwise: str = NOTHING, hint: str = "") -> Cell:
    """Return a cell of a moment, or other words where there is none."""
    return Cell(at=at, hint=hint) if at is not None else Cell(text=otherwise, hint=hint)


def tags(*shown: Tag) -> Cell:
    """Return a cell of tags."""
    return Cell(tags=shown)


def row(key: str, *cells: Cell) -> Row:
    """Return a line of a summary list."""
    return Row(key=key, cells=cells)
