"""What is counted of a decision: all that tells it from others, and nothing by diagnosis."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from registry.feed.reads.snapshot import load_snapshot
from registry.gateways.spool import SpoolWriter
from registry.models import Observation, OrganisationCertificate
from registry.observations.acts.observing import Observer
from rules.identifiers import Eui64
from rules.register.checkpoints import Checkpoint
from rules.roles import UserRole
from rules.service_requests.checker import decide
from rules.service_requests.question import DeviceFacts, Generation, Purpose, Question
from tests.factories import AT, a_certificate, a_key, a_party, a_user_id, an_eui64
from tests.registry.observations.conftest import Checker, Subscriber, ceased, counted, total
from tests.rules.service_requests.contingency_world import (
    ANOTHER,
    DEVICE,
    FAILED,
    PREPAYMENT,
    SRP,
    contingency,
    ordered,
    request,
)
from tests.rules.service_requests.world import SRP_USER_ID
from tests.signing import a_signed_message

SIGNED_PRE_COMMAND = """<sr:Request xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway"\
 schemaVersion="5.4"><sr:Header><sr:RequestID>{originator}:00-DB-12-34-56-78-90-A0:7</sr:RequestID>\
<sr:CommandVariant>5</sr:CommandVariant><sr:ServiceReference>1.6</sr:ServiceReference>\
<sr:ServiceReferenceVariant>1.6</sr:ServiceReferenceVariant></sr:Header><sr:Body>\
<sr:SignedPreCommand><sr:GBCSPayload>AAAA</sr:GBCSPayload></sr:SignedPreCommand></sr:Body>\
</sr:Request>"""


def the_row():
    """Return the one row there is, without what belongs to its storing."""
    row = Observation.objects.get()
    names = [field.name for field in Observation._meta.fields]  # noqa: SLF001 -- Django's own way
    return {name: getattr(row, name) for name in names if name not in {"id", "counted_on"}}


def test_a_message_that_is_processed_is_counted_with_all_that_tells_it_from_others(
    checker, subscriber, fold
):
    for _ in range(3):
        assert checker.decides(subscriber.message()).decision == "process"
    assert fold().decisions == 3
    assert the_row() == {
        "day": date(2026, 11, 20),
        "user_id": subscriber.user_id.eui64,
        "party": subscriber.user_id.party.reference,
        "issuer": subscriber.certificate.issuer,
        "serial_number": subscriber.certificate.serial_number,
        "is_proven": True,
        "generation": "SMETS2+",
        "kind": "service-request",
        "srv": "4.1.1",
        "supplier_id": subscriber.user_id.eui64,
        "checkpoint": "dsp",
        "outcome": "process",
        "reason": "",
        "would_be": "process",
        "would_be_reason": "",
        "reported_by": "",
        "count": 3,
    }
    assert ceased("request_id") == []


def test_a_message_that_ceases_is_counted_with_its_reason_and_kept_itself(
    checker_of, subscriber, fold
):
    OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
    assert checker_of().decides(subscriber.message()).reason == "certificate-revoked"
    fold()
    row = the_row()
    assert (row["outcome"], row["reason"]) == ("cease", "certificate-revoked")
    assert (row["would_be"], row["would_be_reason"]) == ("cease", "certificate-revoked")
    assert row["user_id"] == subscriber.user_id.eui64
    assert ceased("request_id", "at", "user_id", "reason", "attribution", "party", "srv") == [
        (
            f"{subscriber.user_id.eui64}:00-DB-12-34-56-78-90-A0:1000",
            AT,
            subscriber.user_id.eui64,
            "certificate-revoked",
            "signer",
            subscriber.user_id.party.pk,
            "4.1.1",
        )
    ]


def test_a_diagnosis_is_never_counted_and_never_kept(checker, subscriber, fold):
    for message in (subscriber.message(), b"nonsense"):
        checker.decides(message, purpose=Purpose.DIAGNOSIS)
    assert fold().decisions == 0
    assert (total(), ceased("reason")) == (0, [])
    checker.decides(subscriber.message())
    assert fold().decisions == 1


def test_in_monitor_mode_it_is_counted_what_would_have_ceased(checker_of, fold, subscriber):  # noqa: ARG001
    user_id = a_user_id()
    key = a_key()
    certificate = a_certificate(user_id, key=key, remote_party_role="02")
    checker = checker_of()
    message = a_signed_message(certificate, key)
    assert checker.monitored().decides(message).decision == "process"
    assert checker.decides(message).decision == "cease"
    fold()
    assert counted("outcome", "reason", "would_be", "would_be_reason") == {
        ("process", "", "cease", "certificate-not-xmlsign"): 1,
        ("cease", "certificate-not-xmlsign", "cease", "certificate-not-xmlsign"): 1,
    }
    assert ceased("reason") == [("certificate-not-xmlsign",)], "only what did cease"


