"""Reads the fields of a query: each known, given once and well written, or all faults at once."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.http import QueryDict

from rules.service_requests.questions import FieldFault, UnreadableQuestionError

Readers = Mapping[str, Callable[[str], Any]]
"""How each field is read. One raises a `ValueError` whose message ends a sentence that begins
with the field."""

SHOWN = 60
"""Characters of what was given that are shown."""


def read_query(query: QueryDict, readers: Readers) -> dict[str, Any]:
    """Read the fields of a query.

    Raises:
        UnreadableQuestionError: Some are unknown, repeated or malformed; names each.
    """
    faults: list[FieldFault] = []
    read: dict[str, Any] = {}
    for name, values in query.lists():
        shown = name[:SHOWN]
        if name not in readers:
            says = f"`{shown}` is not a field of this query; leave it out."
            faults.append(FieldFault(field=shown, code="field-unknown", says=says))
        elif len(values) > 1:
            says = f"`{shown}` is given {len(values)} times; give it once."
            faults.append(FieldFault(field=shown, code="field-repeated", says=says))
        else:
            try:
                read[name] = readers[name](values[0])
            except ValueError as fault:
                says = f"`{shown}` {fault}."
                faults.append(FieldFault(field=shown, code="field-malformed", says=says))
    if faults:
        raise UnreadableQuestionError(tuple(faults))
    return read


def matching(pattern: str, says: str) -> Callable[[str], str]:
    """Return the reader of a text that matches a pattern; `says` is what to write instead."""
    compiled = re.compile(pattern, re.ASCII)

    def read(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError(f"is `{text[:SHOWN]}`; {says}")
        return text

    return read


def number(*, least: int, most: int) -> Callable[[str], int]:
    """Return the reader of a whole number within bounds."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,18}", text, re.ASCII) or not least <= int(text) <= most:
            raise ValueError(f"is `{text[:SHOWN]}`; write a number from {least} to {most}")
        return int(text)

    return read
