"""The rule book for publishing a certificate with which the DCC signs communications to Users."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rules.identifiers import Eui64
from rules.periods import has_expired
from rules.responses.kinds import PURPOSE_NAMES, SigningPurpose
from rules.responses.words import moment_words
from rules.roles import (
    DSP_XML_SIGN,
    MESSAGE_SIGNING_ROLES,
    REMOTE_PARTY_ROLES,
    PartyCategory,
)
from rules.rule import Outcome, Rule, failed, not_checked, passed
from rules.rulebook import RuleBook
from rules.words import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishingFacts:
    """A certificate that the DCC would publish for a purpose."""

    purpose: SigningPurpose
    eui64: Eui64
    category: PartyCategory
    """Of the Party to which the certificate was issued."""
    remote_party_role: str
    not_before: datetime
    not_after: datetime
    """Both inclusive (RFC 5280, 4.1.2.5)."""
    revoked_at: datetime | None
    is_withheld: bool
    """It came back from the certification authority unlike its request."""
    roles_of_key: frozenset[str]
    """The Remote Party Roles for which the register has ever seen the key."""
    other_purposes_of_key: frozenset[SigningPurpose]
    """Those for which the key was published, at any time."""
    other_periods: tuple[tuple[datetime, datetime], ...]
    """When the certificate's earlier publications count, each `[start, end)`."""
    begins: datetime
    """From when the publication counts: a Response received from then on verifies."""
    at: datetime
    """When it is recorded."""


def _is_of_the_dcc(facts: PublishingFacts) -> Outcome:
    if facts.category is PartyCategory.DCC:
        return passed(f"The certificate was issued to the DCC, for {facts.eui64}.")
    return failed(
        "published-certificate-not-dcc",
        f"The certificate for {facts.eui64} was issued to a Party of the category "
        f"{facts.category.value}; publish one of the DCC's own.",
    )


def _is_for_signing_xml(facts: PublishingFacts) -> Outcome:
    known = REMOTE_PARTY_ROLES.get(facts.remote_party_role)
    named = f"{known.name if known else 'unknown'} ({facts.remote_party_role})"
    if facts.remote_party_role == DSP_XML_SIGN:
        return passed(f"The certificate's Remote Party Role is {named}.")
    return failed(
        "published-certificate-not-dspxmlsign",
        f"The certificate's Remote Party Role is {named}; publish one for dSPXmlSign "
        f"({DSP_XML_SIGN}).",
    )


def _stands(facts: PublishingFacts) -> Outcome:
    if facts.is_withheld:
        return failed(
            "published-certificate-withheld",
            "The certificate came back unlike its request and is withheld; publish another.",
        )
    if facts.revoked_at is not None:
        return failed(
            "published-certificate-revoked",
            f"The certificate was revoked at {moment_words(facts.revoked_at)}; publish another.",
        )
    if has_expired(facts.at, not_after=facts.not_after):
        return failed(
            "published-certificate-expired",
            f"The certificate expired at {moment_words(facts.not_after)}; publish another.",
        )
    return passed(f"The certificate stands, until {moment_words(facts.not_after)}.")


def _key_is_dedicated(facts: PublishingFacts) -> Outcome:
    towards_devices = sorted(facts.roles_of_key - MESSAGE_SIGNING_ROLES)
    if towards_devices:
        return failed(
            "published-key-used-towards-devices",
            "The register has seen the key for use towards Devices, for the Remote Party Role "
            f"{', '.join(towards_devices)}; publish a certificate with a key of its own.",
        )
    if facts.other_purposes_of_key:
        names = listed(sorted(PURPOSE_NAMES[one] for one in facts.other_purposes_of_key))
        return failed(
            "published-key-serves-another-purpose",
            f"The key was published as the {names} key; the {PURPOSE_NAMES[facts.purpose]} key "
            "must be another.",
        )
    return passed("The key was published for nothing else and is not used towards Devices.")


