"""Makes a P-256 key and a certificate signing request of the exact shape, here alone."""

import argparse
import os
import textwrap
from base64 import b64encode
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.management.base import BaseCommand, CommandError

from rules.certificates.making import build_request
from rules.certificates.mpids import read_mpid_list
from rules.certificates.profiles import ORGANISATION
from rules.identifiers import Eui64, IdentifierError, parse_eui64
from rules.roles import (
    MESSAGE_SIGNING_ROLES,
    REMOTE_PARTY_ROLES,
    XML_SIGN,
    RemotePartyRole,
)

KEY_MODE = 0o600
CSR_MODE = 0o644
_PEM_COLUMNS = 64


class Command(BaseCommand):
    """`python manage.py make_csr --eui64 … --role xmlSign --key-out FILE --csr-out FILE`."""

    help = (
        "Makes a P-256 key and a certificate signing request for an Organisation Certificate. "
        "`openssl req` cannot: it writes the EUI-64 as text. The key never leaves this machine."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument(
            "--eui64", required=True, help="the User ID, such as 90-B3-D5-1F-30-01-00-00"
        )
        parser.add_argument(
            "--role", required=True, help="the Remote Party Role: xmlSign or 87, supplier or 02, …"
        )
        parser.add_argument(
            "--mpid",
            nargs="+",
            action="extend",
            default=[],
            metavar="MPID",
            help="the MPIDs that a Supplier's xmlSign certificate is to carry",
        )
        parser.add_argument("--common-name", help="a commonName for a role other than xmlSign")
        parser.add_argument(
            "--key-usage",
            choices=["digitalSignature", "keyAgreement"],
            default="digitalSignature",
            help="what the key is for",
        )
        parser.add_argument(
            "--key-out", required=True, type=Path, help="where to write the private key"
        )
        parser.add_argument(
            "--csr-out", required=True, type=Path, help="where to write the request"
        )

    def handle(self, *_args: object, **options: Any) -> None:
        """Make both files, or neither."""
        eui64 = _eui64(options["eui64"])
        role = _role(options["role"])
        _require_suitable(role, options["key_usage"])
        common_name = _common_name(role, options["mpid"], options["common_name"])
        private_key = ec.generate_private_key(ec.SECP256R1())
        request = build_request(
            private_key,
            eui64=eui64,
            remote_party_role=role.code,
            common_name=common_name,
            key_usage=options["key_usage"],
        )
        key_out, csr_out = options["key_out"], options["csr_out"]
        _write_both((key_out, _key_pem(private_key)), (csr_out, _csr_pem(request)))
        carried = f", carrying {common_name}" if common_name else ""
        self.stdout.write(
            f"The private key is in {key_out}; keep it there, secret, and back it up.\n"
            f"The request for {role.name} ({role.code}), User ID {eui64}{carried}, is in "
            f"{csr_out}.\n"
            f"Next: sign in as an Authorised Responsible Officer, choose Request a certificate, "
            f"and upload {csr_out}."
        )


def _eui64(text: str) -> Eui64:
    try:
        return parse_eui64(text)
    except IdentifierError as error:
        raise CommandError(f"--eui64: {error}") from error


def _role(text: str) -> RemotePartyRole:
    for role in REMOTE_PARTY_ROLES.values():
        if text.upper() == role.code or text.lower() == role.name.lower():
            return role
    known = ", ".join(f"{role.name} ({role.code})" for role in REMOTE_PARTY_ROLES.values())
    raise CommandError(f"--role: `{text[:40]}` is no Remote Party Role; known are {known}")


def _require_suitable(role: RemotePartyRole, key_usage: str) -> None:
    if role.code in MESSAGE_SIGNING_ROLES and key_usage != "digitalSignature":
        raise CommandError(
            f"--key-usage: {role.name} ({role.code}) is for signing, so it is digitalSignature"
        )


def _common_name(role: RemotePartyRole, mpids: list[str], text: str | None) -> str | None:
    if mpids and text is not None:
        raise CommandError("--common-name: the MPIDs are the commonName; give one or the other")
    if role.code != XML_SIGN and mpids:
        raise CommandError(
            f"--mpid: MPIDs are for xmlSign (87), not for {role.name} ({role.code})"
        )
    for mpid in mpids:
        read = read_mpid_list(mpid)
        if read.fault is not None:
            raise CommandError(f"--mpid: {read.says}")
    common_name = " ".join(mpids) if mpids else text
    if common_name is None:
        return None
    if not common_name or not common_name.isprintable():
        raise CommandError("--common-name: it is empty or has a character that cannot be printed")
    if len(common_name) > ORGANISATION.common_name_longest:
        raise CommandError(
            f"{'--mpid' if mpids else '--common-name'}: the commonName would have "
            f"{len(common_name)} characters, and at most {ORGANISATION.common_name_longest} fit"
        )
    return common_name


def _key_pem(private_key: ec.EllipticCurvePrivateKey) -> bytes:
    return private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _csr_pem(der: bytes) -> bytes:
    body = textwrap.wrap(b64encode(der).decode(), _PEM_COLUMNS)
    lines = ["-----BEGIN CERTIFICATE REQUEST-----", *body, "-----END CERTIFICATE REQUEST-----", ""]
    return "\n".join(lines).encode()


def _write_both(key: tuple[Path, bytes], csr: tuple[Path, bytes]) -> None:
    """Write two new files, or leave neither; a file that is there is never touched."""
    key_out, key_pem = key
    _write_new("--key-out", key_out, key_pem, mode=KEY_MODE)
    try:
        _write_new("--csr-out", *csr, mode=CSR_MODE)
    except CommandError:
        key_out.unlink()
        raise


def _write_new(option: str, path: Path, content: bytes, *, mode: int) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as error:
        raise CommandError(
            f"{option}: {path} is there already and is never overwritten; name another file"
        ) from error
    except OSError as error:
        raise CommandError(f"{option}: {path} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError as error:
        path.unlink()
        raise CommandError(f"{option}: {path} cannot be written: {error.strerror}") from error
