"""Files of certificates are read alike, whatever stands around them."""

import pytest

from rules.certificates.files import NoCertificateError, certificates_in
from tests.rules.certificates import builders as b

ONE, TWO = b.certificate(), b.hierarchy()[1]
PEM_ONE, PEM_TWO = (b.pem(der, label="CERTIFICATE") for der in (ONE, TWO))
TEXT = "Certificate:\n    Data: caf\u00e9\n".encode()


@pytest.mark.parametrize(
    ("file", "found"),
    [
        (ONE, [ONE]),
        (PEM_ONE, [ONE]),
        (TEXT + PEM_ONE, [ONE]),
        (b"0 is where it begins\n" + PEM_ONE, [ONE]),
        (PEM_ONE + PEM_TWO, [ONE, TWO]),
        (TEXT + PEM_TWO + TEXT + PEM_ONE + TEXT, [TWO, ONE]),
        (PEM_ONE.replace(b"\n", b"\r\n") + PEM_TWO, [ONE, TWO]),
        (b"\xef\xbb\xbf" + PEM_ONE, [ONE]),
        (b.pem(ONE, label="X509 CERTIFICATE"), [ONE]),
        (b"".join(PEM_ONE.splitlines()[1:-1]), [ONE]),
        (b.pem(b.request()) + PEM_ONE, [ONE]),
    ],
)
def test_every_certificate_is_found_in_order(file, found):
    assert [reading.der for reading in certificates_in(file)] == found


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (b"", "is empty"),
        (b"certificate?", "This is not a certificate."),
        (b.pem(b.request()), "is a certificate signing request"),
        (PEM_ONE[:-30], "no line -----END CERTIFICATE-----"),
        (PEM_ONE + b.pem(ONE[:-9], label="CERTIFICATE"), "damaged or cut off"),
    ],
)
def test_what_cannot_be_read_is_told(file, says):
    with pytest.raises(NoCertificateError, match=says):
        certificates_in(file)
