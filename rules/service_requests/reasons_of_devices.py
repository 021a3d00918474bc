"""The words of the reasons that lie in who is registered for the Device, and who holds it."""

from typing import Final

from rules.service_requests.duis_codes import DEVICE
from rules.service_requests.reason_codes import CheckReason as C, reason

OF_DEVICE: Final = (
    reason(
        C.REGISTRATION_NOT_SUPPLIED,
        DEVICE,
        "Who is registered for the Device was not supplied.",
        "Who is registered for the Device {target} was not supplied; "
        "give `device.registered_user_ids`.",
        do="Give the User IDs that are registered for the Device as `device.registered_user_ids`.",
    ),
    reason(
        C.HUB_IMPORT_SUPPLIERS_NOT_SUPPLIED,
        DEVICE,
        "The Import Suppliers that share the Communications Hub were not supplied.",
        "{registrant} is not registered for the Device {target}, and whether it is the Import "
        "Supplier of a Communications Hub that the Device shares was not supplied; "
        "give `device.hub_import_supplier_ids`.",
        do="Give the Import Suppliers that share the hub as `device.hub_import_supplier_ids`.",
    ),
    reason(
        C.NOT_REGISTERED,
        DEVICE,
        "The User, or the failed Supplier, is not registered for the Device.",
        "The Device {target} is registered to {registered}, not to {registrant}.",
        do=(
            "Send only to a Device that the User, or the failed Supplier, is registered for, or "
            "have its registration corrected."
        ),
    ),
    reason(
        C.CERTIFICATE_OWNER_NOT_SUPPLIED,
        DEVICE,
        "Whose certificate the SMETS1 Device holds was not supplied.",
        "Whose certificate is held for the Device {target} was not supplied; "
        "give `device.certificate_owner`.",
        do="Give the User ID whose certificate the Device holds as `device.certificate_owner`.",
    ),
    reason(
        C.CERTIFICATE_OWNER_NOT_ORIGINATOR,
        DEVICE,
        "The certificate that is held for the SMETS1 Device is another's.",
        "The certificate that is held for the Device {target} is that of {certificate_owner}, "
        "not of {registrant}.",
        do=(
            "Have the certificate of the User, or of the failed Supplier, placed on the Device "
            "before sending to it."
        ),
    ),
)
