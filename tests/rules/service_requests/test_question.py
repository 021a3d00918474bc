"""What the checker can be asked, and how a snapshot finds shared keys."""

import pytest

from rules.certificates.keys import key_x
from rules.register.checkpoints import DSP
from rules.register.snapshot import KeyHolder, find_shared_keys
from rules.service_requests.question import QuestionError, parse_checkpoint
from tests.rules.messages.builders import OTHER_KEY, point
from tests.rules.service_requests.world import (
    AT,
    KEY,
    OTHER_USER_ID,
    USER_ID,
    certificate,
    snapshot,
)


@pytest.mark.parametrize("text", ["dsp", "s1sp:ALPHA", "s1sp:a", "s1sp:S1SP_2.b-c"])
def test_a_checkpoint_is_the_dsp_or_a_named_s1sp(text):
    assert parse_checkpoint(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "DSP", " dsp", "s1sp", "s1sp:", "s1sp: a", "s1sp:é", "s1sp:" + "a" * 64, "s1sp:\n"],
)
def test_nothing_else_is_a_checkpoint(text):
    with pytest.raises(QuestionError):
        parse_checkpoint(text)


def test_the_dsp_is_asked_where_nothing_else_is_said():
    assert DSP == "dsp"


def test_a_key_is_shared_by_two_holders_and_not_by_two_certificates_of_one():
    renewed = certificate(serial=2, revoked_at=AT)
    other = certificate(serial=3, key=OTHER_KEY)
    towards_devices = certificate(serial=4, remote_party_role="02")
    foreign = certificate(serial=5, eui64=OTHER_USER_ID)

    assert find_shared_keys([certificate(), renewed, other]) == {}
    assert find_shared_keys([certificate(), other, towards_devices, foreign, renewed]) == {
        key_x(point(KEY)): {
            KeyHolder(USER_ID, "87", "P-1"),
            KeyHolder(USER_ID, "02", "P-1"),
            KeyHolder(OTHER_USER_ID, "87", "P-1"),
        }
    }


def test_a_snapshot_finds_its_shared_keys_itself():
    assert set(
        snapshot(certificate(), certificate(serial=2, eui64=OTHER_USER_ID)).shared_keys
    ) == {key_x(point(KEY))}
