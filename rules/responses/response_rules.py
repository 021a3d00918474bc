"""Is it a Response, is it signed as DUIS 3.3 has it, and does the signature hold?"""

from typing import Final

from rules.messages.showing import shown
from rules.messages.xmldsig import holds, public_key
from rules.responses.facts import ResponseFacts
from rules.responses.kinds import PURPOSE_CLAUSES, PURPOSE_NAMES
from rules.responses.refusals import FORM_REASONS, XML_REASONS, FrameReason, response_reason
from rules.responses.words import DO_NOT_ACT, refused, told_of_refusals
from rules.rule import Outcome, Rule, failed_for, not_applicable, not_checked, passed
from rules.sentences import Told

SCHEMA_INVALID: Final = "response-schema-invalid"
SIGNATURE_MISSING: Final = "response-signature-missing"
SIGNATURE_NOT_ASKED_FOR: Final = "response-signature-not-asked-for"
CERTIFICATE_UNKNOWN: Final = "response-certificate-unknown"
DIGEST_MISMATCH: Final = "response-digest-mismatch"
KEY_UNUSABLE: Final = "response-certificate-key-unusable"
SIGNATURE_INVALID: Final = "response-signature-invalid"

_UNREAD: Final = not_checked("the Response could not be read")


def without_certificate(facts: ResponseFacts) -> Outcome:
    """Return the outcome of a rule that needs the certificate, where there is none to ask about.

    It says what came first: nothing was read, or no signature, or its certificate is not known.
    """
    if facts.response is None:
        return _UNREAD
    if facts.form is None:
        return not_checked("there is no signature of the form of DUIS 3.3")
    return not_checked("the certificate is not known")


def _response_is_readable(facts: ResponseFacts) -> Outcome:
    if facts.unreadable is not None:
        return refused(facts.unreadable)
    if facts.response is None:
        raise ValueError("a Response that was neither read nor refused")
    header, kind = facts.response.header, facts.response.kind
    named = header.response_id or header.request_id or "no ID"
    srv = facts.response.service_reference_variant
    return passed(
        f"It is {kind.words}{f' for {shown(srv)}' if srv else ''}, {named}, "
        f"with the code {header.response_code}."
    )


def _response_is_valid(facts: ResponseFacts) -> Outcome:
    if facts.response is None:
        return _UNREAD
    if not facts.is_held_to_schema:
        return not_applicable("Not asked, because no DUIS schema is supplied.")
    fault = facts.schema_fault
    if fault is not None:
        return failed_for(SCHEMA_INVALID, element=fault.element, line=fault.line, fault=fault.says)
    return passed("The Response is valid by the DUIS schema.")


def _signature_has_the_form(facts: ResponseFacts) -> Outcome:
    if facts.response is None:
        return _UNREAD
    if facts.form_refused is not None:
        return refused(facts.form_refused)
    if facts.form is not None:
        return passed(
            "The one signature of the DCC has the parameters of DUIS 3.3 and names certificate "
            f"{facts.form.serial} of {shown(facts.form.issuer)}."
        )
    kind = facts.response.kind
    if kind.must_be_signed:
        return failed_for(
            SIGNATURE_MISSING,
            kind=kind.words,
            purpose=PURPOSE_NAMES[kind.purpose],
            clause=PURPOSE_CLAUSES[kind.purpose],
        )
    return failed_for(SIGNATURE_NOT_ASKED_FOR, kind=kind.words)


def _certificate_is_known(facts: ResponseFacts) -> Outcome:
    if facts.form is None:
        return without_certificate(facts)
    if facts.certificate is None:
        return failed_for(
            CERTIFICATE_UNKNOWN, issuer=shown(facts.form.issuer), serial=str(facts.form.serial)
        )
    return passed(
        f"The register holds certificate {facts.form.serial} of {shown(facts.form.issuer)}, "
        f"issued to the DCC for {facts.certificate.eui64}."
    )


def _digest_matches(facts: ResponseFacts) -> Outcome:
    if facts.form is None:
        return without_certificate(facts)
    if facts.form.document_digest != facts.form.digest_value:
        return failed_for(
            DIGEST_MISMATCH,
            digest=facts.form.document_digest.hex(),
            digest_value=facts.form.digest_value.hex(),
        )
    return passed("The Response's digest is the DigestValue.")


