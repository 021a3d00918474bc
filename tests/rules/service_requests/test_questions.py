"""A question is read the same whoever asks, and everything that is wrong is said at once."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from rules.service_requests.question import DeviceFacts, Generation, Purpose, Question
from rules.service_requests.questions import (
    FIELDS,
    FieldFault,
    UnreadableQuestionError,
    asks_as_of,
    read_question,
)

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NORTHWIND = "90-B3-D5-1F-30-01-00-00"
GRID = "90-B3-D5-1F-30-02-00-00"


def ask(**fields):
    return read_question(b"<Request/>", {"generation": "SMETS1", **fields}, at=AT)


def faults(**fields):
    with pytest.raises(UnreadableQuestionError) as refusal:
        ask(**fields)
    return [(fault.field, fault.code) for fault in refusal.value.faults]


def test_only_the_generation_must_be_given():
    assert ask() == Question(
        message=b"<Request/>", generation=Generation.SMETS1, received_at=AT, is_about_now=True
    )


def test_a_question_with_a_moment_of_its_own_is_not_about_now():
    assert not ask(received_at="2026-11-20T09:00:00Z").is_about_now
    assert ask(received_at=None).is_about_now


def test_every_field_is_read():
    question = ask(
        **{
            "generation": "SMETS2+",
            "checkpoint": "s1sp:Alpha",
            "purpose": "diagnosis",
            "received_at": "2026-11-20T08:59:00.5Z",
            "device.registered_user_ids": [NORTHWIND, GRID.lower(), GRID.replace("-", "")],
            "device.hub_import_supplier_ids": [],
            "device.s1sp": "Alpha",
            "device.certificate_owner": GRID.replace("-", ":"),
            "device.notified_critical_supplier_id": NORTHWIND,
        }
    )
    assert question == Question(
        message=b"<Request/>",
        generation=Generation.SMETS2_PLUS,
        checkpoint="s1sp:Alpha",
        purpose=Purpose.DIAGNOSIS,
        received_at=datetime(2026, 11, 20, 8, 59, 0, 500_000, tzinfo=UTC),
        device=DeviceFacts(
            registered_user_ids=frozenset({NORTHWIND, GRID}),
            hub_import_supplier_ids=frozenset(),
            s1sp="Alpha",
            certificate_owner=GRID,
            notified_critical_supplier_id=NORTHWIND,
        ),
    )


@pytest.mark.parametrize("name", sorted(set(FIELDS) - {"generation"}))
def test_a_field_that_is_none_was_not_said(name):
    assert ask(**{name: None}) == ask()


def test_one_empty_text_in_a_list_says_that_there_is_nobody():
    assert ask(**{"device.registered_user_ids": [""]}).device.registered_user_ids == frozenset()
    assert ask().device.registered_user_ids is None


def test_a_moment_of_another_time_zone_is_the_same_moment():
    assert ask(received_at="2026-11-20T10:00:00+01:00").received_at == AT
    assert ask(received_at="2026-11-20t09:00:00z").received_at == AT


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("generation", ""),
        ("generation", "smets1"),
        ("generation", "SMETS2"),
        ("generation", "SMETS2 "),
        ("generation", 2),
        ("generation", ["SMETS1"]),
        ("checkpoint", "s1sp:"),
        ("checkpoint", "DSP"),
        ("checkpoint", "s1sp:" + "x" * 64),
        ("purpose", "curiosity"),
        ("received_at", "now"),
        ("received_at", "2026-11-20"),
        ("received_at", "2026-11-20T09:00:00"),
        ("received_at", "20261120T090000Z"),
        ("received_at", "2026-W47-5T09:00:00Z"),
        ("received_at", "2026-02-30T09:00:00Z"),
        ("received_at", "2026-11-20T24:00:00Z"),
        ("received_at", "2026-11-20T09:00:60Z"),
        ("received_at", "0001-01-01T00:00:00+14:00"),
        ("received_at", "٢٠٢٦-11-20T09:00:00Z"),
        ("received_at", 1_795_165_200),
        ("device.registered_user_ids", NORTHWIND),
        ("device.registered_user_ids", {"a": 1}),
        ("device.registered_user_ids", [NORTHWIND, "90-B3"]),
        ("device.registered_user_ids", ["", ""]),
        ("device.registered_user_ids", [None]),
        ("device.hub_import_supplier_ids", [7]),
        ("device.s1sp", ""),
        ("device.s1sp", "a b"),
        ("device.certificate_owner", ""),
        ("device.certificate_owner", [NORTHWIND]),
        ("device.notified_critical_supplier_id", "northwind"),
    ],
)
def test_a_value_that_is_none_of_the_field_is_named(name, value):
    assert faults(**{name: value}) == [(name, "field-malformed")]


def test_a_plus_that_a_query_turned_into_a_space_is_explained():
    with pytest.raises(UnreadableQuestionError, match="SMETS2%2B"):
        ask(generation="SMETS2 ")


@pytest.mark.parametrize("fields", [{}, {"generation": None}])
def test_a_missing_generation_is_named(fields):
    with pytest.raises(UnreadableQuestionError) as refusal:
        read_question(b"", fields, at=AT)
    assert refusal.value.faults == (
        FieldFault(
            field="generation", code="field-missing", says="`generation` is missing; give it."
        ),
    )


def test_everything_that_is_wrong_is_said_at_once():
    assert sorted(
        faults(
            **{
                "generation": None,
                "checkpoint": "x",
                "recieved_at": "2026-11-20T09:00:00Z",
                "device": {},
                "device.s1sp": "",
            }
        )
    ) == [
        ("checkpoint", "field-malformed"),
        ("device", "field-unknown"),
        ("device.s1sp", "field-malformed"),
        ("generation", "field-missing"),
        ("recieved_at", "field-unknown"),
    ]


@pytest.mark.parametrize(
    ("away", "is_as_of"),
    [
        (timedelta(0), False),
        (timedelta(minutes=5), False),
        (timedelta(minutes=-5), False),
        (timedelta(minutes=5, microseconds=1), True),
        (timedelta(minutes=-5, microseconds=-1), True),
    ],
)
def test_a_question_is_as_of_when_it_is_more_than_five_minutes_from_now(away, is_as_of):
    question = ask(received_at=(AT + away).isoformat())
    assert asks_as_of(question, at=AT) is is_as_of


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])))
def test_every_moment_that_we_write_is_read_as_itself(moment):
    written = moment.isoformat()
    try:
        moment.astimezone(UTC)
    except OverflowError:
        return
    assert ask(received_at=written).received_at == moment


scalars = st.none() | st.booleans() | st.integers() | st.text()


# Such fields take long to make on a busy machine; that says nothing of what is tested.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from([*FIELDS, "else"]),
        scalars
        | st.lists(scalars, max_size=3)
        | st.lists(st.lists(scalars, max_size=2), max_size=2),
    )
)
def test_whatever_the_fields_hold_they_are_a_question_or_named_faults(fields):
    try:
        question = read_question(b"", fields, at=AT)
    except UnreadableQuestionError as refusal:
        named = {fault.field for fault in refusal.faults}
    else:
        named = set()
        assert question.received_at.tzinfo is not None
    assert named <= {*fields, "generation"}
