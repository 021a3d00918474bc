"""May this certificate of the DCC sign this kind of Response at this moment?"""

from typing import Final

from rules.certificates.keys import key_x
from rules.periods import counts, has_expired, is_within, utc_stamp
from rules.responses.facts import DccCertificate, ResponseFacts
from rules.responses.kinds import PURPOSE_CLAUSES, PURPOSE_NAMES, SigningPurpose
from rules.responses.response_rules import without_certificate
from rules.responses.words import DO_NOT_ACT
from rules.roles import DSP_XML_SIGN, MESSAGE_SIGNING_ROLES, REMOTE_PARTY_ROLES
from rules.rule import Outcome, Rule, failed_for, passed
from rules.sentences import Told

NOT_YET_VALID: Final = "response-certificate-not-yet-valid"
EXPIRED: Final = "response-certificate-expired"
REVOKED: Final = "response-certificate-revoked"
NOT_DSP_XML_SIGN: Final = "response-certificate-not-dspxmlsign"
NOT_PUBLISHED: Final = "response-certificate-not-published"
NOT_BY_TRANSFORM: Final = "response-not-signed-by-transform"
NOT_BY_BROKER: Final = "response-not-signed-by-access-control-broker"
KEY_USED_TOWARDS_DEVICES: Final = "response-key-used-towards-devices"
KEY_SERVES_BOTH: Final = "response-key-serves-both-purposes"

_WRONG_KEY = {
    SigningPurpose.TRANSFORM: NOT_BY_TRANSFORM,
    SigningPurpose.ACCESS_CONTROL_BROKER: NOT_BY_BROKER,
}


def _is_in_force(facts: ResponseFacts) -> Outcome:
    certificate = facts.certificate
    if certificate is None:
        return without_certificate(facts)
    if facts.at < certificate.not_before:
        return failed_for(NOT_YET_VALID, not_before=certificate.not_before, at=facts.at)
    if has_expired(facts.at, not_after=certificate.not_after):
        return failed_for(EXPIRED, not_after=certificate.not_after, at=facts.at)
    return passed(
        f"The certificate is valid from {utc_stamp(certificate.not_before)} to "
        f"{utc_stamp(certificate.not_after)}."
    )


def _is_not_revoked(facts: ResponseFacts) -> Outcome:
    certificate = facts.certificate
    if certificate is None:
        return without_certificate(facts)
    if counts(certificate.revoked_at, by=facts.known_by):
        return failed_for(REVOKED, revoked_at=certificate.revoked_at)
    return passed(f"The certificate was not revoked at {utc_stamp(facts.at)}.")


def _is_for_signing_xml(facts: ResponseFacts) -> Outcome:
    certificate = facts.certificate
    if certificate is None:
        return without_certificate(facts)
    role = certificate.remote_party_role
    known = REMOTE_PARTY_ROLES.get(role)
    named = f"{known.name if known else 'unknown'} ({role})"
    if role != DSP_XML_SIGN:
        return failed_for(NOT_DSP_XML_SIGN, role=named)
    return passed(f"The certificate's Remote Party Role is {named}.")


def _is_the_right_key(facts: ResponseFacts) -> Outcome:
    if facts.response is None or facts.certificate is None:
        return without_certificate(facts)
    kind = facts.response.kind
    purpose, clause = PURPOSE_NAMES[kind.purpose], PURPOSE_CLAUSES[kind.purpose]
    purposes = _purposes(facts.certificate, facts)
    if kind.purpose in purposes:
        return passed(
            f"The DCC has published the certificate as that of its {purpose} key ({clause}), and "
            f"this is {kind.words}."
        )
    if not purposes:
        return failed_for(NOT_PUBLISHED, at=facts.at)
    return failed_for(
        _WRONG_KEY[kind.purpose],
        kind=kind.words,
        purpose=purpose,
        clause=clause,
        others=tuple(sorted(PURPOSE_NAMES[other] for other in purposes)),
    )


def _key_is_dedicated(facts: ResponseFacts) -> Outcome:
    certificate = facts.certificate
    if certificate is None:
        return without_certificate(facts)
    roles = facts.register.roles_of_keys.get(key_x(certificate.public_key), frozenset())
    towards_devices = sorted((roles | {certificate.remote_party_role}) - MESSAGE_SIGNING_ROLES)
    if towards_devices:
        return failed_for(KEY_USED_TOWARDS_DEVICES, roles=tuple(towards_devices))
    ever = {
        publication.purpose
        for held in facts.register.certificates.values()
        if key_x(held.public_key) == key_x(certificate.public_key)
        for publication in held.publications
    }
    if len(ever) > 1:
        return failed_for(KEY_SERVES_BOTH)
    return passed("The key serves nothing else and is never used towards Devices.")


