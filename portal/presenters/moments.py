"""Moments as people in Great Britain read them."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Final

from rules.periods import GREAT_BRITAIN
from rules.sentences import Clock


def moment_words(at: datetime, *, zone: tzinfo = GREAT_BRITAIN) -> str:
    """Return a moment as `20 November 2026 at 09:05:07 GMT`."""
    return f"{date_words(at, zone=zone)} at {time_words(at, zone=zone)}"


def sentence_words(at: datetime, *, zone: tzinfo = GREAT_BRITAIN) -> str:
    """Return a moment for a sentence, as `09:05:07 GMT on 20 November 2026`."""
    return f"{time_words(at, zone=zone)} on {date_words(at, zone=zone)}"


def date_words(at: datetime, *, zone: tzinfo = GREAT_BRITAIN) -> str:
    """Return the date of a moment as `20 November 2026`."""
    local = at.astimezone(zone)
    return f"{local.day} {local:%B %Y}"


def time_words(at: datetime, *, zone: tzinfo = GREAT_BRITAIN) -> str:
    """Return the time of a moment as `09:05:07 GMT`."""
    return f"{at.astimezone(zone):%H:%M:%S %Z}"


ON_PAGES: Final = Clock(act=moment_words, validity=partial(moment_words, zone=UTC))
"""After "on": what people did in the time of Great Britain, validity always in UTC."""
IN_SENTENCES: Final = Clock(act=sentence_words, validity=partial(sentence_words, zone=UTC))
"""After "at": likewise."""


def minute_words(at: datetime) -> str:
    """Return the first whole minute that is not before a moment, as `09:06 GMT`."""
    begun = at.replace(second=0, microsecond=0)
    minute = begun if begun == at else begun + timedelta(minutes=1)
    return f"{minute.astimezone(GREAT_BRITAIN):%H:%M %Z}"
