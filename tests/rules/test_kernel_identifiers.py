"""EUI-64s and RequestIDs, Remote Party Roles and who may have them, and the ends of periods."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st

from rules.identifiers import (
    IdentifierError,
    RequestId,
    eui64_from_octets,
    eui64_octets,
    parse_eui64,
    parse_request_id,
)
from rules.periods import (
    counts,
    has_expired,
    in_words,
    is_within,
    is_within_validity,
    known_by,
)
from rules.roles import (
    ENTITLED_ROLES,
    ISSUING_AUTHORITY,
    REMOTE_PARTY_ROLES,
    ROOT,
    XML_SIGN,
    PartyCategory,
)

EUI64 = "90-B3-D5-1F-30-01-00-00"


@pytest.mark.parametrize(
    "text",
    [
        "90-B3-D5-1F-30-01-00-00",
        "90b3d51f30010000",
        "90:b3:d5:1f:30:01:00:00",
        "90 B3 D5 1F 30 01 00 00",
        "  90-B3-D5-1F-30-01-00-00\n",
    ],
)
def test_every_usual_spelling_of_an_eui64_is_one_and_the_same(text):
    assert parse_eui64(text) == EUI64


@pytest.mark.parametrize(
    "text",
    [
        "",
        "90-B3-D5-1F-30-01-00",
        "90-B3-D5-1F-30-01-00-00-00",
        "90-B3:D5-1F-30-01-00-00",
        "90-B3-D5-1F-30-01-00-0G",
        "\uff19\uff10B3D51F30010000",
        "90B3D51F3001000O",
    ],
)
def test_what_is_no_eui64_is_refused_with_its_text(text):
    with pytest.raises(IdentifierError, match="is not an EUI-64"):
        parse_eui64(text)


@given(st.binary(min_size=8, max_size=8))
def test_an_eui64_is_its_octets_and_back(octets):
    eui64 = eui64_from_octets(octets)

    assert eui64_octets(eui64) == octets
    assert parse_eui64(eui64.lower()) == eui64


@given(st.binary(max_size=20).filter(lambda octets: len(octets) != 8))
def test_octets_of_another_number_are_no_eui64(octets):
    with pytest.raises(IdentifierError, match="has 8 bytes"):
        eui64_from_octets(octets)


@given(st.text(max_size=60))
def test_no_text_breaks_the_readers_of_identifiers(text):
    for read in (parse_eui64, parse_request_id):
        try:
            read(text)
        except IdentifierError:
            continue


def test_a_request_id_is_originator_target_and_counter():
    read = parse_request_id("90-b3-d5-1f-30-01-00-00:00-DB-12-34-56-78-90-A0:1010")

    assert read == RequestId(parse_eui64(EUI64), parse_eui64("00DB1234567890A0"), 1010)
    assert str(read) == "90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:1010"


@pytest.mark.parametrize(
    ("counter", "is_one"),
    [
        ("0", True),
        ("18446744073709551615", True),
        ("18446744073709551616", False),
        ("01", False),
        ("-1", False),
        ("", False),
        ("1 ", False),
    ],
)
def test_an_originator_counter_is_a_number_of_64_bits(counter, is_one):
    text = f"{EUI64}:{EUI64}:{counter}"
    if is_one:
        assert parse_request_id(text).originator_counter == int(counter)
        return
    with pytest.raises(IdentifierError):
        parse_request_id(text)


def test_codes_of_remote_party_roles_are_two_upper_case_hexadecimal_characters():
    assert REMOTE_PARTY_ROLES[XML_SIGN].name == "xmlSign"
    assert all(
        code == f"{int(code, 16):02X}" == role.code for code, role in REMOTE_PARTY_ROLES.items()
    )


def test_every_category_of_party_is_entitled_to_known_roles_and_never_to_an_authoritys():
    assert set(ENTITLED_ROLES) == set(PartyCategory)
    for roles in ENTITLED_ROLES.values():
        assert roles <= set(REMOTE_PARTY_ROLES)
        assert not roles & {ROOT, ISSUING_AUTHORITY}


def test_a_shared_resource_provider_has_xmlsign_alone():
    assert ENTITLED_ROLES[PartyCategory.SHARED_RESOURCE_PROVIDER] == {XML_SIGN}


START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2036, 1, 1, 23, 59, 59, tzinfo=UTC)
JUST = timedelta(microseconds=1)


def test_a_certificates_validity_includes_both_ends():
    def valid(at: datetime) -> bool:
        return is_within_validity(at, not_before=START, not_after=END)

    assert [valid(START - JUST), valid(START), valid(END), valid(END + JUST)] == [
        False,
        True,
        True,
        False,
    ]


def test_a_certificate_has_expired_only_after_its_end_and_not_before_its_beginning():
    assert not has_expired(START - JUST, not_after=END)
    assert not has_expired(END, not_after=END)
    assert has_expired(END + JUST, not_after=END)


def test_a_revocation_counts_from_its_very_moment_and_now_also_where_that_lies_ahead():
    assert not counts(None, by=known_by(END, is_about_now=True))
    for at, then, now in ((START - JUST, False, True), (START, True, True), (END, True, True)):
        assert counts(START, by=known_by(at, is_about_now=False)) is then
        assert counts(START, by=known_by(at, is_about_now=True)) is now


def test_our_own_periods_include_their_beginning_and_not_their_end():
    def within(at: datetime) -> bool:
        return is_within(at, start=START, end=END)

    assert [within(START - JUST), within(START), within(END - JUST), within(END)] == [
        False,
        True,
        True,
        False,
    ]
    assert is_within(END + timedelta(days=9999), start=START, end=None)


def test_a_finding_says_a_moment_in_utc_and_its_day_without_a_zero():
    summer = timezone(timedelta(hours=1))
    assert in_words(datetime(2035, 9, 2, 0, 59, 59, tzinfo=summer)) == (
        "1 September 2035, 23:59:59 UTC"
    )
