"""What every page has around it, and the pages for what goes wrong."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from portal.presenters.words import state_words, verdict_tag
from portal.problems import STATUSES, problem_of
from registry.certificates.acts.certificate_requests import submit_request
from registry.certificates.acts.certificates import revoke_certificate
from registry.errors import (
    ConflictError,
    NotFoundError,
    NotPermittedError,
    RefusedActError,
    RegistryError,
)
from rules.duties import PersonRole
from rules.findings import Verdict
from rules.workflow import IllegalMoveError, RequestMove, RequestState, RevocationReason
from tests.factories import a_certificate, a_notification, a_person
from tests.portal.pages.conftest import a_csr
from tests.portal.pages.names import is_named
from tests.portal.pages.reading import page_of

pytestmark = pytest.mark.django_db

NAVIGATION = {
    "SRO": ["Home", "Requests", "Certificates", "User IDs", "Check a message"],
    "ARO": ["Home", "Requests", "Certificates", "User IDs", "Check a message"],
    "officer": [
        "Home",
        "Requests",
        "Certificates",
        "User IDs",
        "Check a message",
        "Two people",
        "Evidence",
        "Background work",
    ],
    "auditor": [
        "Home",
        "Requests",
        "Certificates",
        "User IDs",
        "Two people",
        "Evidence",
        "Background work",
    ],
}


def test_every_page_says_the_service_who_is_signed_in_and_for_whom(
    north, officer, auditor, signed_in
) -> None:
    for person, acts_as in (
        (north.sro, "Senior Responsible Officer of Northwind Energy"),
        (north.aro, "Authorised Responsible Officer of Northwind Energy"),
        (officer, "DCC officer"),
        (auditor, "Auditor"),
    ):
        page = page_of(signed_in(person).get("/"))
        assert "<title>Home \N{EN DASH} SMKI registration authority</title>" in page
        assert person.name in page
        assert acts_as in page
        links = re.findall(
            r'service-navigation__link"[^>]*>(?: <strong[^>]*>)? ?([^<]+?) ?<', page
        )
        assert links == NAVIGATION[person.role]
        assert 'method="post" action="/sign-out"' in page


def test_a_development_authority_is_named_on_every_page(client, settings) -> None:
    words = "Test system. Its certificates are not valid anywhere."
    assert words in page_of(client.get("/sign-in"))
    assert words in page_of(client.get("/nothing"))
    settings.CERTIFICATION_AUTHORITY = "tests.portal.pages.test_frame_and_problems.RealOca"
    assert words not in page_of(client.get("/sign-in"))


class RealOca:
    """Stands for the settings of a deployment: only its mark is asked for."""

    is_for_development = False


def test_before_the_second_factor_nobody_is_named(north, half_signed_in) -> None:
    page = page_of(half_signed_in(north.aro).get("/sign-in/code"))
    assert north.aro.name not in page
    assert north.party.name not in page
    assert "service-navigation" not in page


def test_no_page_carries_a_style_or_a_script_of_its_own(north, officer, signed_in) -> None:
    for person, address in ((north.aro, "/requests/new"), (officer, "/"), (officer, "/evidence")):
        response = signed_in(person).get(address)
        page = page_of(response)
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_pages_are_not_kept_by_a_browser(north, signed_in) -> None:
    assert "no-store" in signed_in(north.aro).get("/").headers["Cache-Control"]
    assert "no-store" in Client().get("/").headers["Cache-Control"]


def test_an_address_at_which_there_is_nothing_has_a_page(client, north, signed_in) -> None:
    for browser in (client, signed_in(north.aro)):
        response = browser.get("/no/such/page")
        assert response.status_code == 404
        assert "If you typed the address, check that it is correct." in page_of(response)


def test_a_fault_of_ours_tells_nothing_of_itself(north, signed_in, monkeypatch) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the secret detail")

    monkeypatch.setattr("portal.views.home.Overview", broken)
    browser = signed_in(north.aro)
    browser.raise_request_exception = False
    response = browser.get("/")
    page = page_of(response)
    assert response.status_code == 500
    assert "there is a problem with the service" in page
    assert f"{response['X-Request-ID']}</code>" in page
    assert "the secret detail" not in page
    assert "Traceback" not in page


def test_a_page_sent_in_a_way_that_it_does_not_know_says_so(north, signed_in) -> None:
    response = signed_in(north.aro).post("/requests")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert "cannot open this page directly" in page_of(response)


def test_every_error_that_the_registry_raises_on_purpose_has_a_status() -> None:
    kinds = {
        kind for kind in RegistryError.__subclasses__() if kind.__module__ == "registry.errors"
    }
    assert kinds == {NotPermittedError, NotFoundError, ConflictError, RefusedActError}
    assert kinds < set(STATUSES)


def test_an_error_that_nobody_raises_on_purpose_has_no_page() -> None:
    with pytest.raises(TypeError):
        problem_of(ValueError("a fault"))


def test_every_illegal_move_has_words() -> None:
    for state in RequestState:
        for move in RequestMove:
            (says,) = problem_of(IllegalMoveError(state, move)).says
            assert state_words(state) in says
            assert says.endswith(".")


def test_every_verdict_has_a_tag() -> None:
    assert len({verdict_tag(verdict)[0] for verdict in Verdict}) == len(Verdict)


def test_the_home_page_of_an_empty_register_says_so(north, officer, auditor, signed_in) -> None:
    ours = page_of(signed_in(north.aro).get("/"))
    assert "No request is open." in ours
    assert (
        "You have no live xmlSign certificate. The DCC does not process any message you send."
        in ours
    )
    assert "is notified for its User ID" not in ours
    theirs = page_of(signed_in(officer).get("/"))
    assert "No request awaits a decision." in theirs
    assert "There is no issuance anomaly." in theirs
    assert "You have read-only access." in page_of(signed_in(auditor).get("/"))


def test_the_home_page_tells_whether_every_live_certificate_is_notified(north, signed_in) -> None:
    certificate = a_certificate(north.user_id)
    browser = signed_in(north.aro)
    assert is_named(page_of(browser.get("/")), certificate)
    a_notification(certificate, notified_by=north.aro)
    page = page_of(browser.get("/"))
    assert "Every live xmlSign certificate is notified for its User ID." in page
    revoke_certificate(
        certificate.pk,
        actor=a_person(PersonRole.OFFICER),
        reason=RevocationReason.SUPERSEDED,
        note="Replaced.",
        at=timezone.now(),
    )
    assert (
        "You have no live xmlSign certificate. The DCC does not process any message you send."
        in page_of(browser.get("/"))
    )


def test_the_home_page_shows_ten_of_many_and_leads_to_the_rest(north, signed_in) -> None:
    a_certificate(north.user_id)  # or that it cannot send would name a request too
    for _ in range(12):
        submit_request(a_csr(north.user_id), actor=north.aro, at=timezone.now())
    page = page_of(signed_in(north.aro).get("/"))
    assert page.count('href="/requests/CSR-') == 10
    assert 'href="/requests?state=open">See all 12' in page


def test_a_page_that_is_not_for_the_role_says_for_whom_it_is(north, signed_in) -> None:
    page = page_of(signed_in(north.aro).get("/proposals"))
    assert "You do not have permission to see this page. It is for DCC officers" in page