def test_generation_kind_and_checkpoint_tell_counts_apart(checker, subscriber, fold):
    pre_command = subscriber.signs(
        SIGNED_PRE_COMMAND.format(originator=subscriber.user_id.eui64).encode()
    )
    checker.decides(subscriber.message())
    checker.decides(subscriber.message(), checkpoint=Checkpoint("s1sp:Alpha"))
    checker.decides(subscriber.message(), generation=Generation.SMETS1)
    checker.decides(pre_command)
    checker.decides(b"nonsense")
    fold()
    assert counted("generation", "kind", "checkpoint") == {
        ("SMETS2+", "service-request", "dsp"): 1,
        ("SMETS2+", "service-request", "s1sp:Alpha"): 1,
        ("SMETS1", "service-request", "dsp"): 1,
        ("SMETS2+", "signed-pre-command", "dsp"): 1,
        ("SMETS2+", "unreadable", "dsp"): 1,
    }


def test_what_cannot_be_read_has_nobody_and_is_kept_for_staff(checker, fold):
    checker.decides(b"nonsense")
    checker.decides(b"nonsense")
    fold()
    row = the_row()
    assert (row["user_id"], row["issuer"], row["serial_number"], row["srv"]) == ("", "", "", "")
    assert (row["is_proven"], row["reason"], row["count"]) == (False, "xml-not-well-formed", 2)
    assert ceased("request_id", "attribution", "party") == [(None, "nobody", None)] * 2


# --- who is believed -------------------------------------------------------------------------


def test_an_unknown_certificate_is_counted_as_the_message_names_it(checker_of, fold, subscriber):
    # One that came back unlike its request is not in what decisions rest on.
    stranger = Subscriber(is_withheld=True)
    checker = checker_of()
    assert checker.decides(stranger.message()).reason == "certificate-unknown"
    checker.decides(subscriber.message())
    fold()
    assert counted("issuer", "serial_number", "user_id", "is_proven") == {
        (stranger.certificate.issuer, stranger.certificate.serial_number, "", False): 1,
        (
            subscriber.certificate.issuer,
            subscriber.certificate.serial_number,
            subscriber.user_id.eui64,
            True,
        ): 1,
    }


def test_another_certificate_in_a_forged_message_is_counted_against_nobody(
    checker, subscriber, fold
):
    forged = a_signed_message(subscriber.certificate, a_key())
    assert checker.decides(forged).reason == "signature-invalid"
    fold()
    row = the_row()
    assert (row["user_id"], row["party"], row["is_proven"]) == ("", "", False)
    assert row["serial_number"] == subscriber.certificate.serial_number
    assert ceased("user_id", "attribution", "party") == [
        ("", "originator", subscriber.user_id.party.pk)
    ]


def unsigned(message: bytes) -> bytes:
    """Return a signed message of `tests.signing` without its signature."""
    return message[: message.index(b"<ds:Signature")] + b"</sr:Request>"


def test_a_service_reference_variant_that_is_not_in_the_list_is_none(checker, subscriber, fold):
    for counter, variant in enumerate((b"77.1", b"77.2")):
        message = unsigned(subscriber.message(counter=counter))
        named = message.replace(b">4.1.1<", b">%b<" % variant).replace(b">4.1<", b">%b<" % variant)
        decision = checker.decides(subscriber.signs(named))
        assert decision.reason == "service-reference-variant-unknown"
    checker.decides(subscriber.message())
    fold()
    assert counted("srv") == {"": 2, "4.1.1": 1}
    assert ceased("srv") == [("77.1",), ("77.2",)], "the message itself is kept as it was"


def test_the_supplier_is_a_user_id_of_the_signers_party_and_not_any_that_it_names(
    checker_of, subscriber, fold
):
    sibling = a_user_id(subscriber.user_id.party)
    stranger = a_user_id(a_party(), user_roles=[UserRole.IMPORT_SUPPLIER])
    checker = checker_of()
    message = unsigned(subscriber.message())
    for named in (sibling, stranger):
        changed = message.replace(subscriber.user_id.eui64.encode(), named.eui64.encode())
        assert checker.decides(subscriber.signs(changed)).decision == "cease"
    fold()
    assert counted("user_id", "supplier_id") == {
        (subscriber.user_id.eui64, sibling.eui64): 1,
        (subscriber.user_id.eui64, ""): 1,
    }


