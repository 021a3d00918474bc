"""A secret is typed into every field of every form, and then looked for wherever it could be kept.

What may be found where is what the field says itself (`portal.forms.typed`).
"""

import logging
import random
import string
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from portal.forms import PageForm
from portal.forms.typed import Typed, passing, typed_as
from portal.forms.written import WrittenReasonField
from registry.models import Party
from registry.passing.acts.keeping import forget_passed
from rules.certificates.making import build_request
from rules.identifiers import Eui64
from tests.attacks.kept import Kept, kept
from tests.attacks.page_forms import FORMS, Scene, found_form, scene, send
from tests.factories import a_key

__all__ = ["kept", "scene"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FIELDS = [
    pytest.param(route, name, id=f"{route}-{name}")
    for route, prepared in FORMS.items()
    for name in sorted(prepared.names)
]
SECRETS = {Typed.SECRET, Typed.SECRET_BUT_DIGEST}
# So that a slip can be corrected; nothing else that is secret goes back into a page.
SHOWN_AGAIN = {("sign-in", "email")}


@pytest.fixture
def secret() -> str:
    """Of letters and digits alone: however a field takes it, it stays what it is."""
    return "z" + "".join(random.choices(string.ascii_lowercase + string.digits, k=23))  # noqa: S311


def class_of(route: str, name: str) -> Typed:
    prepared = FORMS[route]
    if name in prepared.more:
        return Typed.RECORD  # the reason for each warning
    assert prepared.form is not None
    found = typed_as(prepared.form.base_fields[name])
    assert found is not None
    return found


def enter(
    route: str,
    name: str,
    value: object,
    scene: Scene,
    *,
    browser: Client | None = None,
    **others: object,
) -> HttpResponse:
    browser = browser or scene.browsers[FORMS[route].who]()
    found = found_form(browser, FORMS[route], route, scene)
    entered = {**FORMS[route].enters(scene), **others, name: value}
    if name == "file":
        entered["text"] = ""
    return send(browser, found, entered)


def pass_half_an_hour() -> None:
    """Have the sweep come that empties the table of what passes."""
    forget_passed(at=timezone.now() + timedelta(minutes=30))


@dataclass(frozen=True)
class Way:
    """One way of having the secret in a field."""

    value: object
    is_read: bool = False
    """Whether it is read so far that the page says what it found, with the secret in it."""
    passes: bool = False
    """Whether a request with the secret in it could be read, and is shown on a page of its own."""


def ways(route: str, name: str, secret: str) -> Iterator[Way]:
    if name == "file":
        yield Way(SimpleUploadedFile(f"{secret}.pem", b"nothing"))
        for way in ways(route, "text", secret):
            file = SimpleUploadedFile("upload", str(way.value).encode())
            yield Way(file, is_read=way.is_read, passes=way.passes)
        return
    yield Way(secret)
    if name in {"text", "request"} and route != "message-check":
        # A request that is refused: it is for another's User ID.
        refused = build_request(
            a_key(),
            eui64=Eui64("90-B3-D5-1F-FF-FF-FF-FF"),
            remote_party_role="87",
            common_name=secret,
        )
        is_checked = route == "request-check"
        yield Way(b64encode(refused).decode(), is_read=not is_checked, passes=is_checked)
        yield Way(f"-----BEGIN {secret}-----\nAAAA\n-----END {secret}-----", is_read=True)
        yield Way(f"-----BEGIN CERTIFICATE REQUEST-----\nMII{secret}!\n")
    if name == "text" and route == "message-check":
        yield Way(f"<a b='{secret}'><{secret}/></a>")
        yield Way(f"<a>{secret}</a><!-- {secret}")


@pytest.mark.parametrize(("route", "name"), FIELDS)
def test_what_is_typed_into_it_is_found_only_where_the_field_says(
    route, name, secret, scene, kept: Kept
) -> None:
    typed = class_of(route, name)
    for way in ways(route, name, secret):
        browser = scene.browsers[FORMS[route].who]()
        answer = enter(route, name, way.value, scene, browser=browser)
        assert answer.status_code in {200, 302, 409, 422}, answer.status_code
        found = kept.where(secret, or_digest=typed is Typed.SECRET)
        if typed is Typed.RECORD and answer.status_code == 302:
            assert found in ([], ["tables"])
        elif typed is Typed.PASSING or way.passes:
            assert found in ([], ["tables"])
            pass_half_an_hour()
            assert kept.where(secret) == []
        else:
            assert found == []
        if typed in SECRETS:
            assert secret not in str(answer.headers)
            assert secret not in str(answer.cookies)
            shown = (route, name) in SHOWN_AGAIN or way.is_read
            assert (secret in answer.content.decode()) == shown


@pytest.mark.parametrize("name", ["text", "file"])
def test_a_request_that_could_be_read_is_shown_to_its_person_until_it_is_swept(
    name, secret, scene, kept: Kept
) -> None:
    (way,) = [way for way in ways("request-check", name, secret) if way.passes]
    browser = scene.browsers["aro"]()
    answer = enter("request-check", name, way.value, scene, browser=browser)
    assert secret in browser.get(answer.headers["Location"]).content.decode()
    assert kept.where(secret) == ["tables"]
    pass_half_an_hour()
    assert kept.where(secret) == []
    assert browser.get(answer.headers["Location"]).status_code == 410


WORDS = [
    ("request-approve", "reason-mpid-not-recorded", {"facts": "0" * 64}),
    ("request-reject", "note", {"version": "99"}),
    ("certificate-revoke", "note", {"reason": "boredom"}),
]


@pytest.mark.parametrize(("route", "name", "refused"), WORDS, ids=[each[0] for each in WORDS])
def test_a_reason_is_recorded_with_the_act_and_until_then_nowhere(
    route, name, refused, secret, scene, kept: Kept
) -> None:
    answer = enter(route, name, secret, scene, **refused)
    assert answer.status_code in {409, 422}
    assert secret in answer.content.decode()
    assert kept.where(secret) == []
    # Control, that it would be found: the act is done.
    assert enter(route, name, secret, scene).status_code == 302
    assert kept.where(secret) == ["tables"]


@pytest.mark.parametrize("route", [route for route, form in FORMS.items() if form.method == "GET"])
def test_a_filter_that_somebody_is_refused_leaves_nothing_in_the_log(
    route, secret, scene, kept: Kept
) -> None:
    browser = scene.browsers["aro"]()
    for address in (FORMS[route].page(scene), f"/nothing{FORMS[route].page(scene)}", "/evidence"):
        for name in FORMS[route].names:
            browser.get(address, {name: secret})
            browser.post(f"{address}?{name}={secret}")
    assert "/evidence" in kept.log.getvalue()  # Control: the refusal is logged.
    assert kept.where(secret) == []


def test_what_is_looked_for_would_be_found(secret, scene, kept: Kept, settings) -> None:
    logging.getLogger("registry").info("typed %s", b64encode(f"xx{secret}".encode()).decode())
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    planted = settings.DATA_DIR / "planted"
    planted.write_bytes(secret.encode())
    Party.objects.filter(pk=scene.side.party.pk).update(name=secret)
    browser = scene.browsers["aro"]()
    session = browser.session
    session["draft"] = secret
    session.save()
    try:
        assert kept.where(secret) == ["tables", "sessions", "log", "files"]
    finally:
        planted.unlink()


def test_every_form_there_is_is_sent() -> None:
    sent = {prepared.form for prepared in FORMS.values()} - {None}

    def below(kind: type[PageForm]) -> set[type[PageForm]]:
        return {kind}.union(*(below(each) for each in kind.__subclasses__()))

    ours = {form for form in below(PageForm) if form.__module__.startswith("portal.")}
    assert ours - {PageForm} == sent


def test_a_field_that_does_not_say_what_becomes_of_it_makes_no_form() -> None:
    with pytest.raises(TypeError, match=r"`Hasty\.note` does not say"):
        type("Hasty", (PageForm,), {"note": forms.CharField()})


def test_nor_does_one_that_is_added_later() -> None:
    form = type("Kept", (PageForm,), {"note": passing(forms.CharField())})({"note": "x"})
    assert form.is_valid()
    added = type(form)({"note": "x"})
    added.fields["more"] = WrittenReasonField(label="More", missing="Enter more.")
    with pytest.raises(TypeError, match=r"`Kept\.more` does not say"):
        added.is_valid()
