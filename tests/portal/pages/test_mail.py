"""Mail: what was sent, to whom and when, with its text and every try."""

import pytest
from lxml import html

from registry.lanes import MAIL
from registry.models import MailMessage, MailTry, OutboxMessage
from tests.factories import AT, a_mail
from tests.portal.pages.reading import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-CSR")]


def given_up(mail: MailMessage) -> None:
    OutboxMessage.objects.create(
        kind=MAIL.kind, key=str(mail.pk), created_at=AT, due_at=AT, given_up_at=AT
    )


def test_where_no_mail_was_asked_for_the_page_says_so(officer, signed_in) -> None:
    assert "No mail has been asked for yet." in page_of(signed_in(officer).get("/mail"))


@pytest.mark.parametrize(
    ("changes", "is_given_up", "says"),
    [
        ({}, False, "Sent"),
        ({"sent_at": None}, False, "To be sent"),
        ({"sent_at": None}, True, "Given up"),
        ({"sent_at": None, "refused_at": AT}, True, "Refused"),
        # An officer has it tried again.
        ({"sent_at": None, "refused_at": AT}, False, "To be sent"),
    ],
)
def test_each_mail_is_listed_with_its_recipient_and_how_it_stands(
    auditor, signed_in, changes, is_given_up, says
) -> None:
    mail = a_mail("Something was given up")
    MailMessage.objects.update(**changes)
    if is_given_up:
        given_up(mail)
    page = page_of(signed_in(auditor).get("/mail"))
    assert "1 mail" in page
    assert f'href="/mail/{mail.pk}">Something was given up' in page
    assert "pat@example.com" in page
    tags = html.fromstring(page).xpath("//td//strong[contains(@class, 'govuk-tag')]")
    assert [tag.text_content().strip() for tag in tags] == [says]


def test_a_mail_is_shown_with_its_text_and_every_try(officer, signed_in) -> None:
    mail = a_mail()
    MailMessage.objects.update(text="Dear <b>Pat</b>,\n\nit was given up.\n")
    MailTry.objects.create(mail=mail, at=AT)
    MailTry.objects.create(mail=mail, at=AT, outcome="not-taken", answer="451 Come back")
    MailTry.objects.create(mail=mail, at=AT, outcome="taken")
    page = page_of(signed_in(officer).get(f"/mail/{mail.pk}"))
    assert "Dear &lt;b&gt;Pat&lt;/b&gt;," in page
    told = [
        "Not known: the worker ended before it could record the answer",
        "It was not taken this time",
        "451 Come back",
        "The mail server took it",
    ]
    places = [page.index(words) for words in told]
    assert places == sorted(places)
    assert mail.message_id.strip("<>") in page


def test_a_mail_that_was_given_up_leads_to_where_it_is_tried_again(officer, signed_in) -> None:
    mail = a_mail()
    MailMessage.objects.update(sent_at=None)
    browser = signed_in(officer)
    says = "This mail is not tried again by itself."
    assert says not in page_of(browser.get(f"/mail/{mail.pk}"))
    given_up(mail)
    page = html.fromstring(page_of(browser.get(f"/mail/{mail.pk}")))
    (told,) = [each for each in page.xpath("//p") if says in each.text_content()]
    assert told.xpath(".//a/@href") == ["/background-work"]
    back = html.fromstring(page_of(browser.get("/background-work")))
    (link,) = back.xpath(f"//dd//a[@href='/mail/{mail.pk}']")
    assert link.text_content() == f"Mail {mail.pk}"


def test_a_mail_that_there_is_not_is_not_found(officer, signed_in) -> None:
    assert signed_in(officer).get("/mail/999999").status_code == 404
