"""Every refusal of every act: its codes, and how it comes to be."""

from collections.abc import Callable
from datetime import date
from functools import partial

from registry.arrangements.acts.arrangements import add_alert, remove_alert
from registry.clients.acts.api_clients import revoke_api_client
from registry.documents.acts.filing import clear_document
from registry.feed.acts.feed_keys import rotate_feed_key
from registry.people.acts.known_devices import forget_devices
from registry.people.acts.people import device_to_set_up
from registry.working_days.acts.days_off import load_computed_days
from rules.certificates.making import build_request
from rules.duties import Act, PersonRole
from tests.factories import AT, NOT_BEFORE, a_key, a_person
from tests.registry.refusals.of_two import OF_TWO
from tests.registry.refusals.world import (
    ALERT,
    ANOTHERS_MPID,
    DAY,
    LATER,
    TOO_LONG,
    World,
    a_client,
    a_device,
    after,
    an_mpid_that_went_to_another,
    closed,
    new_client,
    no_folder_for_keys,
    submitted_by_the_officer,
    with_an_mpid_that_is_not_recorded,
)

BY_AN_ARO = {
    Act.SUBMIT_REQUEST: World.submit,
    Act.WITHDRAW_REQUEST: World.withdraw,
    Act.NOTIFY_CERTIFICATE: World.notify,
    Act.WITHDRAW_NOTIFICATION: World.stop,
}
BY_AN_OFFICER = {
    Act.APPROVE_REQUEST: World.approve,
    Act.REJECT_REQUEST: World.reject,
    Act.REVOKE_CERTIFICATE: World.revoke,
    Act.PLACE_MPID_HOLD: World.place,
    Act.LIFT_MPID_HOLD: World.lift,
    Act.FILE_DOCUMENT: World.file,
    Act.END_APPOINTMENT: World.end_appointment,
    Act.ADD_DAY_OFF: World.add_day_off,
    Act.TAKE_BACK_DAY_OFF: World.take_back,
    Act.RETRY_EFFECT: World.retry,
}
ALERT_AT = partial(add_alert, ALERT, name="It")
DCCS_OWN = "published-certificate-not-dcc published-certificate-not-dspxmlsign"

