"""What a kind of line is: what names it, and how it is written and read."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from rules.feed.values import Readers

Line = dict[str, Any]
Entry = tuple[Any, Any]
"""What names a thing among those of its kind, and the thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of line."""

    name: str
    member: str
    """The member of a snapshot that its lines make up."""
    write: Callable[[Entry], Line]
    """Returns the line without its `kind`."""
    read: Callable[[Line, Readers], Entry]
    """From the line with its `kind`. Raises a `ValueError`, or a `KeyError` for a member that is
    not there; how many there are is checked before."""
    members: int | None
    """How many members its lines have, `kind` included; None: that does not matter."""
    entries: Callable[[Any], Collection[Entry]] = lambda member: member.items()
    """From the member of a snapshot to what is written of it."""
    assembled: Callable[[dict[Any, Any]], Any] = MappingProxyType
    """From what was read, in the order of the lines, to the member. Raises a `ValueError`."""
