"""What the documents in `docs/` say, so that a test can hold it to the code."""

import ast
import re
from functools import cache
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.BASE_DIR)
ROOMS = ("rules", "registry", "portal")


def read(name: str) -> str:
    """Return the text of a document, by its path in the project."""
    return (FOLDER / name).read_text("utf-8")


def section(text: str, heading: str) -> str:
    """Return what stands under a heading of the second level; it must be there."""
    _, found, rest = f"\n{text}".partition(f"\n## {heading}\n")
    assert found, heading
    return rest.partition("\n## ")[0]


def rows(text: str) -> list[tuple[str, ...]]:
    """Return the rows of the tables in a text, without their headings."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [
        tuple(cell.strip() for cell in line.strip().strip("|").split(" | "))
        for line, after in zip(lines, [*lines[1:], ""], strict=True)
        if not line.startswith("|---") and not after.startswith("|---")
    ]


def in_code_type(text: str) -> set[str]:
    """Return everything that a text writes `like this`; what stands in fences is left out."""
    return set(
        re.findall(
            r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
        )
    )


@cache
def names_in_the_code() -> frozenset[str]:
    """Return every name that the product's code defines or is given, and those of its modules."""
    files = [path for room in ROOMS for path in (FOLDER / room).rglob("*.py")]
    names = {part for path in files for part in path.relative_to(FOLDER).with_suffix("").parts}
    for path in files:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                names.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            elif isinstance(node, ast.arg):
                names.add(node.arg)
    return frozenset(names)


@cache
def texts_in_the_code() -> frozenset[str]:
    """Return every text of one line that the product's code writes in quotes."""
    return frozenset(
        text
        for room in ROOMS
        for path in (FOLDER / room).rglob("*.py")
        for text in re.findall(r'"([^"\n]*)"', path.read_text("utf-8"))
    )


def broken_links(name: str) -> list[str]:
    """Return the links of a document that lead to no file, or to no heading of one."""
    text = read(name)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("https://"):
            continue
        path, _, heading = target.partition("#")
        file = (FOLDER / name).parent / path if path else FOLDER / name
        if not file.exists() or (heading and heading not in _headings(file.read_text("utf-8"))):
            broken.append(target)
    return broken


def _headings(text: str) -> set[str]:
    """Return the names by which the headings of a document can be linked to."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
