"""The validity and the extensions of an issued certificate.

SEC Appendix B, Annex B could not be read; the values are those of DCC test certificates.
"""

from collections.abc import Iterable
from datetime import MAXYEAR, datetime
from typing import Final

from rules.certificates import keys, profiles
from rules.certificates.certificate_reading import TIME_FORM
from rules.certificates.issued_rules.facts import IssuedFacts, unread, unread_extension
from rules.certificates.issued_rules.form import PREFIX
from rules.certificates.making import years_after
from rules.certificates.problems import told_of
from rules.certificates.profiles import ORGANISATION
from rules.certificates.request_rules.noted import problem_among
from rules.periods import day_in_words
from rules.rule import Outcome, Rule, failed_for, failed_in, fault, passed
from rules.sentences import Told
from rules.words import abridged, listed

_TIME_FORM: Final = told_of(
    {TIME_FORM: "Have the OCA issue the certificate again with times before 2050 as UTCTime."},
    prefix=PREFIX,
)


def _time_form(facts: IssuedFacts) -> Outcome:
    problem = problem_among(facts.certificate.problems, _TIME_FORM, prefix=PREFIX)
    if problem is not None:
        return problem
    if facts.certificate.not_before is None or facts.certificate.not_after is None:
        return unread(facts, "validity")
    return passed("The validity is written in UTCTime until 2049.")


def _lifetime(facts: IssuedFacts) -> Outcome:
    start, end = facts.certificate.not_before, facts.certificate.not_after
    if start is None or end is None:
        return unread(facts, "validity")
    if not _is_lifetime(start, end):
        return failed_for("certificate-lifetime", not_before=start, not_after=end)
    return passed(f"The certificate is valid from {day_in_words(start)} to {day_in_words(end)}.")


def _not_expired(facts: IssuedFacts) -> Outcome:
    end = facts.certificate.not_after
    if end is None:
        return unread(facts, "validity")
    # One that is not valid yet is none to refuse: clocks differ, and it is held from now on.
    if end < facts.at:
        return failed_for("certificate-expired-when-it-came", not_after=end)
    return passed(f"The certificate has not expired; it ends on {day_in_words(end)}.")


def _is_lifetime(start: datetime, end: datetime) -> bool:
    if start.year + ORGANISATION.lifetime_years >= MAXYEAR:
        return False
    nominal = years_after(start, ORGANISATION.lifetime_years)
    leeway = ORGANISATION.lifetime_leeway
    return nominal - leeway <= end < nominal + leeway


def _extensions(facts: IssuedFacts) -> Outcome:
    if facts.certificate.der is None:
        return unread(facts, "certificate")
    oids = [extension.oid for extension in facts.certificate.extensions]
    faults = []
    if facts.certificate.has_unique_ids:
        faults.append(fault("certificate-unique-ids"))
    if others := [oid for oid in oids if oid not in ORGANISATION.certificate_extensions]:
        faults.append(fault("certificate-extension-not-allowed", extensions=_names(others)))
    if repeated := [oid for oid in oids if oids.count(oid) > 1]:
        faults.append(fault("certificate-extension-repeated", extensions=_names(repeated)))
    if missing := sorted(ORGANISATION.certificate_extensions - set(oids)):
        faults.append(fault("certificate-extension-missing", extensions=_names(missing)))
    if faults:
        return failed_in(faults)
    return passed("The certificate has the four extensions of its profile and no other.")


def _names(oids: Iterable[str]) -> tuple[str, ...]:
    return abridged([profiles.named(oid) for oid in dict.fromkeys(oids)])


def _criticality(facts: IssuedFacts) -> Outcome:
    if facts.certificate.der is None:
        return unread(facts, "certificate")
    wrong = [
        extension.oid
        for extension in facts.certificate.extensions
        if extension.oid in ORGANISATION.certificate_extensions
        and extension.critical != (extension.oid in ORGANISATION.certificate_critical)
    ]
    if wrong:
        return failed_for("certificate-criticality", extensions=_names(wrong))
    return passed("The right extensions are marked as critical.")


def _subject_key_identifier(facts: IssuedFacts) -> Outcome:
    certificate = facts.certificate
    if certificate.subject_key_identifier is None:
        return unread_extension(facts, profiles.SUBJECT_KEY_IDENTIFIER)
    if certificate.public_key is None:
        return unread(facts, "public key")
    expected = keys.subject_key_identifier(certificate.public_key.encoded)
    if certificate.subject_key_identifier != expected:
        return failed_for(
            "certificate-subject-key-identifier",
            found=_hex(certificate.subject_key_identifier),
            expected=_hex(expected),
        )
    return passed(f"The subjectKeyIdentifier is {_hex(expected)}.")


def _authority_key_identifier(facts: IssuedFacts) -> Outcome:
    found = facts.certificate.authority_key_identifier
    expected = facts.issuing_certificate.subject_key_identifier
    if found is None:
        return unread_extension(facts, profiles.AUTHORITY_KEY_IDENTIFIER)
    if expected is None:
        return unread(facts, "issuing OCA's key identifier")
    if found.has_more:
        return failed_for("certificate-authority-key-identifier-form")
    if found.key_identifier != expected:
        return failed_for(
            "certificate-authority-key-identifier",
            found=_hex(found.key_identifier or b""),
            expected=_hex(expected),
        )
    return passed(f"The authorityKeyIdentifier is the issuing OCA's, {_hex(expected)}.")


