"""Publishing the DCC's signing certificates, and verifying Responses by what is published."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from registry.certificates.acts.certificates import revoke_certificate
from registry.certificates.acts.dcc_certificates import (
    end_dcc_certificate,
    publish_dcc_certificate,
)
from registry.certificates.reads.dcc_certificates import dcc_register
from registry.errors import ConflictError, NotFoundError, RefusedActError
from registry.models import DccSigningCertificate, Event
from rules.duties import PersonRole
from rules.findings import RefusedError
from rules.responses.kinds import SigningPurpose
from rules.responses.verifying import examine_response
from rules.roles import PartyCategory
from rules.workflow import RevocationReason
from tests.duis_schema import write_schema
from tests.factories import (
    AT,
    ISSUER,
    NOT_AFTER,
    NOT_BEFORE,
    a_certificate,
    a_key,
    a_party,
    a_person,
    a_user_id,
)
from tests.rules.responses.world import (
    DCC_ALERT,
    INVENTORY,
    PRE_COMMAND,
    response_message,
    signed,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serves("MP104-DCC")]

TRANSFORM, BROKER = SigningPurpose.TRANSFORM, SigningPurpose.ACCESS_CONTROL_BROKER
LATER = AT + timedelta(days=30)


@pytest.fixture
def dcc_user_id():
    return a_user_id(a_party("DCC", category=PartyCategory.DCC), user_roles=())


def publish(certificate, purpose, **more):
    return publish_dcc_certificate(
        issuer=ISSUER, serial=certificate.serial_number, purpose=purpose, at=AT, **more
    )


def response(certificate, key, content=INVENTORY):
    return signed(response_message(content), key=key, serial=int(certificate.serial_number))


def reasons(message, *, at=AT):
    return examine_response(message, dcc_register(), at=at).report.reasons


def test_a_response_is_good_by_what_was_published_and_from_when(dcc_user_id):
    key = a_key()
    certificate = a_certificate(dcc_user_id, key=key, remote_party_role="89")
    message = response(certificate, key)
    assert reasons(message) == ("response-certificate-not-published",)
    publish(certificate, BROKER, valid_from=LATER)
    assert reasons(message) == ("response-certificate-not-published",)
    assert reasons(message, at=LATER) == ()
    wrong = reasons(response(certificate, key, PRE_COMMAND), at=LATER)
    assert wrong == ("response-not-signed-by-transform",)


def test_a_publication_can_begin_in_the_past_and_says_when_it_was_recorded(dcc_user_id):
    key = a_key()
    certificate = a_certificate(dcc_user_id, key=key, remote_party_role="89")
    message = response(certificate, key)
    began = AT - timedelta(days=200)
    assert reasons(message, at=began) == ("response-certificate-not-published",)
    made = publish(certificate, BROKER, valid_from=began)
    assert (made.valid_from, made.published_at) == (began, AT)
    assert reasons(message, at=began) == ()
    before = began - timedelta(seconds=1)
    assert reasons(message, at=before) == ("response-certificate-not-published",)
    event = Event.objects.get(kind="dcc-certificate.publish")
    assert event.at == AT
    assert json.loads(event.body)["details"]["valid_from"] == began.isoformat()


@pytest.mark.parametrize(
    ("begins", "reason"),
    [
        (NOT_BEFORE - timedelta(seconds=1), "publication-before-certificate"),
        (NOT_AFTER + timedelta(seconds=1), "publication-after-certificate"),
    ],
    ids=("before", "after"),
)
def test_a_publication_begins_while_its_certificate_is_valid(dcc_user_id, begins, reason):
    certificate = a_certificate(dcc_user_id, remote_party_role="89")
    with pytest.raises(RefusedError) as raised:
        publish(certificate, BROKER, valid_from=begins)
    assert raised.value.report.reasons == (reason,)
    assert not DccSigningCertificate.objects.exists()
    assert reason in Event.objects.get(result="refused").body


def test_a_publication_in_the_past_overlaps_no_other_of_the_certificate(dcc_user_id):
    certificate = a_certificate(dcc_user_id, remote_party_role="89")
    began = AT - timedelta(days=9)
    publish(certificate, BROKER, valid_from=began)
    end_dcc_certificate(issuer=ISSUER, serial=certificate.serial_number, at=AT, valid_until=LATER)
    for begins in (began - timedelta(days=1), began, LATER - timedelta(seconds=1)):
        with pytest.raises(RefusedError) as raised:
            publish(certificate, BROKER, valid_from=begins)
        assert raised.value.report.reasons == ("publication-overlaps-another",)
    other = a_certificate(dcc_user_id, remote_party_role="89")
    assert publish(other, BROKER, valid_from=began).valid_from == began
    assert publish(certificate, BROKER, valid_from=LATER).valid_from == LATER


def test_an_ended_publication_verifies_what_was_received_before_it(dcc_user_id):
    key = a_key()
    certificate = a_certificate(dcc_user_id, key=key, remote_party_role="89")
    publish(certificate, BROKER)
    end_dcc_certificate(issuer=ISSUER, serial=certificate.serial_number, at=AT, valid_until=LATER)
    message = response(certificate, key)
    assert reasons(message, at=LATER - timedelta(seconds=1)) == ()
    assert reasons(message, at=LATER) == ("response-certificate-not-published",)
    with pytest.raises(NotFoundError):
        end_dcc_certificate(issuer=ISSUER, serial=certificate.serial_number, at=AT)
    publish(certificate, BROKER, valid_from=LATER)
    assert reasons(message, at=LATER) == ()


def test_a_publication_that_ends_before_it_was_to_begin_was_never_in_force(dcc_user_id):
    key = a_key()
    certificate = a_certificate(dcc_user_id, key=key, remote_party_role="89")
    publish(certificate, BROKER, valid_from=LATER)
    ended = end_dcc_certificate(issuer=ISSUER, serial=certificate.serial_number, at=AT)
    assert (ended.valid_from, ended.valid_until, ended.ended_at) == (LATER, LATER, AT)
    message = response(certificate, key)
    assert reasons(message, at=LATER) == ("response-certificate-not-published",)


def test_a_revoked_certificate_of_the_dcc_verifies_nothing_from_then_on(dcc_user_id):
    key = a_key()
    certificate = a_certificate(dcc_user_id, key=key, remote_party_role="89")
    publish(certificate, BROKER)
    revoke_certificate(
        certificate.pk,
        actor=a_person(PersonRole.OFFICER),
        reason=RevocationReason.KEY_COMPROMISE,
        note="Replaced.",
        at=LATER,
    )
    message = response(certificate, key)
    assert reasons(message) == ()
    assert reasons(message, at=LATER) == ("response-certificate-revoked",)


def test_anothers_certificate_and_a_withheld_one_are_unknown(dcc_user_id):
    key = a_key()
    foreign = a_certificate(key=key, remote_party_role="89")
    withheld_key = a_key()
    withheld = a_certificate(
        dcc_user_id, key=withheld_key, remote_party_role="89", is_withheld=True
    )
    assert reasons(response(foreign, key)) == ("response-certificate-unknown",)
    assert reasons(response(withheld, withheld_key)) == ("response-certificate-unknown",)


def test_a_key_that_the_imported_register_shares_with_devices_is_seen(dcc_user_id):
    key = a_key()
    certificate = a_certificate(dcc_user_id, key=key, remote_party_role="89")
    publish(certificate, BROKER)
    message = response(certificate, key)
    assert reasons(message) == ()
    a_certificate(
        a_user_id(dcc_user_id.party), key=key, remote_party_role="04", key_in_conflict=True
    )
    assert reasons(message) == ("response-key-used-towards-devices",)


def test_only_a_certificate_of_the_dcc_for_signing_xml_that_stands_is_published(dcc_user_id):
    refused = {
        "published-certificate-not-dcc": a_certificate(remote_party_role="89"),
        "published-certificate-not-dspxmlsign": a_certificate(dcc_user_id, remote_party_role="87"),
        "published-certificate-withheld": a_certificate(
            dcc_user_id, remote_party_role="89", is_withheld=True
        ),
        "published-certificate-expired": a_certificate(
            dcc_user_id,
            remote_party_role="89",
            not_before=AT - timedelta(days=9),
            not_after=AT - timedelta(days=1),
        ),
    }
    for reason, certificate in refused.items():
        with pytest.raises(RefusedError) as raised:
            publish(certificate, BROKER)
        assert raised.value.report.reasons == (reason,)
    towards_devices = a_certificate(dcc_user_id, remote_party_role="04")
    with pytest.raises(RefusedError) as raised:
        publish(towards_devices, BROKER)
    assert raised.value.report.reasons == (
        "published-certificate-not-dspxmlsign",
        "published-key-used-towards-devices",
    )
    assert DccSigningCertificate.objects.count() == 0
    assert Event.objects.filter(result="refused").count() == len(refused) + 1


def test_one_key_is_never_published_for_both_purposes(dcc_user_id):
    certificate = a_certificate(dcc_user_id, remote_party_role="89")
    publish(certificate, BROKER)
    with pytest.raises(ConflictError, match=r"^already-published:"):
        publish(certificate, TRANSFORM)
    end_dcc_certificate(issuer=ISSUER, serial=certificate.serial_number, at=AT)
    with pytest.raises(RefusedError) as raised:
        publish(certificate, TRANSFORM)
    assert raised.value.report.reasons == ("published-key-serves-another-purpose",)
    assert publish(certificate, BROKER).purpose == BROKER.value


def test_a_moment_that_has_passed_and_a_certificate_that_is_not_there_are_refused(dcc_user_id):
    certificate = a_certificate(dcc_user_id, remote_party_role="89")
    publish(certificate, BROKER)
    with pytest.raises(RefusedActError, match="moment-passed"):
        end_dcc_certificate(
            issuer=ISSUER,
            serial=certificate.serial_number,
            at=AT,
            valid_until=AT - timedelta(seconds=1),
        )
    for issuer, serial in (
        ("CN=OTHER,OU=07", certificate.serial_number),
        (ISSUER, "7"),
        ("", "7"),
    ):
        with pytest.raises(NotFoundError):
            publish_dcc_certificate(issuer=issuer, serial=serial, purpose=BROKER, at=AT)


def test_the_database_itself_holds_what_was_published(dcc_user_id):
    first = publish(a_certificate(dcc_user_id, remote_party_role="89"), BROKER)
    other = a_certificate(dcc_user_id, remote_party_role="89")
    rows = DccSigningCertificate.objects.filter(pk=first.pk)

    def refuses(write, match):
        with pytest.raises(DatabaseError, match=match or None), transaction.atomic():
            write()

    values = {
        "certificate": first.certificate,
        "eui64": first.eui64,
        "key_x": first.key_x,
        "valid_from": AT,
        "published_at": AT,
    }
    create = DccSigningCertificate.objects.create
    ended = {"valid_until": LATER, "ended_at": AT}
    refuses(lambda: create(purpose="transform", **values, **ended), "never_published_for_both")
    refuses(lambda: create(purpose="access-control-broker", **values), "published_once")
    refuses(lambda: create(purpose="other", **values, **ended), "purpose_is_known|for_both")
    refuses(
        lambda: create(purpose="transform", **{**values, "certificate": other, "key_x": "0" * 64}),
        "of_the_certificates_key",
    )
    refuses(lambda: rows.update(purpose="transform"), "")
    refuses(rows.delete, "")
    refuses(lambda: rows.update(valid_until=LATER), "ends_after")
    end_dcc_certificate(issuer=ISSUER, serial=first.certificate.serial_number, at=AT)
    refuses(lambda: rows.update(valid_until=LATER), "")


def run(*arguments):
    out = StringIO()
    try:
        call_command(*arguments, stdout=out)
    except SystemExit as ended:
        return ended.code, json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def test_the_commands_publish_and_verify(dcc_user_id, tmp_path):
    key = a_key()
    certificate = a_certificate(dcc_user_id, key=key, remote_party_role="89")
    file = tmp_path / "response.xml"
    file.write_bytes(response(certificate, key))
    status, answer = run("verify_response", str(file))
    assert (status, answer["good"]) == (1, False)
    assert answer["reason"] == "response-certificate-not-published"
    named = (certificate.serial_number, "--issuer", "OU=07, CN=TESTOCA")
    call_command("publish_dcc_certificate", *named, "--purpose", BROKER.value, stdout=StringIO())
    status, answer = run("verify_response", str(file))
    assert (status, answer["good"], answer["reason"]) == (0, True, None)
    assert answer["response"]["kind"] == "DSPInventory"
    assert answer["signer"] == {"issuer": ISSUER, "serial": certificate.serial_number}
    assert len(answer["findings"]) == 11
    long_ago = run("verify_response", str(file), "--received-at", "2020-01-01T00:00:00Z")[1]
    assert "response-certificate-not-yet-valid" in {f["reason"] for f in long_ago["findings"]}
    call_command("publish_dcc_certificate", *named, "--end", stdout=StringIO())
    assert run("verify_response", str(file))[0] == 1


def test_a_response_is_held_to_the_schema_that_is_supplied(dcc_user_id, tmp_path, settings):
    settings.DUIS_SCHEMA = str(write_schema(tmp_path))
    key = a_key()
    certificate = a_certificate(dcc_user_id, key=key, remote_party_role="89")
    publish(certificate, BROKER)
    file = tmp_path / "response.xml"
    file.write_bytes(response(certificate, key))
    status, answer = run("verify_response", str(file))
    assert (status, answer["reason"]) == (0, None)
    file.write_bytes(signed(DCC_ALERT, key=key, serial=int(certificate.serial_number)))
    status, answer = run("verify_response", str(file))
    assert (status, answer["reason"]) == (1, "response-schema-invalid")
    settings.DUIS_SCHEMA = str(tmp_path / "none.xsd")
    with pytest.raises(CommandError, match="the DUIS schema cannot be used") as raised:
        call_command("verify_response", str(file))
    assert raised.value.returncode == 2


def test_the_command_publishes_from_a_moment_in_the_past(dcc_user_id, tmp_path):
    key = a_key()
    certificate = a_certificate(dcc_user_id, key=key, remote_party_role="89")
    file = tmp_path / "response.xml"
    file.write_bytes(response(certificate, key))
    named = (certificate.serial_number, "--issuer", ISSUER, "--purpose", BROKER.value)
    with pytest.raises(
        CommandError, match="the certificate is valid from 2025-09-01 00:00:00 UTC"
    ):
        call_command("publish_dcc_certificate", *named, "--from", "2025-08-31T23:59:59Z")
    out = StringIO()
    call_command("publish_dcc_certificate", *named, "--from", "2025-10-01T00:00:00Z", stdout=out)
    assert "from 2025-10-01T00:00:00+00:00, recorded at " in out.getvalue()
    received = ("--received-at", "2025-10-01T00:00:00Z")
    assert run("verify_response", str(file), *received)[0] == 0


def test_what_the_commands_cannot_ask_is_a_fault_of_one_line(tmp_path):
    unreadable = tmp_path / "response.xml"
    unreadable.write_bytes(b"no XML")
    assert run("verify_response", str(unreadable))[0] == 1
    for arguments in (
        ("verify_response", str(tmp_path / "nothing")),
        ("verify_response", str(unreadable), "--received-at", "yesterday"),
    ):
        with pytest.raises(CommandError) as raised:
            call_command(*arguments)
        assert raised.value.returncode == 2
        assert "\n" not in str(raised.value)
    with pytest.raises(CommandError, match="There is no such certificate"):
        call_command("publish_dcc_certificate", "7", "--issuer", ISSUER, "--purpose", "transform")
