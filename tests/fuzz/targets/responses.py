"""Responses of the DCC: no rule ever breaks, and only what a key of the DCC signed is good."""

import json

from rules.findings import Verdict
from rules.messages.xmldsig import holds
from rules.responses.reading import is_response
from rules.responses.verifying import examine_response
from tests.fuzz.signing import signed_anew
from tests.fuzz.target import Target
from tests.fuzz.xml_mutation import mutate_xml
from tests.rules.messages.builders import MESSAGE
from tests.rules.messages.mutations import FRAGMENTS
from tests.rules.responses.world import (
    AT,
    BROKER_KEY,
    BROKER_SERIAL,
    DCC_ALERT,
    INVENTORY,
    PRE_COMMAND,
    TRANSFORM_KEY,
    TRANSFORM_SERIAL,
    by_transform,
    register,
    response_message,
    signed,
    unsigned,
)

_LONGEST_SENTENCE = 1_000
_REGISTER = register()
_KEYS = {BROKER_SERIAL: BROKER_KEY, TRANSFORM_SERIAL: TRANSFORM_KEY}


def hold(data: bytes) -> None:
    _hold(data)
    for key in (BROKER_KEY, TRANSFORM_KEY):
        message = signed_anew(data, key)
        if message is not None:
            _hold(message)


def _hold(message: bytes) -> None:
    verification = examine_response(message, _REGISTER, at=AT)
    for finding in verification.report.findings:
        assert finding.verdict is not Verdict.BROKEN, finding.rule
        assert 0 < len(finding.says) < _LONGEST_SENTENCE, finding.rule
    json.dumps(verification.as_dict()).encode()
    response = verification.facts.response
    if response is not None:
        assert is_response(message)
    if verification.is_good:
        assert response is not None
        form = verification.facts.form
        assert form is not None or not response.kind.must_be_signed
        if form is not None:
            assert form.document_digest == form.digest_value
            key = _KEYS[form.serial].public_key()
            assert holds(form.signed_info, form.r, form.s, key)


TARGET = Target(
    hold=hold,
    seeds=(
        signed(response_message(INVENTORY)),
        by_transform(response_message(PRE_COMMAND, srv="1.6")),
        by_transform(response_message(PRE_COMMAND, srv="6.15.1")),
        signed(DCC_ALERT, header=unsigned("").split("<sr:Header>")[1].split("</sr:Header>")[0]),
        unsigned(response_message("", srv="4.1.1")).encode(),
        unsigned("<sr:DeviceAlertMessage><sr:GBCSPayload/></sr:DeviceAlertMessage>").encode(),
        unsigned("<sr:SMETS1SignedResponse/>").encode(),
        MESSAGE,
    ),
    words=(
        *FRAGMENTS,
        b"<sr:ScheduleID/>",
        b"<sr:S1SPAlert/>",
        b"<sr:SMETS1SignedResponse/>",
        b"+24:00",
        b"0001-01-01T00:00:00+14:00",
        b"9999-12-31T23:59:59.9999999-14:00",
    ),
    mutate=mutate_xml,
)
