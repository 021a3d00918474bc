"""Remote Party Roles, User Roles and Party categories, and which go together."""

from dataclasses import dataclass
from enum import StrEnum

from rules.data import read_table


class UserRole(StrEnum):
    """A User Role of the DUIS, by its code; SolrContingency is MP134B's (2.1.1)."""

    IMPORT_SUPPLIER = "IS"
    EXPORT_SUPPLIER = "ES"
    GAS_SUPPLIER = "GS"
    ELECTRICITY_DISTRIBUTOR = "ED"
    GAS_TRANSPORTER = "GT"
    REGISTERED_SUPPLIER_AGENT = "RSA"
    OTHER_USER = "OU"
    SOLR_CONTINGENCY = "SolrContingency"


class PartyCategory(StrEnum):
    """What kind of Party it is; the value is its stored and published name."""

    SUPPLIER = "Supplier"
    NETWORK_OPERATOR = "Network Operator"
    SHARED_RESOURCE_PROVIDER = "Shared Resource Provider"
    DCC = "DCC"
    OTHER = "Other"


@dataclass(frozen=True, slots=True)
class RemotePartyRole:
    """A Remote Party Role: its code as the organizationalUnitName has it, and its name."""

    code: str
    """Two upper-case hexadecimal characters, `87` for xmlSign (SEC Appendix M, Appendix F)."""
    name: str
    evidence: str


REMOTE_PARTY_ROLES = {
    row["ou_hex"]: RemotePartyRole(row["ou_hex"], row["name"], row["evidence"])
    for row in read_table("remote-party-roles.csv")
}
"""Every Remote Party Role known, by its two-character code."""

ROOT = "00"
RECOVERY = "01"
SUPPLIER = "02"
NETWORK_OPERATOR = "03"
ACCESS_CONTROL_BROKER = "04"
TRANSITIONAL_COS = "05"
WAN_PROVIDER = "06"
ISSUING_AUTHORITY = "07"
LOAD_CONTROLLER = "08"
OTHER = "7F"
XML_SIGN = "87"
DSP_XML_SIGN = "89"

DIGITAL_SIGNATURE = "digitalSignature"
"""The key usage of a certificate whose key signs (RFC 5280, 4.2.1.3)."""

MESSAGE_SIGNING_ROLES = frozenset({XML_SIGN, DSP_XML_SIGN})
"""The roles whose keys sign messages, so that their keyUsage is digitalSignature (DUIS 3.3)."""

ENTITLED_ROLES: dict[PartyCategory, frozenset[str]] = {
    # Which Remote Party Roles a Party of each category may subscribe for. The policy's own table
    # (SEC Appendix B) could not be read; docs/decisions/0007 says what this rests on.
    PartyCategory.SUPPLIER: frozenset({SUPPLIER, XML_SIGN}),
    PartyCategory.NETWORK_OPERATOR: frozenset({NETWORK_OPERATOR, XML_SIGN}),
    PartyCategory.SHARED_RESOURCE_PROVIDER: frozenset({XML_SIGN}),
    PartyCategory.DCC: frozenset(
        {
            RECOVERY,
            ACCESS_CONTROL_BROKER,
            TRANSITIONAL_COS,
            WAN_PROVIDER,
            XML_SIGN,
            DSP_XML_SIGN,
        }
    ),
    PartyCategory.OTHER: frozenset({LOAD_CONTROLLER, OTHER, XML_SIGN}),
}


def remote_party_role_words(code: str) -> str:
    """Return a Remote Party Role by name and code, or the code alone where it is unknown."""
    role = REMOTE_PARTY_ROLES.get(code)
    return f"{role.name} ({role.code})" if role is not None else f"{code} (unknown)"
