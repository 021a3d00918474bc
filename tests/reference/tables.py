"""The data that the sources publish, read anew."""

import csv
from pathlib import Path

import rules.data

_FOLDER = Path(rules.data.__file__).parent


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


KIND = {row["srv"]: row["kind"] for row in _rows("service-request-bodies.csv")}
"""By Service Reference Variant: `critical`, `non-critical` or `non-device`."""

ELEMENT = {row["srv"]: row["element"] for row in _rows("service-request-bodies.csv")}
"""By Service Reference Variant: the element of its Body."""

SRVS_OF_CODE: dict[str, set[str]] = {}
"""By GBCS message code: the Service Reference Variants whose Commands have it."""
for _row in _rows("gbcs-message-codes.csv"):
    SRVS_OF_CODE.setdefault(_row["message_code"], set()).add(_row["srv"])