def _begins_while_valid(facts: PublishingFacts) -> Outcome:
    if facts.begins < facts.not_before:
        return failed(
            "publication-before-certificate",
            f"It would be published from {moment_words(facts.begins)}, and the certificate is "
            f"valid from {moment_words(facts.not_before)}; publish it from then on.",
        )
    if has_expired(facts.at, not_after=facts.not_after):
        return not_checked("the certificate has expired")
    if has_expired(facts.begins, not_after=facts.not_after):
        return failed(
            "publication-after-certificate",
            f"It would be published from {moment_words(facts.begins)}, and the certificate "
            f"expires at {moment_words(facts.not_after)}; publish it from an earlier moment.",
        )
    return passed(
        f"The publication begins at {moment_words(facts.begins)}, while the certificate is valid."
    )


def _overlaps_no_other(facts: PublishingFacts) -> Outcome:
    # The new one has no end yet. One that ended when it was to begin was never in force.
    ends = [end for start, end in facts.other_periods if start < end and facts.begins < end]
    if ends:
        return failed(
            "publication-overlaps-another",
            f"It would be published from {moment_words(facts.begins)}, and the certificate is "
            f"published until {moment_words(max(ends))} already; publish it from then on.",
        )
    return passed("No other publication of the certificate is in force from then on.")


PUBLISHING_BOOK: Final = RuleBook(
    name="publishing",
    title="Publishing a certificate with which the DCC signs for Users",
    rules=(
        Rule(
            id="DCC-PUBLISH-PARTY",
            title="The certificate was issued to the DCC",
            cites="DUIS 3.3.2, 3.3.3",
            reasons={
                "published-certificate-not-dcc": (
                    "Publish a certificate that was issued to the DCC itself."
                ),
            },
            check=_is_of_the_dcc,
        ),
        Rule(
            id="DCC-PUBLISH-ROLE",
            title="The certificate's Remote Party Role is dSPXmlSign (89)",
            cites="DUIS 3.3.2, 3.3.3",
            reasons={
                "published-certificate-not-dspxmlsign": (
                    "Publish a certificate of the Remote Party Role dSPXmlSign (89)."
                ),
            },
            check=_is_for_signing_xml,
        ),
        Rule(
            id="DCC-PUBLISH-STATUS",
            title="The certificate is neither withheld nor revoked nor expired",
            cites="RFC 5280, 4.1.2.5 and 5.3",
            reasons={
                "published-certificate-withheld": (
                    "Publish a certificate that came back as it was asked for."
                ),
                "published-certificate-revoked": "Publish a certificate that is not revoked.",
                "published-certificate-expired": "Publish a certificate that has not expired.",
            },
            check=_stands,
        ),
        Rule(
            id="DCC-PUBLISH-KEY",
            title="The key is dedicated: never used towards Devices, nor for the other purpose",
            cites="DUIS 3.3.2, 3.3.3",
            reasons={
                "published-key-used-towards-devices": (
                    "Publish a certificate whose key was never used towards Devices."
                ),
                "published-key-serves-another-purpose": (
                    "Publish a certificate whose key serves this purpose alone."
                ),
            },
            check=_key_is_dedicated,
        ),
        Rule(
            id="DCC-PUBLISH-BEGIN",
            title="The publication begins within the certificate's validity, both ends included",
            cites="RFC 5280, 4.1.2.5",
            reasons={
                "publication-before-certificate": (
                    "Publish the certificate from the moment on from which it is valid, or later."
                ),
                "publication-after-certificate": (
                    "Publish the certificate from a moment at which it is still valid."
                ),
            },
            check=_begins_while_valid,
        ),
        Rule(
            id="DCC-PUBLISH-ONCE",
            title="No other publication of the certificate is in force from then on",
            cites="DUIS 3.3.2, 3.3.3",
            reasons={
                "publication-overlaps-another": (
                    "Publish the certificate from the end of its last publication on."
                ),
            },
            check=_overlaps_no_other,
        ),
    ),
)
