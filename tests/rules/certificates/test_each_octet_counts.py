"""Each comparison sees the first octet and the last, one more and one that lacks.

A comparison that looks at a part of an identifier, or lets one extension or usage too many pass,
agrees with vectors that differ everywhere at once; so here each differs in one place.
"""

import dataclasses

import pytest

from rules.certificates import der_writing as der, keys, making, profiles
from rules.certificates.issued import check_issued
from rules.certificates.requests import check_request
from rules.certificates.structures import KeyUsageBit
from rules.findings import Verdict
from rules.identifiers import Eui64, eui64_from_octets, eui64_octets
from rules.roles import PartyCategory
from tests.rules.certificates import builders as b

GOOD = b.certificate()


def reasons(submission: bytes) -> set[str]:
    return set(check_issued(b.issued(submission)).reasons)


def in_one_place(octets: bytes) -> dict[str, bytes]:
    """Return octets with one place changed at a time: first, last, one more, one fewer."""
    return {
        "its first octet": bytes([octets[0] ^ 1]) + octets[1:],
        "its last octet": octets[:-1] + bytes([octets[-1] ^ 1]),
        "one octet more": octets + b"\x00",
        "one octet more before it": b"\x00" + octets,
        "one octet fewer": octets[:-1],
        "its first octet lacking": octets[1:],
        "nothing": b"",
    }


EVERY_PLACE = list(in_one_place(b"12"))


def extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    return making.extension(oid, value, critical=critical)


# --- what a certificate must be ----------------------------------------------------------------


def test_the_good_certificate_is_good() -> None:
    assert reasons(GOOD) == set()


@pytest.mark.parametrize("place", EVERY_PLACE)
def test_the_subject_key_identifier(place) -> None:
    differing = in_one_place(keys.subject_key_identifier(b.point()))[place]
    value = extension(profiles.SUBJECT_KEY_IDENTIFIER, der.octet_string(differing))
    found = reasons(b.certificate(extensions={"subject_key": value}))
    assert found == {"certificate-subject-key-identifier"}


@pytest.mark.parametrize("place", EVERY_PLACE)
def test_the_authority_key_identifier(place) -> None:
    differing = in_one_place(b.issuing().subject_key_identifier or b"")[place]
    inner = der.sequence(der.element(0x80, differing))
    value = extension(profiles.AUTHORITY_KEY_IDENTIFIER, inner)
    found = reasons(b.certificate(extensions={"authority_key": value}))
    assert found == {"certificate-authority-key-identifier"}


def test_an_authority_key_identifier_without_its_key_identifier() -> None:
    value = extension(profiles.AUTHORITY_KEY_IDENTIFIER, der.sequence())
    assert reasons(b.certificate(extensions={"authority_key": value})) != set()


def policies(*oids: str) -> bytes:
    inner = der.sequence(*(der.sequence(der.object_identifier(oid)) for oid in oids))
    return extension(profiles.CERTIFICATE_POLICIES, inner, critical=True)


POLICY = profiles.ORGANISATION.policy


@pytest.mark.parametrize(
    "oids",
    [
        ("1.3" + POLICY[3:],),
        (POLICY[:-1] + "5",),
        (POLICY + ".1",),
        (POLICY.rpartition(".")[0],),
        (POLICY, "1.2.3.4"),
        ("1.2.3.4", POLICY),
        (POLICY, POLICY),
    ],
    ids=["first arc", "last arc", "one arc more", "one fewer", "one more", "one before", "twice"],
)
def test_the_policy(oids) -> None:
    assert reasons(b.certificate(extensions={"policies": policies(*oids)})) == {
        "certificate-policy"
    }


@pytest.mark.parametrize("name", ["policies", "subject_key", "authority_key", "key_usage"])
def test_an_extension_that_is_absent(name) -> None:
    assert "certificate-extension-missing" in reasons(b.certificate(extensions={name: None}))


OTHER_EXTENSIONS = (
    *(f"2.5.29.{arc}" for arc in (9, 16, 17, 18, 19, 21, 30, 31, 33, 36, 37, 46, 54)),
    "1.3.6.1.5.5.7.1.1",
    "1.3.6.1.5.5.7.1.24",
    "2.16.840.1.113730.1.1",
    # Those of the profile with an arc more or another last one.
    "2.5.29.15.1",
    "2.5.29.150",
    "2.5.29.34",
)


