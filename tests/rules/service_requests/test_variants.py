"""The Command Variants of every Service Reference Variant, held by a second copy.

Written from the comments of the DUIS 5.4 schema behind each value of ServiceReferenceVariant.
"""

from rules.published_matrix import read_published_matrix
from rules.service_requests.variants import VARIANTS, VariantKind

CRITICAL = [
    "1.1.1", "1.1.2", "1.2.1", "1.2.2", "1.5", "1.6", "1.7", "2.1", "2.3", "2.5", "6.4.1",
    "6.6", "6.7", "6.8", "6.11", "6.14.1", "6.14.2", "6.14.3", "6.15.1", "6.15.2", "6.17",
    "6.24.2", "6.25", "6.26", "7.1", "7.2", "7.3", "7.5", "7.6", "7.8", "7.16", "8.7.1",
    "8.8.1", "11.3",
]  # fmt: skip
NON_CRITICAL = [
    "2.2", "3.1", "3.2", "3.3", "3.4", "3.5", "4.1.1", "4.1.2", "4.1.3", "4.1.4", "4.2",
    "4.3", "4.4.2", "4.4.3", "4.4.4", "4.4.5", "4.6.1", "4.6.2", "4.8.1", "4.8.2", "4.8.3",
    "4.10", "4.11.1", "4.11.2", "4.12.1", "4.12.2", "4.13", "4.14", "4.15", "4.16", "4.17",
    "4.18", "6.2.1", "6.2.2", "6.2.3", "6.2.4", "6.2.5", "6.2.7", "6.2.8", "6.2.9",
    "6.2.10", "6.4.2", "6.5", "6.12", "6.13", "6.18.1", "6.18.2", "6.20.1", "6.20.2",
    "6.21", "6.22", "6.23", "6.24.1", "6.27", "6.28", "6.29", "6.30", "6.31", "6.32", "7.4",
    "7.7", "7.9", "7.10", "7.11", "8.7.2", "8.8.2", "8.9", "8.11", "8.12.1", "8.12.2",
    "9.1", "11.2", "14.1",
]  # fmt: skip
NON_DEVICE = [
    "5.1", "5.2", "5.3", "8.2", "8.3", "8.4", "8.6", "8.13", "8.14.1", "8.14.2", "8.14.3",
    "8.14.4", "11.1", "11.4", "12.1", "12.2",
]  # fmt: skip

AGAINST_THE_SCHEMA = {
    "7.12": {4, 5, 6, 7},
    "7.13": {4, 5, 6, 7},
    "7.14": {1, 2, 3},
    "7.15": {1, 2, 3},
}
"""The schema's comments have these the other way round. The published matrix has 7.12 and 7.13 as
Critical and the others not, and the DCC's templates have 4 and 1 (`@smartdcc/duis-templates`
0.7.0: ECS38_7.12, ECS47a_7.13, ECS61d_7.14, ECS61e_7.15)."""

COMMAND_VARIANTS = {
    **dict.fromkeys(CRITICAL, frozenset({4, 5, 6, 7})),
    **dict.fromkeys(NON_CRITICAL, frozenset({1, 2, 3})),
    **dict.fromkeys(NON_DEVICE, frozenset({8})),
    "8.1.1": {4, 5},
    "8.5": {1},
    **AGAINST_THE_SCHEMA,
}


def test_each_variant_has_the_command_variants_of_the_schema_but_for_four():
    assert {code: held.command_variants for code, held in VARIANTS.items()} == (COMMAND_VARIANTS)


def test_the_critical_ones_are_those_of_the_published_matrix():
    published = {variant.code: variant.is_critical for variant in read_published_matrix()}
    held = {code: v.kind is VariantKind.CRITICAL for code, v in VARIANTS.items()}
    assert held == published
