"""Vectors of what the register knows: entitlement, key separation and MPIDs."""

import dataclasses
from datetime import UTC, datetime
from functools import partial
from typing import Any

from rules.certificates.facts import KeySighting, KeySource, KnownUserId, MpidHolding, NameMatch
from rules.roles import UserRole
from tests.rules.certificates import builders as b
from tests.rules.certificates.vector_of_form import SOLR
from tests.rules.certificates.vectors import Vector

MPID_RULES = frozenset(
    {"MP104-MPID-syntax", "MP104-MPID-exclusive", "MP104-MPID-word", "MP104-MPID-recorded"}
)
NOT_A_SUPPLIER = MPID_RULES
OF_A_NAME = frozenset({"MP104-1-key-usage", "MP104-MPID-syntax", "MP104-MPID-recorded"})
"""What is not asked of another role than xmlSign that has a commonName."""
HARBOUR_USER_ID = KnownUserId(
    eui64=b.HARBOUR,
    party_reference="HARBOUR",
    user_roles=frozenset({UserRole.SOLR_CONTINGENCY}),
)
FOREIGN_USER_ID = dataclasses.replace(b.USER_ID, party_reference="SOUTHGATE")


def harbour(ou: str) -> bytes:
    return b.request(subject=b.named(cn=None, ou=ou, eui64=b.HARBOUR))


ENTITLEMENT = [
    Vector(
        name="a Party that is no Authorised Subscriber",
        facts=lambda: b.facts(party=dataclasses.replace(b.PARTY, is_authorised_subscriber=False)),
        failed={"APPM-2.3.1-subscriber": "not-authorised-subscriber"},
        not_applicable=SOLR,
        says="Northwind Energy is not an Authorised Subscriber",
    ),
    Vector(
        name="an EUI-64 that nobody has",
        facts=lambda: b.facts(user_id=None),
        failed={"APPM-2.3.1-user-id": "eui64-not-a-user-id-of-the-party"},
        not_checked=SOLR,
        says="not registered as a User ID of Northwind Energy",
    ),
    Vector(
        name="another Party's User ID",
        facts=lambda: b.facts(user_id=FOREIGN_USER_ID),
        failed={"APPM-2.3.1-user-id": "eui64-not-a-user-id-of-the-party"},
        not_checked=SOLR,
        says="not registered as a User ID of Northwind Energy",
    ),
    Vector(
        name="facts about another EUI-64 than the request's",
        facts=lambda: b.facts(user_id=dataclasses.replace(b.USER_ID, eui64=b.SOUTHGATE)),
        failed={"APPM-2.3.1-user-id": "eui64-not-a-user-id-of-the-party"},
        not_checked=SOLR,
    ),
    Vector(
        name="a role that the category may not have",
        facts=partial(b.facts, b.request(subject=b.named(cn=None, ou="03"))),
        failed={"APPM-2.3.1-role": "role-not-for-category"},
        not_applicable=SOLR | {"APPM-F-common-name", "MP104-1-key-usage"},
        says="networkOperator (03) is not one that a Party of the category Supplier",
    ),
    Vector(
        name="SolrContingency with xmlSign",
        facts=partial(b.facts, harbour("87"), party=b.SHARED, user_id=HARBOUR_USER_ID),
        not_applicable=NOT_A_SUPPLIER | {"APPM-F-common-name"},
    ),
    Vector(
        name="SolrContingency with another role",
        facts=partial(b.facts, harbour("02"), party=b.SHARED, user_id=HARBOUR_USER_ID),
        failed={
            "APPM-2.3.1-role": "role-not-for-category",
            "MP134B-2-xmlsign": "solr-contingency-not-xmlsign",
        },
        not_applicable=NOT_A_SUPPLIER | {"APPM-F-common-name", "MP104-1-key-usage"},
    ),
    Vector(
        name="SolrContingency with a role that is none",
        facts=partial(b.facts, harbour("A0"), party=b.SHARED, user_id=HARBOUR_USER_ID),
        failed={"APPM-F-organizational-unit": "ou-role-unknown"},
        not_applicable=NOT_A_SUPPLIER | {"APPM-F-common-name"},
        not_checked=SOLR | {"MP104-1-key-usage", "APPM-2.3.1-role"},
    ),
    Vector(
        name="another Party's SolrContingency User ID, of which nothing is told",
        facts=partial(b.facts, harbour("02"), user_id=HARBOUR_USER_ID),
        failed={"APPM-2.3.1-user-id": "eui64-not-a-user-id-of-the-party"},
        not_applicable=frozenset({"APPM-F-common-name", "MP104-1-key-usage"}),
        not_checked=SOLR,
    ),
]


