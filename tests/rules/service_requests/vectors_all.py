"""Every vector of the checker: what fails by its reason, and what passes."""

from rules.service_requests.reasons import CheckReason
from tests.rules.service_requests import (
    vectors,
    vectors_content,
    vectors_contingency,
    vectors_registration,
    vectors_schema,
)
from tests.rules.service_requests.vectors import Vector

_FILES = (vectors, vectors_content, vectors_contingency, vectors_registration, vectors_schema)


def _failing() -> dict[CheckReason, list[Vector]]:
    merged: dict[CheckReason, list[Vector]] = {}
    for of in _FILES:
        for reason, given in of.FAILING.items():
            merged.setdefault(reason, []).extend(given)
    return merged


FAILING = _failing()
"""The first reason that each gives, where MP104 is enforced."""

UNREADABLE = vectors_content.UNREADABLE
"""Likewise, of payloads."""

RELAXED: dict[CheckReason, list[Vector]] = {
    reason: vectors.FAILING[reason]
    for reason in (
        CheckReason.CERTIFICATE_NOT_XMLSIGN,
        CheckReason.CERTIFICATE_NOT_NOTIFIED,
        CheckReason.KEY_SERVES_TWO_USER_IDS,
        CheckReason.KEY_USED_TOWARDS_DEVICES,
        CheckReason.ORIGINATOR_OTHER_USER_ID,
    )
}
"""Those of FAILING that are processed while MP104 is monitored: of no provider's."""

PASSING: dict[str, Vector] = {name: given for of in _FILES for name, given in of.PASSING.items()}
