"""What a reader may not see never enters the words: another Party's name above all."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from rules.findings import Finding
from rules.register.snapshot import Snapshot
from rules.sentences import Clock
from rules.service_requests.reader import ANOTHER_PARTY, SEES_EVERY_PARTY, Reader
from tests.rules.service_requests.test_words import ALL
from tests.rules.service_requests.vectors import Vector
from tests.rules.service_requests.world import AT, ask, certificate, snapshot, user

OWN_PARTY = certificate().party_reference
STRANGER = Reader(party_reference="nobody's")
NAMES = ["e", "User ID", "is", "signer", "{at}", "another Party of the Party"]
"""Names that occur in the sentences themselves, or would be taken for a field."""


def renamed(held: Snapshot, name: str) -> Snapshot:
    """Return a register in which every Party has one name."""
    return replace(
        held,
        certificates={key: replace(each, party=name) for key, each in held.certificates.items()},
    )


def told(vector: Vector, name: str, reader: Reader = SEES_EVERY_PARTY) -> list[str]:
    decision = replace(vector, held=renamed(vector.held, name)).decide()
    return [finding.says for finding in decision.findings(reader)]


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_reads_what_would_be_said_if_every_party_were_called_another_party(name):
    harmless = 0
    for vector in ALL:
        as_stranger = told(vector, name, reader=STRANGER)
        assert as_stranger == told(vector, ANOTHER_PARTY)
        harmless += as_stranger != told(vector, name)
    assert harmless > 100


def test_its_own_party_and_who_sees_every_party_read_the_name():
    held = snapshot(certificate(party="is"))
    for reader in (Reader(party_reference=OWN_PARTY), Reader(sees_every_party=True)):
        assert "of is." in _user_id(ask(held=held).findings(reader)).says
    assert "of another Party." in _user_id(ask(held=held).findings(STRANGER)).says
    assert "of another Party." in _user_id(ask(held=held).findings(Reader())).says


def test_the_answer_names_a_party_and_its_mpids_to_those_who_see_it_alone():
    held = snapshot(certificate(party="is"))
    answer = ask(held=held).as_dict(checked_at=AT, snapshot_age=0.0, reader=STRANGER)
    assert answer["signer"]["party"] is None
    assert answer["signer"]["mpids"] == []
    own = Reader(party_reference=OWN_PARTY)
    answer = ask(held=held).as_dict(checked_at=AT, snapshot_age=0.0, reader=own)
    assert answer["signer"]["party"] == "is"
    assert answer["signer"]["mpids"] == ["ABCD", "EFGH"]


def test_nothing_is_told_without_saying_to_whom():
    decision: Any = ask()
    with pytest.raises(TypeError, match="'reader'"):
        decision.as_dict(checked_at=AT, snapshot_age=0.0)
    with pytest.raises(TypeError, match="'reader'"):
        decision.findings()
    with pytest.raises(TypeError, match="'reader'"):
        decision.s1sp_would_refuse()


def test_a_finding_has_the_same_values_whoever_reads_it_and_no_name_among_them():
    for vector in ALL:
        decision = vector.decide()
        of_all, of_stranger = decision.findings(SEES_EVERY_PARTY), decision.findings(STRANGER)
        for one, other in zip(of_all, of_stranger, strict=True):
            assert one.matches(other)
            assert "Northwind Energy" not in one.values.values()


def test_values_have_their_types_and_are_of_what_the_sentence_says():
    revoked_at = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    held = snapshot(certificate(revoked_at=revoked_at, party="is"))
    findings = {finding.rule: finding for finding in ask(held=held).findings(SEES_EVERY_PARTY)}

    assert dict(findings["SMKI-CERTIFICATE-REVOCATION"].values) == {
        "serial": str(certificate().serial),
        "revoked_at": revoked_at,
    }
    assert dict(findings["DUIS-USER-ID"].values) == {
        "user_id": certificate().eui64,
        "party": certificate().party_reference,
    }
    assert findings["DUIS-E1"].values["user_roles"] == tuple(sorted(user().roles_at(AT)))
    assert dict(findings["MP104-XMLDSIG-DIGEST"].values) == {}


def test_moments_are_worded_as_their_reader_reads_them_and_validity_apart():
    reader = Reader(clock=Clock(act=lambda _: "THEN", validity=lambda _: "IN UTC"))
    held = snapshot(certificate(revoked_at=AT))
    says = {finding.rule: finding.says for finding in ask(held=held).findings(reader)}

    assert says["SMKI-CERTIFICATE-VALIDITY"] == ("The certificate is valid from IN UTC to IN UTC.")
    assert "was revoked at THEN;" in says["SMKI-CERTIFICATE-REVOCATION"]
    assert says["MP104-NOTIFY"].endswith("at THEN.")


def _user_id(findings: tuple[Finding, ...]) -> Finding:
    return next(finding for finding in findings if finding.rule == "DUIS-USER-ID")
