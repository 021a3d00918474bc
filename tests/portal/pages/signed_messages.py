"""A register that enforces MP104, and a message that it lets pass."""

from datetime import UTC, datetime

from registry.models import (
    EnforcementMoment,
    ServiceReferenceVariant,
    ServiceRequestEligibility,
)
from rules.messages.signing import sign_message
from rules.roles import UserRole
from tests.factories import ISSUER, a_certificate, a_key, a_notification
from tests.portal.pages.conftest import Side

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MESSAGE = """<?xml version="1.0" encoding="UTF-8"?>
<sr:Request xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway" schemaVersion="5.4">
  <sr:Header>
    <sr:RequestID>{eui64}:00-DB-12-34-56-78-90-A0:1000</sr:RequestID>
    <sr:CommandVariant>1</sr:CommandVariant>
    <sr:ServiceReference>4.1</sr:ServiceReference>
    <sr:ServiceReferenceVariant>4.1.1</sr:ServiceReferenceVariant>
  </sr:Header>
  <sr:Body>
    <sr:ReadInstantaneousImportRegisters/>
  </sr:Body>
</sr:Request>
"""


def enforce() -> None:
    """Enforce MP104, and let Import Suppliers read registers."""
    EnforcementMoment.objects.create(enforced_from=LONG_AGO, recorded_at=LONG_AGO, is_loaded=True)
    ServiceReferenceVariant.objects.create(code="4.1.1", name="Read", is_critical=False)
    ServiceRequestEligibility.objects.create(
        service_reference_variant="4.1.1",
        user_role=UserRole.IMPORT_SUPPLIER.value,
        valid_from=LONG_AGO,
    )


def signed_message(side: Side, *, notified: bool = True, as_user: str = "") -> bytes:
    key = a_key()
    certificate = a_certificate(side.user_id, key=key)
    if notified:
        a_notification(certificate, notified_by=side.aro)
    return sign_message(
        MESSAGE.format(eui64=as_user or side.user_id.eui64).encode(),
        key,
        issuer_name=ISSUER,
        serial=int(certificate.serial_number),
    )
