"""A mail is sent by a real server, tried again or given up as that answers; every try is kept."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from functools import partial

import pytest
from django.db import transaction

from registry import outbox
from registry.effects.acts.retrying import retry_effect
from registry.effects.acts.telling import tell_of_given_up
from registry.lanes import MAIL
from registry.mail.asking import ask_for_mail, ask_to_tell_staff
from registry.mail.sending import send_mail
from registry.models import MailMessage, MailTry, OutboxMessage
from rules.duties import PersonRole
from tests.factories import AT, a_person
from tests.registry.mail.servers import Server, refusing_server, served, tls_context

pytestmark = pytest.mark.django_db(transaction=True)

LATER = AT + timedelta(hours=2)


@pytest.fixture
def server(settings):
    """Run a server, which the settings name."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    running = Server()
    with served(running) as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield running


def asked(to: str = "pat@example.com", **values: object) -> MailMessage:
    with transaction.atomic():
        message = ask_for_mail(
            "work-given-up",
            to=to,
            values={"work": "Certificates", "key": "CSR-000042/2", "error": "no answer"} | values,
            at=AT,
        )
    assert message is not None
    return message


def sent_at(at=AT) -> int:
    return outbox.drain_lane(MAIL, send_mail, clock=lambda: at, tell=tell_of_given_up)


def outcomes(message: MailMessage) -> list[tuple[str, str]]:
    return list(message.tries.order_by("pk").values_list("outcome", "answer"))


def read(octets: bytes):
    return message_from_bytes(octets, policy=default)


def test_a_mail_arrives_as_it_was_worded_when_it_was_asked_for(server) -> None:
    message = asked()
    assert sent_at(LATER) == 1
    (octets,) = server.taken
    arrived = read(octets)
    assert arrived["To"] == "pat@example.com"
    assert arrived["From"] == "registration@example.com"
    assert arrived["Subject"] == message.subject
    assert arrived["Subject"] == "Background work was given up: Certificates, CSR-000042/2"
    assert arrived["Message-ID"] == message.message_id
    assert arrived["Date"].datetime == AT
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived.get_content().replace("\r\n", "\n") == message.text
    message.refresh_from_db()
    assert message.sent_at == LATER
    assert outcomes(message) == [("taken", "")]


def test_nothing_is_sent_for_an_act_that_was_rolled_back(server) -> None:
    with transaction.atomic():
        ask_for_mail("work-given-up", to="pat@example.com", values={}, at=AT)
        transaction.set_rollback(True)
    assert sent_at() == 0
    assert server.taken == []
    assert not MailMessage.objects.exists()


def test_a_recipient_who_is_refused_is_given_up_at_once_and_staff_are_told(server) -> None:
    server.to_recipient = "550 5.1.1 No such user here"
    message = asked("gone@example.com")
    sent_at()
    message.refresh_from_db()
    assert (message.sent_at, message.refused_at) == (None, AT)
    assert outcomes(message) == [("refused", "550 5.1.1 No such user here")]
    given_up = OutboxMessage.objects.get(key=str(message.pk))
    assert (given_up.given_up_at, given_up.attempts) == (AT, 1)
    told = MailMessage.objects.get(template="mail-given-up")
    assert told.recipient == "registration@example.com"
    assert "gone@example.com" in told.subject
    assert "550 5.1.1 No such user here" in told.text


def test_staff_who_cannot_be_told_are_not_told_of_that_by_another_mail(server, settings) -> None:
    settings.STAFF_EMAIL = "staff@example.com"
    server.to_recipient = "550 No"
    with transaction.atomic():
        ask_to_tell_staff("work-given-up", values={}, at=AT)
    sent_at()
    sent_at(LATER)
    assert MailMessage.objects.get().recipient == "staff@example.com"


@pytest.mark.parametrize("member", ["to_recipient", "to_data"])
def test_what_a_server_puts_off_is_tried_again(server, member: str) -> None:
    setattr(server, member, "451 4.7.1 Greylisted, come back")
    message = asked()
    assert sent_at() == 0
    waiting = OutboxMessage.objects.get()
    assert waiting.due_at == AT + MAIL.first_wait
    assert "451 4.7.1 Greylisted" in waiting.last_error
    setattr(server, member, "250 Ok")
    assert sent_at(AT + timedelta(seconds=29)) == 0
    assert sent_at(AT + MAIL.first_wait) == 1
    assert [outcome for outcome, _ in outcomes(message)] == ["not-taken", "taken"]


def test_what_a_server_says_against_us_gives_up_no_mail(server) -> None:
    server.to_sender = "550 5.7.1 Sender not allowed"
    message = asked()
    assert sent_at() == 0
    assert outcomes(message) == [("not-taken", "550 5.7.1 Sender not allowed")]
    assert OutboxMessage.objects.get().given_up_at is None
    server.to_sender = "250 Ok"
    assert sent_at(AT + MAIL.first_wait) == 1