@pytest.mark.parametrize("oid", OTHER_EXTENSIONS)
@pytest.mark.parametrize("critical", [False, True], ids=["", "critical"])
def test_one_extension_too_many(oid, critical) -> None:
    one_more = extension(oid, der.sequence(), critical=critical)
    assert reasons(b.certificate(more=one_more)) == {"certificate-extension-not-allowed"}
    request = b.request(attrs=b.attributes(b.extension_request(b.key_usage(), one_more)))
    assert set(check_request(b.facts(request)).reasons) == {"extension-not-allowed"}


@pytest.mark.parametrize("name", ["policies", "subject_key", "authority_key", "key_usage"])
def test_an_extension_of_the_profile_twice(name) -> None:
    again = b.certificate_extensions()[name]
    assert "certificate-extension-repeated" in reasons(b.certificate(more=again))


# --- what a certificate is held to its request by -----------------------------------------------


def issuer(*texts: str) -> bytes:
    unit, common_name, *more = texts
    others = [b.attribute("2.5.4.10", der.utf8_string(text)) for text in more]
    return b.name(b.unit(unit), b.common_name(common_name), *others)


@pytest.mark.parametrize(
    "name",
    [
        issuer("07", "EEVOCA"),
        issuer("07", "DEVOCB"),
        issuer("07", "DEVOCAA"),
        issuer("07", "DEVOC"),
        issuer("17", "DEVOCA"),
        issuer("06", "DEVOCA"),
        issuer("07", "DEVOCA", "DCC"),
        issuer("07", "devoca"),
        b.name(b.unit("07")),
        b.name(b.common_name("DEVOCA")),
        b.name(b.common_name("DEVOCA"), b.unit("07")),
        der.sequence(b.rdn(*sorted([b.unit("07"), b.common_name("DEVOCA")]))),
    ],
    ids=[
        "first letter",
        "last letter",
        "one more letter",
        "one fewer",
        "the unit's first",
        "the unit's last",
        "one attribute more",
        "another case",
        "no commonName",
        "no unit",
        "another order",
        "in one RDN",
    ],
)
def test_the_issuer(name) -> None:
    assert reasons(b.certificate(issuer=name)) == {"certificate-issuer-differs"}


_EUI64 = eui64_octets(b.NORTHWIND)
_MORE = b.attribute("2.5.4.10", der.utf8_string("Northwind"))


def with_eui64(octets: bytes) -> bytes:
    return b.name(b.common_name(), b.unit(), b.identifier(der.bit_string(octets)))


SUBJECTS = {
    "the commonName's first letter": b.name(b.common_name("BBCD"), b.unit(), b.identifier()),
    "the commonName's last letter": b.name(b.common_name("ABCE"), b.unit(), b.identifier()),
    "a letter more": b.name(b.common_name("ABCDE"), b.unit(), b.identifier()),
    "a letter fewer": b.name(b.common_name("ABC"), b.unit(), b.identifier()),
    "no commonName": b.name(b.unit(), b.identifier()),
    "the unit's first character": b.name(b.common_name(), b.unit("07"), b.identifier()),
    "the unit's last character": b.name(b.common_name(), b.unit("89"), b.identifier()),
    "no unit": b.name(b.common_name(), b.identifier()),
    "no EUI-64": b.name(b.common_name(), b.unit()),
    "an attribute more": b.name(b.common_name(), b.unit(), b.identifier(), _MORE),
    "an attribute more before": b.name(_MORE, b.common_name(), b.unit(), b.identifier()),
    "another order": b.name(b.unit(), b.common_name(), b.identifier()),
    **{f"the EUI-64: {place}": with_eui64(o) for place, o in in_one_place(_EUI64).items()},
}


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_the_subject(subject) -> None:
    assert reasons(b.certificate(subject=subject)) == {"certificate-subject-differs"}


def with_point(point: bytes) -> bytes:
    identifier = der.octet_string(keys.subject_key_identifier(point))
    return b.certificate(
        public_key=b.spki(point),
        extensions={"subject_key": extension(profiles.SUBJECT_KEY_IDENTIFIER, identifier)},
    )


def negated(point: bytes) -> bytes:
    p = 2**256 - 2**224 + 2**192 + 2**96 - 1
    return point[:33] + (p - int.from_bytes(point[33:], "big")).to_bytes(32, "big")


@pytest.mark.parametrize("at", [1, 32, 33, 64], ids=["x first", "x last", "y first", "y last"])
def test_the_public_key(at) -> None:
    changed = bytearray(b.point())
    changed[at] ^= 1
    assert reasons(with_point(bytes(changed))) == {"certificate-public-key-differs"}