def seen(name: str, sighting: KeySighting, failed: dict[str, str], says: str = "") -> Vector:
    return Vector(
        name=name,
        facts=lambda: b.facts(sightings=(sighting,)),
        failed=failed,
        not_applicable=SOLR,
        says=says,
    )


PURPOSE = {"MP104-KEY-purpose": "key-used-for-another-purpose"}

SEPARATION = [
    seen("the key of an ended request for the same purpose", b.sighting(), {}),
    seen(
        "the key of a request for another User ID",
        b.sighting(eui64=b.SOUTHGATE),
        PURPOSE,
        "(request CSR-7)",
    ),
    seen("the key of a request for another role", b.sighting(role="02"), PURPOSE),
    seen(
        "the key of a certificate for another role",
        b.sighting(source=KeySource.CERTIFICATE, role="02", issued=True),
        PURPOSE,
        "(certificate supplier (02) …E2:40:07 of 90-B3-D5-1F-30-01-00-00)",
    ),
    seen(
        "the key of another Party",
        b.sighting(party="SOUTHGATE"),
        PURPOSE,
        "Remote Party Role; each",
    ),
    seen(
        "the key of a certificate for the same purpose",
        b.sighting(source=KeySource.CERTIFICATE, issued=True),
        {"MP104-KEY-certified": "key-already-certified"},
        "(certificate xmlSign (87) …E2:40:07 of 90-B3-D5-1F-30-01-00-00)",
    ),
    seen(
        "the key of a request whose answer could not be recorded",
        dataclasses.replace(b.sighting(), answer_unrecorded=True),
        {"MP104-KEY-certified": "key-already-certified"},
        "There may be a certificate for this public key already",
    ),
    seen(
        "the key of a request that is open since its answer could not be recorded",
        dataclasses.replace(b.sighting(is_open=True), answer_unrecorded=True),
        {
            "MP104-KEY-certified": "key-already-certified",
            "MP104-KEY-open": "key-in-open-request",
        },
        "make a new key pair",
    ),
    seen(
        "the key of an open request for the same purpose",
        b.sighting(is_open=True),
        {"MP104-KEY-open": "key-in-open-request"},
        "CSR-7",
    ),
    Vector(
        name="a key seen before, but not for what",
        facts=lambda: b.facts(b.request(subject=b.named(ou="A0")), sightings=(b.sighting(),)),
        failed={"APPM-F-organizational-unit": "ou-role-unknown"},
        not_applicable=SOLR,
        not_checked=MPID_RULES
        | {
            "MP104-1-key-usage",
            "APPM-2.3.1-role",
            "MP104-KEY-purpose",
            "MP104-KEY-certified",
            "MP104-KEY-open",
        },
    ),
]


def naming(
    name: str, cn: str | None, failed: dict[str, str], *, ou: str = "87", says: str = ""
) -> Vector:
    also = {"APPM-F-common-name"} if cn is None else set()
    also |= {"MP104-1-key-usage"} if ou != "87" else set()
    also |= OF_A_NAME if ou != "87" and cn is not None else set()
    return Vector(
        name=name,
        facts=partial(b.facts, b.request(subject=b.named(cn=cn, ou=ou))),
        failed=failed,
        not_applicable=SOLR | also,
        says=says,
    )


def syntax(reason: str) -> dict[str, str]:
    return {"MP104-MPID-syntax": reason}


