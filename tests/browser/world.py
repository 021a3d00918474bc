"""A register with something of everything in it, for looking at the pages."""

from dataclasses import dataclass
from datetime import date, timedelta
from unittest import mock

from cryptography.hazmat.primitives.asymmetric import ec
from django.test import override_settings
from django.utils import timezone

from registry.certificates.acts.certificate_requests import (
    reject_request,
    submit_request,
    withdraw_request,
)
from registry.certificates.acts.certificates import revoke_certificate
from registry.certificates.acts.dcc_certificates import publish_dcc_certificate
from registry.gateways import development_oca
from registry.gateways.development_oca import DevelopmentOca
from registry.lanes import CERTIFICATES
from registry.models import (
    CertificateRequest,
    Job,
    MailTry,
    OrganisationCertificate,
    OutboxMessage,
    Party,
    PartyMpid,
    Person,
    Proposal,
)
from registry.notifications.acts.notifications import notify_certificate, withdraw_notification
from registry.paired_acts import PAIRED_ACTS
from registry.pairs.confirming import confirm
from registry.parties.acts.hold_documents import file_with_hold
from registry.parties.acts.mpid_transfer_holds import place_mpid_hold
from registry.proofs.acts.proving import ask_for_proof
from registry.tasks import drain_outbox, work_on_jobs
from registry.working_days.acts.days_off import (
    add_day_off,
    load_computed_days,
    take_back_day_off,
)
from rules.certificates.making import build_request
from rules.duties import PersonRole
from rules.identifiers import Eui64
from rules.responses.kinds import SigningPurpose
from rules.roles import DSP_XML_SIGN, PartyCategory, UserRole
from rules.workflow import RevocationReason
from tests.approving import approve
from tests.browser.conftest import can_sign_in
from tests.factories import (
    AT,
    a_certificate,
    a_given_up_effect,
    a_job,
    a_key,
    a_mail,
    a_party,
    a_person,
    a_user_id,
    an_eui64,
)
from tests.pdfs import a_pdf
from tests.proposing import a_proposal, an_emergency

TUESDAY = 1
SUPPLIER_ROLES = (UserRole.IMPORT_SUPPLIER, UserRole.EXPORT_SUPPLIER, UserRole.GAS_SUPPLIER)


class MistakenOca(DevelopmentOca):
    """Answers with a real certificate, but for another request."""

    def issue(self, request_der: bytes, *, reference: str) -> bytes:
        del request_der
        other = build_request(a_key(), eui64=an_eui64(), remote_party_role="87")
        return super().issue(other, reference=f"{reference}-mistaken")


@dataclass(frozen=True, kw_only=True)
class World:
    """Who and what there is."""

    sro: Person
    aro: Person
    stranger: Person
    officer: Person
    auditor: Person
    user_id: str
    accepted: CertificateRequest
    contested: CertificateRequest
    """An officer sees a warning and a hold of another Party on it."""
    approved: CertificateRequest
    issued: CertificateRequest
    rejected: CertificateRequest
    stopped: CertificateRequest
    unrecorded: CertificateRequest
    anomaly: CertificateRequest
    """Its certificate does not match it, and is withheld."""
    certificate: OrganisationCertificate
    revoked: OrganisationCertificate
    notification_id: int
    proposal: Proposal
    """The officer can confirm it."""
    void: Proposal
    emergency: Proposal
    proof: Job
    """Done."""
    job: Job
    """Under way."""
    failed_job: Job
    mail: int
    transform: OrganisationCertificate
    """Of the DCC, published as that of its Transform key."""
    transform_key: ec.EllipticCurvePrivateKey
    day_off_id: int
    document_id: int


