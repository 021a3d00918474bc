"""The plainest valid rows: a test says what differs, and nothing else.

Certificates are real ones, made in code with the profile of SEC Appendix B as far as the register
keeps it, signed by an issuing authority that exists only in these tests.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha1, sha256
from itertools import count
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.name import _ASN1Type
from django.db.models import F

from registry.documents.acts.filing import Filed, file_document
from registry.lanes import CERTIFICATES
from registry.models import (
    Appointment,
    DayOff,
    Document,
    Job,
    MailMessage,
    MpidTransferHold,
    OrganisationCertificate,
    OutboxMessage,
    Party,
    PartyMpid,
    PartyStanding,
    Person,
    SigningNotification,
    UserId,
)
from rules.appointments import Ending
from rules.certificates.mpids import tokens_in_common_name
from rules.duties import PersonRole
from rules.identifiers import Eui64, eui64_from_octets, eui64_octets
from rules.register.arrangements import NotActive
from rules.roles import XML_SIGN, PartyCategory, UserRole
from tests.uploads import a_png

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""The moment at which everything here was made."""

NOT_BEFORE = datetime(2025, 9, 1, tzinfo=UTC)
NOT_AFTER = datetime(2035, 9, 1, 23, 59, 59, tzinfo=UTC)
ISSUER = "CN=TESTOCA,OU=07"

_numbers = count(1)
_POLICY = x509.ObjectIdentifier("1.2.826.0.1.8641679.1.2.1.4")


def a_party(
    name: str | None = None,
    *,
    reference: str | None = None,
    category: PartyCategory = PartyCategory.SUPPLIER,
    is_authorised_subscriber: bool = True,
) -> Party:
    """Make a Supplier Party that is an Authorised Subscriber."""
    number = next(_numbers)
    return Party.objects.create(
        reference=reference or f"party-{number}",
        name=name or f"Party {number}",
        category=category.value,
        is_authorised_subscriber=is_authorised_subscriber,
        created_at=AT,
    )


def an_eui64() -> Eui64:
    """Return an EUI-64 that nobody else has."""
    return eui64_from_octets(bytes.fromhex("90B3D51F") + next(_numbers).to_bytes(4, "big"))


def a_standing(
    party: Party, *, standing: NotActive = NotActive.SUSPENDED, **changes: Any
) -> PartyStanding:
    """Say that a Party is not active from `AT` on."""
    values = {"valid_from": AT, "recorded_at": AT, **changes}
    return PartyStanding.objects.create(party=party, standing=standing.value, **values)


def a_user_id(
    party: Party | None = None,
    *,
    eui64: Eui64 | None = None,
    user_roles: Sequence[UserRole] = (UserRole.IMPORT_SUPPLIER,),
) -> UserId:
    """Make a User ID of an Import Supplier."""
    return UserId.objects.create(
        eui64=eui64 or an_eui64(),
        party=party or a_party(),
        user_roles=[role.value for role in user_roles],
        created_at=AT,
    )


def a_person(role: PersonRole = PersonRole.ARO, party: Party | None = None) -> Person:
    """Make a person; one who is of no Party by role gets none, everybody else one."""
    number = next(_numbers)
    if party is None and role in {PersonRole.SRO, PersonRole.ARO}:
        party = a_party()
    person = Person.objects.create(
        email=f"person-{number}@example.test", name=f"Person {number}", created_at=AT
    )
    an_appointment(person, role, party)
    return person


def an_appointment(
    person: Person, role: PersonRole = PersonRole.ARO, party: Party | None = None
) -> Appointment:
    """Appoint a person."""
    return Appointment.objects.create(person=person, role=role.value, party=party, started_at=AT)


def end_appointments(person: Person, *, ending: Ending = Ending.REMOVED) -> None:
    """End every appointment of a person at the moment it began, past our acts."""
    Appointment.objects.filter(person=person, ended_at=None).update(
        ended_at=F("started_at"), ending=ending.value, ended_by=person
    )
    person.refresh_from_db()


