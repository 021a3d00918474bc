"""Is it valid by the DUIS schema? Asked only where an operator has supplied one.

A message that is not valid is not a Service Request, even where it satisfies every other rule.
It is validated only after the signature has verified, so that a stranger cannot cause the work.
"""

from rules.service_requests.case import Case
from rules.service_requests.message_rule import Check
from rules.service_requests.outcomes import (
    Failed,
    Found,
    MessageOutcome,
    NotApplicable,
    NotAsked,
)
from rules.service_requests.reason_codes import CheckReason, reason


def no_schema(case: Case) -> NotAsked | None:
    """Return why a message is held to no schema, or None where there is one."""
    return NotApplicable.NO_SCHEMA if case.asked.schema is None else None


def _is_valid(case: Case) -> MessageOutcome:
    asked = case.asked
    if asked.schema is None:
        return NotApplicable.NO_SCHEMA
    fault = asked.schema.fault(case.message.root, asked.octets)
    if fault is None:
        return None
    found: Found = {
        "schema_element": fault.element,
        "schema_line": fault.line,
        "schema_says": fault.says,
    }
    return Failed(CheckReason.SCHEMA_INVALID, found)


IS_VALID = Check(
    id="DUIS-SCHEMA",
    title="The message is valid by the DUIS schema that the operator has supplied.",
    cites="DUIS schema, Request",
    reasons={
        CheckReason.SCHEMA_INVALID: reason(
            None,
            "The message is not valid by the DUIS schema that the operator has supplied.",
            "By the DUIS schema the message is not valid at `{schema_element}` on line "
            "{schema_line}: {schema_says}.",
            do="Correct the message until it is valid by the DUIS schema, and sign it again.",
        ),
    },
    passed="The message is valid by the DUIS schema.",
    check=_is_valid,
)

SCHEMA_RULES = (IS_VALID,)
