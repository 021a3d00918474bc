"""Certificates of the feed's keys, alone, in PEM, and in the list of those that are live."""

import json

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rules.feed.certificates import (
    ANNOUNCED,
    SIGNING,
    FeedCertificate,
    read_certificate,
    read_certificate_list,
    read_pem_certificates,
    write_certificate_list,
)
from rules.feed.refusals import FeedRefusedError
from tests.fuzz.der_mutation import mutate_der
from tests.fuzz.feed_bodies import require_documented
from tests.fuzz.target import Target
from tests.rules.certificates import builders as b
from tests.rules.certificates.vectors_issued import ISSUED_VECTORS
from tests.rules.feed.keys import Key

_FIRST, _SECOND = Key().certificate, Key().certificate
_LIST = write_certificate_list([(SIGNING, _FIRST), (ANNOUNCED, _SECOND)])
_DOCUMENT = json.loads(_LIST)


def hold(data: bytes) -> None:
    _hold(lambda: [read_certificate(data)])
    _hold(lambda: read_pem_certificates(data).values())
    _hold(lambda: read_pem_certificates(b.pem(data, label="CERTIFICATE")).values())
    _hold(lambda: read_certificate_list(data).values())
    pem = data.decode("utf-8", "replace")
    listed = {**_DOCUMENT["certificates"][0], "pem": pem}
    _hold(
        lambda: read_certificate_list(
            json.dumps({**_DOCUMENT, "certificates": [listed]}).encode()
        ).values()
    )


def _hold(read) -> None:
    try:
        for certificate in read():
            _hold_certificate(certificate)
    except FeedRefusedError as refused:
        require_documented(refused)


def _hold_certificate(certificate: FeedCertificate) -> None:
    assert certificate.not_before.tzinfo is not None
    point = certificate.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    assert len(point) == 65
    assert read_pem_certificates(certificate.pem.encode()) == {
        certificate.fingerprint: certificate
    }


TARGET = Target(
    hold=hold,
    seeds=(
        _FIRST.der,
        _FIRST.pem.encode(),
        _LIST,
        *(
            submission
            for vector in ISSUED_VECTORS
            for submission in vector.facts.args
            if len(submission) < 4_096
        ),
    ),
    words=(b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----", b'"pem"', b'"use"'),
    mutate=mutate_der,
)
