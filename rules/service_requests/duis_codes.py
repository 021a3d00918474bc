"""The response codes of the DUIS 5.4 schema that reasons suggest (docs/decisions/0060).

DUIS has no code for most faults, and none at all for a message that is not a Service Request.
"""

from typing import Final

SENDER: Final = "E100"
"""Believed to be for a failed authentication of the sender."""
ROLE: Final = "E1"
"""Invalid User or User Role."""
SERVICE: Final = "E2"
"""User Role not permitted to send the Service Reference."""
STATUS: Final = "E3"
"""User Status not permitted."""
DEVICE: Final = "E4"
"""User Role not authorised for the Device at the required date and time."""
VARIANT: Final = "E12"
"""Command Variant not applicable to the request."""
