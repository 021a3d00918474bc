"""A Response is good only when the right key of the DCC signed it, and stands at that moment."""

from base64 import b64encode
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from rules.catalogue import reason_codes
from rules.certificates.keys import key_x
from rules.responses.kinds import SigningPurpose
from rules.responses.verifying import RESPONSE_BOOK, examine_response, verify_response
from tests.duis_schema import small_schema
from tests.rules.messages.builders import ISSUER, Sig, point, sign
from tests.rules.responses.world import (
    AT,
    BROKER,
    BROKER_KEY,
    DAY,
    DCC_ALERT,
    HEADER,
    INVENTORY,
    PRE_COMMAND,
    SECOND,
    TRANSFORM,
    TRANSFORM_KEY,
    by_transform,
    certificate,
    publication,
    register,
    response_message,
    signed,
    unsigned,
    verified,
)

pytestmark = pytest.mark.serves("MP104-DCC")

SCHEMA = "DUIS-RESPONSE-SCHEMA"
TRANSFORMED = response_message(PRE_COMMAND, srv="1.6")
READ = response_message(INVENTORY)
NESTED_SIGNATURE = (
    "<sr:SMETS1SignedResponse><ds:Signature><ds:Any/></ds:Signature></sr:SMETS1SignedResponse>"
)
SMETS1 = f"<sr:SMETS1ResponseMessage>{NESTED_SIGNATURE}</sr:SMETS1ResponseMessage>"


def test_a_pre_command_by_the_transform_key_is_good_and_every_rule_says_so() -> None:
    report = verified(by_transform(TRANSFORMED))
    assert report.is_clear
    assert {finding.verdict for finding in report.findings if finding.rule != SCHEMA} == {"passed"}
    assert len(report.findings) == len(RESPONSE_BOOK.rules) == 11


def schema_finding(report):
    (found,) = [finding for finding in report.findings if finding.rule == SCHEMA]
    return found


def test_without_a_schema_it_is_not_held_to_one() -> None:
    found = schema_finding(verified(by_transform(TRANSFORMED)))
    assert (found.verdict, found.reason) == ("not-applicable", None)
    assert "no DUIS schema is supplied" in found.says


@pytest.mark.parametrize("message", [signed(READ), by_transform(TRANSFORMED)])
def test_what_is_valid_by_the_schema_that_is_supplied_is_good(message) -> None:
    report = verify_response(message, register(), at=AT, schema=small_schema())
    assert report.is_clear
    assert schema_finding(report).verdict == "passed"


def test_what_is_not_valid_by_it_is_not_good_and_it_says_where() -> None:
    message = signed(DCC_ALERT)
    assert verified(message).is_clear
    report = verify_response(message, register(), at=AT, schema=small_schema())
    assert report.reasons == ("response-schema-invalid",)
    says = schema_finding(report).says
    assert "`DCCAlertMessage` on line 4" in says
    assert "do not act on it" in says


def test_what_cannot_be_read_is_not_held_to_it() -> None:
    report = verify_response(b"no XML", register(), at=AT, schema=small_schema())
    assert report.reasons == ("response-xml-not-well-formed",)
    unread = "Not checked, because the Response could not be read."
    assert {f.says for f in report.findings if f.verdict == "not-checked"} == {unread}
    assert schema_finding(report).verdict == "not-checked"


def test_an_unsigned_pre_command_is_refused_with_the_key_that_is_wanting() -> None:
    report = verified(unsigned(TRANSFORMED).encode())
    assert report.reasons == ("response-signature-missing",)
    assert "Transform key (DUIS 3.3.2)" in report.blocking[0].says


@pytest.mark.parametrize(
    ("changes", "at", "reason"),
    [
        ({"not_before": AT}, AT, None),
        ({"not_before": AT + SECOND}, AT, "response-certificate-not-yet-valid"),
        ({"not_after": AT}, AT, None),
        ({"not_after": AT - SECOND}, AT, "response-certificate-expired"),
        ({"revoked_at": AT}, AT, "response-certificate-revoked"),
        ({"revoked_at": AT + SECOND}, AT, None),
        ({"revoked_at": AT}, AT - SECOND, None),
        ({"remote_party_role": "87"}, AT, "response-certificate-not-dspxmlsign"),
        ({"public_key": b"\x04" + bytes(64)}, AT, "response-certificate-key-unusable"),
        ({"public_key": point(TRANSFORM_KEY)}, AT, "response-signature-invalid"),
        ({"publications": ()}, AT, "response-certificate-not-published"),
    ],
)
def test_the_certificate_must_stand_at_the_moment(changes, at, reason) -> None:
    report = verified(signed(READ), register(replace(BROKER, **changes)), at=at)
    assert report.reasons == (() if reason is None else (reason,))


