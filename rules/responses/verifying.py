"""Verifies a Response that the DCC sent, as a User has to (DUIS 3.3.2, 3.3.3)."""

from datetime import UTC, datetime
from typing import Final, NamedTuple

from rules.findings import Report
from rules.messages.reading import DEFAULT_SIZE_LIMIT
from rules.messages.refusals import MessageRefusedError
from rules.messages.schema import MessageSchema
from rules.messages.signature_form import SignatureForm, read_signature
from rules.periods import known_by
from rules.responses.facts import DccRegister, ResponseFacts
from rules.responses.key_rules import KEY_RULES
from rules.responses.reading import Response, read_response
from rules.responses.refusals import ResponseRefusedError, response_reason
from rules.responses.response_rules import RESPONSE_RULES
from rules.rulebook import RuleBook

RESPONSE_BOOK: Final = RuleBook(
    name="response",
    title="Responses that the DCC has signed",
    rules=(*RESPONSE_RULES, *KEY_RULES),
)


class Verification(NamedTuple):
    """A Response with what every rule said of it."""

    facts: ResponseFacts
    report: Report

    @property
    def is_good(self) -> bool:
        """Whether the right key of the DCC signed it, and its certificate stood at the moment."""
        return self.report.is_clear

    def as_dict(self) -> dict[str, object]:
        """Return the answer in the JSON shape of `verify_response`."""
        response, form = self.facts.response, self.facts.form
        return {
            "good": self.is_good,
            "reason": next(iter(self.report.reasons), None),
            "received_at": _written(self.facts.at),
            "findings": [finding.as_dict() for finding in self.report.findings],
            "response": None
            if response is None
            else {
                "request_id": response.header.request_id or None,
                "response_id": response.header.response_id or None,
                "response_code": response.header.response_code,
                "response_date_time": _written(response.header.at),
                "kind": response.kind.name,
                "srv": response.service_reference_variant or None,
                "signed_by": response.kind.purpose.value,
                "must_be_signed": response.kind.must_be_signed,
            },
            "signer": None
            if form is None
            else {"issuer": form.issuer, "serial": str(form.serial)},
            "catalogue": self.report.catalogue,
        }


def verify_response(
    message: bytes,
    register: DccRegister,
    *,
    at: datetime,
    is_about_now: bool = False,
    size_limit: int = DEFAULT_SIZE_LIMIT,
    schema: MessageSchema | None = None,
) -> Report:
    """Return what every rule says of a Response; it is good only where the report is clear.

    Args:
        message: The octets as they came; whatever they are, there is a report.
        register: What the register holds of the DCC.
        at: When the Response was received, as of which the certificate must stand.
        is_about_now: Whether that is what the clock says (`rules.periods.known_by`).
        size_limit: How many octets a Response may have.
        schema: The DUIS schema to which to hold it, where there is one.

    Raises:
        ValueError: `at` has no time zone.
    """
    return examine_response(
        message,
        register,
        at=at,
        is_about_now=is_about_now,
        size_limit=size_limit,
        schema=schema,
    ).report


def examine_response(
    message: bytes,
    register: DccRegister,
    *,
    at: datetime,
    is_about_now: bool = False,
    size_limit: int = DEFAULT_SIZE_LIMIT,
    schema: MessageSchema | None = None,
) -> Verification:
    """Verify a Response and return what was read of it beside the report.

    Raises:
        ValueError: `at` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("`at` must have a time zone")
    response: Response | None = None
    form: SignatureForm | None = None
    unreadable = form_refused = schema_fault = None
    try:
        response = read_response(message, size_limit=size_limit)
    except ResponseRefusedError as refused:
        unreadable = refused
    if response is not None:
        if schema is not None:
            # Before its Signature is taken out: the schema has that too.
            schema_fault = schema.fault(response.root, message)
        try:
            form = _form_of(response)
        except ResponseRefusedError as refused:
            form_refused = refused
    facts = ResponseFacts(
        response=response,
        unreadable=unreadable,
        form=form,
        form_refused=form_refused,
        certificate=None
        if form is None
        else register.certificates.get((form.issuer, form.serial)),
        register=register,
        is_held_to_schema=schema is not None,
        schema_fault=schema_fault,
        at=at,
        known_by=known_by(at, is_about_now=is_about_now),
    )
    return Verification(facts, RESPONSE_BOOK.ask(facts))


def _form_of(response: Response) -> SignatureForm | None:
    """Take the signature out of the tree and apart; None where the Response has none.

    Raises:
        ResponseRefusedError: It is not exactly of the form of DUIS 3.3.
    """
    if response.signature_fault is not None:
        raise ResponseRefusedError(response_reason(response.signature_fault))
    if response.signature is None:
        return None
    try:
        return read_signature(response.root, response.signature)
    except MessageRefusedError as refused:
        raise ResponseRefusedError.of(refused) from refused


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
