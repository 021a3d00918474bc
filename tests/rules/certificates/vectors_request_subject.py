"""Vectors of a request's subject."""

from functools import partial

from rules.certificates import der_writing as der
from rules.identifiers import eui64_octets
from tests.rules.certificates import builders as b
from tests.rules.certificates.vector_of_form import SOLR
from tests.rules.certificates.vectors import Vector

NO_ROLE = frozenset(
    {
        "MP104-1-key-usage",
        "APPM-2.3.1-role",
        "MP104-MPID-syntax",
        "MP104-MPID-exclusive",
        "MP104-MPID-word",
        "MP104-MPID-recorded",
    }
)
NO_UNIT = NO_ROLE | {"APPM-F-organizational-unit"}
NO_EUI64 = SOLR | {"APPM-2.3.1-user-id"}


def subject(
    name: str,
    written: bytes,
    failed: dict[str, str],
    *,
    also: frozenset[str] = frozenset(),
    absent: frozenset[str] = frozenset(),
    says: str = "",
) -> Vector:
    """A subject, with `also` what could not be checked, and `absent` what does not apply."""
    return Vector(
        name=name,
        facts=partial(b.facts, b.request(subject=written)),
        failed=failed,
        not_applicable=(SOLR - also) | absent,
        not_checked=also,
        says=says,
    )


_COUNTRY = b.attribute("2.5.4.6", der.element(0x13, b"GB"))
_ORGANIZATION = b.attribute("2.5.4.10", der.utf8_string("Northwind"))

ATTRIBUTES = [
    subject(
        "a country in the subject",
        b.name(_COUNTRY, b.common_name(), b.unit(), b.identifier()),
        {"APPM-F-subject-attributes": "subject-attribute-not-allowed"},
        says='countryName ("GB")',
    ),
    subject(
        "no organizationalUnitName",
        b.name(b.common_name(), b.identifier()),
        {"APPM-F-subject-attributes": "subject-attribute-missing"},
        also=NO_UNIT,
        says="no organizationalUnitName",
    ),
    subject(
        "no x500UniqueIdentifier",
        b.name(b.common_name(), b.unit()),
        {"APPM-F-subject-attributes": "subject-attribute-missing"},
        also=NO_EUI64 | {"APPM-F-unique-identifier"},
        says="no x500UniqueIdentifier",
    ),
    subject(
        "two organizationalUnitNames",
        b.name(b.common_name(), b.unit(), b.unit("02"), b.identifier()),
        {"APPM-F-subject-attributes": "subject-attribute-repeated"},
        says="more than one organizationalUnitName",
    ),
    subject(
        "a country, and neither organizationalUnitName nor x500UniqueIdentifier, all told at once",
        b.name(_COUNTRY, b.common_name(), b.common_name()),
        {"APPM-F-subject-attributes": "subject-attribute-not-allowed"},
        also=NO_UNIT | NO_EUI64 | {"APPM-F-unique-identifier"},
        says=(
            "leave it out. The subject has no organizationalUnitName or x500UniqueIdentifier; "
            "add them. The x500UniqueIdentifier is the EUI-64 as a BIT STRING; `openssl req` "
            "cannot write one, but the `make_csr` command of this software can. The subject has "
            "more than one commonName; write it once."
        ),
    ),
]

ATTRIBUTES += [
    subject(
        "two attributes that do not belong there, told as two",
        b.name(_COUNTRY, _ORGANIZATION, b.common_name(), b.unit(), b.identifier()),
        {"APPM-F-subject-attributes": "subject-attribute-not-allowed"},
        says="does not have; leave them out.",
    ),
    subject(
        "two attributes that are there twice, told as two",
        b.name(b.common_name(), b.common_name(), b.unit(), b.unit(), b.identifier()),
        {"APPM-F-subject-attributes": "subject-attribute-repeated"},
        says="more than one commonName and organizationalUnitName; write each once.",
    ),
]

ORDER = [
    subject(
        "the identifier first",
        b.name(b.identifier(), b.common_name(), b.unit()),
        {"APPM-F-subject-order": "subject-order"},
        says="the order commonName, organizationalUnitName and x500UniqueIdentifier.",
    ),
]

RDN = [
    subject(
        "two attributes in one part",
        der.sequence(b.rdn(b.common_name(), b.unit()), b.rdn(b.identifier())),
        {"APPM-F-subject-rdn": "subject-multi-valued"},
        says="organizationalUnitName and commonName together",
    ),
]

TYPES = [
    subject(
        "PrintableStrings",
        b.name(
            b.common_name(tag=b.PRINTABLE_STRING),
            b.unit(tag=b.PRINTABLE_STRING),
            b.identifier(),
        ),
        {"APPM-F-subject-type": "subject-string-type"},
        says='commonName "ABCD" is a PrintableString',
    ),
]

_BITS = b.attribute("2.5.4.3", der.bit_string(b"ABCD"))

