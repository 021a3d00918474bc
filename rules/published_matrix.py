"""The published matrix: every Service Reference Variant and the User Roles that may send it.

It is where the register's list starts from; the list itself is configuration (MP134B-3).
Source: the SRV matrix of `@smartdcc/duis-parser` 0.6.0 (DUIS 5.x), and for SolrContingency the
MP134B business requirements, 2.4.
"""

from dataclasses import dataclass

from rules.data import read_table
from rules.roles import UserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedVariant:
    """One Service Reference Variant as published."""

    code: str
    name: str
    is_critical: bool
    user_roles: frozenset[UserRole]


SOLR_CONTINGENCY_STARTS_WITH = frozenset({"1.6"})
"""MP134B 2.4: the initial list contains only Service Request 1.6 Update Payment Mode."""


def read_published_matrix() -> tuple[PublishedVariant, ...]:
    """Return every published Service Reference Variant, in the matrix's order."""
    return tuple(
        PublishedVariant(
            code=row["srv"],
            name=row["name"],
            is_critical=row["critical"] == "yes",
            user_roles=_user_roles(row["srv"], row["eligible_user_roles"]),
        )
        for row in read_table("service-request-variants.csv")
    )


def _user_roles(code: str, published: str) -> frozenset[UserRole]:
    roles = frozenset(UserRole(word) for word in published.split())
    return roles | {UserRole.SOLR_CONTINGENCY} if code in SOLR_CONTINGENCY_STARTS_WITH else roles
