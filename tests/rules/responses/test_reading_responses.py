"""What is read of a Response, and what a refusal says was found instead."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from rules.messages.showing import shown
from rules.periods import utc_stamp
from rules.responses.reading import is_response, read_response
from rules.responses.refusals import FrameReason, ResponseRefusedError
from rules.responses.response_rules import RESPONSE_RULES
from rules.responses.verifying import examine_response
from rules.responses.words import refused
from rules.sentences import sentence
from tests.rules.messages.builders import DUIS, ISSUER
from tests.rules.responses.world import (
    AT,
    BROKER,
    DCC_ALERT,
    DEVICE,
    HEADER,
    INVENTORY,
    PRE_COMMAND,
    USER_ID,
    register,
    response_message,
    signed,
    unsigned,
    verified,
)

READ = response_message(INVENTORY)
REQUEST_ID, RESPONSE_ID = f"{USER_ID}:{DEVICE}:7", f"{DEVICE}:{USER_ID}:7"


def header(*, request_id: str = "", response_id: str = "", at: str, code: str = "I0") -> str:
    return (
        (f"<sr:RequestID>{request_id}</sr:RequestID>" if request_id else "")
        + (f"<sr:ResponseID>{response_id}</sr:ResponseID>" if response_id else "")
        + f"<sr:ResponseCode>{code}</sr:ResponseCode>"
        + f"<sr:ResponseDateTime>{at}</sr:ResponseDateTime>"
    )


@pytest.fixture(autouse=True)
def _in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the machine be where it is not UTC, which must change nothing."""
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


MOMENT = "2026-11-20T08:59:58Z"
HEADERS = {
    "both": (
        header(request_id=REQUEST_ID, response_id=RESPONSE_ID, at=MOMENT),
        (REQUEST_ID, RESPONSE_ID, "I0"),
    ),
    "of a request": (header(request_id=REQUEST_ID, at=MOMENT), (REQUEST_ID, "", "I0")),
    "of a response": (header(response_id=RESPONSE_ID, at=MOMENT), ("", RESPONSE_ID, "I0")),
    "of neither": (header(at=MOMENT, code="E100"), ("", "", "E100")),
    "with space around": (
        header(request_id=f"\n {REQUEST_ID}\t", at=f" {MOMENT} ", code=" W1 "),
        (REQUEST_ID, "", "W1"),
    ),
}


@pytest.mark.parametrize(("fields", "read"), HEADERS.values(), ids=HEADERS)
def test_the_header_is_read_as_it_is(fields, read) -> None:
    found = read_response(unsigned(READ, header=fields).encode()).header
    assert (found.request_id, found.response_id, found.response_code) == read
    assert found.at == datetime(2026, 11, 20, 8, 59, 58, tzinfo=UTC)


MOMENTS = {
    "2026-11-20T08:59:58Z": datetime(2026, 11, 20, 8, 59, 58, tzinfo=UTC),
    "2026-11-20T08:59:58": datetime(2026, 11, 20, 8, 59, 58, tzinfo=UTC),
    "2026-11-20T08:59:58.5": datetime(2026, 11, 20, 8, 59, 58, 500_000, tzinfo=UTC),
    "2026-11-20T08:59:58.123456789Z": datetime(2026, 11, 20, 8, 59, 58, 123_456, tzinfo=UTC),
    "2026-11-20T10:59:58+02:00": datetime(2026, 11, 20, 8, 59, 58, tzinfo=UTC),
    "2026-11-20T07:29:58-01:30": datetime(2026, 11, 20, 8, 59, 58, tzinfo=UTC),
}


@pytest.mark.parametrize(("written", "moment"), MOMENTS.items())
def test_a_moment_is_read_in_utc(written, moment) -> None:
    read = read_response(unsigned(READ, header=header(at=written)).encode()).header.at
    assert read == moment
    assert read.utcoffset() == moment.utcoffset()


def test_words_and_answers_have_moments_in_utc() -> None:
    elsewhere = datetime.fromisoformat("2026-11-20T11:00:00+02:00")
    assert utc_stamp(elsewhere) == "2026-11-20 09:00:00 UTC"
    answer = examine_response(signed(READ), register(), at=elsewhere).as_dict()
    assert answer["received_at"] == "2026-11-20T09:00:00Z"


