"""The name that a file came with, made safe to show and to give back."""

import re
import unicodedata

LONGEST_NAME = 100
"""Characters that are kept of one."""
NAMELESS = "document"

_FORBIDDEN = re.compile(r'[<>:"|?*;%\\/]')


def safe_name(given: str) -> str:
    """Return what is kept of a file's name: no folder, nothing that cannot be seen or turns text.

    Control characters and those that change the direction of text are left out, and so are
    characters that some system takes for more than a letter. What remains of a long name keeps its
    ending.
    """
    name = given.replace("\\", "/").rpartition("/")[2]
    name = unicodedata.normalize("NFC", name)
    name = "".join(
        " " if unicodedata.category(each).startswith("Z") else each
        for each in name
        if not unicodedata.category(each).startswith("C")
    )
    name = " ".join(_FORBIDDEN.sub("_", name).split()).strip(". ")
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        ending = dot + ending if stem and len(ending) <= 10 else ""  # noqa: PLR2004 -- an ending
        name = name[: LONGEST_NAME - len(ending)].rstrip(". ") + ending
    return name or NAMELESS
