"""Checking certificate signing requests, as a bulk submission would."""

from functools import partial

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from rules.certificates.facts import ApplicantParty, KnownUserId, RequestFacts
from rules.certificates.making import build_request
from rules.certificates.reading import read_request
from rules.certificates.requests import check_request
from rules.findings import Report
from rules.roles import XML_SIGN, PartyCategory, UserRole
from tests.benchmarks.figures import Figure
from tests.benchmarks.messages import ORIGINATOR
from tests.benchmarks.timing import Pace, compare

NAME = "bulk-csr-check"

_PARTY = ApplicantParty(
    reference="northwind",
    name="Northwind Energy",
    category=PartyCategory.SUPPLIER,
    is_authorised_subscriber=True,
    mpids=frozenset({"NWEL", "NWGA"}),
)
_USER_ID = KnownUserId(
    eui64=ORIGINATOR, party_reference="northwind", user_roles=frozenset({UserRole.IMPORT_SUPPLIER})
)


def measure(*, pace: Pace) -> list[Figure]:
    """Compare reading a request and asking every rule with reading and verifying it at all."""
    der = build_request(
        ec.generate_private_key(ec.SECP256R1()),
        eui64=ORIGINATOR,
        remote_party_role=XML_SIGN,
        common_name="NWEL NWGA",
    )
    check(der).require_clear()
    if not parse_and_verify(der):
        raise AssertionError("cryptography does not verify the request")
    compared = compare(partial(check, der), partial(parse_and_verify, der), pace=pace)
    return [
        Figure(
            name=NAME,
            value=1 / compared.seconds,
            unit="requests/s",
            ratio=compared.ratio,
            against="parsing and self-signature by cryptography",
        )
    ]


def check(der: bytes) -> Report:
    """Read a request and ask every rule, with the words of every finding."""
    return check_request(
        RequestFacts(
            reading=read_request(der),
            party=_PARTY,
            user_id=_USER_ID,
            key_sightings=(),
            mpid_holdings=(),
            name_matches=(),
        )
    )


def parse_and_verify(der: bytes) -> bool:
    """Do what cryptography does of it."""
    return x509.load_der_x509_csr(der).is_signature_valid