def test_the_answer_has_what_was_read() -> None:
    message = signed(READ)
    answer = examine_response(message, register(), at=AT).as_dict()
    assert (answer["good"], answer["reason"]) == (True, None)
    assert answer["response"] == {
        "request_id": REQUEST_ID,
        "response_id": RESPONSE_ID,
        "response_code": "I0",
        "response_date_time": "2026-11-20T08:59:58.500000Z",
        "kind": "DSPInventory",
        "srv": "8.2",
        "signed_by": "access-control-broker",
        "must_be_signed": True,
    }
    assert answer["signer"] == {"issuer": ISSUER, "serial": str(BROKER.serial)}
    assert len(answer["findings"]) == 11
    assert str(answer["catalogue"]).startswith("response:")


def test_the_answer_has_null_for_what_there_is_not() -> None:
    alert = unsigned(DCC_ALERT, header=header(at=MOMENT)).encode()
    answer = examine_response(alert, register(), at=AT).as_dict()
    assert (answer["good"], answer["reason"]) == (False, "response-signature-missing")
    read = answer["response"]
    assert isinstance(read, dict)
    assert (read["request_id"], read["response_id"], read["srv"]) == (None, None, None)
    assert answer["signer"] is None
    nothing = examine_response(b"no", register(), at=AT).as_dict()
    assert (nothing["response"], nothing["signer"]) == (None, None)
    assert nothing["reason"] == "response-xml-not-well-formed"


def test_what_is_read_is_said_first() -> None:
    says = [finding.says for finding in verified(signed(READ)).findings]
    assert says[0] == (
        f"It is a Service Response that returns data for 8.2, {RESPONSE_ID}, with the code I0."
    )
    of_a_request = signed(READ, header=header(request_id=REQUEST_ID, at=MOMENT))
    assert f", {REQUEST_ID}, with" in verified(of_a_request).findings[0].says
    alert = signed(DCC_ALERT, header=header(at=MOMENT))
    assert verified(alert).findings[0].says == "It is a DCC Alert, no ID, with the code I0."


def test_the_variant_of_another_message_is_read_where_it_has_one() -> None:
    alert = "<sr:DeviceAlertMessage>{}<sr:AlertCode>8F66</sr:AlertCode></sr:DeviceAlertMessage>"
    srv = "<sr:ServiceReferenceVariant>4.1.1</sr:ServiceReferenceVariant>"
    with_one = read_response(unsigned(alert.format(srv)).encode())
    without = read_response(unsigned(alert.format("")).encode())
    assert with_one.service_reference_variant == "4.1.1"
    assert without.service_reference_variant == ""


# --- what was found instead ------------------------------------------------------------------

