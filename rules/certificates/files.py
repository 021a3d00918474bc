"""Reads the certificates of a file, as every command that takes one does.

A file may hold one or several in PEM, with text before, between and after them as `openssl x509
-text` and `openssl pkcs12` write it, in lines of any ends, with a byte order mark; or one in
Base64 or DER. A private key that lies beside them in a file of its owner's is passed over.
"""

import re
from typing import Final

from rules.certificates.certificate_reading import CertificateReading, read_certificate
from rules.certificates.problems import words_of_problem

_BLOCK: Final = re.compile(
    rb"-----BEGIN ((?:X509 )?CERTIFICATE)-----.*?-----END \1-----", re.DOTALL
)


class NoCertificateError(ValueError):
    """A file holds no certificate, or one that cannot be read; says why, as a sentence."""


def certificates_in(file: bytes) -> tuple[CertificateReading, ...]:
    """Return every certificate of a file, in order.

    Raises:
        NoCertificateError: There is none, or one of them cannot be read.
    """
    blocks = [found[0] for found in _BLOCK.finditer(file)]
    readings = tuple(read_certificate(block) for block in blocks or [file])
    for reading in readings:
        if reading.der is None:
            raise NoCertificateError(" ".join(map(words_of_problem, reading.problems)))
    return readings
