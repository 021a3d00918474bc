"""Questions to the follower: as `POST /checks` takes them, and as its own options give them."""

# ruff: noqa: INP001 -- beside a program, not in a package

import binascii
import json
from collections.abc import Mapping
from typing import Any

import orjson
from follower_state import moment

from rules.service_requests.question import Question
from rules.service_requests.questions import DEVICE, UnreadableQuestionError, read_question

DEVICE_LISTS = ("registered_user_ids", "hub_import_supplier_ids")
DEVICE_FACTS = (*DEVICE_LISTS, "certificate_owner", "notified_critical_supplier_id", "s1sp")
"""What only the caller knows of the Device."""


class QuestionMalformedError(ValueError):
    """A line is no question; the words say what is wrong."""

    def __init__(self, says: str, *, code: str = "question-malformed") -> None:
        super().__init__(says)
        self.code = code
        """That of the problem with which `POST /checks/batch` answers such a line."""


def read_line(line: bytes) -> Question:
    """Read a question in JSON; raises a `QuestionMalformedError`, whatever the line is."""
    members = _read_json(line)
    strays = [name[:60] for name in members if name.startswith(DEVICE)]
    if strays:
        raise QuestionMalformedError(f"`{strays[0]}` is not a field; `device` has its members")
    device = members.pop("device", None)
    if device is not None and not isinstance(device, dict):
        raise QuestionMalformedError("`device` must be an object")
    text = members.pop("message", None)
    if not isinstance(text, str):
        raise QuestionMalformedError("`message` is missing or no text; give it in base64")
    try:
        message = binascii.a2b_base64(text, strict_mode=True)
    except ValueError as fault:
        raise QuestionMalformedError(f"`message` is not base64: {fault}") from fault
    return read_fields(message, members, device or {})


def _read_json(line: bytes) -> dict[str, Any]:
    try:
        # Stricter than what comes after it, which alone sees what is given twice.
        orjson.loads(line)
        members = json.loads(line, object_pairs_hook=_given_once)
    except orjson.JSONDecodeError as fault:
        says = f"the line is not JSON: {fault}"
        raise QuestionMalformedError(says, code="body-not-json") from fault
    except RecursionError as fault:
        says = "the line is not JSON: it is nested too deep"
        raise QuestionMalformedError(says, code="body-not-json") from fault
    if not isinstance(members, dict):
        raise QuestionMalformedError("the line is not a JSON object", code="body-not-json")
    return members


def _given_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise QuestionMalformedError(f"`{name[:60]}` is given more than once; give it once")
        members[name] = value
    return members


def read_fields(message: bytes, fields: Mapping[str, Any], device: Mapping[str, Any]) -> Question:
    """Read a question from its fields; raises a `QuestionMalformedError`."""
    named = {f"{DEVICE}{name}": value for name, value in device.items()}
    try:
        return read_question(message, {**fields, **named}, at=moment())
    except UnreadableQuestionError as fault:
        raise QuestionMalformedError(fault.says) from fault