TYPES += [
    subject(
        "a commonName that is no text",
        b.name(_BITS, b.unit(), b.identifier()),
        {"APPM-F-subject-type": "subject-string-type"},
        also=frozenset(
            {
                "APPM-F-common-name",
                "MP104-MPID-syntax",
                "MP104-MPID-exclusive",
                "MP104-MPID-word",
                "MP104-MPID-recorded",
            }
        ),
        says='commonName "00-41-42-43-44" is a BIT STRING',
    ),
    subject(
        "a commonName of a type that has no name",
        b.name(b.common_name(tag=0x0D), b.unit(), b.identifier()),
        {"APPM-F-subject-type": "subject-string-type"},
        also=frozenset(
            {
                "APPM-F-common-name",
                "MP104-MPID-syntax",
                "MP104-MPID-exclusive",
                "MP104-MPID-word",
                "MP104-MPID-recorded",
            }
        ),
        says="is a universal type 13",
    ),
    subject(
        "an organizationalUnitName of a tag of its own",
        b.name(b.common_name(), b.unit(tag=0x80), b.identifier()),
        {"APPM-F-subject-type": "subject-string-type"},
        also=NO_UNIT,
        says="is a [0]",
    ),
]

UNIT = [
    subject(
        "a role in lower case",
        b.named(cn=None, ou="7f"),
        {"APPM-F-organizational-unit": "ou-lower-case"},
        also=frozenset({"MP104-1-key-usage", "APPM-2.3.1-role"}),
        absent=frozenset({"APPM-F-common-name"}),
        says='write "7F"',
    ),
    subject(
        "a role in decimal",
        b.named(ou="135"),
        {"APPM-F-organizational-unit": "ou-not-two-hexadecimal-characters"},
        also=NO_ROLE,
        says="135 is xmlSign in decimal, so write 87",
    ),
    subject(
        "a role by its name",
        b.named(ou="xmlSign"),
        {"APPM-F-organizational-unit": "ou-not-two-hexadecimal-characters"},
        also=NO_ROLE,
        says="the code of xmlSign is 87",
    ),
    subject(
        "a unit that is no role at all",
        b.named(ou="Metering"),
        {"APPM-F-organizational-unit": "ou-not-two-hexadecimal-characters"},
        also=NO_ROLE,
        says="write 87 for xmlSign or 02 for supplier",
    ),
    subject(
        "an unknown code",
        b.named(ou="A0"),
        {"APPM-F-organizational-unit": "ou-role-unknown"},
        also=NO_ROLE,
        says='"A0" is not a known Remote Party Role code',
    ),
]

IDENTIFIER = [
    subject(
        "the EUI-64 as a UTF8String",
        b.name(b.common_name(), b.unit(), b.identifier(der.utf8_string("90B3D51F30010000"))),
        {"APPM-F-unique-identifier": "eui64-not-bit-string"},
        also=NO_EUI64,
        says='"90B3D51F30010000" is a UTF8String',
    ),
    subject(
        "an EUI-64 of 56 bits",
        b.name(
            b.common_name(),
            b.unit(),
            b.identifier(der.bit_string(eui64_octets(b.NORTHWIND)[:7])),
        ),
        {"APPM-F-unique-identifier": "eui64-not-64-bits"},
        also=NO_EUI64,
        says="has 56 bits",
    ),
    subject(
        "an EUI-64 with unused bits",
        b.name(
            b.common_name(),
            b.unit(),
            b.identifier(der.bit_string(eui64_octets(b.NORTHWIND), unused=4)),
        ),
        {"APPM-F-unique-identifier": "eui64-not-64-bits"},
        also=NO_EUI64,
        says="has 60 bits",
    ),
]

COMMON_NAME = [
    subject(
        "an empty commonName",
        b.named(cn=""),
        {
            "APPM-F-common-name": "common-name-empty",
            "MP104-MPID-syntax": "mpid-malformed",
        },
        says="The commonName is empty",
    ),
    Vector(
        name="a commonName of 65 characters",
        facts=partial(
            b.facts,
            b.request(subject=b.named(cn="N" * 65, ou="03")),
            party=b.GRID,
            user_id=None,
        ),
        failed={
            "APPM-F-common-name": "common-name-too-long",
            "APPM-2.3.1-user-id": "eui64-not-a-user-id-of-the-party",
        },
        not_applicable=frozenset(
            {
                "MP104-1-key-usage",
                "MP104-MPID-syntax",
                "MP104-MPID-exclusive",
                "MP104-MPID-word",
                "MP104-MPID-recorded",
            }
        ),
        not_checked=SOLR,
        says="has 65 characters",
    ),
    Vector(
        name="a commonName of 64 characters",
        facts=partial(
            b.facts,
            b.request(subject=b.named(cn="N" * 64, ou="03", eui64=b.SOUTHGATE)),
            party=b.GRID,
            user_id=b.GRID_USER_ID,
        ),
        not_applicable=SOLR
        | {
            "MP104-1-key-usage",
            "MP104-MPID-syntax",
            "MP104-MPID-exclusive",
            "MP104-MPID-word",
            "MP104-MPID-recorded",
        },
    ),
    subject(
        "a commonName with a line break",
        b.named(cn="ABCD\nEFGH"),
        {
            "APPM-F-common-name": "common-name-characters",
            "MP104-MPID-syntax": "mpid-malformed",
        },
        says='"ABCD<U+000A>EFGH"',
    ),
    subject(
        "a commonName longer than any seen",
        b.named(cn="ABCD EFGH ABCD EFGH"),
        {},
    ),
]

SUBJECT_VECTORS = [*ATTRIBUTES, *ORDER, *RDN, *TYPES, *UNIT, *IDENTIFIER, *COMMON_NAME]
