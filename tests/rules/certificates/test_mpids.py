"""MPIDs in a commonName: the strict list for new requests and the lenient reading that blocks."""

import pytest
from hypothesis import given, strategies as st

from rules.certificates.mpids import (
    MpidFault,
    MpidSyntax,
    mpids_in_common_name,
    read_mpid_list,
    tokens_in_common_name,
)

pytestmark = pytest.mark.serves("MP104-MPID")

MPID = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=3, max_size=4)


@pytest.mark.parametrize(
    ("common_name", "mpids"),
    [
        ("ABCD", ("ABCD",)),
        ("1234", ("1234",)),
        ("ABC", ("ABC",)),
        ("ABC,ABCD;DEF/123", ("ABC", "ABCD", "DEF", "123")),
        ("ABCD EFGH", ("ABCD", "EFGH")),
        ("ABCD,EFGH;IJKL/MNOP", ("ABCD", "EFGH", "IJKL", "MNOP")),
        ("ABCD ABCD", ("ABCD",)),
    ],
)
def test_a_list_of_mpids_is_read(common_name, mpids):
    read = read_mpid_list(common_name)

    assert (read.mpids, read.fault) == (mpids, None)


@pytest.mark.parametrize(
    ("common_name", "fault", "says"),
    [
        ("abcd", MpidFault.CASE, 'write "ABCD"'),
        ("abc", MpidFault.CASE, 'write "ABC"'),
        ("Acme Gas Ltd", MpidFault.CASE, 'write "ACME GAS LTD". If it is a name, leave'),
        ("Acme Power Ltd", MpidFault.MALFORMED, '"Power" is not one'),
        ("AB", MpidFault.MALFORMED, "has 3 or 4 characters"),
        ("ABCD efGH", MpidFault.CASE, 'write "ABCD EFGH"'),
        ("ABCD  EFGH", MpidFault.SEPARATOR, 'write "ABCD EFGH"'),
        ("ABCD, EFGH", MpidFault.SEPARATOR, 'write "ABCD EFGH"'),
        (" abcd", MpidFault.SEPARATOR, 'write "ABCD"'),
        ("", MpidFault.MALFORMED, "leave the commonName out"),
        ("ABCDE", MpidFault.MALFORMED, '"ABCDE" is not one'),
        ("ABCD-EFGH", MpidFault.MALFORMED, '"ABCD-EFGH" is not one'),
        ("ABCD EF H", MpidFault.MALFORMED, '"EF" is not one'),
        ("ABCD\tEFGH", MpidFault.MALFORMED, "<U+0009>"),
        # What cannot be printed takes eight characters each, and is cut as any other text.
        ("\0" * 8, MpidFault.MALFORMED, f'"{"<U+0000>" * 8}" is not one'),
        ("\0" * 50, MpidFault.MALFORMED, f'"{"<U+0000>" * 8}…" is not one'),
        ("A" * 60 + "\0\0", MpidFault.MALFORMED, f'"{"A" * 60}…" is not one'),
        ("AB\u0421D", MpidFault.LOOK_ALIKE, "CYRILLIC CAPITAL LETTER ES (U+0421)"),
        ("\uff21BCD", MpidFault.LOOK_ALIKE, "FULLWIDTH LATIN CAPITAL LETTER A"),
        ("ABCD\u00a0EFGH", MpidFault.LOOK_ALIKE, "NO-BREAK SPACE"),
        ("ABC\u0661", MpidFault.LOOK_ALIKE, "ARABIC-INDIC DIGIT ONE"),
        ("ABCD\u200b", MpidFault.LOOK_ALIKE, "ZERO WIDTH SPACE"),
    ],
)
def test_each_fault_of_a_list_is_told_with_its_cure(common_name, fault, says):
    read = read_mpid_list(common_name)

    assert (read.mpids, read.fault) == ((), fault)
    assert says in read.says


@pytest.mark.parametrize(
    ("common_name", "mpids"),
    [
        ("abcd", ("ABCD",)),
        ("Abcd+efGH", ("ABCD", "EFGH")),
        ("ABCD_EFGH", ("ABCD", "EFGH")),
        ("(ABCD)", ("ABCD",)),
        ("MPID: ABCD", ("MPID", "ABCD")),
        ("\uff21\uff22\uff23\uff24", ("ABCD",)),
        ("ABCD abcd", ("ABCD",)),
        ("GITTESTSUPPLIER2", ()),
        ("ABCD\u00c9", ()),
        ("AB\u00df", ()),
        ("abc", ("ABC",)),
        ("(ABC)+def", ("ABC", "DEF")),
        ("acme gas", ("ACME", "GAS")),
        # More than a list: Ltd is a word there, and Acme may be an MPID.
        ("Acme Power Ltd", ("ACME",)),
        ("ABC-D1", ()),
        ("ABC \u00c9", ()),
        ("Z1", ()),
        ("", ()),
    ],
)
def test_what_blocks_is_read_whatever_its_case_and_separators(common_name, mpids):
    assert mpids_in_common_name(common_name) == mpids


@pytest.mark.parametrize(
    ("common_name", "tokens"),
    [
        ("Acme Gas Ltd", ("ACME", "GAS", "LTD")),
        ("Border Power Ltd", ("LTD",)),
        ("Ltd. ltd LTD", ("LTD",)),
        ("\uff21\uff22\uff23 Northwind", ("ABC",)),
        ("GITTESTSUPPLIER2", ()),
        ("AB\u00c9", ()),
    ],
)
def test_in_a_name_everything_that_is_written_like_an_mpid_may_be_one(common_name, tokens):
    assert tokens_in_common_name(common_name) == tokens


@pytest.mark.parametrize(
    ("shortest", "longest", "says"), [(3, 4, "3 or 4"), (4, 4, "4"), (3, 6, "3 to 6")]
)
def test_the_lengths_are_told_as_they_are_set(shortest, longest, says):
    assert MpidSyntax(shortest=shortest, longest=longest).lengths == says


@pytest.mark.slow
@given(st.text(max_size=100))
def test_neither_reader_ever_breaks_and_the_lenient_sees_all_that_the_strict_does(text):
    blocked = set(mpids_in_common_name(text))
    assert set(read_mpid_list(text).mpids) <= blocked <= set(tokens_in_common_name(text))


@given(st.lists(MPID, min_size=1, max_size=12), st.sampled_from(" ,;/"))
def test_every_list_that_is_rightly_written_is_read_alike_by_both(mpids, separator):
    common_name = separator.join(mpids)

    assert read_mpid_list(common_name).mpids == tuple(dict.fromkeys(mpids))
    assert mpids_in_common_name(common_name.lower()) == tuple(dict.fromkeys(mpids))


@given(st.text("abcdABCD09 ,;/\t", max_size=30))
def test_the_cure_that_is_told_is_one(text):
    says = read_mpid_list(text).says
    if "; write " in says:
        cure = says.split('; write "')[1].split('"')[0]
        assert read_mpid_list(cure).fault is None
