"""What went wrong is kept in words that the database can store."""

import pytest

from registry.faults import fault_words, kept


@pytest.mark.parametrize(
    ("words", "stored"),
    [
        ("550 No such user", "550 No such user"),
        ("before\0after", "beforeafter"),
        ("half a pair: \ud800", "half a pair: ?"),
        ("\U0001f600", "\U0001f600"),
        ("x" * 3_000, "x" * 2_000),
    ],
)
def test_what_no_database_can_store_is_left_out(words: str, stored: str) -> None:
    assert kept(words) == stored


def test_a_fault_is_told_by_its_kind_and_words() -> None:
    assert fault_words(OSError("the disk is full\0")) == "OSError: the disk is full"


def test_words_are_cut_where_there_is_less_room() -> None:
    assert kept("abc", most=2) == "ab"
