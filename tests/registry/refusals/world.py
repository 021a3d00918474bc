"""People and things of every kind, and what they do."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry.certificates.acts.certificate_requests import (
    approve_request,
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
from registry.clients.acts.api_clients import create_api_client
from registry.effects.acts.retrying import retry_effect
from registry.models import (
    Appointment,
    CertificateRequest,
    Document,
    MpidTransferHold,
    OrganisationCertificate,
    Party,
    PartyMpid,
    Person,
    SigningNotification,
    UserId,
)
from registry.notifications.acts.notifications import notify_certificate, withdraw_notification
from registry.parties.acts.hold_documents import file_with_hold
from registry.parties.acts.mpid_transfer_holds import lift_mpid_hold, place_mpid_hold
from registry.people.acts.appointments import end_appointment
from registry.people.acts.people import confirm_device, verify_code
from registry.working_days.acts.days_off import add_day_off, take_back_day_off
from rules.alerts.alert_codes import AlertCode
from rules.appointments import Ending
from rules.certificates.making import build_request
from rules.responses.kinds import SigningPurpose
from rules.workflow import RevocationReason
from tests.factories import AT, ISSUER, a_certificate, a_key, end_appointments
from tests.uploads import a_png

LATER = AT + timedelta(hours=1)
DAY = timedelta(days=1)
TOO_LONG = "a" * 2_001
FREE_DAY = date(2026, 9, 16)
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
    day_off: int
    dccs: OrganisationCertificate
    given_up: int

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

    def end_appointment(self, **changes: object) -> object:
        appointment = Appointment.objects.get(person=self.aro)
        given = {"appointment_id": appointment.pk, "actor": self.officer, "reason": "So."}
        return end_appointment(**given | {"ending": Ending.REMOVED, "at": LATER} | changes)

    def lift(self, **changes: object) -> object:
        given = {"hold_id": self.hold.pk, "actor": self.officer, "reason": "So.", "at": LATER}
        return lift_mpid_hold(**given | changes)

    def file(self, **changes: object) -> Document:
        given = {"hold_id": self.hold.pk, "octets": a_png(), "name": "a.png", "title": "A letter"}
        return file_with_hold(**given | {"actor": self.officer, "at": LATER} | changes)

    def add_day_off(self, **changes: object) -> object:
        given = {"day": FREE_DAY, "name": "Jubilee", "reason": "So.", "actor": self.officer}
        return add_day_off(**given | {"at": LATER} | changes)

    def take_back(self, **changes: object) -> object:
        given = {"day_off_id": self.day_off, "actor": self.officer, "reason": "So.", "at": LATER}
        return take_back_day_off(**given | changes)

    def retry(self, **changes: object) -> object:
        given = {"message_id": self.given_up, "actor": self.officer, "at": LATER}
        return retry_effect(**given | changes)

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


def closed(person: Person) -> Person:
    end_appointments(person)
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
