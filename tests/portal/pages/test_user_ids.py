"""User IDs: what they sign with, notifying a certificate, withdrawing it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from registry.certificates.acts.certificates import revoke_certificate
from registry.errors import ConflictError
from registry.models import OrganisationCertificate, SigningNotification
from registry.notifications.acts.notifications import notify_certificate
from rules.workflow import RevocationReason
from tests.factories import a_certificate, a_key, a_notification, a_user_id
from tests.portal.pages.names import is_named, serial_end
from tests.portal.pages.reading import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.serves("MP104-NOTIFY")]


def choices(page: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'type="radio" value="(\d+)"', page)]


def test_the_list_says_what_each_user_id_signs_with(north, south, officer, signed_in) -> None:
    a_notification(a_certificate(north.user_id), notified_by=north.aro)
    ours = page_of(signed_in(north.sro).get("/user-ids"))
    assert north.user_id.eui64 in ours
    assert "Import Supplier (IS)" in ours
    assert "1 certificate" in ours
    assert south.user_id.eui64 not in ours
    theirs = page_of(signed_in(officer).get("/user-ids"))
    assert south.user_id.eui64 in theirs
    assert south.party.name in theirs


def test_the_page_tells_who_notified_what_when_and_until(north, signed_in) -> None:
    live = a_notification(a_certificate(north.user_id), notified_by=north.sro)
    browser = signed_in(north.aro)
    ended = a_notification(a_certificate(north.user_id), notified_by=north.sro)
    browser.post(f"/notifications/{ended.pk}/withdraw")
    page = page_of(browser.get(f"/user-ids/{north.user_id.eui64}"))
    now, before = (
        page[page.index("Notified now") : page.index("Withdrawn</caption>")],
        page[page.index("Withdrawn</caption>") :],
    )
    assert is_named(now, live.certificate)
    assert is_named(before, ended.certificate)
    assert serial_end(ended.certificate) not in now
    assert north.sro.name in before
    assert north.aro.name in before
    assert "20 November 2026 at 09:00:00 GMT" in now


def test_an_overlap_is_explained(north, signed_in) -> None:
    browser = signed_in(north.aro)
    a_notification(a_certificate(north.user_id), notified_by=north.sro)
    address = f"/user-ids/{north.user_id.eui64}"
    explained = "More than one certificate is in force"
    assert explained not in page_of(browser.get(address))
    a_notification(a_certificate(north.user_id), notified_by=north.sro)
    assert explained in page_of(browser.get(address))


@pytest.fixture
def spent(north, officer) -> tuple[SigningNotification, SigningNotification]:
    """Return two notifications that still stand: of a revoked and of an expired certificate."""
    revoked = a_notification(a_certificate(north.user_id), notified_by=north.aro)
    revoke_certificate(
        revoked.certificate_id,
        actor=officer,
        reason=RevocationReason.KEY_COMPROMISE,
        note="Stolen.",
        at=timezone.now(),
    )
    expired = a_notification(
        a_certificate(north.user_id, not_after=timezone.now() - timedelta(seconds=1)),
        notified_by=north.aro,
    )
    return revoked, expired


@pytest.mark.parametrize("address", ["/", "/user-ids"])
@pytest.mark.usefixtures("spent")
def test_only_live_certificates_are_counted_the_others_are_named_in_words(
    north, signed_in, address
) -> None:
    browser = signed_in(north.aro)
    none = page_of(browser.get(address))
    assert "None live" in none
    assert "but 1 revoked, 1 expired" in none
    a_notification(a_certificate(north.user_id), notified_by=north.aro)
    one = page_of(browser.get(address))
    assert re.search(r"1 certificate\s*<", one)
    assert "and 1 revoked, 1 expired" in one


def test_the_page_keeps_apart_what_is_notified_without_effect(north, signed_in, spent) -> None:
    live = a_notification(a_certificate(north.user_id), notified_by=north.aro)
    page = page_of(signed_in(north.aro).get(f"/user-ids/{north.user_id.eui64}"))
    effective, rest = page.split("Notified, but not valid</caption>")
    assert is_named(effective, live.certificate)
    assert "More than one certificate" not in page
    for notification, word in zip(spent, ("Revoked", "Expired"), strict=True):
        assert serial_end(notification.certificate) not in effective
        assert is_named(rest, notification.certificate)
        assert f">{word}<" in rest
        assert f"/notifications/{notification.pk}/withdraw" in rest
    assert "The DCC does not process messages signed with these" in rest


def test_the_certificates_page_says_that_its_notification_has_no_effect(
    north, signed_in, spent
) -> None:
    browser = signed_in(north.aro)
    for notification, word in zip(spent, ("revoked", "expired"), strict=True):
        page = page_of(browser.get(f"/certificates/{notification.certificate_id}"))
        assert f"Still notified, but the certificate is {word}" in page


def test_withdrawing_what_is_not_live_says_that_its_messages_cease_already(
    north, signed_in, spent
) -> None:
    browser = signed_in(north.aro)
    live = a_notification(a_certificate(north.user_id), notified_by=north.aro)
    for notification, word in zip(spent, ("revoked", "expired"), strict=True):
        page = page_of(browser.get(f"/notifications/{notification.pk}/withdraw"))
        assert f"This certificate is {word}, so the DCC has stopped processing messages" in page
        assert "at once" not in page
    page = page_of(browser.get(f"/notifications/{live.pk}/withdraw"))
    assert "at once" in page


def test_the_certificates_that_can_be_notified_are_offered_the_others_say_why_not(
    north, officer, signed_in
) -> None:
    eligible = a_certificate(north.user_id)
    revoked = a_certificate(north.user_id)
    revoke_certificate(
        revoked.pk,
        actor=officer,
        reason=RevocationReason.SUPERSEDED,
        note="Replaced.",
        at=timezone.now(),
    )
    a_certificate(north.user_id, remote_party_role="02")
    a_certificate(north.user_id, is_withheld=True)
    a_certificate(a_user_id(north.party))
    notified = a_notification(a_certificate(north.user_id), notified_by=north.aro)
    page = page_of(signed_in(north.aro).get(f"/user-ids/{north.user_id.eui64}/notify"))
    assert choices(page) == [eligible.pk]
    for why in (
        "The certificate was revoked on",
        "The certificate has the Remote Party Role supplier (02)",
        "does not match its request and is withheld",
        "which is not this User ID",
    ):
        assert why in page
    assert serial_end(notified.certificate) not in page


def test_a_revocation_is_told_in_the_time_of_great_britain_and_validity_in_utc(
    north, signed_in
) -> None:
    summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    revoked = a_certificate(north.user_id)
    OrganisationCertificate.objects.filter(pk=revoked.pk).update(
        revoked_at=summer, revocation_reason="superseded"
    )
    a_certificate(north.user_id, not_before=summer - timedelta(days=365), not_after=summer)
    page = page_of(signed_in(north.aro).get(f"/user-ids/{north.user_id.eui64}/notify"))
    assert "The certificate was revoked on 2 July 2026 at 00:30:00 BST; request" in page
    assert "The certificate expired on 1 July 2026 at 23:30:00 UTC; request" in page


def test_an_old_certificate_that_can_be_notified_is_offered_before_many_that_cannot(
    north, signed_in, monkeypatch
) -> None:
    monkeypatch.setattr("registry.notifications.reads.user_ids.MOST_CANDIDATES", 3)
    eligible = a_certificate(north.user_id)
    for _ in range(4):
        a_certificate(north.user_id, remote_party_role="02")
    address = f"/user-ids/{north.user_id.eui64}/notify"
    browser = signed_in(north.aro)
    page = page_of(browser.get(address))
    assert choices(page) == [eligible.pk]
    assert "No more than 3 certificates are shown here" in page
    assert browser.post(address, {"certificate": eligible.pk}).status_code == 302


def test_notifying_makes_one_notification_and_says_so(north, signed_in) -> None:
    certificate = a_certificate(north.user_id)
    browser = signed_in(north.sro)
    address = f"/user-ids/{north.user_id.eui64}/notify"
    response = browser.post(address, {"certificate": certificate.pk})
    assert response.headers["Location"] == f"/user-ids/{north.user_id.eui64}"
    assert "is notified for User ID" in page_of(browser.get(response.headers["Location"]))
    notification = SigningNotification.objects.get()
    assert notification.notified_by == north.sro


@pytest.mark.parametrize("sent", ["", "x", "999999"])
def test_a_choice_of_nothing_names_the_field(north, signed_in, sent) -> None:
    a_certificate(north.user_id)
    response = signed_in(north.aro).post(
        f"/user-ids/{north.user_id.eui64}/notify", {"certificate": sent}
    )
    page = page_of(response)
    assert response.status_code == 422
    assert 'href="#id_certificate_0">Choose the certificate to notify.' in page
    assert 'id="id_certificate_0"' in page


def test_a_certificate_that_cannot_be_notified_is_refused_with_every_reason(
    north, signed_in
) -> None:
    certificate = a_certificate(a_user_id(north.party), remote_party_role="02")
    response = signed_in(north.aro).post(
        f"/user-ids/{north.user_id.eui64}/notify", {"certificate": certificate.pk}
    )
    summary = page_of(response).split("error-summary__list")[1].split("</ul>")[0]
    assert response.status_code == 422
    assert "only an xmlSign (87) certificate" in summary
    assert "which is not this User ID" in summary
    assert SigningNotification.objects.count() == 0


def test_another_partys_certificate_cannot_be_chosen(north, south, signed_in) -> None:
    theirs = a_certificate(south.user_id)
    response = signed_in(north.aro).post(
        f"/user-ids/{north.user_id.eui64}/notify", {"certificate": theirs.pk}
    )
    assert response.status_code == 422
    assert SigningNotification.objects.count() == 0


def test_a_key_of_another_user_id_cannot_be_notified(north, signed_in) -> None:
    key = a_key()
    second = a_user_id(north.party)
    a_notification(a_certificate(second, key=key), notified_by=north.aro)
    shared = a_certificate(second, key=key, key_in_conflict=True)
    response = signed_in(north.aro).post(
        f"/user-ids/{north.user_id.eui64}/notify", {"certificate": shared.pk}
    )
    assert response.status_code == 422
    assert "each User ID needs a key of its own" in page_of(response)


def test_withdrawing_warns_when_it_is_the_only_one(north, signed_in) -> None:
    only = a_notification(a_certificate(north.user_id), notified_by=north.aro)
    browser = signed_in(north.aro)
    address = f"/notifications/{only.pk}/withdraw"
    assert "will not be able to send" in page_of(browser.get(address))
    other = a_notification(a_certificate(north.user_id), notified_by=north.aro)
    page = page_of(browser.get(address))
    assert is_named(page[page.index("can go on sending with") :], other.certificate)
    response = browser.post(address)
    assert response.headers["Location"] == address
    only.refresh_from_db()
    assert only.withdrawn_by == north.aro


def test_once_a_key_is_stopped_its_party_is_told_how_to_have_it_revoked(north, signed_in) -> None:
    notification = a_notification(a_certificate(north.user_id), notified_by=north.aro)
    browser = signed_in(north.sro)
    page = page_of(browser.post(f"/notifications/{notification.pk}/withdraw", follow=True))
    name = f"xmlSign (87) {serial_end(notification.certificate)}"
    assert f"The key of certificate {name} is stopped." in page
    assert "<title>Key stopped" in page
    assert "registration team to revoke the certificate" in page
    for name in (notification.certificate.issuer, notification.certificate.serial_number):
        assert name in page
    assert f"/certificates/{notification.certificate_id}/revoke" not in page
    assert 'href="/requests/new"' in page
    assert "From then on the DCC processes no message signed with its key." in page
    a_notification(notification.certificate)
    page = page_of(browser.get(f"/notifications/{notification.pk}/withdraw"))
    assert "It has been notified again since." in page


def test_an_officer_who_stops_a_key_of_the_dcc_is_led_to_its_revocation(
    dcc, officer, signed_in
) -> None:
    notification = a_notification(a_certificate(dcc), notified_by=officer)
    page = page_of(
        signed_in(officer).post(f"/notifications/{notification.pk}/withdraw", follow=True)
    )
    assert f'href="/certificates/{notification.certificate_id}/revoke"' in page
    assert "registration team to revoke" not in page


def test_a_revoked_certificate_is_not_offered_for_revocation_again(
    north, officer, signed_in
) -> None:
    notification = a_notification(a_certificate(north.user_id), notified_by=north.aro)
    revoke_certificate(
        notification.certificate_id,
        actor=officer,
        reason=RevocationReason.KEY_COMPROMISE,
        note="Replaced.",
        at=timezone.now(),
    )
    browser = signed_in(north.aro)
    page = page_of(browser.post(f"/notifications/{notification.pk}/withdraw", follow=True))
    assert "registration team to revoke" not in page


def test_a_notification_is_withdrawn_once(north, signed_in) -> None:
    notification = a_notification(a_certificate(north.user_id), notified_by=north.aro)
    browser = signed_in(north.aro)
    browser.post(f"/notifications/{notification.pk}/withdraw")
    again = browser.post(f"/notifications/{notification.pk}/withdraw")
    assert again.status_code == 409
    assert "has been withdrawn already" in page_of(again)


def test_a_user_id_without_a_certificate_says_what_to_do(north, signed_in) -> None:
    browser = signed_in(north.aro)
    page = page_of(browser.get(f"/user-ids/{north.user_id.eui64}/notify"))
    assert "There is no certificate to notify for this User ID" in page
    assert 'href="/requests/new"' in page
    assert "<form" not in page.split("<main")[1]


def test_a_user_id_may_be_written_in_any_usual_way(north, signed_in) -> None:
    plain = north.user_id.eui64.replace("-", "").lower()
    page = page_of(signed_in(north.aro).get(f"/user-ids/{plain}"))
    assert north.user_id.eui64 in page


# --- for a moment ahead --------------------------------------------------------------------------


def tomorrow():
    return (timezone.now() + timedelta(days=1)).replace(second=0, microsecond=0)


def entered(moment) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def notifying(browser, certificate, *, counts_from):
    return browser.post(
        f"/user-ids/{certificate.eui64}/notify",
        {"certificate": certificate.pk, "counts_from": counts_from},
    )


def test_a_certificate_is_notified_for_a_moment_ahead(north, signed_in) -> None:
    certificate = a_certificate(north.user_id)
    browser = signed_in(north.aro)
    at = tomorrow()
    response = notifying(browser, certificate, counts_from=entered(at))
    page = page_of(browser.get(response.headers["Location"]))
    assert "It can sign messages from" in page
    now, later = page.split("Notified for later</caption>")
    assert "No live certificate is notified for this User ID." in now
    assert is_named(later, certificate)
    notification = SigningNotification.objects.get()
    assert notification.notified_at == at
    assert notification.recorded_at < at
    assert "Notified for later" in page_of(browser.get("/certificates"))
    home = page_of(browser.get("/"))
    assert "Every live xmlSign certificate is notified for its User ID." in home


def test_a_certificate_that_is_not_valid_yet_is_offered_for_when_it_is(north, signed_in) -> None:
    at = tomorrow()
    certificate = a_certificate(north.user_id, not_before=at)
    browser = signed_in(north.aro)
    page = page_of(browser.get(f"/user-ids/{north.user_id.eui64}/notify"))
    assert choices(page) == [certificate.pk]
    refused = notifying(browser, certificate, counts_from="")
    assert refused.status_code == 422
    assert "have its notification count from then on" in page_of(refused)
    assert notifying(browser, certificate, counts_from=entered(at)).status_code == 302


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ("tomorrow", "Enter from when it counts as a date and time, like 2026-12-15T09:00."),
        ("2020-01-01T09:00", "which is past; have it count from now on"),
        ("2099-01-01T09:00", "The certificate expires on"),
    ],
)
def test_a_moment_that_cannot_be_is_refused(north, signed_in, sent, says) -> None:
    certificate = a_certificate(north.user_id)
    response = notifying(signed_in(north.aro), certificate, counts_from=sent)
    assert response.status_code == 422
    assert says in page_of(response)
    assert SigningNotification.objects.count() == 0


def test_what_is_notified_for_later_is_not_notified_for_another_moment(north, signed_in) -> None:
    certificate = a_certificate(north.user_id)
    browser = signed_in(north.aro)
    at = tomorrow()
    notifying(browser, certificate, counts_from=entered(at))
    with pytest.raises(ConflictError) as conflict:
        notify_certificate(certificate.eui64, certificate.pk, actor=north.aro, at=timezone.now())
    assert conflict.value.code == "notification-planned"
    again = notify_certificate(
        certificate.eui64, certificate.pk, actor=north.aro, at=timezone.now(), counts_from=at
    )
    assert again == SigningNotification.objects.get()


def test_one_for_later_can_be_stopped_before_it_counts(north, signed_in) -> None:
    certificate = a_certificate(north.user_id)
    browser = signed_in(north.aro)
    notifying(browser, certificate, counts_from=entered(tomorrow()))
    notification = SigningNotification.objects.get()
    page = page_of(browser.get(f"/user-ids/{north.user_id.eui64}"))
    assert f"/notifications/{notification.pk}/withdraw" in page
    browser.post(f"/notifications/{notification.pk}/withdraw")
    page = page_of(browser.get(f"/user-ids/{north.user_id.eui64}"))
    assert "Notified for later" not in page
