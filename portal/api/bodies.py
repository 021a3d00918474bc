"""Reads the body of a request: a limit first, then a strict parser."""

import binascii
import json
from typing import Any, Final

import orjson
from django.conf import settings
from django.http import HttpRequest

from portal.api.problems import problem
from registry.questions import FieldFault, UnreadableQuestionError

JSON: Final = "application/json"
XML: Final = "application/xml"


def media_type(request: HttpRequest, *taken: str) -> str:
    """Return which of the media types that are taken the body has.

    Raises:
        ProblemError: It has none of them, or it is compressed.
    """
    given = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if given not in taken:
        said = f"`{given[:60]}`" if given else "not said"
        raise problem(
            "media-type-unsupported", f"The Content-Type is {said}; send {' or '.join(taken)}."
        )
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding != "identity":
        raise problem(
            "media-type-unsupported",
            f"The Content-Encoding is `{encoding[:60]}`; send the body as it is.",
        )
    return given


def read_body(request: HttpRequest) -> bytes:
    """Return the whole body, of which nothing is read when it is too large.

    Raises:
        ProblemError: It has no length, is longer than `DATA_UPLOAD_MAX_MEMORY_SIZE` or shorter
            than it says.
    """
    declared = request.META.get("CONTENT_LENGTH") or ""
    if not declared:
        raise problem("length-required", "The request has no Content-Length; give one.")
    if not (declared.isascii() and declared.isdigit()):
        raise problem("request-malformed", f"The Content-Length is `{declared[:40]}`.")
    limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    length = int(declared)
    if length > limit:
        raise problem(
            "body-too-large",
            f"The body has {length} octets; at most {limit} are read.",
        )
    body = request.read(length)
    if len(body) != length:
        raise problem(
            "body-incomplete", f"The body has {len(body)} of the {length} octets that it declares."
        )
    return body


def read_json_object(body: bytes) -> dict[str, Any]:
    """Return the members of a JSON object.

    Raises:
        ProblemError: The body is not JSON (RFC 8259) in UTF-8, or no object.
        UnreadableQuestionError: A member is given twice.
    """
    try:
        # The stricter parser says whether it is JSON; the other one sees what is given twice.
        orjson.loads(body)
        read = _SEES_REPETITION.decode(body.decode())
    except (ValueError, RecursionError) as fault:
        raise problem("body-not-json", f"The body is not JSON: {fault}.") from fault
    if not isinstance(read, dict):
        raise problem("body-not-json", "The body is JSON but not an object; send an object.")
    return read


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        name = next(name for name in names if names.count(name) > 1)[:60]
        says = f"`{name}` is given more than once; give it once."
        raise UnreadableQuestionError((FieldFault(field=name, code="field-repeated", says=says),))
    return members


_SEES_REPETITION: Final = json.JSONDecoder(object_pairs_hook=_members)


def read_base64(value: object) -> bytes | str:
    """Return the octets of a base64 text (RFC 4648, section 4), or what is wrong with it."""
    if not isinstance(value, str):
        return "must be text: the XML in base64"
    try:
        return binascii.a2b_base64(value.encode("ascii"), strict_mode=True)
    except UnicodeEncodeError:
        return "is not base64: it has a character beyond ASCII"
    except binascii.Error as fault:
        return f"is not base64: {fault}"
