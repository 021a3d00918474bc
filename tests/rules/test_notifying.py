"""Every rule about notifying a certificate (DUIS 3.3.1), with its passing and failing vectors."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from rules.findings import Verdict
from rules.identifiers import Eui64
from rules.notifying import NOTIFYING_RULES, NotifyingFacts, check_notifying

pytestmark = pytest.mark.serves("MP104-NOTIFY")

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
USER_ID = Eui64("90-B3-D5-1F-30-01-00-00")

GOOD = NotifyingFacts(
    user_id=USER_ID,
    certificate_eui64=USER_ID,
    remote_party_role="87",
    key_usage="digitalSignature",
    not_before=AT - timedelta(days=1),
    not_after=AT + timedelta(days=1),
    revoked_at=None,
    is_withheld=False,
    key_serves_another_user_id=False,
    counts_from=AT,
    at=AT,
)


def changed(**difference):
    """Return the facts of a certificate that can be notified, but for what is different."""
    return dataclasses.replace(GOOD, **difference)


FAILING = {
    "notified-certificate-not-xmlsign": {"remote_party_role": "02"},
    "notified-certificate-not-for-signing": {"key_usage": "keyAgreement"},
    "notified-certificate-of-another-user-id": {
        "certificate_eui64": Eui64("90-B3-D5-1F-30-02-00-00")
    },
    "notified-certificate-revoked": {"revoked_at": AT},
    "notified-certificate-expired": {"not_after": AT - timedelta(seconds=1)},
    "notified-certificate-not-yet-valid": {"not_before": AT + timedelta(seconds=1)},
    "notification-moment-past": {"counts_from": AT - timedelta(seconds=1)},
    "notified-certificate-withheld": {"is_withheld": True},
    "notified-key-of-another-user-id": {"key_serves_another_user_id": True},
}


def test_a_live_xmlsign_certificate_of_the_user_id_can_be_notified():
    report = check_notifying(GOOD)
    assert report.is_clear
    assert [finding.verdict for finding in report.findings] == [Verdict.PASSED] * len(
        NOTIFYING_RULES
    )


@pytest.mark.parametrize(("reason", "difference"), FAILING.items(), ids=list(FAILING))
def test_each_difference_is_refused_for_its_own_reason_alone(reason, difference):
    report = check_notifying(dataclasses.replace(GOOD, **difference))
    assert report.reasons == (reason,)
    assert not report.is_clear


@pytest.mark.parametrize("unknown", ["", "contentCommitment", "digitalsignature"])
def test_what_is_not_exactly_for_signing_cannot_be_notified(unknown):
    report = check_notifying(dataclasses.replace(GOOD, key_usage=unknown))
    assert report.reasons == ("notified-certificate-not-for-signing",)


def test_every_reason_has_a_vector():
    assert {reason for rule in NOTIFYING_RULES for reason in rule.reasons} == set(FAILING)


@pytest.mark.parametrize(
    "still_good",
    [
        {"not_before": AT},
        {"not_after": AT},
        {"counts_from": AT + timedelta(days=1)},
        # Not valid yet, and to count from when it is.
        {
            "not_before": AT + timedelta(hours=1),
            "counts_from": AT + timedelta(hours=1),
        },
    ],
)
def test_a_certificate_may_be_notified_from_its_first_moment_until_its_last(still_good):
    assert check_notifying(dataclasses.replace(GOOD, **still_good)).is_clear


@pytest.mark.parametrize(
    ("reason", "ahead"),
    [
        ("notified-certificate-expired", AT + timedelta(days=1, seconds=1)),
        ("notified-certificate-not-yet-valid", AT + timedelta(minutes=59)),
    ],
)
def test_a_notification_for_later_is_held_to_the_certificates_validity_then(reason, ahead):
    later = dataclasses.replace(GOOD, not_before=AT + timedelta(hours=1), counts_from=ahead)
    assert check_notifying(later).reasons == (reason,)


def test_a_certificate_that_a_clock_ahead_of_ours_revoked_is_revoked():
    ahead = dataclasses.replace(GOOD, revoked_at=AT + timedelta(hours=1))
    assert check_notifying(ahead).reasons == ("notified-certificate-revoked",)


def test_all_that_is_wrong_is_said_at_once():
    # One of a rule's reasons alone: a certificate that is revoked is not said to be expired too.
    hidden = {"notified-certificate-expired", "notified-certificate-not-yet-valid"}
    everything = {
        key: value
        for reason, difference in FAILING.items()
        if reason not in hidden
        for key, value in difference.items()
    }
    report = check_notifying(dataclasses.replace(GOOD, **everything))
    assert set(report.reasons) == set(FAILING) - hidden