# By act: the code or codes of a refusal, and what sets it up and returns the act that is refused.
REFUSALS: dict[Act, list[tuple[str, Callable[[World], Callable[[], object]]]]] = {
    Act.SUBMIT_REQUEST: [
        ("acts-for-no-party", lambda w: partial(w.submit, actor=a_person(PersonRole.AUDITOR))),
        ("person-inactive", lambda w: partial(w.submit, actor=closed(w.aro))),
        ("base64-unreadable", lambda w: partial(w.submit, submission=b"nothing")),
        (
            "notification-not-xmlsign",
            lambda w: partial(
                w.submit,
                submission=build_request(a_key(), eui64=w.user_id.eui64, remote_party_role="02"),
                notify_when_issued=True,
            ),
        ),
    ],
    Act.WITHDRAW_REQUEST: [
        ("not-found", lambda w: partial(w.withdraw, reference="CSR-999999")),
        ("not-found", lambda w: partial(w.withdraw, reference="nonsense")),
        ("request-changed", lambda w: partial(w.withdraw, seen_version=0)),
        ("illegal-move", lambda w: after(w.withdraw, w.withdraw)),
    ],
    Act.APPROVE_REQUEST: [
        ("request-changed", lambda w: partial(w.approve, seen_version=0)),
        ("illegal-move", lambda w: after(w.reject, w.approve)),
        ("facts-changed", lambda w: partial(w.approve, seen_facts="0" * 64)),
        ("own-submission", lambda w: submitted_by_the_officer(w).approve),
        ("warning-not-acknowledged", lambda w: with_an_mpid_that_is_not_recorded(w).approve),
        ("not-authorised-subscriber", lambda w: after(w.lose_its_standing, w.approve)),
    ],
    Act.REJECT_REQUEST: [
        ("reason-missing", lambda w: partial(w.reject, note=" ")),
        ("reason-too-long", lambda w: partial(w.reject, note=TOO_LONG)),
        ("request-changed", lambda w: partial(w.reject, seen_version=0)),
        ("illegal-move", lambda w: after(w.reject, w.reject)),
    ],
    Act.REVOKE_CERTIFICATE: [
        ("not-found", lambda w: partial(w.revoke, certificate_id=0)),
        ("reason-missing", lambda w: partial(w.revoke, note=" ")),
        ("reason-too-long", lambda w: partial(w.revoke, note=TOO_LONG)),
        ("already-revoked", lambda w: after(w.revoke, w.revoke)),
    ],
    Act.NOTIFY_CERTIFICATE: [
        ("not-found", lambda w: partial(w.notify, eui64="nonsense")),
        ("not-found", lambda w: partial(w.notify, certificate_id=0)),
        ("notified-certificate-revoked", lambda w: after(w.revoke, w.notify)),
        (
            "notification-planned",
            lambda w: after(partial(w.notify, counts_from=LATER + DAY), w.notify),
        ),
    ],
    Act.WITHDRAW_NOTIFICATION: [
        ("not-found", lambda w: partial(w.stop, notification_id=0)),
        ("already-withdrawn", lambda w: after(w.stop, w.stop)),
    ],
    Act.PLACE_MPID_HOLD: [
        ("mpid-malformed", lambda w: partial(w.place, mpid="no")),
        ("moment-passed", lambda w: partial(w.place, valid_from=AT)),
        ("ends-before-it-begins", lambda w: partial(w.place, valid_until=LATER)),
        ("not-found", lambda w: partial(w.place, party_reference="nobody")),
        (
            "party-not-supplier",
            lambda w: partial(w.place, party_reference=w.dccs.party.reference),
        ),
        ("reason-missing", lambda w: partial(w.place, reason=" ")),
        ("reason-too-long", lambda w: partial(w.place, reason=TOO_LONG)),
        ("mpid-not-of-party", lambda w: partial(w.place, mpid="NOTH")),
        ("already-held", lambda w: partial(w.place, valid_until=AT + DAY)),
        (
            "mpid-with-another-supplier",
            lambda w: after(
                partial(an_mpid_that_went_to_another, w), partial(w.place, mpid=ANOTHERS_MPID)
            ),
        ),
    ],
    Act.END_APPOINTMENT: [
        ("not-found", lambda w: partial(w.end_appointment, appointment_id=0)),
        ("not-found", lambda w: partial(w.end_appointment, actor=a_person(PersonRole.SRO))),
        ("reason-missing", lambda w: partial(w.end_appointment, reason="")),
        ("reason-too-long", lambda w: partial(w.end_appointment, reason=TOO_LONG)),
        ("appointment-ended", lambda w: after(w.end_appointment, w.end_appointment)),
    ],
    Act.LIFT_MPID_HOLD: [
        ("not-found", lambda w: partial(w.lift, hold_id=0)),
        ("reason-missing", lambda w: partial(w.lift, reason="")),
        ("reason-too-long", lambda w: partial(w.lift, reason=TOO_LONG)),
        ("hold-ended", lambda w: after(w.lift, w.lift)),
    ],
    Act.FILE_DOCUMENT: [
        ("document-type-unknown", lambda w: partial(w.file, octets=b"text")),
        ("document-not-as-named", lambda w: partial(w.file, name="a.pdf")),
        ("title-missing", lambda w: partial(w.file, title=" ")),
        ("title-too-long", lambda w: partial(w.file, title=TOO_LONG)),
        ("not-found", lambda w: partial(w.file, hold_id=0)),
        ("hold-ended", lambda w: after(w.lift, w.file)),
    ],
    Act.CLEAR_DOCUMENT: [
        ("document-not-due", lambda w: partial(clear_document, w.file().pk, at=LATER)),
    ],
    Act.LOAD_DAYS_OFF: [
        ("year-out-of-range", lambda _: partial(load_computed_days, at=LATER, until_year=1999)),
    ],
    Act.ADD_DAY_OFF: [
        ("year-unknown", lambda w: partial(w.add_day_off, day=date(2199, 9, 16))),
        ("day-off-anyway", lambda w: partial(w.add_day_off, day=date(2026, 9, 19))),
        ("name-missing", lambda w: partial(w.add_day_off, name=" ")),
        ("name-too-long", lambda w: partial(w.add_day_off, name=TOO_LONG)),
        ("reason-missing", lambda w: partial(w.add_day_off, reason="")),
        ("reason-too-long", lambda w: partial(w.add_day_off, reason=TOO_LONG)),
        ("already-off", lambda w: partial(w.add_day_off, day=date(2026, 12, 25))),
    ],
    Act.TAKE_BACK_DAY_OFF: [
        ("not-found", lambda w: partial(w.take_back, day_off_id=0)),
        ("reason-missing", lambda w: partial(w.take_back, reason="")),
        ("reason-too-long", lambda w: partial(w.take_back, reason=TOO_LONG)),
        ("taken-back-before", lambda w: after(w.take_back, w.take_back)),
    ],
    Act.RETRY_EFFECT: [
        ("not-found", lambda w: partial(w.retry, message_id=0)),
        ("effect-not-given-up", lambda w: after(w.retry, w.retry)),
    ],
    Act.PUBLISH_DCC_CERTIFICATE: [
        ("not-found", lambda w: partial(w.publish, serial="1")),
        ("not-found", lambda w: partial(w.publish, issuer="nonsense")),
        ("already-published", lambda w: after(w.publish, w.publish)),
        (DCCS_OWN, lambda w: partial(w.publish, serial=w.certificate.serial_number)),
        (
            "publication-before-certificate",
            lambda w: partial(w.publish, valid_from=NOT_BEFORE - DAY),
        ),
    ],
    Act.END_DCC_CERTIFICATE: [
        ("not-found", lambda w: w.end),
        ("not-found", lambda w: partial(w.end, serial="1")),
        ("moment-passed", lambda w: after(w.publish, partial(w.end, valid_until=AT))),
    ],
    Act.SET_ALERT_LIST: [
        ("alert-listed", lambda _: after(partial(ALERT_AT, at=AT), partial(ALERT_AT, at=LATER))),
        ("not-found", lambda _: partial(remove_alert, ALERT, at=LATER)),
    ],
    Act.CREATE_API_CLIENT: [
        ("client-name-malformed", lambda _: new_client(name="")),
        ("scope-unknown", lambda _: new_client(scopes=["everything"])),
        ("scope-missing", lambda _: new_client(scopes=[])),
        ("not-found", lambda _: new_client(party_reference="nobody")),
        ("client-name-taken", lambda _: after(a_client, new_client())),
    ],
    Act.REVOKE_API_CLIENT: [
        ("not-found", lambda _: partial(revoke_api_client, "nobody", at=LATER)),
        (
            "already-revoked",
            lambda _: after(a_client, *[partial(revoke_api_client, "engine", at=LATER)] * 2),
        ),
    ],
    Act.ROTATE_FEED_KEY: [
        (
            "announced-too-lately",
            lambda _: after(partial(rotate_feed_key, at=AT), partial(rotate_feed_key, at=LATER)),
        ),
        (
            "feed-key-unavailable",
            lambda _: after(no_folder_for_keys, partial(rotate_feed_key, at=LATER)),
        ),
    ],
    Act.FORGET_DEVICES: [
        ("not-found", lambda _: partial(forget_devices, "nobody@example.test", at=LATER)),
    ],
    Act.CONFIRM_DEVICE: [
        ("code-wrong", lambda w: after(partial(device_to_set_up, w.aro), w.confirm)),
        ("device-set-up", lambda w: after(partial(a_device, w.aro), w.confirm)),
    ],
    Act.SIGN_IN: [
        ("no-device", lambda w: w.sign_in),
        ("code-wrong", lambda w: after(partial(a_device, w.aro), w.sign_in)),
    ],
}
for _act, _do in BY_AN_OFFICER.items():
    REFUSALS[_act] += [
        ("person-inactive", lambda w, do=_do: partial(do, w, actor=closed(w.officer))),
        ("role-may-not", lambda w, do=_do: partial(do, w, actor=w.aro)),
        ("role-may-not", lambda w, do=_do: partial(do, w, actor=a_person(PersonRole.AUDITOR))),
    ]
for _act in (Act.WITHDRAW_REQUEST, Act.NOTIFY_CERTIFICATE, Act.WITHDRAW_NOTIFICATION):
    REFUSALS[_act] += [
        ("person-inactive", lambda w, do=BY_AN_ARO[_act]: partial(do, w, actor=closed(w.aro))),
        (
            "role-may-not",
            lambda w, do=BY_AN_ARO[_act]: partial(do, w, actor=a_person(PersonRole.AUDITOR)),
        ),
        # What is another Party's is not there for its people; an officer sees it.
        ("not-found", lambda w, do=BY_AN_ARO[_act]: partial(do, w, actor=w.stranger)),
        ("party-not-own", lambda w, do=BY_AN_ARO[_act]: partial(do, w, actor=w.officer)),
    ]
REFUSALS |= OF_TWO
CASES = [(act, codes, prepare) for act, cases in REFUSALS.items() for codes, prepare in cases]
