"""What the DUIS has of each Service Reference Variant, and GBCS of each message code.

The element that a Body has for a variant, and of which kind a variant is, are those of the DCC's
297 public templates for DUIS 5.4 (`@smartdcc/duis-templates` 0.7.0) and of the DUIS 5.4 schema,
where each of the 129 elements of Body is for one variant; the published matrix agrees. The Command
Variants of a variant are those of the schema's comment behind its value in
ServiceReferenceVariant, which are those of its kind (its comment on CommandVariant) but for two:
8.1.1 has 4 and 5 alone, 8.5 has 1 alone. Of four variants that comment contradicts the published
matrix and the templates, which agree with each other and are followed: it has 1, 2, 3 for 7.12 and
7.13, which set something on a Device and are Critical, and 4, 5, 6, 7 for 7.14 and 7.15, which
read (docs/decisions/0050).

The message codes are those of the use cases after which these templates are named
(SmartDCCInnovation/gbcs-parser, `messageCodes` and the Pre-Commands of RTDS 4.5.0). All codes of
Critical use cases are there, and most others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rules.data import read_table
from rules.messages.reading import DUIS


class VariantKind(StrEnum):
    """What becomes of a Service Request."""

    CRITICAL = "critical"
    NON_CRITICAL = "non-critical"
    NON_DEVICE = "non-device"
    """Nothing is sent to a Device."""


_SMETS1: Final = {
    # For a SMETS1 Device nothing is transformed, and no Signed Pre-Command is sent. Which of the
    # others a Service Request for one has is in a part of the DUIS (1.4.2) that could not be read.
    VariantKind.CRITICAL: frozenset({1, 2, 3, 4}),
    VariantKind.NON_CRITICAL: frozenset({1, 2, 3, 4}),
    VariantKind.NON_DEVICE: frozenset({8}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What the DUIS has of one Service Reference Variant."""

    code: str
    element: str
    """The tag of the one element of Body, as lxml writes it."""
    kind: VariantKind
    command_variants: frozenset[int]
    """For a SMETS2+ Device, or none."""
    command_variants_for_smets1: frozenset[int]


def _read_variants() -> Mapping[str, Variant]:
    variants = {}
    for row in read_table("service-request-bodies.csv"):
        kind = VariantKind(row["kind"])
        variants[row["srv"]] = Variant(
            code=row["srv"],
            element=f"{{{DUIS}}}{row['element']}",
            kind=kind,
            command_variants=frozenset(map(int, row["command_variants"].split())),
            command_variants_for_smets1=_SMETS1[kind],
        )
    return variants


def _read_message_codes() -> Mapping[str, frozenset[str]]:
    codes: dict[str, set[str]] = {}
    for row in read_table("gbcs-message-codes.csv"):
        codes.setdefault(row["message_code"], set()).add(row["srv"])
    return {code: frozenset(of) for code, of in codes.items()}


VARIANTS: Final = _read_variants()
"""By Service Reference Variant."""

KNOWN_ELEMENTS: Final = frozenset(variant.element for variant in VARIANTS.values())

VARIANTS_OF_MESSAGE_CODE: Final = _read_message_codes()
"""By GBCS message code, the Service Reference Variants whose Commands have it."""

UPDATE_PAYMENT_MODE: Final = "1.6"
UPDATE_SECURITY_CREDENTIALS: Final = "6.15.1"
JOIN_SERVICE: Final = frozenset({"8.7.1", "8.7.2"})
RESTORE_GPF_DEVICE_LOG: Final = "8.12.2"

CREDIT_CODES: Final = frozenset({"001A", "006C"})
"""ECS02 and GCS02: set the Payment Mode to Credit."""
PREPAYMENT_CODES: Final = frozenset({"001B", "006D"})
"""ECS03 and GCS03: set it to Prepayment."""
