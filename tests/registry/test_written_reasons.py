"""Every act that takes a reason in words refuses one that nobody can see, or that is too long."""

import inspect
import json
import pkgutil
from collections.abc import Callable
from datetime import date
from importlib import import_module

import pytest

import registry
from registry.certificates.acts.certificate_requests import (
    approve_request,
    reject_request,
    submit_request,
)
from registry.certificates.acts.certificates import revoke_certificate
from registry.certificates.acts.request_checks import check_again
from registry.errors import RefusedActError
from registry.models import CertificateRequest, Event, MpidTransferHold, Person
from registry.parties.acts.mpid_transfer_holds import lift_mpid_hold, place_mpid_hold
from registry.parties.acts.mpid_warnings import record_let_stand
from registry.people.acts.appointments import end_appointment
from registry.working_days.acts.days_off import (
    add_day_off,
    load_computed_days,
    take_back_day_off,
)
from rules.appointments import Ending
from rules.certificates.making import build_request
from rules.duties import PersonRole
from rules.identifiers import Eui64
from rules.workflow import RevocationReason
from tests.factories import AT, a_certificate, a_day_off, a_key, a_person, a_user_id

pytestmark = pytest.mark.django_db

UNSEEN = {
    "nothing": "",
    "spaces": " \n\u00a0",
    "a zero-width space": "\u200b",
    "a Hangul filler": "\u3164",
    "a Braille blank": "\u2800",
    "a variation selector": "\ufe0f",
    "a NUL": "\0",
    "a NUL among words": "See\0this.",
}
TOO_LONG = "x" * 2001
LONGEST = "x" * 2000


def _submitted() -> CertificateRequest:
    user_id = a_user_id()
    aro = a_person(PersonRole.ARO, user_id.party)
    csr = build_request(
        a_key(), eui64=Eui64(user_id.eui64), common_name="ABCD", remote_party_role="87"
    )
    return submit_request(csr, actor=aro, at=AT)


def _approve(officer: Person) -> Callable[[str], object]:
    request = _submitted()
    checked = check_again(request, at=AT)
    (warning,) = checked.report.warnings
    return lambda words: approve_request(
        request.reference,
        actor=officer,
        seen_version=request.version,
        seen_facts=checked.facts_sha256,
        acknowledgements={warning.reason or "": words},
        at=AT,
    )


def _reject(officer: Person) -> Callable[[str], object]:
    request = _submitted()
    return lambda words: reject_request(
        request.reference, actor=officer, seen_version=request.version, note=words, at=AT
    )


def _revoke(officer: Person) -> Callable[[str], object]:
    certificate = a_certificate(a_user_id())
    return lambda words: revoke_certificate(
        certificate.pk, actor=officer, reason=RevocationReason.SUPERSEDED, note=words, at=AT
    )


def _place(officer: Person) -> Callable[[str], object]:
    held = a_certificate(a_user_id(), mpids=["ABCD"])
    return lambda words: place_mpid_hold(
        "ABCD", party_reference=held.party.reference, actor=officer, reason=words, at=AT
    )


def _lift(officer: Person) -> Callable[[str], object]:
    _place(officer)("The SMKI PMA's decision 12.")
    hold = MpidTransferHold.objects.get()
    return lambda words: lift_mpid_hold(hold.pk, actor=officer, reason=words, at=AT)


def _last_event() -> str:
    return Event.objects.order_by("-position").values_list("body", flat=True)[0]


def _add_day_off(officer: Person) -> Callable[[str], object]:
    load_computed_days(at=AT)
    return lambda words: add_day_off(
        date(2026, 9, 16), name="Day of mourning", reason=words, actor=officer, at=AT
    )


def _take_back_day_off(officer: Person) -> Callable[[str], object]:
    day = a_day_off()
    return lambda words: take_back_day_off(day.pk, actor=officer, reason=words, at=AT)


def _end_appointment(officer: Person) -> Callable[[str], object]:
    (appointment,) = a_person(PersonRole.ARO).appointments.all()
    return lambda words: end_appointment(
        appointment.pk, actor=officer, ending=Ending.REMOVED, reason=words, at=AT
    )


ACTS = {
    approve_request: (_approve, "warning-not-acknowledged"),
    reject_request: (_reject, "reason-missing"),
    revoke_certificate: (_revoke, "reason-missing"),
    place_mpid_hold: (_place, "reason-missing"),
    lift_mpid_hold: (_lift, "reason-missing"),
    add_day_off: (_add_day_off, "reason-missing"),
    end_appointment: (_end_appointment, "reason-missing"),
    take_back_day_off: (_take_back_day_off, "reason-missing"),
}
IDS = [act.__name__ for act in ACTS]
PART_OF_AN_ACT = {record_let_stand}
"""What an act calls with the words that it has asked for itself."""


def test_every_act_that_takes_words_is_among_those_tried() -> None:
    words = {"note", "reason", "reasons", "words", "acknowledgements", "explanation", "comment"}
    taking = set()
    modules = [
        module.name
        for module in pkgutil.walk_packages(registry.__path__, f"{registry.__name__}.")
        if ".acts." in module.name
    ]
    assert modules
    for name in modules:
        for _, act in inspect.getmembers(import_module(name), inspect.isfunction):
            parameters = inspect.signature(act).parameters
            if "actor" in parameters and words & set(parameters) and act.__name__[0] != "_":
                taking.add(act)
    assert taking - PART_OF_AN_ACT == set(ACTS)


@pytest.mark.parametrize(("prepare", "code"), ACTS.values(), ids=IDS)
@pytest.mark.parametrize("words", UNSEEN.values(), ids=UNSEEN)
def test_words_that_nobody_can_see_are_refused(prepare, code, words) -> None:
    act = prepare(a_person(PersonRole.OFFICER))
    with pytest.raises(RefusedActError) as refused:
        act(words)
    assert refused.value.code == code
    assert refused.value.says.startswith("Enter ")
    assert json.loads(_last_event())["details"]["reasons"] == [code]
    act(f"{words}Seen.".replace("\0", ""))


@pytest.mark.parametrize(("prepare", "_code"), ACTS.values(), ids=IDS)
def test_words_are_taken_up_to_their_limit(prepare, _code) -> None:
    act = prepare(a_person(PersonRole.OFFICER))
    with pytest.raises(RefusedActError, match=r"has 2,001 characters.*2,000 or fewer") as refused:
        act(TOO_LONG)
    assert refused.value.code == "reason-too-long"
    assert LONGEST not in _last_event()
    act(LONGEST)
    assert LONGEST in _last_event()
