"""Every refusal of every act leaves one event that says who, when, what and why, and no more.

The refusals that there are come from the code of `registry/*/acts` and `registry/access.py`: a
new one without an entry here fails.
"""

import ast
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry.arrangements.acts.arrangements import add_alert, remove_alert
from registry.certificates.acts.certificate_requests import (
    approve_request,
    check_submission,
    reject_request,
    submit_request,
    withdraw_request,
)
from registry.certificates.acts.certificates import revoke_certificate
from registry.certificates.acts.dcc_certificates import (
    end_dcc_certificate,
    publish_dcc_certificate,
)
from registry.certificates.acts.request_checks import check_again
from registry.clients.acts.api_clients import create_api_client, revoke_api_client
from registry.errors import RegistryError
from registry.evidence.history import prove_history
from registry.feed.acts.feed_keys import rotate_feed_key
from registry.models import (
    CertificateRequest,
    Event,
    EventChainHead,
    MpidTransferHold,
    OrganisationCertificate,
    Party,
    PartyMpid,
    Person,
    SigningNotification,
    UserId,
)
from registry.notifications.acts.notifications import notify_certificate, withdraw_notification
from registry.parties.acts.mpid_transfer_holds import lift_mpid_hold, place_mpid_hold
from registry.people.acts.known_devices import forget_devices
from registry.people.acts.people import confirm_device, device_to_set_up, verify_code
from rules.alerts.alert_codes import AlertCode
from rules.certificates.making import build_request
from rules.duties import PERMITTED, Act, PersonRole
from rules.findings import RefusedError
from rules.responses.kinds import SigningPurpose
from rules.roles import PartyCategory
from rules.workflow import IllegalMoveError, RevocationReason
from tests.factories import (
    AT,
    ISSUER,
    NOT_BEFORE,
    a_certificate,
    a_key,
    a_notification,
    a_party,
    a_person,
    a_user_id,
)

pytestmark = pytest.mark.django_db(transaction=True)

PROJECT = Path(__file__).resolve().parent.parent.parent
LATER = AT + timedelta(hours=1)
DAY = timedelta(days=1)
TOO_LONG = "a" * 2_001
MPID, ANOTHERS_MPID = "NWEL", "SWAL"
ALERT = AlertCode("8F1F")


@dataclass(frozen=True, kw_only=True)
class World:
    """What an act may be asked about, and who may ask."""

    user_id: UserId
    aro: Person
    stranger: Person
    officer: Person
    request: CertificateRequest
    certificate: OrganisationCertificate
    notification: SigningNotification
    hold: MpidTransferHold
    dccs: OrganisationCertificate

    # --- each act: what is given to it changes it from one that would be done -----------------

    def lose_its_standing(self) -> None:
        Party.objects.filter(pk=self.user_id.party_id).update(is_authorised_subscriber=False)

    def confirm(self) -> object:
        return confirm_device(self.aro, "000000", at=LATER)

    def sign_in(self) -> object:
        return verify_code(self.aro, "000000", at=LATER)

    def submit(self, **changes: object) -> object:
        csr = build_request(
            a_key(), eui64=self.user_id.eui64, remote_party_role="87", common_name=MPID
        )
        return submit_request(**{"submission": csr, "actor": self.aro, "at": LATER, **changes})

    def withdraw(self, **changes: object) -> object:
        return withdraw_request(**self._of_request(self.aro, changes))

    def approve(self, **changes: object) -> object:
        seen = check_again(self.request, at=LATER).facts_sha256
        seen = {"seen_facts": seen, "acknowledgements": {}}
        return approve_request(**self._of_request(self.officer, seen | changes))

    def reject(self, **changes: object) -> object:
        return reject_request(**self._of_request(self.officer, {"note": "No."} | changes))

    def _of_request(self, actor: Person, changes: dict) -> dict:
        return {
            "reference": self.request.reference,
            "actor": actor,
            "seen_version": CertificateRequest.objects.get(pk=self.request.pk).version,
            "at": LATER,
            **changes,
        }

    def revoke(self, **changes: object) -> object:
        return revoke_certificate(
            **{
                "certificate_id": self.certificate.pk,
                "actor": self.officer,
                "reason": RevocationReason.SUPERSEDED,
                "note": "It was replaced.",
                "at": LATER,
                **changes,
            }
        )

    def notify(self, **changes: object) -> object:
        return notify_certificate(
            **{
                "eui64": self.user_id.eui64,
                "certificate_id": self.certificate.pk,
                "actor": self.aro,
                "at": LATER,
                **changes,
            }
        )

    def stop(self, **changes: object) -> object:
        given = {"notification_id": self.notification.pk, "actor": self.aro, "at": LATER}
        return withdraw_notification(**given | changes)

    def place(self, **changes: object) -> object:
        return place_mpid_hold(
            **{
                "mpid": MPID,
                "party_reference": self.user_id.party.reference,
                "actor": self.officer,
                "reason": "It is held.",
                "at": LATER,
                **changes,
            }
        )

    def lift(self, **changes: object) -> object:
        given = {"hold_id": self.hold.pk, "actor": self.officer, "reason": "So.", "at": LATER}
        return lift_mpid_hold(**given | changes)

    def publish(self, **changes: object) -> object:
        return publish_dcc_certificate(
            **{
                "issuer": ISSUER,
                "serial": self.dccs.serial_number,
                "purpose": SigningPurpose.TRANSFORM,
                "at": LATER,
                **changes,
            }
        )

    def end(self, **changes: object) -> object:
        given = {"issuer": ISSUER, "serial": self.dccs.serial_number, "at": LATER}
        return end_dcc_certificate(**given | changes)


