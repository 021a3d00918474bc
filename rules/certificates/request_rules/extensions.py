"""The extensions that a request asks for: keyUsage, and nothing else.

Other PKCS#10 attributes than the extensionRequest are passed over: the tool whose `NEW
CERTIFICATE REQUEST` header Appendix F allows always writes some, and none goes into a
certificate.
"""

from collections.abc import Iterable
from typing import Final

from rules.certificates import profiles
from rules.certificates.facts import RequestFacts
from rules.certificates.parts import KEY_USAGE_MALFORMED
from rules.certificates.problems import told_of
from rules.certificates.reading import EXTENSION_REQUEST_EMPTY, EXTENSION_REQUEST_REPEATED
from rules.certificates.request_rules.noted import problem_among
from rules.certificates.request_rules.unread import (
    unread,
    unread_extensions,
    unread_key_usage,
    unread_role,
)
from rules.certificates.structures import KeyUsage, KeyUsageBit
from rules.roles import MESSAGE_SIGNING_ROLES, REMOTE_PARTY_ROLES
from rules.rule import (
    Outcome,
    Rule,
    failed_for,
    failed_in,
    fault,
    not_applicable,
    not_checked,
    passed,
)
from rules.sentences import Told
from rules.words import abridged

_REQUEST_NOTED: Final = told_of(
    {
        EXTENSION_REQUEST_EMPTY: "Write the extensionRequest with keyUsage in it.",
        EXTENSION_REQUEST_REPEATED: "Write one extensionRequest, with keyUsage alone in it.",
    }
)
_KEY_USAGE_NOTED: Final = told_of(
    {
        KEY_USAGE_MALFORMED: (
            "Write the keyUsage as a BIT STRING in strict DER, with the bits of RFC 5280 alone."
        )
    }
)
_USES: Final = (KeyUsageBit.DIGITAL_SIGNATURE, KeyUsageBit.KEY_AGREEMENT)


def _extension_request(facts: RequestFacts) -> Outcome:
    reading = facts.reading
    problem = problem_among(reading.problems, _REQUEST_NOTED)
    if problem is not None:
        return problem
    if reading.attributes is None:
        return unread(facts.reading, "attributes field")
    if profiles.EXTENSION_REQUEST not in reading.attributes:
        return failed_for("extension-request-missing")
    others = [oid for oid in reading.attributes if oid != profiles.EXTENSION_REQUEST]
    if others:
        return passed(
            "The request asks for extensions once; its other attributes "
            f"({', '.join(others[:5])}) are not used."
        )
    return passed("The request asks for extensions once.")


def _extensions(facts: RequestFacts) -> Outcome:
    extensions = facts.reading.extensions
    if extensions is None:
        return unread_extensions(facts.reading)
    oids = [extension.oid for extension in extensions]
    faults = []
    if others := [oid for oid in oids if oid not in profiles.ORGANISATION.request_extensions]:
        faults.append(fault("extension-not-allowed", extensions=_names(others)))
    if repeated := [oid for oid in oids if oids.count(oid) > 1]:
        faults.append(fault("extension-repeated", extensions=_names(repeated)))
    if faults:
        return failed_in(faults)
    return passed("The request asks for no extension but keyUsage.")


def _names(oids: Iterable[str]) -> tuple[str, ...]:
    return abridged([profiles.named(oid) for oid in dict.fromkeys(oids)])


def _key_usage(facts: RequestFacts) -> Outcome:
    reading = facts.reading
    malformed = problem_among(reading.problems, _KEY_USAGE_NOTED)
    if malformed is not None:
        return malformed
    if reading.extensions is None:
        return unread_extensions(facts.reading)
    if reading.key_usage is None:
        return failed_for("key-usage-missing")
    if _single_use(reading.key_usage) is None:
        bits = tuple(bit.value for bit in KeyUsageBit if bit in reading.key_usage.bits)
        return failed_for("key-usage-not-one", bits=bits or ("empty",))
    return passed(f"The keyUsage is {_single_use(reading.key_usage)}.")


def _single_use(usage: KeyUsage | None) -> KeyUsageBit | None:
    if usage is None:
        return None
    return next((use for use in _USES if usage.bits == {use}), None)