def appoint_instead(person: Person, role: PersonRole, party: Party | None = None) -> None:
    """End the appointments of a person and appoint them otherwise, past our acts."""
    end_appointments(person)
    an_appointment(person, role, party)
    person.refresh_from_db()


def a_hold(party: Party, *, officer: Person, mpid: str = "HELD") -> MpidTransferHold:
    """Place a hold without an end on an MPID of a Party."""
    PartyMpid.objects.create(mpid=mpid, party=party, recorded_at=AT)
    return MpidTransferHold.objects.create(
        mpid=mpid,
        party=party,
        valid_from=AT,
        reason="Decision 12 of the SMKI PMA.",
        placed_at=AT,
        placed_by=officer,
    )


def a_document(
    officer: Person, *, title: str = "Letter of 12 November", party: Party | None = None
) -> Document:
    """File an image with something, for a Party's people or for the DCC's staff alone."""
    return file_document(
        a_png(),
        name="letter.png",
        title=title,
        subject=lambda: Filed(kind="mpidtransferhold", key="1", kept_until=None, party=party),
        actor=officer,
        at=AT,
    )


def a_day_off(day: date = date(2026, 9, 15), *, name: str = "A royal wedding") -> DayOff:
    """Record a day off that was proclaimed."""
    return DayOff.objects.create(
        day=day,
        name=name,
        reason="Proclamation in The Gazette.",
        recorded_at=AT,
        recorded_by=a_person(PersonRole.OFFICER),
    )


