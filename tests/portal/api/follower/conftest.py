"""The follower of the documentation, before the real portal, with a middleman between."""

import sys
from pathlib import Path

import pytest
from django.conf import settings as project
from django.utils import timezone

from portal.api import feed
from registry.clients.acts.api_clients import create_api_client
from registry.feed.reads import snapshot_holder
from registry.gateways.feed_signing_key import feed_keys
from tests.factories import AT
from tests.portal.api.feed_middleman import Middleman

EXAMPLES = Path(project.BASE_DIR) / "docs" / "examples"
sys.path.insert(0, str(EXAMPLES))

from follower_feed import Follower, Portal  # noqa: E402 -- only found there
from follower_state import State  # noqa: E402


@pytest.fixture
def keys_dir(tmp_path, settings):
    settings.FEED_KEYS_DIR = tmp_path / "keys"
    settings.FEED_KEY_ANNOUNCED_FOR = 0
    return settings.FEED_KEYS_DIR


@pytest.fixture
def token(committed):  # noqa: ARG001 -- the server sees only what commits
    made = create_api_client("follower", scopes=["snapshot:read"], at=AT)
    snapshot_holder.stop_holding()
    return made.token


@pytest.fixture
def portal(
    live_server,
    keys_dir,  # noqa: ARG001 -- a key
    subscriber,  # noqa: ARG001 -- a register
    token,  # noqa: ARG001 -- a client of it
    monkeypatch,
):
    """A middleman before a real portal with a register."""
    middleman = Middleman(live_server.url)
    yield middleman
    # Answers what is still held, as a portal does that ends.
    monkeypatch.setattr(feed, "is_ending", lambda: True)
    middleman.stop()
    assert feed.held_requests.count == 0


@pytest.fixture
def pinned(portal):  # noqa: ARG001 -- there are keys then
    """The certificate that signs, as an operator would have brought it over."""
    return feed_keys().current(at=timezone.now()).signing.pem.encode()


@pytest.fixture
def a_follower(portal, token, pinned, tmp_path):
    """Return what starts a follower anew on the same folder, as after an end of any kind."""
    states = []

    def start(*, forget=False, **how) -> Follower:
        for state in states:
            state.close()
        states.append(State(tmp_path / "state"))
        if forget:
            states[-1].forget()
        follower = Follower(Portal(portal.address, token), states[-1], **{"pinned": pinned, **how})
        follower.begin()
        return follower

    yield start
    for state in states:
        state.close()
