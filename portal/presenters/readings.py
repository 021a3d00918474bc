"""What a certificate signing request says, in plain words."""

from typing import TYPE_CHECKING

from portal.presenters.cells import Cell, Row, identifier, row, text
from rules.certificates.profiles import EC_PUBLIC_KEY, named
from rules.certificates.reading import RequestReading
from rules.certificates.structures import ORGANIZATIONAL_UNIT, UNIQUE_IDENTIFIER
from rules.roles import XML_SIGN, PartyCategory, remote_party_role_words

if TYPE_CHECKING:
    from registry.models import Party

_NOT_READ = "It could not be read"
_NONE = "None"
_EC = "Elliptic curve"
"""What a person calls the kind of key that the standards call `id-ecPublicKey`."""


def request_rows(reading: RequestReading, *, party: "Party") -> tuple[Row, ...]:
    """Return what a request says, line by line, for the Party that it is made for."""
    return (
        row("Party", text(party.name, hint=party.category)),
        row("User ID (EUI-64)", _known(reading.eui64, absent=_lacks(reading, UNIQUE_IDENTIFIER))),
        row("Remote Party Role", _role(reading)),
        row("MPIDs", mpids_cell(reading.mpids, role=reading.remote_party_role, party=party)),
        row("Common name", _common_name(reading.common_name)),
        row("Key usage", _key_usage(reading)),
        row("Public key", text(_public_key(reading))),
        row("Key fingerprint", _known(reading.spki_sha256, hint="SHA-256 of the public key")),
        row("Signature", text(_signature(reading))),
        row("Request fingerprint", _known(reading.der_sha256, hint="SHA-256 of the request")),
    )


def mpids_cell(mpids: tuple[str, ...], *, role: str | None, party: "Party") -> Cell:
    """Return the MPIDs that a request or certificate claims, and what that means.

    No other than a Supplier Party's commonName holds MPIDs, whatever it looks like.
    """
    if party.party_category is not PartyCategory.SUPPLIER:
        return text(_NONE)
    if mpids:
        return text(", ".join(mpids))
    hint = "This certificate will not let you act for any MPID." if role == XML_SIGN else ""
    return text(_NONE, hint=hint)


def _known(value: str | None, *, hint: str = "", absent: bool = False) -> Cell:
    if value is None:
        return text(_NONE if absent else _NOT_READ)
    return identifier(value, hint=hint)


def _lacks(reading: RequestReading, oid: str) -> bool:
    """Tell whether the subject could be read and has no such attribute."""
    return reading.subject is not None and not reading.subject.all_of(oid)


def _role(reading: RequestReading) -> Cell:
    if reading.organizational_unit is None:
        return text(_NONE if _lacks(reading, ORGANIZATIONAL_UNIT) else _NOT_READ)
    return text(remote_party_role_words(reading.organizational_unit))


def _common_name(common_name: str | None) -> Cell:
    return identifier(common_name) if common_name else text(_NONE)


def _key_usage(reading: RequestReading) -> Cell:
    if reading.key_usage is None:
        return text(_NONE)
    bits = ", ".join(sorted(reading.key_usage.bits)) or "none"
    return text(f"{bits} ({'critical' if reading.key_usage.critical else 'not critical'})")


def _public_key(reading: RequestReading) -> str:
    key = reading.public_key
    if key is None:
        return _NOT_READ
    kind = _EC if key.algorithm.oid == EC_PUBLIC_KEY else named(key.algorithm.oid)
    if key.curve is None:
        return kind
    return f"{kind}, {named(key.curve)}"


def _signature(reading: RequestReading) -> str:
    algorithm = reading.signature_algorithm
    if algorithm is None:
        return _NOT_READ
    name = named(algorithm.oid)
    proof = {
        True: "verifies under this key",
        False: "does not verify under this key",
        None: "could not be verified",
    }[reading.proof_of_possession]
    return f"{name}, {proof}"
