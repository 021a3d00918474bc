"""What the files of SQL in this folder declare."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FUNCTION = re.compile(
    r"^CREATE OR REPLACE FUNCTION (?P<name>registry_\w+)\([^\n]*\)\n.*?\$function\$;$",
    re.DOTALL | re.MULTILINE,
)
_TRIGGER = re.compile(
    r"^CREATE (?:CONSTRAINT )?TRIGGER (?P<name>\w+)\s[^;]*?\sON (?P<table>registry_\w+)\s[^;]*;$",
    re.MULTILINE,
)
_COMMENT = re.compile(r"^--[^\n]*\n", re.MULTILINE)


class DeclarationError(ValueError):
    """A file holds something beside comments, one function and the triggers that call it."""


@dataclass(frozen=True, slots=True)
class TriggerName:
    """A trigger's name, which is its table's own."""

    table: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} on {self.table}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """Every function and trigger that the files declare, as PostgreSQL would print it.

    No schema stands before a name, and each trigger is one line.
    """

    functions: Mapping[str, str]
    triggers: Mapping[TriggerName, str]


@cache
def declared() -> Declared:
    """Read the files of this folder.

    Raises:
        DeclarationError: One of them is not as it should be; names the file.
    """
    functions: dict[str, str] = {}
    triggers: dict[TriggerName, str] = {}
    for file in sorted(Path(__file__).parent.glob("*.sql")):
        parts = parse(file.read_text(encoding="utf-8"), called=file.name)
        functions |= parts.functions
        triggers |= parts.triggers
    return Declared(functions=functions, triggers=triggers)


def parse(text: str, *, called: str) -> Declared:
    """Read the text of one file.

    Raises:
        DeclarationError: It holds something beside comments, one function and its triggers.
    """
    found = list(_FUNCTION.finditer(text))
    if len(found) != 1:
        raise DeclarationError(f"{called} declares {len(found)} functions; one file declares one")
    function = found[0]
    triggers = list(_TRIGGER.finditer(text, function.end()))
    rest = text[: function.start()] + _TRIGGER.sub("", text[function.end() :])
    beside = _COMMENT.sub("", rest).split()
    if beside:
        raise DeclarationError(f"{called} holds `{beside[0]}`, which is not a part of a trigger")
    return Declared(
        functions={function["name"]: _plain(function[0])},
        triggers={
            TriggerName(trigger["table"], trigger["name"]): " ".join(_plain(trigger[0]).split())
            for trigger in triggers
        },
    )


def _plain(statement: str) -> str:
    return statement.removesuffix(";")
