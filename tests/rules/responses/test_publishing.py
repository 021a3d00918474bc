"""What the DCC may publish as a certificate with which it signs communications to Users."""

from dataclasses import replace

import pytest

from rules.responses.kinds import SigningPurpose
from rules.responses.publishing import PUBLISHING_BOOK, PublishingFacts
from rules.roles import PartyCategory
from tests.rules.responses.world import AT, DAY, DCC_USER_ID, SECOND

pytestmark = pytest.mark.serves("MP104-DCC")

TRANSFORM, BROKER = SigningPurpose.TRANSFORM, SigningPurpose.ACCESS_CONTROL_BROKER
GOOD = PublishingFacts(
    purpose=TRANSFORM,
    eui64=DCC_USER_ID,
    category=PartyCategory.DCC,
    remote_party_role="89",
    not_before=AT - DAY,
    not_after=AT + DAY,
    revoked_at=None,
    is_withheld=False,
    roles_of_key=frozenset({"89"}),
    other_purposes_of_key=frozenset(),
    other_periods=(),
    begins=AT,
    at=AT,
)
"""Every rule passes on it."""

VECTORS = {
    "nothing against it": ({}, None, ""),
    "a Supplier's": (
        {"category": PartyCategory.SUPPLIER},
        "published-certificate-not-dcc",
        "was issued to a Party of the category Supplier",
    ),
    "another Party's": (
        {"category": PartyCategory.OTHER},
        "published-certificate-not-dcc",
        "was issued to a Party of the category Other",
    ),
    "for xmlSign": (
        {"remote_party_role": "87"},
        "published-certificate-not-dspxmlsign",
        "Remote Party Role is xmlSign (87); publish one for dSPXmlSign (89)",
    ),
    "for a role that nobody knows": (
        {"remote_party_role": "FE"},
        "published-certificate-not-dspxmlsign",
        "Remote Party Role is unknown (FE)",
    ),
    "withheld": (
        {"is_withheld": True},
        "published-certificate-withheld",
        "came back unlike its request",
    ),
    "revoked just now": (
        {"revoked_at": AT},
        "published-certificate-revoked",
        "revoked at 2026-11-20 09:00:00 UTC",
    ),
    "revoked ahead of a clock that was set back": (
        {"revoked_at": AT + DAY},
        "published-certificate-revoked",
        "revoked at 2026-11-21 09:00:00 UTC",
    ),
    "in its last second": ({"not_after": AT}, None, ""),
    "expired a second ago": (
        {"not_after": AT - SECOND},
        "published-certificate-expired",
        "expired at 2026-11-20 08:59:59 UTC",
    ),
    "with a key that signs messages elsewhere": (
        {"roles_of_key": frozenset({"87", "89"})},
        None,
        "",
    ),
    "with a key that was never seen": ({"roles_of_key": frozenset()}, None, ""),
    "with a key of the Access Control Broker towards Devices": (
        {"roles_of_key": frozenset({"89", "04"})},
        "published-key-used-towards-devices",
        "for the Remote Party Role 04;",
    ),
    "with a key of two uses towards Devices": (
        {"roles_of_key": frozenset({"05", "89", "04"})},
        "published-key-used-towards-devices",
        "for the Remote Party Role 04, 05;",
    ),
    "with a key of the other purpose": (
        {"other_purposes_of_key": frozenset({BROKER})},
        "published-key-serves-another-purpose",
        "as the Access Control Broker key; the Transform key must be another",
    ),
    "from its first second, which has passed": ({"begins": AT - DAY}, None, ""),
    "from before it was valid": (
        {"begins": AT - DAY - SECOND},
        "publication-before-certificate",
        "from 2026-11-19 08:59:59 UTC, and the certificate is valid from 2026-11-19 09:00:00 UTC",
    ),
    "from its last second": ({"begins": AT + DAY}, None, ""),
    "from after it was valid": (
        {"begins": AT + DAY + SECOND},
        "publication-after-certificate",
        "from 2026-11-21 09:00:01 UTC, and the certificate expires at 2026-11-21 09:00:00 UTC",
    ),
    "from the end of an earlier publication on": (
        {"other_periods": ((AT - DAY, AT),)},
        None,
        "",
    ),
    "from before the end of an earlier publication": (
        {"other_periods": ((AT - DAY, AT + SECOND),)},
        "publication-overlaps-another",
        "until 2026-11-20 09:00:01 UTC already; publish it from then on",
    ),
    "from before a publication that has ended": (
        {"begins": AT - DAY, "other_periods": ((AT - SECOND, AT),)},
        "publication-overlaps-another",
        "until 2026-11-20 09:00:00 UTC already",
    ),
    "with a publication that was never in force": (
        {"begins": AT - DAY, "other_periods": ((AT, AT),)},
        None,
        "",
    ),
}


@pytest.mark.parametrize(("changes", "reason", "says"), VECTORS.values(), ids=VECTORS)
def test_what_may_be_published(changes, reason, says) -> None:
    report = PUBLISHING_BOOK.ask(replace(GOOD, **changes))
    assert report.reasons == (() if reason is None else (reason,))
    # Only whether it begins in time is not asked, and only of one that has expired.
    has_expired = reason == "published-certificate-expired"
    not_asked = ["DCC-PUBLISH-BEGIN"] if has_expired else []
    assert [f.rule for f in report.findings if f.verdict == "not-checked"] == not_asked
    assert all(says in finding.says for finding in report.blocking)


def test_every_reason_of_the_book_has_a_vector() -> None:
    of_the_book = {reason for rule in PUBLISHING_BOOK.rules for reason in rule.reasons}
    assert of_the_book == {reason for _, reason, _ in VECTORS.values()} - {None}


def test_what_passes_says_what_was_looked_at() -> None:
    assert [finding.says for finding in PUBLISHING_BOOK.ask(GOOD).findings] == [
        f"The certificate was issued to the DCC, for {DCC_USER_ID}.",
        "The certificate's Remote Party Role is dSPXmlSign (89).",
        "The certificate stands, until 2026-11-21 09:00:00 UTC.",
        "The key was published for nothing else and is not used towards Devices.",
        "The publication begins at 2026-11-20 09:00:00 UTC, while the certificate is valid.",
        "No other publication of the certificate is in force from then on.",
    ]


def test_a_withheld_certificate_is_told_as_such_though_it_is_revoked_too() -> None:
    both = replace(GOOD, is_withheld=True, revoked_at=AT, not_after=AT - DAY)
    assert PUBLISHING_BOOK.ask(both).reasons == ("published-certificate-withheld",)
