"""The people, the pages and the API that the attacks are made on: those of the other tests."""

from tests.portal.api.conftest import client_of, committed, engine, subscriber
from tests.portal.pages.conftest import (
    auditor,
    dcc,
    half_signed_in,
    north,
    officer,
    other_officer,
    signed_in,
    south,
)

__all__ = [
    "auditor",
    "client_of",
    "committed",
    "dcc",
    "engine",
    "half_signed_in",
    "north",
    "officer",
    "other_officer",
    "signed_in",
    "south",
    "subscriber",
]
