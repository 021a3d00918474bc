"""Signs a DUIS message as DUIS 3.3 has it, for trying out and for the demonstration."""

from argparse import ArgumentParser
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from django.core.management.base import BaseCommand, CommandError

from registry.management.files import read_given
from rules.certificates.certificate_reading import CertificateReading
from rules.certificates.files import NoCertificateError, certificates_in
from rules.messages.reading import DEFAULT_SIZE_LIMIT
from rules.messages.refusals import MessageRefusedError
from rules.messages.signing import SigningError, sign_message
from rules.service_requests.reasons import REASONS


class Command(BaseCommand):
    """`python manage.py sign_message FILE --certificate FILE --key FILE`."""

    help = (
        "Signs a DUIS message as DUIS 3.3 has it and prints the signed XML, nothing else. "
        "A signature that the message has, such as a placeholder, is replaced."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("file", metavar="FILE", help="the message; - is standard input")
        parser.add_argument(
            "--certificate",
            required=True,
            metavar="FILE",
            help="the certificate that KeyInfo is to name, in PEM or DER; of several, the key's",
        )
        parser.add_argument(
            "--key", required=True, metavar="FILE", help="its private key, in PEM, not encrypted"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Sign and print."""
        certificates = _certificates(options["certificate"])
        key = _key(options["key"])
        certificate = _of_key(certificates, key)
        if certificate is None:
            raise CommandError(
                f"{options['key']}: this is not the private key of {options['certificate']}"
            )
        issuer, serial = certificate.issuer_text, certificate.serial_number
        if issuer is None or serial is None:
            raise CommandError(
                f"{options['certificate']}: its issuer or its serial number cannot be read"
            )
        try:
            signed = sign_message(
                _read(options["file"]),
                key,
                issuer_name=issuer,
                serial=serial,
            )
        except MessageRefusedError as refused:
            found = f" ({refused.value})" if refused.value else ""
            meaning = REASONS[refused.reason].meaning
            raise CommandError(_line(f"{options['file']}: {meaning}{found}")) from refused
        except SigningError as fault:
            raise CommandError(_line(f"{options['file']}: {fault}")) from fault
        # As octets where there is a real standard output, whatever encoding it is set to.
        buffer = getattr(self.stdout, "buffer", None)
        if buffer is None:
            self.stdout.write(signed.decode())
        else:
            buffer.write(signed + b"\n")


def _line(text: str) -> str:
    """Keep what a message brings with it from breaking a line of ours."""
    return " ".join(text.split())


def _read(file: str) -> bytes:
    return read_given(file, limit=DEFAULT_SIZE_LIMIT, returncode=1)


def _certificates(file: str) -> tuple[CertificateReading, ...]:
    try:
        return certificates_in(_read(file))
    except NoCertificateError as fault:
        raise CommandError(
            _line(f"{file}: this is not a certificate in PEM or DER. {fault}")
        ) from fault


def _of_key(
    certificates: tuple[CertificateReading, ...], key: ec.EllipticCurvePrivateKey
) -> CertificateReading | None:
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return next((c for c in certificates if c.public_key and c.public_key.encoded == point), None)


def _key(file: str) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(_read(file), password=None)
    except TypeError as fault:
        raise CommandError(f"{file}: the private key is encrypted; give it decrypted") from fault
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise CommandError(f"{file}: this is not a private key in PEM") from fault
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CommandError(f"{file}: this is not a private key for ECDSA")
    return key
