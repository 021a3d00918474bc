"""Tables of facts, each with its source, and how they are read."""

import csv
from importlib import resources


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table in this folder, by its column names."""
    text = resources.files("rules.data").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
