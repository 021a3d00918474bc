"""Reads the body of a request: a limit first, then a strict parser."""

import binascii
import contextlib
from typing import Any, Final

import pybase64
from django.conf import settings
from django.http import HttpRequest

from portal.api.json_reading import first_repeated, read_json
from portal.api.problems import problem
from rules.service_requests.questions import FieldFault, UnreadableQuestionError

JSON: Final = "application/json"
XML: Final = "application/xml"
TEXT_XML: Final = "text/xml"
"""What many clients send by themselves; RFC 7303, 9.2 makes it the same as the other."""


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
    length = declared_length(request, most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    body = request.read(length)
    require_whole(len(body), length)
    return body


def declared_length(request: HttpRequest, *, most: int) -> int:
    """Return how many octets a body says that it has.

    Raises:
        ProblemError: It does not say so, or there are more than are read at all.
    """
    declared = request.META.get("CONTENT_LENGTH") or ""
    if not declared:
        raise problem("length-required", "The request has no Content-Length; give one.")
    if not (declared.isascii() and declared.isdigit()):
        raise problem("request-malformed", f"The Content-Length is `{declared[:40]}`.")
    length = int(declared)
    if length > most:
        raise problem(
            "body-too-large",
            f"The body has {length} bytes; at most {most} are read.",
        )
    return length


def require_whole(octets: int, declared: int) -> None:
    """Return quietly where a body has as many octets as it says.

    Raises:
        ProblemError: It breaks off.
    """
    if octets != declared:
        raise problem(
            "body-incomplete", f"The body has {octets} of the {declared} bytes that it declares."
        )


def read_json_object(body: bytes) -> dict[str, Any]:
    """Return the members of a JSON object.

    Raises:
        ProblemError: The body is not JSON (RFC 8259) in UTF-8, or no object.
        UnreadableQuestionError: A member is given twice.
    """
    read = read_json_document(body)
    name = first_repeated(read)
    if name is not None:
        raise UnreadableQuestionError((repeated(name),))
    return read


def read_json_document(body: bytes) -> dict[str, Any]:
    """Return the members of a JSON object; objects with one given twice come as `Repeated`.

    Raises:
        ProblemError: The body is not JSON (RFC 8259) in UTF-8, or no object.
    """
    try:
        read = read_json(body)
    except ValueError as fault:
        raise problem("body-not-json", f"The body is not JSON: {fault}.") from fault
    if not isinstance(read, dict):
        raise problem("body-not-json", "The body is JSON but not an object; send an object.")
    return read


def repeated(name: str) -> FieldFault:
    """Return the fault of a member that is given more than once."""
    shown = name[:60]
    says = f"`{shown}` is given more than once; give it once."
    return FieldFault(field=shown, code="field-repeated", says=says)


def read_base64(value: object) -> bytes | str:
    """Return the octets of a base64 text (RFC 4648, section 4), or what is wrong with it."""
    if not isinstance(value, str):
        return "must be text: the XML in base64"
    with contextlib.suppress(ValueError):
        # Twenty times as fast. What it refuses is looked at again, for the words.
        return pybase64.b64decode(value, validate=True)
    try:
        return binascii.a2b_base64(value.encode("ascii"), strict_mode=True)
    except UnicodeEncodeError:
        return "is not base64: it has a character beyond ASCII"
    except binascii.Error as fault:
        return f"is not base64: {fault}"