def a_world() -> World:
    """Make it."""
    north = a_party("Northwind Energy", reference="northwind-energy")
    south = a_party("Southgate Power", reference="southgate-power")
    for mpid in ("NWEL", "NWGA"):
        PartyMpid.objects.create(mpid=mpid, party=north, recorded_at=timezone.now())
    PartyMpid.objects.create(mpid="SGPW", party=south, recorded_at=timezone.now())
    dcc = a_user_id(a_party("DCC", reference="dcc", category=PartyCategory.DCC), user_roles=())
    transform_key = a_key()
    transform = a_certificate(dcc, key=transform_key, remote_party_role=DSP_XML_SIGN)
    publish_dcc_certificate(
        issuer=transform.issuer,
        serial=transform.serial_number,
        purpose=SigningPurpose.TRANSFORM,
        at=timezone.now(),
    )
    people = _people(north, south)
    eui64 = a_user_id(
        north, eui64=Eui64("90-B3-D5-1F-30-01-00-00"), user_roles=SUPPLIER_ROLES
    ).eui64
    others = a_user_id(south, eui64=Eui64("90-B3-D5-1F-30-03-00-00"))
    _issued(_submit(others.eui64, people["stranger"], mpids="SGPW"), people["officer"])
    issued = _issued(_submit(eui64, people["aro"], mpids="NWEL NWGA"), people["officer"])
    older = _issued(_submit(eui64, people["sro"]), people["officer"])
    revoked = _issued(_submit(eui64, people["aro"]), people["officer"]).certificate
    _issued(_submit(eui64, people["aro"], mpids="NWEL"), people["officer"])  # not notified yet
    notification = notify_certificate(
        eui64, issued.certificate.pk, actor=people["aro"], at=timezone.now()
    )
    second = notify_certificate(
        eui64, older.certificate.pk, actor=people["sro"], at=timezone.now()
    )
    ended = notify_certificate(eui64, revoked.pk, actor=people["sro"], at=timezone.now())
    withdraw_notification(ended.pk, actor=people["sro"], at=timezone.now())
    revoke_certificate(
        revoked.pk,
        actor=people["officer"],
        reason=RevocationReason.KEY_COMPROMISE,
        note="The laptop with the key was stolen on the train to Leeds.",
        at=timezone.now(),
    )
    del second
    _background_work(given_up=issued.reference, waiting=older.reference)
    rejected = _submit(eui64, people["aro"])
    reject_request(
        rejected.reference,
        actor=people["officer"],
        seen_version=rejected.version,
        note="The Party asked by telephone to stop this one. Submit it again when it is wanted.",
        at=timezone.now(),
    )
    withdrawn = _submit(eui64, people["sro"])
    withdraw_request(
        withdrawn.reference,
        actor=people["aro"],
        seen_version=withdrawn.version,
        at=timezone.now(),
    )
    contested = _submit(eui64, people["aro"], mpids="NWXX")
    a_certificate(others, mpids=("NWXX",))
    a_certificate(
        a_user_id(north),
        not_before=timezone.now() - timedelta(days=3000),
        not_after=timezone.now() - timedelta(days=10),
    )
    a_certificate(a_user_id(north), is_withheld=True)
    odd = _ended_oddly(eui64, people)
    approved = _submit(eui64, people["aro"])
    _approve(approved, people["officer"])
    return World(
        **people,
        user_id=eui64,
        mail=_mail(),
        accepted=_submit(eui64, people["aro"]),
        contested=contested,
        approved=approved,
        issued=issued,
        rejected=rejected,
        **odd,
        certificate=issued.certificate,
        revoked=revoked,
        notification_id=notification.pk,
        **_proposals(people["officer"]),
        **_jobs(people),
        transform=transform,
        transform_key=transform_key,
        day_off_id=_days_off(people["officer"]),
        document_id=_document(people["officer"], north),
    )


def _document(officer: Person, party: Party) -> int:
    """File a document with a hold on an MPID."""
    hold = place_mpid_hold(
        "NWEL",
        party_reference=party.reference,
        actor=officer,
        reason="Decision 12 of the SMKI PMA.",
        at=timezone.now(),
    )
    return file_with_hold(
        hold.pk,
        a_pdf(),
        name="Decision 12.pdf",
        title="Decision 12 of the SMKI PMA, 12 November 2026",
        actor=officer,
        at=timezone.now(),
    ).pk


def _days_off(officer: Person) -> int:
    """Record the days off, one that was proclaimed and one that was taken back again."""
    at = timezone.now()
    load_computed_days(at=at)
    year = at.year
    mistaken = add_day_off(
        next(date(year, 9, day) for day in range(1, 8) if date(year, 9, day).weekday() == TUESDAY),
        name="A bank holiday that was moved",
        reason="Proclamation of 12 January in The Gazette.",
        actor=officer,
        at=at,
    )
    take_back_day_off(mistaken.pk, actor=officer, reason="It was moved to October.", at=at)
    return add_day_off(
        next(date(year, 10, d) for d in range(1, 8) if date(year, 10, d).weekday() == TUESDAY),
        name="State Funeral",
        reason="Proclamation of 30 September in The Gazette, issue 64,000.",
        actor=officer,
        at=at,
    ).pk


def a_csr(eui64: str, *, mpids: str | None = None) -> bytes:
    """Make a certificate signing request that every rule lets pass."""
    return build_request(a_key(), eui64=Eui64(eui64), remote_party_role="87", common_name=mpids)


def _people(north: Party, south: Party) -> dict[str, Person]:
    people = {
        "sro": a_person(PersonRole.SRO, north),
        "aro": a_person(PersonRole.ARO, north),
        "stranger": a_person(PersonRole.ARO, south),
        "officer": a_person(PersonRole.OFFICER),
        "auditor": a_person(PersonRole.AUDITOR),
    }
    names = ("Nora Whitfield", "Aled Northcott", "Greta Powell", "Olive Ferris", "Audrey Torrance")
    for person, name in zip(people.values(), names, strict=True):
        person.name = name
        can_sign_in(person)
    return people