def test_a_revocation_ahead_of_the_clock_counts_for_what_was_received_now() -> None:
    known = register(replace(BROKER, revoked_at=AT + SECOND))
    revoked = ("response-certificate-revoked",)
    assert (
        examine_response(signed(READ), known, at=AT, is_about_now=True).report.reasons == revoked
    )
    assert verify_response(signed(READ), known, at=AT, is_about_now=True).reasons == revoked
    # As of a moment before, which is what is meant unless it is said.
    assert examine_response(signed(READ), known, at=AT).report.is_clear
    assert verify_response(signed(READ), known, at=AT).is_clear


def test_a_publication_counts_from_its_beginning_until_before_its_end() -> None:
    broker = SigningPurpose.ACCESS_CONTROL_BROKER
    ended = replace(BROKER, publications=(publication(broker, valid_until=AT),))
    begun = replace(BROKER, publications=(publication(broker, valid_from=AT),))
    message = signed(READ)
    assert verified(message, register(ended), at=AT - SECOND).is_clear
    assert verified(message, register(ended)).reasons == ("response-certificate-not-published",)
    assert verified(message, register(begun)).is_clear
    early = verified(message, register(begun), at=AT - SECOND)
    assert early.reasons == ("response-certificate-not-published",)


@pytest.mark.parametrize("role", ["02", "04", "7F"])
def test_a_key_that_is_used_towards_devices_too_is_refused(role) -> None:
    message = signed(READ)
    key = key_x(point(BROKER_KEY))
    alone = register(BROKER, roles_of_keys={key: frozenset({"89", "87"})})
    shared = register(BROKER, roles_of_keys={key: frozenset({"89", role})})
    assert verified(message, alone).is_clear
    assert verified(message, shared).reasons == ("response-key-used-towards-devices",)


def test_one_key_for_both_purposes_is_refused_even_in_two_certificates_years_apart() -> None:
    once = certificate(
        43,
        BROKER_KEY,
        publication(SigningPurpose.TRANSFORM, valid_until=AT - 90 * DAY),
    )
    report = verified(signed(READ), register(BROKER, once))
    assert report.reasons == ("response-key-serves-both-purposes",)


def test_a_certificate_that_is_not_the_dccs_is_unknown() -> None:
    message = signed(READ, serial=99)
    report = verified(message)
    assert report.reasons == ("response-certificate-unknown",)
    elsewhere = replace(BROKER, issuer="CN=OTHER,OU=07")
    assert verified(signed(READ), register(elsewhere)).reasons == ("response-certificate-unknown",)


def test_a_response_changed_after_signing_is_refused() -> None:
    changed = signed(READ).replace(b">I0<", b">I1<")
    report = verified(changed)
    assert report.reasons == ("response-digest-mismatch",)


def test_a_digest_that_is_put_right_after_a_change_spoils_the_signature() -> None:
    honest = examine_response(signed(READ), register(), at=AT).facts.form
    changed = signed(READ).replace(b">I0<", b">I1<")
    wanted = examine_response(changed, register(), at=AT).facts.form
    assert honest is not None
    assert wanted is not None
    put_right = changed.replace(
        b64encode(honest.document_digest), b64encode(wanted.document_digest)
    )
    assert put_right != changed
    assert verified(put_right).reasons == ("response-signature-invalid",)


ID = "90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:7"

