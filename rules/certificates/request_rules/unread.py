"""Why a rule on a request was not checked: what it asks about is absent, or could not be read.

Either fails in another rule, which says what to do.
"""

from rules.certificates import profiles
from rules.certificates.reading import RequestReading
from rules.certificates.structures import ORGANIZATIONAL_UNIT, UNIQUE_IDENTIFIER
from rules.rule import Outcome, not_checked


def unread(reading: RequestReading, what: str) -> Outcome:
    """Return the outcome of a rule on what could not be read, or nothing of the submission."""
    return not_checked(f"the {'submission' if reading.der is None else what} could not be read")


def unread_eui64(reading: RequestReading) -> Outcome:
    """Return the outcome of a rule on the EUI-64 where there is none to check."""
    if _lacks(reading, UNIQUE_IDENTIFIER):
        return not_checked("the request has no EUI-64 (x500UniqueIdentifier)")
    return unread(reading, "EUI-64")


def unread_role(reading: RequestReading) -> Outcome:
    """Return the outcome of a rule on the Remote Party Role where there is none to check."""
    if _lacks(reading, ORGANIZATIONAL_UNIT):
        return not_checked("the request has no Remote Party Role (organizationalUnitName)")
    if reading.organizational_unit is not None:
        return not_checked("the organizationalUnitName is not a known Remote Party Role")
    return unread(reading, "Remote Party Role")


def unread_extensions(reading: RequestReading) -> Outcome:
    """Return the outcome of a rule on the extensions where there are none to check."""
    attributes = reading.attributes
    if attributes is not None and profiles.EXTENSION_REQUEST not in attributes:
        return not_checked("the request asks for no extensions")
    return unread(reading, "list of extensions")


def unread_key_usage(reading: RequestReading) -> Outcome:
    """Return the outcome of a rule on the keyUsage where there is none to check."""
    if reading.extensions is None:
        return unread_extensions(reading)
    if all(extension.oid != profiles.KEY_USAGE for extension in reading.extensions):
        return not_checked("the request does not ask for keyUsage")
    return unread(reading, "keyUsage")


def _lacks(reading: RequestReading, oid: str) -> bool:
    return reading.subject is not None and not reading.subject.all_of(oid)
