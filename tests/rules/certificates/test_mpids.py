"""MPIDs in a commonName: the strict list for new requests and the lenient reading that blocks."""

import pytest
from hypothesis import given, strategies as st

from rules.certificates.mpids import MpidFault, mpids_in_common_name, read_mpid_list

MPID = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=4, max_size=4)


@pytest.mark.parametrize(
    ("common_name", "mpids"),
    [
        ("ABCD", ("ABCD",)),
        ("1234", ("1234",)),
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
        ("ABCD efGH", MpidFault.CASE, 'write "ABCD EFGH"'),
        ("ABCD  EFGH", MpidFault.SEPARATOR, 'write "ABCD EFGH"'),
        ("ABCD, EFGH", MpidFault.SEPARATOR, 'write "ABCD EFGH"'),
        (" abcd", MpidFault.SEPARATOR, 'write "ABCD"'),
        ("", MpidFault.MALFORMED, "leave the commonName out"),
        ("ABCDE", MpidFault.MALFORMED, '"ABCDE" is none'),
        ("ABCD-EFGH", MpidFault.MALFORMED, '"ABCD-EFGH" is none'),
        ("ABCD EF H", MpidFault.MALFORMED, '"EF" is none'),
        ("ABCD\tEFGH", MpidFault.MALFORMED, "<U+0009>"),
        # What cannot be printed takes eight characters each, and is cut as any other text.
        ("\0" * 8, MpidFault.MALFORMED, f'"{"<U+0000>" * 8}" is none'),
        ("\0" * 50, MpidFault.MALFORMED, f'"{"<U+0000>" * 8}…" is none'),
        ("A" * 60 + "\0\0", MpidFault.MALFORMED, f'"{"A" * 60}…" is none'),
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
        ("Z1", ()),
        ("", ()),
    ],
)
def test_what_blocks_is_read_whatever_its_case_and_separators(common_name, mpids):
    assert mpids_in_common_name(common_name) == mpids


@given(st.text(max_size=100))
def test_neither_reader_ever_breaks_and_the_lenient_sees_all_that_the_strict_does(text):
    assert set(read_mpid_list(text).mpids) <= set(mpids_in_common_name(text))


@given(st.lists(MPID, min_size=1, max_size=12), st.sampled_from(" ,;/"))
def test_every_list_that_is_rightly_written_is_read_alike_by_both(mpids, separator):
    common_name = separator.join(mpids)

    assert read_mpid_list(common_name).mpids == tuple(dict.fromkeys(mpids))
    assert mpids_in_common_name(common_name.lower()) == tuple(dict.fromkeys(mpids))


@given(st.text("abcdABCD09 ,;/\t", max_size=30))
def test_the_cure_that_is_told_is_one(text):
    says = read_mpid_list(text).says
    if "; write " in says:
        cure = says.split('; write "')[1].removesuffix('".')
        assert read_mpid_list(cure).fault is None