def test_what_the_register_comes_to_say_of_an_originator_counts_from_then_on(
    checker_of, subscriber, fold
):
    """Though the message, and the first reason for which it ceases, are the same."""
    OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
    sibling = an_eui64()
    message = unsigned(subscriber.message())
    message = subscriber.signs(
        message.replace(subscriber.user_id.eui64.encode(), sibling.encode())
    )
    checker = checker_of()
    assert checker.decides(message).reason == "certificate-revoked"
    a_user_id(subscriber.user_id.party, eui64=sibling)
    later = Checker(checker.observer, load_snapshot())
    assert later.decides(message).reason == "certificate-revoked"
    fold()
    assert counted("supplier_id") == {"": 1, sibling: 1}


# --- the Supplier of what a Shared Resource Provider sends -------------------------------------

NOBODY = Eui64("90-B3-D5-1F-30-0F-00-00")
NOT_NAMED = replace(DEVICE, notified_critical_supplier_id=None)
SENT = {
    "for it": (request(FAILED), DEVICE, None, FAILED),
    "in the provider's own name": (request(SRP_USER_ID), DEVICE, None, FAILED),
    "made by it": (ordered(FAILED), DEVICE, None, FAILED),
    "made by it, in the provider's own name": (ordered(SRP_USER_ID), NOT_NAMED, None, FAILED),
    "refused": (request(FAILED, PREPAYMENT), DEVICE, "payment-mode-not-credit", FAILED),
    "for whom, nobody says": (
        *(request(SRP_USER_ID), NOT_NAMED),
        *("notified-critical-supplier-not-supplied", SRP_USER_ID),
    ),
    "for two": (request(ANOTHER), DEVICE, "failed-suppliers-differ", ""),
    "for a stranger": (request(NOBODY), NOT_NAMED, "failed-supplier-unknown", ""),
}


def asked(held, message, device):
    """Return a question about what a Shared Resource Provider sends, and its decision."""
    generation = Generation.SMETS2_PLUS if b"GBCSPayload" in message else Generation.SMETS1
    question = Question(message=message, generation=generation, received_at=AT, device=device)
    return decide(question, held), question


@pytest.fixture
def noted(folder, fold, transactional_db):  # noqa: ARG001 -- what is counted is there
    """Return what notes decisions by a register and counts them."""

    def note(held, *decided):
        writer = SpoolWriter(folder)
        observer = Observer(writer)
        for decision, question in decided:
            observer.observe(decision, question, register=held)
        writer.close()
        fold()
        return counted("user_id", "supplier_id")

    return note


@pytest.mark.parametrize(("message", "device", "reason", "supplier"), SENT.values(), ids=SENT)
def test_the_supplier_of_what_is_sent_as_solr_contingency_is_the_failed_one(
    noted, message, device, reason, supplier
):
    held = contingency()
    decision, question = asked(held, message, device)
    assert decision.reason == reason
    assert noted(held, (decision, question)) == {(SRP_USER_ID, supplier): 1}


def test_a_failed_supplier_is_known_by_its_certificates_too(noted):
    held = contingency(users=(SRP,))
    assert noted(held, asked(held, request(FAILED), DEVICE)) == {(SRP_USER_ID, FAILED): 1}


def test_two_failed_suppliers_are_counted_apart_though_all_else_is_the_same(noted):
    held = contingency()
    devices = [DeviceFacts(notified_critical_supplier_id=each) for each in (FAILED, ANOTHER) * 2]
    assert noted(held, *(asked(held, request(SRP_USER_ID), device) for device in devices)) == {
        (SRP_USER_ID, FAILED): 2,
        (SRP_USER_ID, ANOTHER): 2,
    }


# --- days ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 30, 23, 59, 59, 999999, UTC), date(2026, 11, 30)),
        (datetime(2026, 12, 1, tzinfo=UTC), date(2026, 12, 1)),
        # British Summer Time: the day begins at 23:00 in UTC, and so does the month.
        (datetime(2026, 6, 30, 22, 59, 59, 999999, UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), date(2026, 7, 1)),
        # The days on which the clocks change have 23 and 25 hours.
        (datetime(2026, 3, 29, 0, 0, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 59, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 26, 0, 0, tzinfo=UTC), date(2026, 10, 26)),
        (datetime(1, 1, 1, tzinfo=UTC), date(1, 1, 1)),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), date(9999, 12, 31)),
    ],
)
def test_the_day_is_that_of_great_britain(checker, fold, subscriber, at, day):
    checker.decides(subscriber.message(), at=AT)
    checker.decides(subscriber.message(), at=at)
    checker.decides(subscriber.message(), at=AT)
    fold()
    assert counted("day") == {date(2026, 11, 20): 2, day: 1}