def test_a_server_that_greets_with_a_refusal_gives_up_no_mail(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    with refusing_server("554 5.3.2 Not now") as port:
        settings.EMAIL_PORT = port
        message = asked()
        assert sent_at() == 0
    assert [outcome for outcome, _ in outcomes(message)] == ["not-taken"]
    assert OutboxMessage.objects.get().given_up_at is None


def test_a_server_that_takes_a_mail_and_dies_gets_it_again_with_the_same_message_id(
    server,
) -> None:
    server.dies_after_data = True
    message = asked()
    assert sent_at() == 0
    server.dies_after_data = False
    assert sent_at(LATER) == 1
    assert [read(octets)["Message-ID"] for octets in server.taken] == [message.message_id] * 2
    (first, answer), second = outcomes(message)
    assert first == "not-taken"
    assert answer.startswith("SMTPServerDisconnected")
    assert second == ("taken", "")


def test_a_worker_killed_before_it_recorded_the_answer_leaves_both_tries(
    server, monkeypatch
) -> None:
    message = asked()

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("registry.mail.sending._record", die)
        with pytest.raises(KeyboardInterrupt):
            sent_at()
    assert sent_at() == 0, "the dead worker's lease still runs"
    assert sent_at(AT + MAIL.lease) == 1
    assert outcomes(message) == [("", ""), ("taken", "")]
    assert [read(octets)["Message-ID"] for octets in server.taken] == [message.message_id] * 2


def test_a_mail_that_was_sent_is_not_sent_again_when_it_is_asked_of_the_outbox_again(
    server,
) -> None:
    message = asked()
    sent_at()
    outbox.clear_done(before=LATER)
    outbox.ask(MAIL, key=str(message.pk), at=LATER, wake=lambda _: None)
    assert sent_at(LATER) == 1
    assert len(server.taken) == 1
    assert MailTry.objects.count() == 1


def test_a_refused_mail_that_an_officer_has_tried_again_arrives(server) -> None:
    server.to_recipient = "550 5.1.1 No such user here"
    message = asked()
    sent_at()
    server.to_recipient = "250 Ok"
    given_up = OutboxMessage.objects.get(key=str(message.pk))
    retry_effect(given_up.pk, actor=a_person(PersonRole.OFFICER), at=LATER)
    sent_at(LATER)
    message.refresh_from_db()
    assert (message.sent_at, message.refused_at) == (LATER, None)
    assert [outcome for outcome, _ in outcomes(message)] == ["refused", "taken"]


def test_where_no_server_is_there_it_is_tried_again(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    with served(Server()) as port:
        settings.EMAIL_PORT = port
    message = asked()
    assert sent_at() == 0
    ((outcome, answer),) = outcomes(message)
    assert (outcome, answer.partition(":")[0]) == ("not-taken", "ConnectionRefusedError")


@pytest.mark.parametrize("is_trusted", [True, False])
def test_over_tls_a_mail_goes_only_to_a_server_whose_certificate_is_trusted(
    settings, monkeypatch, tmp_path, *, is_trusted: bool
) -> None:
    context, trusted = tls_context(tmp_path)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST = True, "localhost"
    running = Server()
    message = asked()
    with served(running, tls_context=context, require_starttls=True) as port:
        settings.EMAIL_PORT = port
        assert sent_at() == int(is_trusted)
    assert running.was_encrypted == [True] * is_trusted
    ((outcome, answer),) = outcomes(message)
    assert outcome == ("taken" if is_trusted else "not-taken")
    assert is_trusted or "CERTIFICATE_VERIFY_FAILED" in answer


HOSTILE = "CSR-1\r\nBcc: everybody@example.com\r\n\r\nbody\0"


def test_no_value_begins_another_header_or_another_mail(server) -> None:
    message = asked(key=HOSTILE, error=f".\r\n{HOSTILE}\r\n.\r\nMAIL FROM:<a@example.com>")
    assert sent_at() == 1
    (octets,) = server.taken
    arrived = read(octets)
    assert arrived["Bcc"] is None
    assert arrived["Subject"] == message.subject
    assert "\n" not in message.subject
    assert set(arrived.keys()) == {
        *("Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To"),
        *("Message-ID", "Date", "Auto-Submitted"),
    }


@pytest.mark.parametrize(
    "to", ["", "nobody", "a@example.com\nBcc: b@example.com", "a@example.com, b@example.com"]
)
def test_a_person_without_a_usable_address_is_not_a_fault(to: str) -> None:
    ask = partial(ask_for_mail, "work-given-up", to=to, values={}, at=AT)
    assert ask() is None
    assert not MailMessage.objects.exists()
    assert not OutboxMessage.objects.exists()