def _hex(octets: bytes) -> str:
    return octets.hex().upper() or "empty"


def _policy(facts: IssuedFacts) -> Outcome:
    policies = facts.certificate.policies
    if policies is None:
        return unread_extension(facts, profiles.CERTIFICATE_POLICIES)
    if policies != (ORGANISATION.policy,):
        return failed_for("certificate-policy", policies=abridged(policies))
    return passed(f"The certificate names the policy {ORGANISATION.policy}.")


ISSUED_PROFILE_RULES: tuple[Rule[IssuedFacts], ...] = (
    Rule(
        id="APPB-B-time-form",
        title="The validity is written in UTCTime until 2049",
        cites="SEC Appendix B, Annex B (Validity); RFC 5280, 4.1.2.5",
        reasons=_TIME_FORM,
        check=_time_form,
    ),
    Rule(
        id="APPB-B-lifetime",
        title="The certificate is valid for ten years",
        cites="SEC Appendix B, Annex B (Validity); as in DCC test certificates",
        reasons={
            "certificate-lifetime": Told(
                says="The certificate is valid from {not_before:day} to {not_after:day}, which is "
                f"not {ORGANISATION.lifetime_years} years.",
                do="Have the OCA issue the certificate again, valid for ten years.",
            ),
        },
        check=_lifetime,
    ),
    Rule(
        id="APPB-B-not-expired",
        title="The certificate has not expired when it comes",
        cites="SEC Appendix B, Annex B (Validity); RFC 5280, 4.1.2.5",
        reasons={
            "certificate-expired-when-it-came": Told(
                says="The certificate ended on {not_after:day}, before it came.",
                do="Have the OCA issue the certificate again, valid from now on; look at both "
                "clocks.",
            ),
        },
        check=_not_expired,
    ),
    Rule(
        id="APPB-B-extensions",
        title="The certificate has the extensions of its profile and no other",
        cites="SEC Appendix B, Annex B (Extensions); as in DCC test certificates",
        reasons={
            "certificate-unique-ids": Told(
                says="The certificate has an issuerUniqueID or a subjectUniqueID, and it must "
                "have neither.",
                do="Have the OCA issue the certificate again without issuerUniqueID and "
                "subjectUniqueID.",
            ),
            "certificate-extension-not-allowed": Told(
                says="The certificate has {extensions:and}, which an Organisation Certificate "
                "does not have.",
                do="Have the OCA issue the certificate again with the four extensions of its "
                "profile alone.",
            ),
            "certificate-extension-repeated": Told(
                says="The certificate has {extensions:and} more than once.",
                do="Have the OCA issue the certificate again with each extension once.",
            ),
            "certificate-extension-missing": Told(
                says="The certificate has no {extensions:and}.",
                do="Have the OCA issue the certificate again with all four extensions of its "
                "profile.",
            ),
        },
        check=_extensions,
    ),
    Rule(
        id="APPB-B-criticality",
        title="keyUsage and certificatePolicies are critical, and nothing else",
        cites="SEC Appendix B, Annex B (Extensions); as in DCC test certificates",
        reasons={
            "certificate-criticality": Told(
                says="The certificate marks {extensions:and} wrongly: "
                f"{listed(_names(sorted(ORGANISATION.certificate_critical)))} must be critical "
                "and nothing else.",
                do="Have the OCA issue the certificate again with keyUsage and "
                "certificatePolicies alone as critical.",
            ),
        },
        check=_criticality,
    ),
    Rule(
        id="APPB-B-subject-key-identifier",
        title="The subjectKeyIdentifier is made of the key by method (2)",
        cites="SEC Appendix B, Annex B; RFC 5280, 4.2.1.2 method (2)",
        reasons={
            "certificate-subject-key-identifier": Told(
                says="The subjectKeyIdentifier is {found}, and for this key it must be "
                "{expected}.",
                do="Have the OCA issue the certificate again with the subjectKeyIdentifier of "
                "method (2).",
            ),
        },
        check=_subject_key_identifier,
    ),
    Rule(
        id="APPB-B-authority-key-identifier",
        title="The authorityKeyIdentifier is the issuing OCA's key identifier alone",
        cites="SEC Appendix B, Annex B; RFC 5280, 4.2.1.1",
        reasons={
            "certificate-authority-key-identifier-form": Told(
                says="The authorityKeyIdentifier has more than a key identifier.",
                do="Have the OCA issue the certificate again with a key identifier alone as the "
                "authorityKeyIdentifier.",
            ),
            "certificate-authority-key-identifier": Told(
                says="The authorityKeyIdentifier is {found}, and the issuing OCA's key has "
                "{expected}.",
                do="Have the OCA issue the certificate again with its own key identifier as the "
                "authorityKeyIdentifier.",
            ),
        },
        check=_authority_key_identifier,
    ),
    Rule(
        id="APPB-B-policy",
        title="The certificate names the Organisation Certificate Policy",
        cites=f"SEC Appendix B, Annex B (Certificate Policies); {ORGANISATION.policy}",
        reasons={
            "certificate-policy": Told(
                says="The certificate names the policy {policies:and}, and it must name "
                f"{ORGANISATION.policy} alone.",
                do="Have the OCA issue the certificate again under the Organisation Certificate "
                "Policy alone.",
            ),
        },
        check=_policy,
    ),
)
