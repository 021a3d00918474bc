"""Whatever the rules were told changes the digest that an officer's decision is held to."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from enum import Enum
from types import SimpleNamespace
from typing import Any, cast

import pytest

from registry.certificates.reads.facts import facts_digest
from rules.certificates.facts import (
    ApplicantParty,
    KeySighting,
    KeySource,
    KnownUserId,
    MpidHolding,
    NameMatch,
    RequestFacts,
)
from rules.certificates.reading import RequestReading
from rules.identifiers import Eui64
from rules.roles import PartyCategory, UserRole
from tests.factories import AT

EUI64 = Eui64("90-B3-D5-1F-30-01-00-00")
FACTS = RequestFacts(
    reading=cast("RequestReading", SimpleNamespace(der_sha256="ab" * 32)),
    party=ApplicantParty(
        reference="northwind",
        name="Northwind",
        category=PartyCategory.SUPPLIER,
        is_authorised_subscriber=True,
        mpids=frozenset({"NWEL", "NWGA"}),
    ),
    user_id=KnownUserId(
        eui64=EUI64,
        party_reference="northwind",
        user_roles=frozenset({UserRole.IMPORT_SUPPLIER}),
    ),
    key_sightings=(
        KeySighting(
            source=KeySource.REQUEST,
            reference="CSR-000001",
            party_reference="northwind",
            eui64=EUI64,
            remote_party_role="87",
            is_open=True,
            certificate_issued=False,
        ),
    ),
    mpid_holdings=(MpidHolding(mpid="NWEL", until=AT),),
    name_matches=(
        NameMatch(
            mpid="NWGA",
            party_reference="acme",
            common_name="Acme NWGA",
            is_recorded=False,
            until=AT,
        ),
    ),
)


def another(value: Any) -> Any:
    """Return a value like this one, but another."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, Enum):
        return next(one for one in type(value) if one is not value)
    if isinstance(value, frozenset):
        return frozenset(sorted(value)[1:])
    if isinstance(value, str):
        return value + "~"
    return value + timedelta(microseconds=1)


def changed(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Give each member below a value, however deep, and the value with that member another."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            for name, one in changed(getattr(value, field.name), f"{path}.{field.name}"):
                yield name, dataclasses.replace(value, **{field.name: one})
    elif isinstance(value, tuple):
        yield f"{path}: fewer", value[1:]
        yield f"{path}: more", (*value, *value)
        for name, one in changed(value[0], f"{path}[0]"):
            yield name, (one, *value[1:])
    elif isinstance(value, SimpleNamespace):
        yield f"{path}.der_sha256", SimpleNamespace(der_sha256="cd" * 32)
    else:
        yield path, another(value)


CHANGES = dict(changed(FACTS, "facts"))
CHANGES["facts.user_id: none"] = dataclasses.replace(FACTS, user_id=None)
CHANGES["facts.mpid_holdings: no end"] = dataclasses.replace(
    FACTS, mpid_holdings=(MpidHolding(mpid="NWEL", until=None),)
)


@pytest.mark.parametrize("member", sorted(CHANGES))
def test_a_member_that_changed_changes_the_digest(member) -> None:
    assert facts_digest(CHANGES[member]) != facts_digest(FACTS)


def test_no_two_changes_look_alike() -> None:
    assert len({facts_digest(facts) for facts in CHANGES.values()}) == len(CHANGES)


def test_the_order_in_which_a_set_comes_changes_nothing() -> None:
    party = dataclasses.replace(FACTS.party, mpids=frozenset(["NWGA", "NWEL"]))
    assert facts_digest(dataclasses.replace(FACTS, party=party)) == facts_digest(FACTS)