def _signature_holds(facts: ResponseFacts) -> Outcome:
    if facts.form is None or facts.certificate is None:
        return without_certificate(facts)
    try:
        key = public_key(facts.certificate.public_key)
    except ValueError:
        return failed_for(KEY_UNUSABLE, serial=str(facts.form.serial))
    if not holds(facts.form.signed_info, facts.form.r, facts.form.s, key):
        return failed_for(
            SIGNATURE_INVALID, serial=str(facts.form.serial), issuer=shown(facts.form.issuer)
        )
    return passed(f"The signature verifies with the key of certificate {facts.form.serial}.")


RESPONSE_RULES: Final[tuple[Rule[ResponseFacts], ...]] = (
    Rule(
        id="DUIS-RESPONSE",
        title="The message can be read safely as a Response",
        cites="DUIS 5.4 schema, Response; the project's limits on XML",
        reasons=told_of_refusals(
            (*map(response_reason, XML_REASONS), *(reason.value for reason in FrameReason)),
            "Do not act on the Response, and ask the DCC for it again.",
        ),
        check=_response_is_readable,
    ),
    Rule(
        id="DUIS-RESPONSE-SCHEMA",
        title="The Response is valid by the DUIS schema that the operator has supplied",
        cites="DUIS schema, Response",
        reasons={
            SCHEMA_INVALID: Told(
                says="By the DUIS schema the Response is not valid at `{element}` on line "
                "{line:,}: {fault}; " + DO_NOT_ACT,
                do="Do not act on the Response, and ask the DCC for it again, valid by the DUIS "
                "schema.",
            ),
        },
        check=_response_is_valid,
    ),
    Rule(
        id="DUIS-RESPONSE-SIGNATURE",
        title="The Response has one signature of the DCC, exactly of the form of DUIS 3.3",
        cites="DUIS 3.3, 3.3.2, 3.3.3",
        reasons={
            SIGNATURE_MISSING: Told(
                says="The Response has no signature of the DCC, and {kind} must have one by the "
                "{purpose} key ({clause}); " + DO_NOT_ACT,
                do="Do not act on the Response, and ask the DCC for it again with its signature.",
            ),
            SIGNATURE_NOT_ASKED_FOR: Told(
                says="The Response has no signature of the DCC, and {kind} need not have one, so "
                "that nothing here can prove who sent it; verify what the Device signed in it "
                "instead.",
                do="Verify what the Device signed in the Response, since nothing here can prove "
                "who sent it.",
            ),
            **told_of_refusals(
                map(response_reason, FORM_REASONS),
                "Do not act on the Response, and ask the DCC for it again, signed as DUIS 3.3 has "
                "it.",
            ),
        },
        check=_signature_has_the_form,
    ),
    Rule(
        id="DUIS-RESPONSE-CERTIFICATE",
        title="The certificate that KeyInfo names is one of the DCC's in the register",
        cites="DUIS 3.3.2, 3.3.3; SEC Appendix M",
        reasons={
            CERTIFICATE_UNKNOWN: Told(
                says="The register holds no certificate of the DCC by {issuer} with the serial "
                "number {serial}; " + DO_NOT_ACT,
                do="Do not act on the Response, and ask the DCC for it again, signed with a "
                "certificate of the register.",
            ),
        },
        check=_certificate_is_known,
    ),
    Rule(
        id="DUIS-RESPONSE-DIGEST",
        title="The Response is, byte for byte of its canonical form, the one that was signed",
        cites="DUIS 3.3; XMLDSig core, 3.2.1",
        reasons={
            DIGEST_MISMATCH: Told(
                says="The Response is not the one that was signed, since its digest is {digest} "
                "and the DigestValue is {digest_value}; " + DO_NOT_ACT,
                do="Do not act on the Response, and verify it again exactly as it was received.",
            ),
        },
        check=_digest_matches,
    ),
    Rule(
        id="DUIS-RESPONSE-VALUE",
        title="The signature verifies with the key of the certificate that KeyInfo names",
        cites="DUIS 3.3; XMLDSig core, 3.2.2",
        reasons={
            KEY_UNUSABLE: Told(
                says="The key of certificate {serial} is not a point of P-256; tell the DCC, and "
                "do not act on the Response.",
                do="Do not act on the Response, and tell the DCC that its certificate has no key "
                "on P-256.",
            ),
            SIGNATURE_INVALID: Told(
                says="The signature does not verify with the key of certificate {serial} of "
                "{issuer}; " + DO_NOT_ACT,
                do="Do not act on the Response, and ask the DCC for it again.",
            ),
        },
        check=_signature_holds,
    ),
)
"""In the order in which they are asked."""