def _purposes(certificate: DccCertificate, facts: ResponseFacts) -> frozenset[SigningPurpose]:
    return frozenset(
        publication.purpose
        for publication in certificate.publications
        if is_within(facts.at, start=publication.valid_from, end=publication.valid_until)
    )


_SIGNED_BY_ANOTHER: Final = (
    "This is {kind}, which only the {purpose} key ({clause}) may sign, and the certificate is "
    "that of the {others:and} key; " + DO_NOT_ACT
)

KEY_RULES: Final[tuple[Rule[ResponseFacts], ...]] = (
    Rule(
        id="DUIS-RESPONSE-VALIDITY",
        title="The certificate was within its validity, both ends included",
        cites="DUIS 3.3.2, 3.3.3; RFC 5280, 4.1.2.5",
        reasons={
            NOT_YET_VALID: Told(
                says="The certificate is valid from {not_before:utc} only, after {at:utc}; "
                + DO_NOT_ACT,
                do="Do not act on the Response, and ask the DCC for it again, signed with a "
                "certificate in force.",
            ),
            EXPIRED: Told(
                says="The certificate was valid until {not_after:utc}, before {at:utc}; verify a "
                "Response received earlier as of then.",
                do="Verify the Response as of the moment when it was received.",
            ),
        },
        check=_is_in_force,
    ),
    Rule(
        id="DUIS-RESPONSE-REVOCATION",
        title="The certificate was not revoked by then",
        cites="DUIS 3.3.2, 3.3.3; RFC 5280, 5.3",
        reasons={
            REVOKED: Told(
                says="The certificate was revoked at {revoked_at:utc}; " + DO_NOT_ACT,
                do="Do not act on the Response, and ask the DCC for it again, signed with a "
                "certificate in force.",
            ),
        },
        check=_is_not_revoked,
    ),
    Rule(
        id="DUIS-RESPONSE-ROLE",
        title="The certificate's Remote Party Role is dSPXmlSign (89)",
        cites="DUIS 3.3.2, 3.3.3",
        reasons={
            NOT_DSP_XML_SIGN: Told(
                says="The certificate's Remote Party Role is {role}, not dSPXmlSign (89), the one "
                "for signing XML; " + DO_NOT_ACT,
                do="Do not act on the Response, and ask the DCC for it again, signed with a "
                "dSPXmlSign certificate.",
            ),
        },
        check=_is_for_signing_xml,
    ),
    Rule(
        id="DUIS-RESPONSE-KEY",
        title="The DCC had published the certificate for signing this kind of Response",
        cites="DUIS 3.3.2, 3.3.3",
        reasons={
            NOT_PUBLISHED: Told(
                says="The DCC had published the certificate for signing no communications to "
                "Users at {at:utc}; " + DO_NOT_ACT,
                do="Do not act on the Response, and ask the DCC for it again, signed with a key "
                "that it published.",
            ),
            NOT_BY_TRANSFORM: Told(
                says=_SIGNED_BY_ANOTHER,
                do="Do not act on the Response, and ask the DCC for it again, signed with the "
                "Transform key.",
            ),
            NOT_BY_BROKER: Told(
                says=_SIGNED_BY_ANOTHER,
                do="Do not act on the Response, and ask the DCC for it again, signed with the "
                "Access Control Broker key.",
            ),
        },
        check=_is_the_right_key,
    ),
    Rule(
        id="DUIS-RESPONSE-KEY-SEPARATION",
        title="The key is dedicated: never used towards Devices, nor for the other purpose",
        cites="DUIS 3.3.2, 3.3.3",
        reasons={
            KEY_USED_TOWARDS_DEVICES: Told(
                says="The key is also that of a certificate for use towards Devices, of the "
                "Remote Party Role {roles}; tell the DCC, and do not act on the Response.",
                do="Do not act on the Response, and tell the DCC that the key is used towards "
                "Devices too.",
            ),
            KEY_SERVES_BOTH: Told(
                says="The key has been published both as the Transform and as the Access Control "
                "Broker key, which must be two; tell the DCC, and do not act on the Response.",
                do="Do not act on the Response, and tell the DCC that one key was published for "
                "both purposes.",
            ),
        },
        check=_key_is_dedicated,
    ),
)
"""In the order in which they are asked."""
