"""Words in a sentence are joined as a person writes a list, and very many are counted."""

import pytest

from rules.words import listed


@pytest.mark.parametrize(
    ("words", "how", "says"),
    [
        ([], {}, ""),
        (["a"], {}, "a"),
        (("a", "b"), {}, "a and b"),
        (["a", "b", "c"], {"last": "or"}, "a, b or c"),
        (["a", "b", "c"], {"at_most": 3}, "a, b and c"),
        (["a", "b", "c", "d"], {"at_most": 3}, "a, b and 2 more"),
        (
            [str(number) for number in range(16)],
            {"last": "or"},
            ", ".join(map(str, range(15))) + " or 15",
        ),
        (
            [str(number) for number in range(17)],
            {},
            ", ".join(map(str, range(15))) + " and 2 more",
        ),
    ],
)
def test_words_are_joined_as_a_person_writes_a_list(words, how, says) -> None:
    assert listed(words, **how) == says
