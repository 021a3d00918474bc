"""MPIDs in a commonName: whatever the strict reader takes, the lenient one blocks, and no more."""

from rules.certificates.mpids import (
    MPID_SYNTAX,
    mpids_in_common_name,
    read_mpid_list,
    tokens_in_common_name,
)
from tests.fuzz.target import Target

_LONGEST_SENTENCE = 1_000


def hold(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    blocked = mpids_in_common_name(text)
    tokens = tokens_in_common_name(text)
    assert set(blocked) <= set(tokens)
    for mpid in tokens:
        assert MPID_SYNTAX.shortest <= len(mpid) <= MPID_SYNTAX.longest
        assert mpid.isascii()
        assert mpid == mpid.upper()
        assert mpid.isalnum()
    assert len(set(tokens)) == len(tokens)
    read = read_mpid_list(text)
    assert (read.fault is None) == bool(read.mpids)
    if read.fault is None:
        assert read.mpids == blocked
        assert read.says == ""
    else:
        assert 0 < len(read.says) < _LONGEST_SENTENCE


TARGET = Target(
    hold=hold,
    seeds=(
        b"ABCD",
        b"ABCD EFGH",
        b"ABCD,EFGH;IJKL/1234",
        b"abcd",
        b" ABCD  EFGH,",
        "\uff21\uff22\uff23\uff24".encode(),
        "ABC\u0410".encode(),
        b"Northwind Energy",
        b"Acme Gas Ltd",
        b"ABC DEF",
        "\u1d00\u0131\ufb03".encode(),
    ),
    words=(b",", b";", b"/", b" ", "\u0131".encode(), "\u00df".encode(), "\ufb03".encode()),
)
