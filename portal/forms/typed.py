"""What becomes of what a person types: each field of each form says it (docs/decisions/0022)."""

from enum import Enum
from typing import TypeVar

from django import forms

Field = TypeVar("Field", bound=forms.Field)


class Typed(Enum):
    """The three classes of what is typed, by where it may be found after the form was sent."""

    SECRET = "secret"  # noqa: S105 -- the name of a class, not one of its members
    """Nowhere, not even as a digest."""
    SECRET_BUT_DIGEST = "secret-but-digest"  # noqa: S105 -- likewise
    """A secret as well: of an upload or paste that is refused the evidence has its SHA-256 and the
    reasons. The request that could be read out of it, with no private key, passes."""
    PASSING = "passing"
    """Nowhere but in the pages of the same person, for half an hour (docs/decisions/0080)."""
    RECORD = "record"
    """In the register and its evidence for ever once the act is done; until then it passes."""


def secret(field: Field, *, leaves_digest: bool = False) -> Field:
    """Return the field as one of which nothing is kept; of what is uploaded at most its digest."""
    return _typed(field, Typed.SECRET_BUT_DIGEST if leaves_digest else Typed.SECRET)


def passing(field: Field) -> Field:
    """Return the field as one of which nothing is left after half an hour."""
    return _typed(field, Typed.PASSING)


def record(field: Field) -> Field:
    """Return the field as one that is recorded with the act."""
    return _typed(field, Typed.RECORD)


def typed_as(field: forms.Field) -> Typed | None:
    """Return the class of what is typed into a field; None where nobody has said it."""
    found = getattr(field, "typed", None)
    return found if isinstance(found, Typed) else None


def _typed(field: Field, as_: Typed) -> Field:
    field.typed = as_  # type: ignore[attr-defined]  # what this module adds to a field
    return field