def a_key() -> ec.EllipticCurvePrivateKey:
    """Make a P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def a_certificate(  # noqa: PLR0913 -- what a test may want to differ in
    user_id: UserId | None = None,
    *,
    key: ec.EllipticCurvePrivateKey | None = None,
    remote_party_role: str = XML_SIGN,
    common_name: str = "",
    mpids: Sequence[str] = (),
    key_usage: str = "digitalSignature",
    not_before: datetime = NOT_BEFORE,
    not_after: datetime = NOT_AFTER,
    is_withheld: bool = False,
    key_in_conflict: bool = False,
    serial: int | None = None,
) -> OrganisationCertificate:
    """Make an xmlSign certificate with the EUI-64 of a User ID, in the register."""
    user_id = user_id or a_user_id()
    key = key or a_key()
    serial = serial or (1 << 126) + next(_numbers)
    name = common_name or " ".join(mpids)
    der = certificate_der(
        key,
        eui64=Eui64(user_id.eui64),
        remote_party_role=remote_party_role,
        common_name=name,
        serial=serial,
        key_usage=key_usage,
        validity=(not_before, not_after),
    )
    public = key.public_key()
    return OrganisationCertificate.objects.create(
        issuer=ISSUER,
        serial_number=str(serial),
        eui64=user_id.eui64,
        remote_party_role=remote_party_role,
        key_usage=key_usage,
        common_name=name,
        mpids=list(mpids),
        name_tokens=[] if remote_party_role == XML_SIGN else list(tokens_in_common_name(name)),
        not_before=not_before,
        not_after=not_after,
        der=der,
        spki_sha256=sha256(
            public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        ).hexdigest(),
        public_key=public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
        party=user_id.party,
        recorded_at=AT,
        is_withheld=is_withheld,
        key_in_conflict=key_in_conflict,
    )


def a_given_up_effect(key: str = "CSR-000001/2") -> OutboxMessage:
    """Make background work that was given up after its tries."""
    return OutboxMessage.objects.create(
        kind=CERTIFICATES.kind,
        key=key,
        created_at=AT,
        due_at=AT,
        attempts=CERTIFICATES.tries,
        last_error="CertificationAuthorityError: no answer",
        given_up_at=AT,
    )


def a_mail(subject: str = "A subject") -> MailMessage:
    """Make a mail that was asked for and sent."""
    return MailMessage.objects.create(
        template="work-given-up",
        recipient="pat@example.com",
        subject=subject,
        text="A text.",
        message_id=f"<{next(_numbers)}@example.com>",
        asked_at=AT,
        sent_at=AT,
    )


def a_notification(
    certificate: OrganisationCertificate,
    *,
    user_id: UserId | None = None,
    notified_by: Person | None = None,
    notified_at: datetime = AT,
    recorded_at: datetime | None = None,
) -> SigningNotification:
    """Notify a certificate for the User ID whose EUI-64 it has."""
    user_id = user_id or UserId.objects.get(eui64=certificate.eui64)
    return SigningNotification.objects.create(
        user_id=user_id,
        certificate=certificate,
        eui64=certificate.eui64,
        key_x=certificate.key_x,
        notified_at=notified_at,
        recorded_at=recorded_at or notified_at,
        notified_by=notified_by or a_person(PersonRole.ARO, certificate.party),
    )


def certificate_der(  # noqa: PLR0913 -- what a test may want to differ in
    key: ec.EllipticCurvePrivateKey,
    *,
    eui64: Eui64,
    remote_party_role: str = XML_SIGN,
    common_name: str = "",
    serial: int = 1,
    key_usage: str = "digitalSignature",
    validity: tuple[datetime, datetime] = (NOT_BEFORE, NOT_AFTER),
) -> bytes:
    """Make an Organisation Certificate for a key, in DER."""
    public = key.public_key()
    subject = [
        x509.NameAttribute(x509.NameOID.ORGANIZATIONAL_UNIT_NAME, remote_party_role),
        # A BIT STRING's content begins with its count of unused bits.
        x509.NameAttribute(
            x509.NameOID.X500_UNIQUE_IDENTIFIER,
            b"\x00" + eui64_octets(eui64),
            _ASN1Type.BitString,
        ),
    ]
    if common_name:
        subject.insert(0, x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name))
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(subject))
        .issuer_name(
            x509.Name(
                [
                    x509.NameAttribute(x509.NameOID.ORGANIZATIONAL_UNIT_NAME, "07"),
                    x509.NameAttribute(x509.NameOID.COMMON_NAME, "TESTOCA"),
                ]
            )
        )
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(validity[0])
        .not_valid_after(validity[1])
        .add_extension(_key_usage(key_usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier(_key_identifier(public)), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier(_key_identifier(_issuing_key().public_key()), None, None),
            critical=False,
        )
        .add_extension(
            x509.CertificatePolicies([x509.PolicyInformation(_POLICY, None)]), critical=True
        )
    )
    return builder.sign(_issuing_key(), hashes.SHA256()).public_bytes(Encoding.DER)


@cache
def _issuing_key() -> ec.EllipticCurvePrivateKey:
    return a_key()


def _key_usage(name: str) -> x509.KeyUsage:
    """Return the extension by the name that the register has for it; both uses for none."""
    return x509.KeyUsage(
        digital_signature=name != "keyAgreement",
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=name != "digitalSignature",
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _key_identifier(public: ec.EllipticCurvePublicKey) -> bytes:
    """Return the key identifier of RFC 5280, 4.2.1.2, method (2)."""
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    digest = sha1(point, usedforsecurity=False).digest()[-8:]
    return bytes([0x40 | digest[0] & 0x0F]) + digest[1:]


def a_job(asked_by: Person, *, kind: str = "evidence.prove", **differs: object) -> Job:
    """Make a job that a worker has, half done."""
    fields: dict[str, object] = {
        "kind": kind,
        "format": 1,
        "called": "Proof of the evidence",
        "asked_at": AT,
        "state": "running",
        "due_at": AT,
        "run": 1,
        "started_at": AT,
        "done": 620_000,
        "of": 1_000_000,
        "says": "620,000 of 1,000,000 events read",
    }
    return Job.objects.create(asked_by=asked_by, **(fields | differs))