@pytest.fixture
def world() -> World:
    user_id = a_user_id()
    PartyMpid.objects.create(mpid=MPID, party=user_id.party, recorded_at=AT)
    aro, officer = a_person(PersonRole.ARO, user_id.party), a_person(PersonRole.OFFICER)
    csr = build_request(a_key(), eui64=user_id.eui64, remote_party_role="87", common_name=MPID)
    dcc = a_party("DCC", category=PartyCategory.DCC)
    stopped = a_certificate(user_id)
    return World(
        user_id=user_id,
        aro=aro,
        stranger=a_person(PersonRole.ARO),
        officer=officer,
        request=submit_request(csr, actor=aro, at=AT),
        certificate=a_certificate(user_id, mpids=[MPID]),
        notification=a_notification(stopped, user_id=user_id, notified_by=aro),
        hold=place_mpid_hold(
            MPID,
            party_reference=user_id.party.reference,
            actor=officer,
            reason="It is held.",
            at=AT,
            valid_until=AT + DAY,
        ),
        dccs=a_certificate(a_user_id(dcc, user_roles=()), remote_party_role="89"),
    )


def closed(person: Person) -> Person:
    person.is_active = False
    person.save(update_fields=["is_active"])
    return person


def after(*acts: Callable[[], object]) -> Callable[[], object]:
    """Do all but the last of some acts, and return that one."""
    for act in acts[:-1]:
        act()
    return acts[-1]


def submitted_by_the_officer(world: World) -> World:
    dccs = UserId.objects.get(eui64=world.dccs.eui64)
    csr = build_request(a_key(), eui64=dccs.eui64, remote_party_role="87")
    return replace(world, request=submit_request(csr, actor=world.officer, at=AT))


def with_an_mpid_that_is_not_recorded(world: World) -> World:
    csr = build_request(
        a_key(), eui64=world.user_id.eui64, remote_party_role="87", common_name="NEWS"
    )
    return replace(world, request=submit_request(csr, actor=world.aro, at=AT))


def an_mpid_that_went_to_another(world: World) -> None:
    PartyMpid.objects.create(mpid=ANOTHERS_MPID, party=world.user_id.party, recorded_at=AT)
    a_certificate(mpids=[ANOTHERS_MPID])


def a_device(person: Person) -> None:
    TOTPDevice.objects.create(user=person, name="test", confirmed=True)


def no_folder_for_keys() -> None:
    Path(settings.FEED_KEYS_DIR).write_text("not a folder")


def a_client() -> None:
    create_api_client("engine", scopes=["checks:ask"], at=AT)


