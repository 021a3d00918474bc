"""Responses of the DCC and its certificates, right ones and whatever a test changes about them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from rules.findings import Report
from rules.identifiers import Eui64
from rules.responses.facts import DccCertificate, DccRegister, Publication
from rules.responses.kinds import SigningPurpose
from rules.responses.verifying import verify_response
from tests.rules.messages.builders import DS, DUIS, ISSUER, KEY, OTHER_KEY, Sig, point, sign

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

BROKER_KEY, TRANSFORM_KEY = KEY, OTHER_KEY
BROKER_SERIAL, TRANSFORM_SERIAL = 41, 42
USER_ID = "90-B3-D5-1F-30-01-00-00"
DEVICE = "00-DB-12-34-56-78-90-A0"
DCC_USER_ID = Eui64("90-B3-D5-1F-30-00-00-02")

PAYLOAD = "<sr:GBCSPayload>3wk=</sr:GBCSPayload>"
PRE_COMMAND = f"<sr:PreCommand><sr:GBCSVersion>4.3</sr:GBCSVersion>{PAYLOAD}</sr:PreCommand>"
INVENTORY = "<sr:DSPInventory/>"
DCC_ALERT = (
    "<sr:DCCAlertMessage><sr:DCCAlertCode>N1</sr:DCCAlertCode><sr:DCCAlert/></sr:DCCAlertMessage>"
)


def response_message(content: str, *, srv: str = "8.2") -> str:
    reference = ".".join(srv.split(".")[:2])
    return (
        "<sr:ResponseMessage>"
        f"<sr:ServiceReference>{reference}</sr:ServiceReference>"
        f"<sr:ServiceReferenceVariant>{srv}</sr:ServiceReferenceVariant>"
        f"{content}</sr:ResponseMessage>"
    )


HEADER = (
    f"<sr:RequestID>{USER_ID}:{DEVICE}:7</sr:RequestID>"
    f"<sr:ResponseID>{DEVICE}:{USER_ID}:7</sr:ResponseID>"
    "<sr:ResponseCode>I0</sr:ResponseCode>"
    "<sr:ResponseDateTime>2026-11-20T08:59:58.5Z</sr:ResponseDateTime>"
)


def unsigned(
    body: str,
    *,
    header: str = HEADER,
    root: str = "sr:Response",
    signature: str = "",
    version: str = ' schemaVersion="5.4"',
) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns:sr="{DUIS}" xmlns:ds="{DS}"'
        f"{version}>\n  <sr:Header>{header}</sr:Header>\n  <sr:Body>{body}</sr:Body>\n"
        f"  {signature}\n</{root}>"
    )


def signed(
    body: str,
    *,
    key: ec.EllipticCurvePrivateKey = BROKER_KEY,
    serial: int = BROKER_SERIAL,
    signature: Sig | None = None,
    **parts: str,
) -> bytes:
    sig = replace(signature or Sig(), serial=str(serial))
    return sign(unsigned(body, signature=sig.text(), **parts), key=key)


def by_transform(body: str, **parts: str) -> bytes:
    return signed(body, key=TRANSFORM_KEY, serial=TRANSFORM_SERIAL, **parts)


def publication(purpose: SigningPurpose, **changes: Any) -> Publication:
    values: dict[str, Any] = {"valid_from": AT - 100 * DAY, "valid_until": None, **changes}
    return Publication(purpose=purpose, **values)


def certificate(
    serial: int,
    key: ec.EllipticCurvePrivateKey,
    *publications: Publication,
    **changes: Any,
) -> DccCertificate:
    values: dict[str, Any] = {
        "issuer": ISSUER,
        "serial": serial,
        "eui64": DCC_USER_ID,
        "remote_party_role": "89",
        "not_before": AT - 300 * DAY,
        "not_after": AT + 3000 * DAY,
        "revoked_at": None,
        "public_key": point(key),
        "publications": publications,
        **changes,
    }
    return DccCertificate(**values)


BROKER = certificate(BROKER_SERIAL, BROKER_KEY, publication(SigningPurpose.ACCESS_CONTROL_BROKER))
TRANSFORM = certificate(TRANSFORM_SERIAL, TRANSFORM_KEY, publication(SigningPurpose.TRANSFORM))


def register(*certificates: DccCertificate, **more: Any) -> DccRegister:
    held = certificates or (BROKER, TRANSFORM)
    return DccRegister(certificates={(c.issuer, c.serial): c for c in held}, **more)


def verified(message: bytes, known: DccRegister | None = None, *, at: datetime = AT) -> Report:
    report = verify_response(message, known or register(), at=at)
    # Whatever it comes to, each rule says so in a sentence.
    for finding in report.findings:
        assert finding.says.endswith("."), finding
    return report