UNREADABLE = {
    "request": (signed(READ, root="sr:Request"), "response-unknown-root"),
    "service provider's": (
        signed(READ, root="sr:SMETS1SignedResponse"),
        "response-unknown-root",
    ),
    "no version": (signed(READ, version=""), "response-schema-version-malformed"),
    "code missing": (
        signed(READ, header=HEADER.replace("<sr:ResponseCode>I0</sr:ResponseCode>", "")),
        "response-header-malformed",
    ),
    "code": (signed(READ, header=HEADER.replace("I0", "ok")), "response-code-malformed"),
    "moment": (
        signed(READ, header=HEADER.replace("11-20T", "13-20T")),
        "response-date-time-malformed",
    ),
    "request id": (signed(READ, header=HEADER.replace(ID, "1")), "response-request-id-malformed"),
    "request id first": (
        signed(READ, header=HEADER.replace(":7<", ":07<")),
        "response-request-id-malformed",
    ),
    "body empty": (signed(""), "response-body-malformed"),
    "body of two": (signed(READ + READ), "response-body-malformed"),
    "body of no response": (signed("<sr:ReadInventory/>"), "response-body-malformed"),
    "content of two": (
        signed(response_message(PRE_COMMAND + INVENTORY)),
        "response-body-malformed",
    ),
    "content unknown": (signed(response_message("<sr:Any/>")), "response-content-unknown"),
    "content of another namespace": (
        signed(response_message('<PreCommand xmlns="urn:other"/>')),
        "response-content-unknown",
    ),
    **{
        f"a pre-command inside {where}": (signed(body), "response-pre-command-misplaced")
        for where, body in {
            "a GBCSPayload": response_message(f"<sr:GBCSPayload>{PRE_COMMAND}</sr:GBCSPayload>"),
            "a LocalCommand": response_message(
                f"<sr:LocalCommand>{PRE_COMMAND}</sr:LocalCommand>"
            ),
            "an inventory": response_message(f"<sr:DSPInventory>{PRE_COMMAND}</sr:DSPInventory>"),
            "another pre-command": response_message(
                f"<sr:PreCommand>{PRE_COMMAND}</sr:PreCommand>"
            ),
            "a DCCAlert": DCC_ALERT.replace(
                "<sr:DCCAlert/>", f"<sr:DCCAlert>{PRE_COMMAND}</sr:DCCAlert>"
            ),
            "a DCCAlertMessage": DCC_ALERT.replace("<sr:DCCAlert/>", PRE_COMMAND),
            "a Device Alert": f"<sr:DeviceAlertMessage>{PRE_COMMAND}</sr:DeviceAlertMessage>",
            "a SMETS1 Response": (
                f"<sr:SMETS1ResponseMessage>{PRE_COMMAND}</sr:SMETS1ResponseMessage>"
            ),
            "an Alert, by another namespace": DCC_ALERT.replace(
                "<sr:DCCAlert/>", '<PreCommand xmlns="urn:other"/>'
            ),
        }.items()
    },
    "references": (
        signed(READ.replace(">8.2</sr:ServiceReference>", ">8.3</sr:ServiceReference>")),
        "response-service-reference-mismatch",
    ),
    "not XML": (b"no", "response-xml-not-well-formed"),
    "document type": (b"<!DOCTYPE a><a/>", "response-document-type-present"),
    "instruction after": (signed(READ) + b"<?a b?>", "response-processing-instruction-present"),
    "instruction within": (
        signed(READ).replace(b"<sr:Body>", b"<sr:Body><?a b?>"),
        "response-processing-instruction-present",
    ),
}


