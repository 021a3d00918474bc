"""How the generators choose: what is right most of the time, what is wrong now and then."""

from datetime import datetime, timedelta
from typing import TypeVar

from hypothesis import strategies as st

from tests.rules.service_requests.world import AT, DAY

T = TypeVar("T")

_INSTANT = timedelta(microseconds=1)

MOMENTS = (AT, AT - _INSTANT, AT + _INSTANT, AT - DAY, AT + DAY)
"""At which questions are asked, and at which things begin and end: so they often meet."""

PAST, FUTURE = AT - 300 * DAY, AT + 300 * DAY


def mostly(right: T, *wrong: T, of: int = 14) -> st.SearchStrategy[T]:
    """Choose what is right `of` times as often as each of the others."""
    return st.sampled_from([right] * of * len(wrong) + list(wrong))


def moments() -> st.SearchStrategy[datetime]:
    return st.sampled_from([*MOMENTS, *MOMENTS, PAST, FUTURE])


def may_end() -> st.SearchStrategy[datetime | None]:
    return st.sampled_from([None, *MOMENTS, *MOMENTS, PAST, FUTURE])
