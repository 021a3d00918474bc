"""What docs/lives.md says of states, moves, acts, reasons and the database is so."""

import re
from itertools import chain

import pytest
from django.core.management import get_commands

from portal.api.description import description
from portal.api.problems import PROBLEMS
from portal.reason_list import listed_reasons
from registry.certificates.reads.certificates import CertificateStatus
from registry.clients.reads.scopes import Scope
from registry.notices.acts.ceased import MOST_OF_NOBODY
from rules.duties import FOR_OWN_PARTY, PERMITTED, SUBSCRIBER, Act, PersonRole
from rules.workflow import MOVES, RESERVING_STATES, RequestMove, RequestState
from tests.documents import broken_links, in_code_type, read, rows, section, texts_in_the_code
from tests.registry.holds import constraints, triggers

TEXT = read("docs/lives.md")
REQUEST = section(TEXT, "A certificate signing request")
CERTIFICATE = section(TEXT, "A certificate")
NOTIFICATION = section(TEXT, "A notification")
MESSAGE = section(TEXT, "A message")

OWN_PEOPLE = SUBSCRIBER | {PersonRole.OFFICER}
WHO = {
    "the Party's own people": OWN_PEOPLE,
    "an officer": frozenset({PersonRole.OFFICER}),
    "the worker": frozenset(),
}
"""Who may do an act, by how its cell begins."""

OF_THE_DATABASE = {
    *triggers.NEVER_DELETED,
    *triggers.NEVER_CHANGED,
    *triggers.MAY_CHANGE,
    *triggers.TRIED,
    *triggers.KEEPS,
    *constraints.CHECKS,
    *constraints.UNIQUE,
    *constraints.EXCLUDED,
}
OF_WORKFLOW = {*RequestState, *RequestMove, *CertificateStatus}
REASONS = {one.code for one in listed_reasons()}
CALLS = {
    f"{method.upper()} {path.removeprefix('/api/v1')}"
    for path, methods in description()["paths"].items()
    for method in methods
}
OF_THE_REGISTER = {"already-revoked", "already-withdrawn", "own-submission"}
"""Codes of refusals that no rule gives."""


def diagram(text: str) -> list[tuple[str, str, str]]:
    """Return the arrows of a state diagram as (from, label, to), by the names that are shown."""
    (drawn,) = re.findall(
        r"^```mermaid\nstateDiagram-v2\n(.*?)^```$", text, re.MULTILINE | re.DOTALL
    )
    shown = {name: words for words, name in re.findall(r'state "(.+)" as (\w+)', drawn)}
    arrows = re.findall(r"^ +(\S+) --> ([^\s:]+)(?:: (.+))?$", drawn, re.MULTILINE)
    assert len(arrows) == drawn.count("-->")
    return [(shown.get(a, a), label, shown.get(b, b)) for a, b, label in arrows]


def test_the_picture_of_a_request_has_every_move_and_no_other() -> None:
    arrows = [arrow for arrow in diagram(REQUEST) if "[*]" not in arrow]
    assert sorted(arrows) == sorted((of, move, to) for (of, move), to in MOVES.items())


def test_a_request_begins_and_ends_in_the_picture_where_it_does() -> None:
    begins = {to for of, _, to in diagram(REQUEST) if of == "[*]"}
    ends = {of for of, _, to in diagram(REQUEST) if to == "[*]"}
    assert begins == {RequestState.ACCEPTED}
    assert ends == set(RequestState) - {of for of, _ in MOVES}


def test_the_states_that_reserve_mpids_are_those_of_the_workflow() -> None:
    _, _, told = " ".join(REQUEST.split()).partition("in these states: ")
    assert in_code_type(told.partition(". ")[0]) == set(RESERVING_STATES)


def test_the_moves_are_told_beside_the_acts_that_make_them() -> None:
    moves = in_code_type(" ".join(moves for _, _, moves in rows(REQUEST)))
    assert moves - {RequestState.ACCEPTED} == set(RequestMove)


def test_the_picture_of_a_certificate_has_every_status_and_no_other() -> None:
    states = set(chain.from_iterable((of, to) for of, _, to in diagram(CERTIFICATE))) - {"[*]"}
    assert states == set(CertificateStatus)


def test_a_certificate_of_every_status_but_one_can_be_revoked() -> None:
    revoked = {(of, to) for of, label, to in diagram(CERTIFICATE) if label == "revoke"}
    others = set(CertificateStatus) - {CertificateStatus.REVOKED}
    assert revoked == {(status, CertificateStatus.REVOKED) for status in others}


def test_every_act_on_the_three_is_told_where_it_belongs() -> None:
    told = [
        {act.strip("`") for act, _, _ in rows(text)}
        for text in (REQUEST, CERTIFICATE, NOTIFICATION)
    ]
    assert told == [
        {act for act in Act if act.startswith("certificate-request.")} | {Act.ISSUE_CERTIFICATE},
        {Act.ISSUE_CERTIFICATE, Act.REVOKE_CERTIFICATE},
        {Act.NOTIFY_CERTIFICATE, Act.WITHDRAW_NOTIFICATION},
    ]


@pytest.mark.parametrize("row", rows(TEXT), ids=lambda row: f"{row[0]} {row[1]}")
def test_who_does_an_act_is_who_may(row: tuple[str, str, str]) -> None:
    act, by = Act(row[0].strip("`")), row[1]
    if by.startswith("the worker, as"):
        assert in_code_type(by) <= set(FOR_OWN_PARTY)
        return
    (who,) = (roles for words, roles in WHO.items() if by.startswith(words))
    assert PERMITTED.get(act, frozenset()) == who
    assert (act in FOR_OWN_PARTY) == (who == OWN_PEOPLE)


@pytest.mark.parametrize("name", sorted(in_code_type(TEXT)))
def test_whatever_is_named_is_there(name: str) -> None:
    if "." in name:
        assert name in set(Act)
    elif "_" in name:
        assert name in OF_THE_DATABASE or name in get_commands()
    elif ":" in name:
        assert name in set(Scope)
    elif " " in name:
        assert name in CALLS
    else:
        assert name in OF_WORKFLOW | REASONS | OF_THE_REGISTER


@pytest.mark.parametrize("code", sorted(OF_THE_REGISTER))
def test_the_codes_that_no_rule_gives_are_given(code: str) -> None:
    assert code in texts_in_the_code()


def test_what_a_message_is_refused_for_has_that_code_and_status() -> None:
    told = re.findall(r"W-->>E: (\d+) ([\w-]+)", MESSAGE)
    assert {(int(status), code) for status, code in told} == {
        (PROBLEMS[code][0].value, code) for code in ("snapshot-stale", "observations-unavailable")
    }


def test_so_many_of_nobodys_are_kept() -> None:
    assert f"{MOST_OF_NOBODY:,} a day are kept" in " ".join(MESSAGE.split())


def test_every_page_that_it_leads_to_is_there() -> None:
    assert broken_links("docs/lives.md") == []
