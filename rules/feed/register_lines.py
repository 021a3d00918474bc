"""The lines for what the register holds: certificates, and User IDs with their notifications."""

from binascii import b2a_base64
from datetime import datetime
from typing import TypedDict

from rules.feed.kinds import Kind, Line
from rules.feed.values import Readers, in_utc
from rules.identifiers import Eui64
from rules.register.arrangements import HeldRole, Term
from rules.register.snapshot import (
    CertificateId,
    Notification,
    SnapshotCertificate,
    SnapshotUserId,
)
from rules.roles import UserRole


def _write_certificate(entry: tuple[CertificateId, SnapshotCertificate]) -> Line:
    certificate = entry[1]
    return {
        "issuer": certificate.issuer,
        "serial": str(certificate.serial),
        "eui64": certificate.eui64,
        "remote_party_role": certificate.remote_party_role,
        "not_before": in_utc(certificate.not_before),
        "not_after": in_utc(certificate.not_after),
        "revoked_at": in_utc(certificate.revoked_at),
        "public_key": b2a_base64(certificate.public_key, newline=False).decode(),
        "party": certificate.party,
        "party_reference": certificate.party_reference,
        "mpids": certificate.mpids,
        "key_usage": certificate.key_usage,
    }


def _read_certificate(line: Line, readers: Readers) -> tuple[CertificateId, SnapshotCertificate]:
    text, moment = readers.text, readers.moment
    issuer, serial, revoked_at = text(line["issuer"]), line["serial"], line["revoked_at"]
    certificate = SnapshotCertificate(
        issuer=issuer,
        serial=readers.serial(serial),
        eui64=Eui64(readers.eui64(line["eui64"])),
        remote_party_role=readers.role(line["remote_party_role"]),
        not_before=moment(line["not_before"]),
        not_after=moment(line["not_after"]),
        revoked_at=None if revoked_at is None else moment(revoked_at),
        public_key=readers.point(line["public_key"]),
        party=text(line["party"]),
        party_reference=text(line["party_reference"]),
        mpids=readers.texts(line["mpids"]),
        key_usage=text(line["key_usage"]),
    )
    return (issuer, certificate.serial), certificate


def _write_certificate_id(entry: tuple[CertificateId, None]) -> Line:
    issuer, serial = entry[0]
    return {"issuer": issuer, "serial": str(serial)}


def _read_certificate_id(line: Line, readers: Readers) -> tuple[CertificateId, None]:
    return (readers.text(line["issuer"]), readers.serial(line["serial"])), None


class Ends(TypedDict):
    """Both ends of a term."""

    valid_from: datetime | None
    valid_until: datetime | None


def _write_term(term: Term) -> Line:
    return {"valid_from": in_utc(term.valid_from), "valid_until": in_utc(term.valid_until)}


def _read_term(line: Line, readers: Readers) -> Ends:
    return {
        "valid_from": readers.moment_or_none(line["valid_from"]),
        "valid_until": readers.moment_or_none(line["valid_until"]),
    }


def _write_user_id(entry: tuple[Eui64, SnapshotUserId]) -> Line:
    user = entry[1]
    return {
        "eui64": user.eui64,
        "party": user.party,
        "party_reference": user.party_reference,
        **_write_term(user),
        "user_roles": [
            {"user_role": held.user_role.value, **_write_term(held)} for held in user.user_roles
        ],
        "notifications": [
            {
                "issuer": notification.certificate[0],
                "serial": str(notification.certificate[1]),
                "notified_at": in_utc(notification.notified_at),
                "withdrawn_at": in_utc(notification.withdrawn_at),
            }
            for notification in user.notifications
        ],
    }


def _read_user_id(line: Line, readers: Readers) -> tuple[Eui64, SnapshotUserId]:
    roles = tuple(
        HeldRole(user_role=UserRole(item["user_role"]), **_read_term(item, readers))
        for item in readers.objects(line["user_roles"], members=3)
    )
    return user_id_from(line, readers, roles=roles, term=_read_term(line, readers))


def user_id_from(
    line: Line, readers: Readers, *, roles: tuple[HeldRole, ...], term: Ends
) -> tuple[Eui64, SnapshotUserId]:
    """Read what a line has of a User ID in every format.

    Args:
        line: The line.
        readers: The readers of the body.
        roles: Its User Roles.
        term: When it began and ended.
    """
    eui64 = Eui64(readers.eui64(line["eui64"]))
    return eui64, SnapshotUserId(
        eui64=eui64,
        party=readers.text(line["party"]),
        party_reference=readers.text(line["party_reference"]),
        user_roles=roles,
        notifications=tuple(
            Notification(
                certificate=(readers.text(item["issuer"]), readers.serial(item["serial"])),
                notified_at=readers.moment(item["notified_at"]),
                withdrawn_at=readers.moment_or_none(item["withdrawn_at"]),
            )
            for item in readers.objects(line["notifications"], members=4)
        ),
        **term,
    )


def _write_eui64(entry: tuple[Eui64, None]) -> Line:
    return {"eui64": entry[0]}


def _read_eui64(line: Line, readers: Readers) -> tuple[Eui64, None]:
    return Eui64(readers.eui64(line["eui64"])), None


CERTIFICATE = Kind(
    name="certificate",
    member="certificates",
    write=_write_certificate,
    read=_read_certificate,
    members=13,
)
USER_ID = Kind(
    name="user-id", member="user_ids", write=_write_user_id, read=_read_user_id, members=8
)
CERTIFICATE_GONE = Kind(
    name="certificate-gone",
    member="certificates",
    write=_write_certificate_id,
    read=_read_certificate_id,
    members=3,
)
USER_ID_GONE = Kind(
    name="user-id-gone", member="user_ids", write=_write_eui64, read=_read_eui64, members=2
)