def new_client(**changes: object) -> Callable[[], object]:
    given = {"name": "engine", "scopes": ["checks:ask"], "at": LATER}
    return partial(create_api_client, **given | changes)


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
    Act.LIFT_MPID_HOLD: [
        ("not-found", lambda w: partial(w.lift, hold_id=0)),
        ("reason-missing", lambda w: partial(w.lift, reason="")),
        ("reason-too-long", lambda w: partial(w.lift, reason=TOO_LONG)),
        ("hold-ended", lambda w: after(w.lift, w.lift)),
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
CASES = [(act, codes, prepare) for act, cases in REFUSALS.items() for codes, prepare in cases]


def rows() -> dict[str, object]:
    """Return every row of the register but for its evidence."""
    return {
        model.__name__: sorted(map(repr, model.objects.values()))
        for model in apps.get_app_config("registry").get_models()
        if model not in {Event, EventChainHead}
    }


@pytest.fixture
def _keys(settings, tmp_path) -> None:
    settings.FEED_KEYS_DIR = tmp_path / "keys"
    settings.FEED_KEY_ANNOUNCED_FOR = DAY.total_seconds()


@pytest.mark.parametrize(
    ("act", "codes", "prepare"),
    CASES,
    ids=[f"{number}-{act.name}-{codes}" for number, (act, codes, _) in enumerate(CASES)],
)
@pytest.mark.usefixtures("_keys")
def test_a_refusal_leaves_its_event_and_nothing_else(act, codes, prepare, world) -> None:
    refused = prepare(world)
    before, last = rows(), Event.objects.count()
    with pytest.raises((RegistryError, RefusedError, IllegalMoveError)) as raised:
        refused()
    assert rows() == before
    (event,) = Event.objects.filter(position__gt=last)
    assert (event.kind, event.result, event.at) == (act.value, "refused", LATER)
    assert event.subject != ""
    details = json.loads(event.body)["details"]
    assert details["reasons"] == codes.split()
    assert details["reasons"] == codes_of(raised.value)
    # What a person does says whose act it was; what is done on the machine has nobody's name.
    assert (event.actor is not None) is (act in PERMITTED)
    assert prove_history().first_break is None


def codes_of(refusal: Exception) -> list[str]:
    if isinstance(refusal, RefusedError):
        return list(refusal.report.reasons)
    return [getattr(refusal, "code", "illegal-move")]


def test_what_a_submission_is_refused_for_at_its_check_is_recorded_then(world) -> None:
    last = Event.objects.count()
    checked = check_submission(b"nothing", actor=world.aro, at=LATER)
    (event,) = Event.objects.filter(position__gt=last)
    assert (event.kind, event.result) == (Act.SUBMIT_REQUEST.value, "refused")
    assert json.loads(event.body)["details"]["reasons"] == list(checked.report.reasons) != []


# --- the refusals that there are -------------------------------------------------------------

NO_ACTS = {
    "idempotency.py": "how an API client's write is sent, not an act",
}
SHOWN_ELSEWHERE = {
    # A code that was used before needs the machine's clock, and ten wrong ones take a while:
    # tests/portal/pages/test_sign_in.py has both with their events.
    "code-used",
    "code-throttled",
}
_ERRORS = {"NotPermittedError", "ConflictError", "RefusedActError"}


def raised_codes() -> Iterator[tuple[str, str]]:
    """Return every code of a refusal that stands in the code of the acts, and where."""
    acts = sorted(PROJECT.glob("registry/*/acts/*.py"))
    assert acts
    for path in (*acts, PROJECT / "registry/access.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if path.name not in NO_ACTS:
                yield from ((path.name, code) for code in _codes_in(node))


def _codes_in(node: ast.AST) -> Iterator[str]:
    """Return the codes that a refusal is made with here, or that are handed on to one."""
    given: list[ast.expr | None] = []
    if isinstance(node, ast.FunctionDef):
        of = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        given = [default for argument, default in of if argument.arg == "code"]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in _ERRORS:
            given = node.args[:1]
        elif node.func.id.islower():  # a function of ours, not a class that has a `code`
            given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
    for code in given:
        if isinstance(code, ast.Constant):
            yield code.value
        else:
            assert isinstance(code, ast.Name), ast.dump(node)
            assert code.id == "code", "a code comes as such, or as the argument `code`"


def test_every_refusal_in_the_code_has_its_case() -> None:
    known = {code for _, codes, _ in CASES for code in codes.split()} | SHOWN_ELSEWHERE
    assert [(path, code) for path, code in raised_codes() if code not in known] == []


def test_every_act_of_a_person_has_its_cases() -> None:
    assert PERMITTED.keys() <= REFUSALS.keys()