NOTHING_IN_IT = "<sr:ResponseMessage><sr:ServiceReference/></sr:ResponseMessage>"
FOUND = {
    "root": (unsigned(READ, root="sr:Request"), FrameReason.UNKNOWN_ROOT, f"{{{DUIS}}}Request"),
    "version": (
        unsigned(READ, version=' schemaVersion="five"'),
        FrameReason.SCHEMA_VERSION_MALFORMED,
        "five",
    ),
    "no version": (unsigned(READ, version=""), FrameReason.SCHEMA_VERSION_MALFORMED, ""),
    "no body": (
        unsigned(READ).replace("sr:Body>", "sr:Any>"),
        FrameReason.MALFORMED,
        "Header, Any",
    ),
    "header": (
        unsigned(READ, header="<sr:ResponseCode>I0</sr:ResponseCode>"),
        FrameReason.HEADER_MALFORMED,
        "ResponseCode",
    ),
    "empty header": (unsigned(READ, header=""), FrameReason.HEADER_MALFORMED, "nothing"),
    "header of twelve": (
        unsigned(READ, header="<sr:A/>" * 12),
        FrameReason.HEADER_MALFORMED,
        ", ".join("A" * 10),
    ),
    "a field within a field": (
        unsigned(READ, header=HEADER.replace(">I0<", "><sr:I0/><")),
        FrameReason.HEADER_MALFORMED,
        "RequestID, ResponseID, ResponseCode, ResponseDateTime",
    ),
    "request id": (
        unsigned(READ, header=header(request_id="1", at=MOMENT)),
        FrameReason.REQUEST_ID_MALFORMED,
        "1",
    ),
    "request id with space that is not XML's": (
        unsigned(READ, header=header(request_id=f"\N{NO-BREAK SPACE}{REQUEST_ID}", at=MOMENT)),
        FrameReason.REQUEST_ID_MALFORMED,
        f"\N{NO-BREAK SPACE}{REQUEST_ID}",
    ),
    "response id": (
        unsigned(READ, header=header(response_id="2", at=MOMENT)),
        FrameReason.RESPONSE_ID_MALFORMED,
        "2",
    ),
    "empty response id": (
        unsigned(READ, header=header(response_id=" ", at=MOMENT)),
        FrameReason.RESPONSE_ID_MALFORMED,
        "",
    ),
    "code": (
        unsigned(READ, header=header(at=MOMENT, code="ok")),
        FrameReason.RESPONSE_CODE_MALFORMED,
        "ok",
    ),
    "no code": (
        unsigned(READ, header=HEADER.replace(">I0<", "><")),
        FrameReason.RESPONSE_CODE_MALFORMED,
        "",
    ),
    "moment": (
        unsigned(READ, header=header(at="today")),
        FrameReason.MOMENT_MALFORMED,
        "today",
    ),
    "moment that there is not": (
        unsigned(READ, header=header(at="2026-02-30T00:00:00Z")),
        FrameReason.MOMENT_MALFORMED,
        "2026-02-30T00:00:00Z",
    ),
    "two messages": (
        unsigned(READ + DCC_ALERT),
        FrameReason.BODY_MALFORMED,
        "ResponseMessage, DCCAlertMessage",
    ),
    "another message": (unsigned("<sr:Any/>"), FrameReason.BODY_MALFORMED, "Any"),
    "references": (unsigned(NOTHING_IN_IT), FrameReason.BODY_MALFORMED, "ServiceReference"),
    "another's reference": (
        unsigned(READ.replace(">8.2</sr:ServiceReference>", ">8.3</sr:ServiceReference>")),
        FrameReason.SERVICE_REFERENCE_MISMATCH,
        "8.3 with 8.2",
    ),
    "empty reference": (
        unsigned(READ.replace(">8.2</sr:ServiceReference>", "></sr:ServiceReference>")),
        FrameReason.SERVICE_REFERENCE_MISMATCH,
        " with 8.2",
    ),
    "content": (
        unsigned(response_message("<sr:Any/>")),
        FrameReason.CONTENT_UNKNOWN,
        "Any",
    ),
    "pre-command": (
        unsigned(DCC_ALERT.replace("<sr:DCCAlert/>", PRE_COMMAND)),
        FrameReason.PRE_COMMAND_MISPLACED,
        f"{{{DUIS}}}DCCAlertMessage",
    ),
}


@pytest.mark.parametrize(("message", "reason", "value"), FOUND.values(), ids=FOUND)
def test_a_refusal_has_what_was_found_instead(message, reason, value) -> None:
    with pytest.raises(ResponseRefusedError) as raised:
        read_response(message.encode())
    assert (raised.value.reason, raised.value.value) == (reason, value)
    assert str(raised.value) == (f"{reason.value}: {value}" if value else reason.value)
    (finding,) = verified(message.encode()).blocking
    words = finding.says
    assert finding.values == {"found": shown(value)}
    assert words.endswith("; do not act on it, and ask the DCC for it again.")
    assert (f" (found: `{shown(value)}`);" in words) is bool(value)
    assert ("found" in words) is bool(value)
    assert not words.startswith("None")


def test_where_nothing_was_found_the_words_say_only_what_is_wrong() -> None:
    reason = FrameReason.RESPONSE_CODE_MALFORMED
    nothing = refused(ResponseRefusedError(reason))
    assert sentence(RESPONSE_RULES[0].reasons[reason], nothing.values) == (
        "The ResponseCode is not a code of DUIS such as I0; do not act on it, and ask the DCC for "
        "it again."
    )


def test_every_reason_of_the_frame_has_its_case() -> None:
    assert {reason for _, reason, _ in FOUND.values()} == set(FrameReason)


def test_a_refusal_of_any_message_keeps_what_was_found_and_is_one_sentence() -> None:
    message = unsigned(READ).replace('encoding="UTF-8"', 'encoding="UTF-16"').encode()
    with pytest.raises(ResponseRefusedError) as raised:
        read_response(message)
    assert raised.value.reason == "response-encoding-not-utf-8"
    assert raised.value.value == "utf-16"
    words = verified(message).blocking[0].says
    assert "(found: `utf-16`);" in words
    assert words.count(".") == 1


# --- is it one at all ------------------------------------------------------------------------


def test_a_response_is_told_by_its_root_and_whatever_else_is_not_one() -> None:
    message = signed(READ)
    assert is_response(message)
    assert is_response(unsigned("nothing of a Response").encode())
    assert not is_response(unsigned(READ, root="sr:Request").encode())
    assert not is_response(b"no")
    assert not is_response(message, size_limit=len(message) - 1)
    assert is_response(message, size_limit=len(message))