def test_the_negative_of_the_requests_key_is_not_its_key() -> None:
    """It is one key for separation; what was asked for is the exact one."""
    assert keys.key_x(negated(b.point())) == keys.key_x(b.point())
    assert reasons(with_point(negated(b.point()))) == {"certificate-public-key-differs"}


def usage(*bits: KeyUsageBit) -> bytes:
    """Return a keyUsage in DER (X.690, 11.2.2)."""
    places = [list(KeyUsageBit).index(bit) for bit in bits]
    octets = bytearray(max(places) // 8 + 1)
    for place in places:
        octets[place // 8] |= 0x80 >> place % 8
    return b.key_usage(bits=der.bit_string(bytes(octets), unused=7 - max(places) % 8))


SIGNS = KeyUsageBit.DIGITAL_SIGNATURE
OTHERS = [bit for bit in KeyUsageBit if bit is not SIGNS]


@pytest.mark.parametrize("other", OTHERS)
def test_one_usage_too_many_or_in_its_place(other) -> None:
    for bits in ((SIGNS, other), (other,)):
        certificate = b.certificate(extensions={"key_usage": usage(*bits)})
        assert reasons(certificate) == {"certificate-key-usage-differs"}
    request = b.request(attrs=b.attributes(b.extension_request(usage(SIGNS, other))))
    assert set(check_request(b.facts(request)).reasons) == {"key-usage-not-one"}


def test_every_usage_at_once() -> None:
    certificate = b.certificate(extensions={"key_usage": usage(*KeyUsageBit)})
    assert reasons(certificate) == {"certificate-key-usage-differs"}


# --- whose User ID, and which key, a request has ------------------------------------------------


@pytest.mark.parametrize("at", range(8))
def test_an_eui64_that_differs_in_one_octet_is_not_the_partys(at) -> None:
    octets = bytearray(_EUI64)
    octets[at] ^= 1
    request = b.request(subject=b.named(eui64=eui64_from_octets(bytes(octets))))
    found = set(check_request(b.facts(request)).reasons)
    assert found == {"eui64-not-a-user-id-of-the-party"}


@pytest.mark.parametrize(
    "differing",
    [
        {"eui64": Eui64("91-B3-D5-1F-30-01-00-00")},
        {"eui64": Eui64("90-B3-D5-1F-30-01-00-01")},
        {"role": "07"},
        {"role": "89"},
        {"party": "MORTHWIND"},
        {"party": "NORTHWINE"},
        {"party": "NORTHWIN"},
        {"party": "NORTHWIND2"},
    ],
    ids=str,
)
def test_a_key_seen_for_what_differs_in_one_place_was_used_for_another_purpose(differing) -> None:
    facts = b.facts(sightings=(b.sighting(**differing),))
    assert set(check_request(facts).reasons) == {"key-used-for-another-purpose"}


# --- who may subscribe for what -----------------------------------------------------------------

# As docs/decisions/0007 has it, written down here a second time: Supplier, Network Operator,
# Shared Resource Provider, DCC, Other.
MAY_SUBSCRIBE = {
    "00": ". . . . .",  # root
    "01": ". . . D .",  # recovery
    "02": "S . . . .",  # supplier
    "03": ". N . . .",  # networkOperator
    "04": ". . . D .",  # accessControlBroker
    "05": ". . . D .",  # transitionalCoS
    "06": ". . . D .",  # wanProvider
    "07": ". . . . .",  # issuingAuthority
    "08": ". . . . O",  # loadController
    "7F": ". . . . O",  # other
    "87": "S N R D O",  # xmlSign
    "89": ". . . D .",  # dSPXmlSign
}
COLUMNS = (
    "Supplier",
    "Network Operator",
    "Shared Resource Provider",
    "DCC",
    "Other",
)
CELLS = [
    (role, category, cell != ".")
    for role, row in MAY_SUBSCRIBE.items()
    for category, cell in zip(COLUMNS, row.split(), strict=True)
]


@pytest.mark.parametrize(("role", "category", "may"), CELLS)
def test_who_may_subscribe_for_which_remote_party_role(role, category, may) -> None:
    party = dataclasses.replace(b.PARTY, category=PartyCategory(category))
    facts = b.facts(b.request(subject=b.named(cn=None, ou=role)), party=party)
    (finding,) = (f for f in check_request(facts).findings if f.rule == "APPM-2.3.1-role")
    expected = (Verdict.PASSED, None) if may else (Verdict.FAILED, "role-not-for-category")
    assert (finding.verdict, finding.reason) == expected
