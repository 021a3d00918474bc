"""What breaks off, is not signed by whom it trusts, or is old is not taken."""

from datetime import timedelta

import pytest
from django.utils import timezone
from follower_feed import NotConfirmedError, PortalError

from registry.feed.reads.snapshot import load_snapshot
from registry.models import OrganisationCertificate, SnapshotChange
from rules.feed.refusals import FeedReason
from tests.factories import AT
from tests.portal.api.feed_middleman import Middleman
from tests.portal.api.follower.watching import changed, flipped, is_right, refuses
from tests.rules.feed.keys import Key

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.999])
@pytest.mark.parametrize("path", ["snapshot", "changes"])
def test_a_body_that_breaks_off_is_not_taken(a_follower, portal, path, part):
    follower = a_follower()
    if path == "changes":
        follower.confirm()
    changed()
    portal.tamper = lambda asked, given: (
        given.cut(int(len(given.body) * part)) if path in asked else given
    )
    for _ in range(2):
        assert refuses(follower, FeedReason.SIGNATURE_INVALID)
    portal.tamper = lambda _, given: given
    follower.confirm()
    assert is_right(follower)


def test_a_connection_that_breaks_off_without_a_word_is_only_that(a_follower, portal):
    follower = a_follower()
    follower.confirm()
    changed()
    portal.tamper = lambda *_: None
    assert isinstance(refuses(follower), PortalError)
    assert follower.snapshot() != load_snapshot()
    portal.tamper = lambda _, given: given
    follower.confirm()
    assert is_right(follower)


DAY = timedelta(days=1)
STRANGER = Key(not_before=timezone.now() - DAY, not_after=timezone.now() + DAY)


@pytest.mark.parametrize(
    ("alter", "reason"),
    [
        (lambda given: given.of(flipped(given.body)), FeedReason.SIGNATURE_INVALID),
        (lambda given: given.of(given.body + b"\n"), FeedReason.SIGNATURE_INVALID),
        (lambda given: given.signed(""), FeedReason.JWS_MALFORMED),
        (
            lambda given: given.signed(STRANGER.sign(given.body)),
            FeedReason.CERTIFICATE_UNTRUSTED,
        ),
    ],
    ids=["an octet differs", "an octet more", "no signature", "somebody else's"],
)
@pytest.mark.parametrize("path", ["snapshot", "changes"])
def test_what_is_not_signed_by_whom_it_trusts_is_not_taken(
    a_follower, portal, path, alter, reason
):
    follower = a_follower()
    if path == "changes":
        follower.confirm()
        changed()
    portal.tamper = lambda asked, given: alter(given) if path in asked else given
    assert refuses(follower, reason)
    if path == "changes":
        assert not is_right(follower)
    else:
        with pytest.raises(NotConfirmedError):
            follower.snapshot()
    portal.tamper = lambda _, given: given
    follower.confirm()
    assert is_right(follower)


def test_a_signature_over_another_answer_is_none_over_this_one(a_follower, portal):
    follower = a_follower()
    follower.confirm()
    changed()
    first = {}

    def swap(asked, given):
        if "changes" not in asked:
            return given
        return given.signed(first.setdefault("jws", given.headers["JWS-Signature"]))

    portal.tamper = swap
    follower.confirm()
    assert refuses(follower, FeedReason.SIGNATURE_INVALID)


def test_an_older_snapshot_that_is_given_again_is_not_taken(a_follower, portal):
    older = {}

    def keep(asked, given):
        if asked.endswith("/snapshot"):
            older["snapshot"] = given
        return given

    portal.tamper = keep
    follower = a_follower()
    follower.confirm()
    changed()
    follower.confirm()
    # It asks for the whole snapshot again, and is given the old one.
    SnapshotChange.objects.all().delete()
    changed()
    portal.tamper = lambda asked, given: (
        older["snapshot"] if asked.endswith("/snapshot") else given
    )
    assert refuses(follower, FeedReason.WENT_BACK)
    portal.tamper = lambda _, given: given
    follower.confirm()
    assert is_right(follower)


def test_an_older_snapshot_to_begin_with_is_brought_up_to_date_before_it_counts(
    a_follower, portal, tmp_path
):
    older = {}
    portal.tamper = older.setdefault
    follower = a_follower()
    follower.confirm()
    changed()
    (tmp_path / "state" / "snapshot").unlink()
    portal.tamper = lambda asked, given: older[asked] if asked.endswith("/snapshot") else given
    again = a_follower()
    again.confirm()
    assert is_right(again)


def test_an_older_answer_to_the_question_for_changes_is_none_to_this_one(a_follower, portal):
    follower = a_follower()
    follower.confirm()
    older = {}

    def replay(asked, given):
        return older.setdefault("changes", given) if "changes" in asked else given

    portal.tamper = replay
    follower.confirm()
    OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
    assert refuses(follower, FeedReason.NOT_THE_ANSWER)


def test_where_everything_that_comes_is_old_it_refuses_once_its_time_is_up(a_follower, portal):
    """Somebody who holds the follower in the past gains no more than `--refused-after`."""
    now = [1000.0]
    older = {}
    portal.tamper = lambda asked, given: older.setdefault(asked.partition("?")[0], given)
    follower = a_follower(clock=lambda: now[0], refused_after=60.0)
    follower.confirm()
    OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
    for _ in range(7):
        now[0] += 10
        assert refuses(follower, FeedReason.NOT_THE_ANSWER)
    with pytest.raises(NotConfirmedError):
        follower.snapshot()


def test_a_redirection_is_not_followed(a_follower, portal):
    follower = a_follower()
    elsewhere = Middleman(portal.portal)
    try:
        portal.tamper = lambda _, given: type(given)(
            307, {"Location": f"{elsewhere.address}/snapshot"}, b""
        )
        assert "307" in str(refuses(follower))
        assert elsewhere.seen == []
    finally:
        elsewhere.stop()
