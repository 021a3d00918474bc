"""Who appears in the demonstration. The EUI-64s are those of the DCC's public templates."""

from dataclasses import dataclass

from rules.duties import PersonRole
from rules.identifiers import Eui64
from rules.roles import PartyCategory, UserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class CastPerson:
    """A made-up person."""

    email: str
    name: str
    role: PersonRole


@dataclass(frozen=True, slots=True, kw_only=True)
class CastParty:
    """A made-up Party with one User ID and its people."""

    reference: str
    name: str
    category: PartyCategory
    eui64: Eui64
    user_roles: tuple[UserRole, ...] = ()
    mpids: tuple[str, ...] = ()
    people: tuple[CastPerson, ...] = ()


def _pair(domain: str, sro: str, aro: str) -> tuple[CastPerson, CastPerson]:
    return (
        CastPerson(email=f"sro@{domain}.example", name=sro, role=PersonRole.SRO),
        CastPerson(email=f"aro@{domain}.example", name=aro, role=PersonRole.ARO),
    )


PARTIES: tuple[CastParty, ...] = (
    CastParty(
        reference="northwind-energy",
        name="Northwind Energy",
        category=PartyCategory.SUPPLIER,
        eui64=Eui64("90-B3-D5-1F-30-01-00-00"),
        user_roles=(
            UserRole.IMPORT_SUPPLIER,
            UserRole.EXPORT_SUPPLIER,
            UserRole.GAS_SUPPLIER,
        ),
        mpids=("NWEL", "NWGA"),
        people=_pair("northwind", "Nora Whitfield", "Aled Northcott"),
    ),
    CastParty(
        reference="southgate-power",
        name="Southgate Power",
        category=PartyCategory.SUPPLIER,
        eui64=Eui64("90-B3-D5-1F-30-03-00-00"),
        user_roles=(UserRole.IMPORT_SUPPLIER, UserRole.GAS_SUPPLIER),
        mpids=("SGPW",),
        people=_pair("southgate", "Samir Southall", "Greta Powell"),
    ),
    CastParty(
        reference="grid-networks",
        name="Grid Networks",
        category=PartyCategory.NETWORK_OPERATOR,
        eui64=Eui64("90-B3-D5-1F-30-02-00-00"),
        user_roles=(UserRole.ELECTRICITY_DISTRIBUTOR, UserRole.GAS_TRANSPORTER),
        people=_pair("grid", "Gwen Netherton", "Rhys Gridley"),
    ),
    CastParty(
        reference="harbour-shared-services",
        name="Harbour Shared Services",
        category=PartyCategory.SHARED_RESOURCE_PROVIDER,
        eui64=Eui64("90-B3-D5-1F-30-04-00-00"),
        user_roles=(UserRole.SOLR_CONTINGENCY,),
        people=_pair("harbour", "Hana Portman", "Shaun Quayle"),
    ),
    CastParty(
        reference="dcc",
        name="DCC",
        category=PartyCategory.DCC,
        eui64=Eui64("90-B3-D5-1F-30-00-00-02"),
    ),
    CastParty(
        reference="load-control-services",
        name="Load Control Services",
        category=PartyCategory.OTHER,
        eui64=Eui64("90-B3-D5-1F-30-01-00-08"),
        people=_pair("loadcontrol", "Lola Contreras", "Conrad Lodge"),
    ),
)

STAFF: tuple[CastPerson, ...] = (
    CastPerson(email="officer1@dcc.example", name="Olive Ferris", role=PersonRole.OFFICER),
    CastPerson(email="officer2@dcc.example", name="Oscar Finch", role=PersonRole.OFFICER),
    CastPerson(email="auditor@dcc.example", name="Audrey Torrance", role=PersonRole.AUDITOR),
)


def everybody() -> tuple[tuple[CastPerson, CastParty | None], ...]:
    """Return every person with the Party they belong to, None for staff."""
    of_parties = tuple((person, party) for party in PARTIES for person in party.people)
    return (*of_parties, *((person, None) for person in STAFF))
