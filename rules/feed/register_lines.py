"""The lines for what the register holds: certificates, and User IDs with their notifications."""

from binascii import b2a_base64

from rules.feed.kinds import Kind, Line
from rules.feed.values import Readers, in_utc
from rules.identifiers import Eui64
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


def _write_user_id(entry: tuple[Eui64, SnapshotUserId]) -> Line:
    user = entry[1]
    return {
        "eui64": user.eui64,
        "party": user.party,
        "party_reference": user.party_reference,
        "user_roles": sorted(role.value for role in user.user_roles),
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


def read_user_id(line: Line, readers: Readers) -> tuple[Eui64, SnapshotUserId]:
    """Read a User ID from its line."""
    eui64 = Eui64(readers.eui64(line["eui64"]))
    return eui64, SnapshotUserId(
        eui64=eui64,
        party=readers.text(line["party"]),
        party_reference=readers.text(line["party_reference"]),
        user_roles=frozenset(UserRole(role) for role in readers.texts(line["user_roles"])),
        notifications=tuple(
            Notification(
                certificate=(readers.text(item["issuer"]), readers.serial(item["serial"])),
                notified_at=readers.moment(item["notified_at"]),
                withdrawn_at=readers.moment_or_none(item["withdrawn_at"]),
            )
            for item in readers.objects(line["notifications"], members=4)
        ),
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
    name="user-id", member="user_ids", write=_write_user_id, read=read_user_id, members=6
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
