"""Of the reason that lies in the DUIS schema: cases that give it, and their controls."""

from rules.service_requests.reasons import CheckReason as C
from tests.duis_schema import small_schema
from tests.rules.messages.builders import Sig
from tests.rules.messages.vectors import signed
from tests.rules.service_requests.vectors import Vector

_HELD = {"schema": small_schema()}
_ELEMENT = "<sr:ReadInstantaneousImportRegisters"
# Not spelled as usual, so that the message is read the other way.
_UNUSUAL = Sig().text().replace("<ds:KeyInfo>", "<ds:KeyInfo\n>")

FAILING = {
    C.SCHEMA_INVALID: [
        Vector(message=signed(body=body, **parts), asked=_HELD)
        for body in (
            f'{_ELEMENT} more="1"/>',
            f"{_ELEMENT}>1</sr:ReadInstantaneousImportRegisters>",
            f"{_ELEMENT}><sr:Inner/></sr:ReadInstantaneousImportRegisters>",
        )
        for parts in ({}, {"signature": _UNUSUAL})
    ]
}

PASSING = {
    "valid by the schema": Vector(asked=_HELD),
    "valid by the schema, and spelled unusually": Vector(
        message=signed(signature=_UNUSUAL), asked=_HELD
    ),
    "not valid, and held to no schema": Vector(message=signed(body=f'{_ELEMENT} more="1"/>')),
}
