"""A file that was spoiled is as if it were not there, or stops the follower."""

import pytest

from tests.portal.api.follower.watching import changed, flipped, is_right

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["snapshot", "change", "trusted"])
@pytest.mark.parametrize("spoil", [lambda _: b"", lambda it: it[: len(it) // 2], flipped])
def test_a_file_that_was_spoiled_is_as_if_it_were_not_there(a_follower, tmp_path, name, spoil):
    follower = a_follower()
    follower.confirm()
    for _ in range(2):
        changed()
        follower.confirm()
    changes = sorted((tmp_path / "state" / "changes").iterdir())
    path = changes[0] if name == "change" else tmp_path / "state" / name
    path.write_bytes(spoil(path.read_bytes()))
    again = a_follower()
    again.confirm()
    assert is_right(again)
    last = a_follower()
    last.confirm()
    assert is_right(last)


@pytest.mark.parametrize("spoiled", [b"", b"5", b"[5", b'["x", ""]', b"[1, 2, 3]"])
def test_a_follower_that_cannot_tell_how_far_it_was_stops_until_it_is_started_anew(
    a_follower, tmp_path, spoiled
):
    a_follower().confirm()
    (tmp_path / "state" / "newest").write_bytes(spoiled)
    with pytest.raises(ValueError, match=r"newest does not say .* use --start-anew"):
        a_follower()
    again = a_follower(forget=True)
    again.confirm()
    assert is_right(again)
