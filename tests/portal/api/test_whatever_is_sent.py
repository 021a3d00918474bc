"""Whatever is sent to the API, it is decided or refused by name; nothing breaks it."""

import json

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from rules.service_requests.questions import FIELDS
from tests.portal.api.conftest import JSON, XML

pytestmark = pytest.mark.slow

of_anything = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
NAMES = st.sampled_from(["message", "device", *FIELDS]) | st.text(max_size=10)


@of_anything
@given(body=st.binary(max_size=200))
def test_any_octets_as_json(engine, body):
    assert engine.call("POST", "checks", body, JSON).status_code == 400


@of_anything
@given(members=st.dictionaries(NAMES, VALUES, max_size=6))
def test_any_members(engine, members):
    body = json.dumps(members).encode()
    assert engine.check_json(body).status_code in {200, 400}


@of_anything
@given(
    message=st.binary(max_size=200),
    pairs=st.lists(st.tuples(NAMES, st.text(max_size=20)), max_size=5),
)
def test_any_octets_and_any_query_as_xml(engine, message, pairs):
    written = [
        (name.encode("utf-8", "replace"), v.encode("utf-8", "replace")) for name, v in pairs
    ]
    assert engine.check_xml(message, *written).status_code in {200, 400, 403}


@of_anything
@given(kind=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30))
def test_any_content_type(engine, kind):
    if kind.partition(";")[0].strip().lower() in {JSON, XML}:
        return
    assert engine.call("POST", "checks", b"{}", kind).status_code == 415