def _critical(facts: RequestFacts) -> Outcome:
    usage = facts.reading.key_usage
    if usage is None:
        return unread_key_usage(facts.reading)
    if not usage.critical:
        return failed_for("key-usage-not-critical")
    return passed("The keyUsage is marked as critical.")


def _signing_role(facts: RequestFacts) -> Outcome:
    code = facts.reading.remote_party_role
    if code is None:
        return unread_role(facts.reading)
    role = REMOTE_PARTY_ROLES[code].name
    if code not in MESSAGE_SIGNING_ROLES:
        return not_applicable(f"The Remote Party Role {role} may have either key usage.")
    if facts.reading.key_usage is None:
        return unread_key_usage(facts.reading)
    use = _single_use(facts.reading.key_usage)
    if use is None:
        return not_checked("the keyUsage is not exactly one")
    if use is not KeyUsageBit.DIGITAL_SIGNATURE:
        return failed_for(
            "key-usage-not-digital-signature", key_usage=use.value, role=f"{role} ({code})"
        )
    return passed(f"The keyUsage suits the Remote Party Role {role}.")


EXTENSION_RULES: tuple[Rule[RequestFacts], ...] = (
    Rule(
        id="APPM-F-extension-request",
        title="The request asks for extensions once",
        cites="SEC Appendix M, Appendix F (Key Usage); RFC 2985, 5.4.2",
        reasons={
            "extension-request-missing": Told(
                says=(
                    "The request does not ask for keyUsage: it has no extensionRequest. Add one "
                    "with a critical keyUsage (digitalSignature or keyAgreement)."
                ),
                do="Make the request again with an extensionRequest that asks for keyUsage.",
            ),
            **_REQUEST_NOTED,
        },
        check=_extension_request,
    ),
    Rule(
        id="APPM-F-extensions",
        title="The request asks for no extension but keyUsage",
        cites="SEC Appendix M, Appendix F; SEC Appendix B, Annex B",
        reasons={
            "extension-not-allowed": Told(
                says="The request asks for {extensions:and}, which an Organisation Certificate "
                "does not take from its request; ask for keyUsage alone.",
                do="Ask for the extension keyUsage alone.",
            ),
            "extension-repeated": Told(
                says="The request asks for {extensions:and} more than once; ask for keyUsage "
                "once.",
                do="Ask for the extension keyUsage once.",
            ),
        },
        check=_extensions,
    ),
    Rule(
        id="APPM-F-key-usage",
        title="The keyUsage is either digitalSignature or keyAgreement",
        cites="SEC Appendix M, Appendix F (Key Usage); RFC 5280, 4.2.1.3",
        reasons={
            **_KEY_USAGE_NOTED,
            "key-usage-missing": Told(
                says="The request does not ask for keyUsage; ask for digitalSignature or "
                "keyAgreement.",
                do="Ask for the keyUsage digitalSignature or keyAgreement.",
            ),
            "key-usage-not-one": Told(
                says="The keyUsage is {bits:and}, and it must be exactly one of digitalSignature "
                "and keyAgreement.",
                do="Ask for exactly one keyUsage, digitalSignature or keyAgreement.",
            ),
        },
        check=_key_usage,
    ),
    Rule(
        id="APPM-F-key-usage-critical",
        title="The keyUsage is marked as critical",
        cites="SEC Appendix M, Appendix F (Key Usage)",
        reasons={
            "key-usage-not-critical": Told(
                says="The keyUsage is not marked as critical, and it must be; mark it.",
                do="Mark the extension keyUsage as critical.",
            ),
        },
        check=_critical,
    ),
    Rule(
        id="MP104-1-key-usage",
        title="A key for signing messages has the keyUsage digitalSignature",
        cites="MP104 business requirement 1; DUIS 3.3.1",
        reasons={
            "key-usage-not-digital-signature": Told(
                says="The keyUsage is {key_usage}, but a certificate of the Remote Party Role "
                "{role} is for signing messages; ask for digitalSignature.",
                do="Ask for the keyUsage digitalSignature, which signing messages needs.",
            ),
        },
        check=_signing_role,
    ),
)