UNTIL = datetime(2035, 9, 1, 23, 59, 59, tzinfo=UTC)
HELD = MpidHolding(mpid="ABCD", until=UNTIL)
HELD_TOO = MpidHolding(mpid="EFGH", until=UNTIL)
HELD_FOR_EVER = MpidHolding(mpid="ABCD", until=None)
LATER = UNTIL.replace(year=2036)
EXCLUSIVE = {"MP104-MPID-exclusive": "mpid-held-by-another-supplier"}
WORD = {"MP104-MPID-word": "mpid-may-be-a-word"}


def match(
    *,
    is_recorded: bool,
    mpid: str = "GAS",
    until: datetime | None = UNTIL,
) -> NameMatch:
    return NameMatch(
        mpid=mpid,
        party_reference="ACME",
        common_name="Acme Gas Ltd",
        is_recorded=is_recorded,
        until=until,
    )


def named_gas(*, recorded: bool) -> dict[str, Any]:
    return {
        "submission": b.request(subject=b.named(cn="GAS")),
        "party": dataclasses.replace(b.PARTY, mpids=frozenset({"GAS"})),
        "matches": (
            match(is_recorded=recorded),
            dataclasses.replace(match(is_recorded=recorded), common_name="Border Gas"),
        ),
    }


MPIDS = [
    naming("no commonName", None, {}),
    *(naming(f"MPIDs apart by {cn[4]!r}", cn, {}) for cn in ("ABCD EFGH", "ABCD,EFGH")),
    *(naming(f"MPIDs apart by {cn[4]!r}", cn, {}) for cn in ("ABCD;EFGH", "ABCD/EFGH")),
    naming("an MPID twice", "ABCD ABCD", {}),
    naming("lower case", "abcd EFGH", syntax("mpid-lower-case"), says='write "ABCD EFGH"'),
    naming("two separators", "ABCD, EFGH", syntax("mpid-separator"), says='write "ABCD EFGH"'),
    naming("a separator at the end", "ABCD ", syntax("mpid-separator"), says='write "ABCD"'),
    naming("no separator", "ABCDEFGH", syntax("mpid-malformed"), says='"ABCDEFGH" is not one'),
    naming("another separator", "ABCD+EFGH", syntax("mpid-malformed")),
    naming("two characters", "AB", syntax("mpid-malformed"), says="has 3 or 4 characters"),
    Vector(
        name="MPIDs of three and of four characters",
        facts=lambda: b.facts(
            b.request(subject=b.named(cn="ABC ABCD")),
            party=dataclasses.replace(b.PARTY, mpids=frozenset({"ABC", "ABCD"})),
        ),
        not_applicable=SOLR,
    ),
    Vector(
        name="the name of a company in place of MPIDs",
        facts=lambda: b.facts(b.request(subject=b.named(cn="Acme Gas Ltd"))),
        failed=syntax("mpid-lower-case"),
        warned={"MP104-MPID-recorded": "mpid-not-recorded"},
        not_applicable=SOLR,
        says='write "ACME GAS LTD". If it is a name, leave the commonName out.',
    ),
    naming(
        "a Cyrillic letter",
        "\u0410BCD",
        syntax("mpid-look-alike"),
        says="CYRILLIC CAPITAL LETTER A (U+0410)",
    ),
    naming("a supplier certificate with an ordinary name", "GITTESTSUPPLIER2", {}, ou="02"),
    Vector(
        name="an MPID that another Supplier holds",
        facts=lambda: b.facts(holdings=(HELD,)),
        failed=EXCLUSIVE,
        not_applicable=SOLR,
        says="Another Supplier Party holds the MPID ABCD until 1 September 2035, 23:59:59 UTC",
    ),
    Vector(
        name="two MPIDs that another Supplier holds, told as two",
        facts=lambda: b.facts(
            b.request(subject=b.named(cn="ABCD EFGH")),
            party=dataclasses.replace(b.PARTY, mpids=frozenset({"ABCD", "EFGH"})),
            holdings=(HELD, HELD_TOO),
        ),
        failed=EXCLUSIVE,
        not_applicable=SOLR,
        says=". Leave them out of the commonName, or request them again once they are free.",
    ),
    Vector(
        name="an MPID held without a known end",
        facts=lambda: b.facts(holdings=(HELD_FOR_EVER,)),
        failed=EXCLUSIVE,
        not_applicable=SOLR,
        says="no end known",
    ),
    Vector(
        name="an MPID in the wrong case, held all the same",
        facts=lambda: b.facts(b.request(subject=b.named(cn="abcd")), holdings=(HELD,)),
        failed=EXCLUSIVE | syntax("mpid-lower-case"),
        not_applicable=SOLR,
    ),
    Vector(
        name="a name in which nothing is an MPID of another",
        facts=lambda: b.facts(b.request(subject=b.named(cn="Acme Gas Ltd", ou="02"))),
        not_applicable=SOLR | OF_A_NAME,
    ),
    Vector(
        name="a name with a token that is recorded as the MPID of another who holds it",
        facts=lambda: b.facts(
            b.request(subject=b.named(cn="Acme Gas Ltd", ou="02")),
            matches=(match(is_recorded=True),),
        ),
        failed=EXCLUSIVE,
        not_applicable=SOLR | OF_A_NAME,
        says="Another Supplier Party holds the MPID GAS until 1 September 2035",
    ),
    Vector(
        name="a name with a token that another holds and nobody has recorded",
        facts=lambda: b.facts(
            b.request(subject=b.named(cn="Acme Gas Ltd", ou="02")),
            matches=(match(is_recorded=False),),
        ),
        warned=WORD,
        not_applicable=SOLR | OF_A_NAME,
        says="GAS in the commonName is held by another Supplier Party as an MPID; a DCC officer "
        "may approve this only by deciding, with a reason, that in this commonName GAS is a word",
    ),
    Vector(
        name="an MPID that stands in another's name and is recorded as another's",
        facts=lambda: b.facts(**named_gas(recorded=True)),
        failed=EXCLUSIVE,
        not_applicable=SOLR,
    ),
    Vector(
        name="an MPID that stands in others' names and is not recorded as another's",
        facts=lambda: b.facts(**named_gas(recorded=False)),
        warned=WORD,
        not_applicable=SOLR,
        says="GAS is also in the commonName of another Supplier Party's certificate of another "
        "Remote Party Role; a DCC officer may approve this only by deciding, with a reason, that "
        "there GAS is a word and not an MPID.",
    ),
    Vector(
        name="two MPIDs that stand in another's name",
        facts=lambda: b.facts(
            b.request(subject=b.named(cn="ABCD EFGH")),
            matches=(match(is_recorded=False, mpid="EFGH"), match(is_recorded=False, mpid="ABCD")),
        ),
        warned=WORD,
        not_applicable=SOLR,
        says="ABCD and EFGH are also in the commonName",
    ),
    Vector(
        name="an MPID that another holds and that stands in a name, with the later of two ends",
        facts=lambda: b.facts(
            holdings=(HELD,), matches=(match(is_recorded=True, mpid="ABCD", until=LATER),)
        ),
        failed=EXCLUSIVE,
        not_applicable=SOLR,
        says="until 1 September 2036, 23:59:59 UTC at the latest",
    ),
    Vector(
        name="a holding of an MPID that the request does not name",
        facts=lambda: b.facts(holdings=(MpidHolding(mpid="WXYZ", until=None),)),
        not_applicable=SOLR,
    ),
    Vector(
        name="an MPID that is not recorded as the Party's",
        facts=partial(b.facts, b.request(subject=b.named(cn="ABCD WXYZ"))),
        warned={"MP104-MPID-recorded": "mpid-not-recorded"},
        not_applicable=SOLR,
        says="has the MPID WXYZ, which the commonName names. A DCC officer must confirm",
    ),
]

REGISTER_VECTORS = [*ENTITLEMENT, *SEPARATION, *MPIDS]