def _proposals(officer: Person) -> dict[str, Proposal]:
    first = a_person(PersonRole.OFFICER)
    Person.objects.filter(pk=first.pk).update(name="Oscar Penhaligon")
    void, emergency = a_proposal(first), an_emergency(first)
    now = timezone.now()
    confirm(void.pk, actor=officer, seen=void.digest, kinds=PAIRED_ACTS, at=now)
    return {"void": void, "emergency": emergency, "proposal": a_proposal(first)}


def _submit(eui64: str, actor: Person, *, mpids: str | None = None) -> CertificateRequest:
    return submit_request(a_csr(eui64, mpids=mpids), actor=actor, at=timezone.now())


def _approve(request: CertificateRequest, officer: Person) -> None:
    why = "The Party's letter of 3 November shows that it is theirs."
    approve(request, officer, at=timezone.now(), reason_for_all=why)


def _ended_oddly(eui64: str, people: dict[str, Person]) -> dict[str, CertificateRequest]:
    """Return requests that were approved and not issued, each for another reason."""
    officer, party = people["officer"], Party.objects.filter(reference="northwind-energy")
    stopped = _submit(eui64, people["aro"], mpids="NWEL")
    _approve(stopped, officer)
    party.update(is_authorised_subscriber=False)
    drain_outbox()
    party.update(is_authorised_subscriber=True)
    with mock.patch.object(development_oca, "_fresh_serial", return_value=(1 << 126) + 7):
        _issued(_submit(eui64, people["sro"]), officer)
        unrecorded = _submit(eui64, people["aro"], mpids="NWGA")
        _approve(unrecorded, officer)
        drain_outbox()
    anomaly = _submit(eui64, people["aro"], mpids="NWEL")
    _approve(anomaly, officer)
    with override_settings(CERTIFICATION_AUTHORITY=f"{__name__}.{MistakenOca.__name__}"):
        drain_outbox()
    odd = {"stopped": stopped, "unrecorded": unrecorded, "anomaly": anomaly}
    for request in odd.values():
        request.refresh_from_db()
    states = [request.state for request in odd.values()]
    assert states == ["stopped", "unrecorded-answer", "issuance-anomaly"]
    return odd


def _jobs(people: dict[str, Person]) -> dict[str, Job]:
    """Return one that is done, one under way, and one whose kind there is no more."""
    proof = ask_for_proof(actor=people["officer"], at=timezone.now())
    work_on_jobs()
    proof.refresh_from_db()
    assert proof.state == "done"
    ended = {"ended_at": timezone.now(), "kept_until": timezone.now() + timedelta(days=90)}
    failed = a_job(
        people["auditor"],
        kind="register.count",
        called="Count of the register",
        state="failed",
        reason="job-kind-unknown",
        fault="UnknownKindError: register.count, format 1",
        done=0,
        of=0,
        says="",
        **ended,
    )
    job = a_job(people["auditor"], started_at=timezone.now(), asked_at=timezone.now())
    return {"proof": proof, "job": job, "failed_job": failed}


def _mail() -> int:
    """Make a mail that a server put off, a worker died of, and a server took; its number."""
    a_mail("Mail to sam@northwind.example was given up")
    waiting = a_mail("Background work was given up: Certificates to be issued, CSR-000901/2")
    MailTry.objects.create(
        mail=waiting, at=AT, outcome="not-taken", answer="451 4.7.1 Greylisted, come back later"
    )
    MailTry.objects.create(mail=waiting, at=AT)
    MailTry.objects.create(mail=waiting, at=AT, outcome="taken")
    return waiting.pk


def _background_work(*, given_up: str, waiting: str) -> None:
    """Make work that failed and is tried again in some minutes, and some that was given up.

    Under a version that the requests have not reached, since what was done for them is kept.
    """
    a_given_up_effect(f"{given_up}/9")
    OutboxMessage.objects.create(
        kind=CERTIFICATES.kind,
        key=f"{waiting}/9",
        created_at=timezone.now(),
        due_at=timezone.now() + CERTIFICATES.longest_wait / 2,
        attempts=9,
        last_error="CertificationAuthorityError: the OCA did not answer within 30 s: "
        f"https://oca.example.com:8443/certificates/requests/{waiting}",
    )


def _issued(request: CertificateRequest, officer: Person) -> CertificateRequest:
    _approve(request, officer)
    drain_outbox()
    return CertificateRequest.objects.select_related("certificate").get(pk=request.pk)
