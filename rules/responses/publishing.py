"""The rule book for publishing a certificate with which the DCC signs communications to Users."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rules.identifiers import Eui64
from rules.periods import has_expired, utc_stamp
from rules.responses.kinds import PURPOSE_NAMES, SigningPurpose
from rules.roles import (
    DSP_XML_SIGN,
    MESSAGE_SIGNING_ROLES,
    REMOTE_PARTY_ROLES,
    PartyCategory,
)
from rules.rule import Outcome, Rule, failed_for, not_checked, passed
from rules.rulebook import RuleBook
from rules.sentences import Told


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
    return failed_for(
        "published-certificate-not-dcc", eui64=facts.eui64, category=facts.category.value
    )


def _is_for_signing_xml(facts: PublishingFacts) -> Outcome:
    known = REMOTE_PARTY_ROLES.get(facts.remote_party_role)
    named = f"{known.name if known else 'unknown'} ({facts.remote_party_role})"
    if facts.remote_party_role == DSP_XML_SIGN:
        return passed(f"The certificate's Remote Party Role is {named}.")
    return failed_for("published-certificate-not-dspxmlsign", role=named)


def _stands(facts: PublishingFacts) -> Outcome:
    if facts.is_withheld:
        return failed_for("published-certificate-withheld")
    if facts.revoked_at is not None:
        return failed_for("published-certificate-revoked", revoked_at=facts.revoked_at)
    if has_expired(facts.at, not_after=facts.not_after):
        return failed_for("published-certificate-expired", not_after=facts.not_after)
    return passed(f"The certificate stands, until {utc_stamp(facts.not_after)}.")


def _key_is_dedicated(facts: PublishingFacts) -> Outcome:
    towards_devices = sorted(facts.roles_of_key - MESSAGE_SIGNING_ROLES)
    if towards_devices:
        return failed_for("published-key-used-towards-devices", roles=tuple(towards_devices))
    if facts.other_purposes_of_key:
        return failed_for(
            "published-key-serves-another-purpose",
            others=tuple(sorted(PURPOSE_NAMES[one] for one in facts.other_purposes_of_key)),
            purpose=PURPOSE_NAMES[facts.purpose],
        )
    return passed("The key was published for nothing else and is not used towards Devices.")


def _begins_while_valid(facts: PublishingFacts) -> Outcome:
    if facts.begins < facts.not_before:
        return failed_for(
            "publication-before-certificate", begins=facts.begins, not_before=facts.not_before
        )
    if has_expired(facts.at, not_after=facts.not_after):
        return not_checked("the certificate has expired")
    if has_expired(facts.begins, not_after=facts.not_after):
        return failed_for(
            "publication-after-certificate", begins=facts.begins, not_after=facts.not_after
        )
    return passed(
        f"The publication begins at {utc_stamp(facts.begins)}, while the certificate is valid."
    )


def _overlaps_no_other(facts: PublishingFacts) -> Outcome:
    # The new one has no end yet. One that ended when it was to begin was never in force.
    ends = [end for start, end in facts.other_periods if start < end and facts.begins < end]
    if ends:
        return failed_for("publication-overlaps-another", begins=facts.begins, until=max(ends))
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
                "published-certificate-not-dcc": Told(
                    says="The certificate for {eui64} was issued to a Party of the category "
                    "{category}; publish one of the DCC's own.",
                    do="Publish a certificate that was issued to the DCC itself.",
                ),
            },
            check=_is_of_the_dcc,
        ),
        Rule(
            id="DCC-PUBLISH-ROLE",
            title="The certificate's Remote Party Role is dSPXmlSign (89)",
            cites="DUIS 3.3.2, 3.3.3",
            reasons={
                "published-certificate-not-dspxmlsign": Told(
                    says="The certificate's Remote Party Role is {role}; publish one for "
                    "dSPXmlSign (89).",
                    do="Publish a certificate of the Remote Party Role dSPXmlSign (89).",
                ),
            },
            check=_is_for_signing_xml,
        ),
        Rule(
            id="DCC-PUBLISH-STATUS",
            title="The certificate is neither withheld nor revoked nor expired",
            cites="RFC 5280, 4.1.2.5 and 5.3",
            reasons={
                "published-certificate-withheld": Told(
                    says="The certificate came back unlike its request and is withheld; publish "
                    "another.",
                    do="Publish a certificate that came back as it was asked for.",
                ),
                "published-certificate-revoked": Told(
                    says="The certificate was revoked at {revoked_at:utc}; publish another.",
                    do="Publish a certificate that is not revoked.",
                ),
                "published-certificate-expired": Told(
                    says="The certificate expired at {not_after:utc}; publish another.",
                    do="Publish a certificate that has not expired.",
                ),
            },
            check=_stands,
        ),
        Rule(
            id="DCC-PUBLISH-KEY",
            title="The key is dedicated: never used towards Devices, nor for the other purpose",
            cites="DUIS 3.3.2, 3.3.3",
            reasons={
                "published-key-used-towards-devices": Told(
                    says="The register has seen the key for use towards Devices, for the Remote "
                    "Party Role {roles}; publish a certificate with a key of its own.",
                    do="Publish a certificate whose key was never used towards Devices.",
                ),
                "published-key-serves-another-purpose": Told(
                    says="The key was published as the {others:and} key; the {purpose} key must "
                    "be another.",
                    do="Publish a certificate whose key serves this purpose alone.",
                ),
            },
            check=_key_is_dedicated,
        ),
        Rule(
            id="DCC-PUBLISH-BEGIN",
            title="The publication begins within the certificate's validity, both ends included",
            cites="RFC 5280, 4.1.2.5",
            reasons={
                "publication-before-certificate": Told(
                    says="It would be published from {begins:utc}, and the certificate is valid "
                    "from {not_before:utc}; publish it from then on.",
                    do="Publish the certificate from the moment on from which it is valid, or "
                    "later.",
                ),
                "publication-after-certificate": Told(
                    says="It would be published from {begins:utc}, and the certificate expires "
                    "at {not_after:utc}; publish it from an earlier moment.",
                    do="Publish the certificate from a moment at which it is still valid.",
                ),
            },
            check=_begins_while_valid,
        ),
        Rule(
            id="DCC-PUBLISH-ONCE",
            title="No other publication of the certificate is in force from then on",
            cites="DUIS 3.3.2, 3.3.3",
            reasons={
                "publication-overlaps-another": Told(
                    says="It would be published from {begins:utc}, and the certificate is "
                    "published until {until:utc} already; publish it from then on.",
                    do="Publish the certificate from the end of its last publication on.",
                ),
            },
            check=_overlaps_no_other,
        ),
    ),
)
