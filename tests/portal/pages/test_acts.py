"""What an act is called: every act and every stored event has words, and none shows a code."""

import re
from pathlib import Path

import pytest
from django.utils import timezone

import registry
from portal.presenters.acts import ACTS, words_of
from portal.presenters.histories import history_lines
from registry.evidence import history
from registry.models import Event
from rules.duties import Act
from tests.portal.pages.reading import page_of

UNKNOWN = "of.another-version"


def an_event(kind, result="done", **details) -> Event:
    return history.append(
        kind=kind,
        actor=None,
        at=timezone.now(),
        subject="certificaterequest:CSR-000001",
        result=result,
        details=details,
    )


def told(event, reader) -> str:
    (line,) = history_lines([event], reader=reader)
    return line.says


def test_every_act_has_an_entry_of_its_own() -> None:
    assert set(ACTS) == set(Act)
    for said in ("tag", "deed", "attempt"):
        words = [getattr(entry, said) for entry in ACTS.values()]
        assert all(words)
        assert len(set(words)) == len(words), f"two acts have the same {said}"


def test_what_can_be_repeated_has_words_for_it() -> None:
    source = "\n".join(p.read_text() for p in Path(registry.__path__[0]).rglob("acts/*.py"))
    bodies = re.split(r"(?=Act\.[A-Z_]+\b)", source)
    repeated = {
        Act[re.match(r"Act\.([A-Z_]+)", body)[1]] for body in bodies if "repeated=True" in body
    }
    assert repeated == {act for act, entry in ACTS.items() if entry.repeat}


@pytest.mark.django_db
@pytest.mark.parametrize("act", Act)
def test_every_stored_event_is_told_in_words_to_whoever_reads_it(act, auditor, north) -> None:
    for reader in (auditor, north.aro):
        assert told(an_event(act), reader) == ACTS[act].deed
        assert told(an_event(act, "refused"), reader) == f"{ACTS[act].attempt} was refused"
        assert told(an_event(act, repeated=True), reader) == (ACTS[act].repeat or ACTS[act].deed)


@pytest.mark.django_db
def test_the_evidence_heads_every_act_with_its_tag_and_has_its_code_beside_it(
    auditor, signed_in
) -> None:
    browser = signed_in(auditor)
    for act in Act:
        event = an_event(act)
        for page in (
            page_of(browser.get("/evidence", {"kind": act.value})),
            page_of(browser.get(f"/evidence/{event.position}")),
        ):
            assert ACTS[act].tag in page
            assert act.value in page


@pytest.mark.django_db
def test_a_kind_that_this_version_does_not_know_is_said_not_to_be_known(
    auditor, signed_in
) -> None:
    for event in (an_event(UNKNOWN), an_event(UNKNOWN, "refused"), an_event(UNKNOWN, repeated=1)):
        assert "this version of the portal does not know" in told(event, auditor)
        assert UNKNOWN not in told(event, auditor)
        page = page_of(signed_in(auditor).get(f"/evidence/{event.position}"))
        assert words_of(UNKNOWN).tag in page
        assert UNKNOWN in page, "the evidence has the kind as it is stored"
