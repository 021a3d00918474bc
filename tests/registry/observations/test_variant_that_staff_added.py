"""A Service Reference Variant that staff added is decided, whatever its Command Variant."""

import pytest

from registry.models import ServiceReferenceVariant, ServiceRequestEligibility
from rules.service_requests.decision import Action
from rules.service_requests.reasons import CheckReason
from tests.factories import AT

pytestmark = pytest.mark.serves("MP134B-3")

MESSAGE = """<sr:Request xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway"
  schemaVersion="5.4">
  <sr:Header>
    <sr:RequestID>{originator}:00-DB-12-34-56-78-90-A0:7</sr:RequestID>
    <sr:CommandVariant>{command_variant}</sr:CommandVariant>
    <sr:ServiceReference>99.1</sr:ServiceReference>
    <sr:ServiceReferenceVariant>99.1</sr:ServiceReferenceVariant>
  </sr:Header>
  <sr:Body><sr:ReadSomethingNew/></sr:Body>
</sr:Request>"""


@pytest.mark.parametrize("command_variant", [1, 2, 3, 4, 8])
def test_a_variant_that_staff_added_is_decided(subscriber, checker_of, command_variant):
    text = MESSAGE.format(originator=subscriber.user_id.eui64, command_variant=command_variant)
    message = subscriber.signs(text.encode())
    unknown = checker_of().decides(message)
    assert CheckReason.SRV_UNKNOWN in unknown.reasons
    ServiceReferenceVariant.objects.create(code="99.1", name="New", is_critical=False)
    for role in subscriber.user_id.user_roles:
        ServiceRequestEligibility.objects.create(
            service_reference_variant="99.1", user_role=role, valid_from=AT
        )
    decision = checker_of().decides(message)
    assert (decision.decision, decision.reasons) == (Action.PROCESS, ())