@pytest.mark.parametrize(("message", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_response_is_refused_with_its_reason(message, reason) -> None:
    report = verified(message)
    assert report.reasons == (reason,)
    assert report.blocking[0].says.endswith(".")


def test_a_response_id_is_held_to_its_form_where_there_is_no_request_id() -> None:
    alone = HEADER[HEADER.index("<sr:ResponseID>") :]
    assert verified(signed(READ, header=alone)).is_clear
    wrong = verified(signed(READ, header=alone.replace(":7<", ":07<")))
    assert wrong.reasons == ("response-id-malformed",)


def wrapped(message: bytes) -> bytes:
    """Put a whole signed Response into an Alert of the attacker's."""
    inner = message.split(b"\n", 1)[1].decode()
    return unsigned(DCC_ALERT.replace("<sr:DCCAlert/>", f"<sr:DCCAlert>{inner}</sr:DCCAlert>"))


MISFORMED = {
    "two": (
        signed(READ).replace(b"</sr:Response>", b"<ds:Signature/></sr:Response>"),
        "response-signature-not-single",
    ),
    "wrapped": (wrapped(signed(READ)).encode(), "response-signature-misplaced"),
    "before the Body, though it verifies": (
        sign(
            unsigned(READ).replace(
                "</sr:Header>", f"</sr:Header>{replace(Sig(), serial='41').text()}"
            )
        ),
        "response-signature-misplaced",
    ),
    "method": (
        signed(READ, signature=Sig(method='<ds:SignatureMethod Algorithm="urn:x"/>')),
        "response-signature-method-not-allowed",
    ),
    "uri": (
        signed(READ, signature=Sig(reference='URI="#x"')),
        "response-reference-uri-not-empty",
    ),
    "in another's place": (
        signed(
            SMETS1.replace("<ds:Signature><ds:Any/></ds:Signature>", "").replace(
                "</sr:SMETS1Resp", "<ds:Signature/></sr:SMETS1Resp"
            )
        ),
        "response-signature-not-single",
    ),
}


@pytest.mark.parametrize(("message", "reason"), MISFORMED.values(), ids=MISFORMED)
def test_a_signature_of_another_form_is_refused_with_its_reason(message, reason) -> None:
    assert verified(message).reasons == (reason,)


def test_comments_cannot_hide_what_is_read() -> None:
    # They are no part of what is signed, so that they may be there, and change nothing.
    hidden = signed(READ).replace(
        b">8.2</sr:ServiceReferenceV", b">8.<!-- 1 -->2</sr:ServiceReferenceV"
    )
    seen = examine_response(hidden, register(), at=AT)
    assert seen.report.is_clear
    assert seen.facts.response is not None
    assert seen.facts.response.service_reference_variant == "8.2"


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        verified(signed(READ), at=AT.replace(tzinfo=None))


def test_the_size_limit_comes_before_reading() -> None:
    report = examine_response(signed(READ), register(), at=AT, size_limit=10).report
    assert report.reasons == ("response-message-too-large",)
    assert (
        verify_response(signed(READ), register(), at=AT, size_limit=10).reasons == report.reasons
    )


def test_every_reason_of_the_book_is_in_the_catalogue() -> None:
    listed = {entry.reason for entry in reason_codes() if entry.book == "response"}
    assert listed == {reason for rule in RESPONSE_BOOK.rules for reason in rule.reasons}


GOOD = by_transform(TRANSFORMED)


@given(at=st.integers(0, len(GOOD) - 1), octet=st.integers(0, 255), cut=st.booleans())
def test_no_change_of_an_octet_makes_another_response_good(at, octet, cut) -> None:
    changed = GOOD[:at] + (b"" if cut else bytes([octet])) + GOOD[at + 1 :]
    seen = examine_response(changed, register(BROKER, TRANSFORM), at=AT)
    broken = [finding for finding in seen.report.findings if finding.verdict == "broken"]
    assert broken == []
    if seen.report.is_clear:
        before = examine_response(GOOD, register(), at=AT).facts
        assert seen.facts.form is not None
        assert before.form is not None
        assert seen.facts.form.document_digest == before.form.document_digest


@given(st.binary(max_size=400))
def test_whatever_the_octets_are_there_is_a_report(octets) -> None:
    assert not verified(octets).is_clear


def test_the_names_in_a_finding_are_those_of_the_message() -> None:
    says = " ".join(finding.says for finding in verified(signed(READ)).findings)
    assert ISSUER in says
    assert "41" in says


UNFIT = {
    "in its first month": (
        {"not_before": AT + SECOND},
        "valid from 2026-11-20 09:00:01 UTC only, after 2026-11-20 09:00:00 UTC; do not act",
    ),
    "past": (
        {"not_after": AT - SECOND},
        "valid until 2026-11-20 08:59:59 UTC, before 2026-11-20 09:00:00 UTC; verify",
    ),
    "revoked": ({"revoked_at": AT}, "was revoked at 2026-11-20 09:00:00 UTC; do not act"),
    "for xmlSign": (
        {"remote_party_role": "87"},
        "Remote Party Role is xmlSign (87), not dSPXmlSign (89), the one for signing XML",
    ),
    "for what nobody knows": (
        {"remote_party_role": "FE"},
        "Remote Party Role is unknown (FE), not dSPXmlSign (89), the one for signing XML",
    ),
    "of the other key": (
        {"publications": TRANSFORM.publications},
        "only the Access Control Broker key (DUIS 3.3.3) may sign, and the certificate is that of",
    ),
    "of another key pair": (
        {"public_key": point(TRANSFORM_KEY)},
        f"does not verify with the key of certificate 41 of {ISSUER}; do not act",
    ),
}


@pytest.mark.parametrize(("changes", "says"), UNFIT.values(), ids=UNFIT)
def test_a_refusal_says_what_is_wrong_with_the_certificate(changes, says) -> None:
    report = verified(signed(READ), register(replace(BROKER, **changes)))
    assert says in report.blocking[0].says


def test_a_refusal_names_the_key_that_signed() -> None:
    says = verified(by_transform(READ)).blocking[0].says
    assert says.startswith("This is a Service Response that returns data, which only the Access")
    assert "is that of the Transform key; do not act on it" in says


def test_an_unknown_certificate_is_named() -> None:
    report = verified(signed(READ, serial=99))
    assert f"by {ISSUER} with the serial number 99; do not act" in report.blocking[0].says
