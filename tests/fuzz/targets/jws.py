"""Detached signatures of the feed: only what the trusted key made over the payload verifies.

Each input is taken as a JWS, and as a header that the trusted key signs.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from rules.feed.jws import protected_header, verify_detached
from rules.feed.refusals import FeedRefusedError
from tests.fuzz.feed_bodies import require_documented
from tests.fuzz.target import Target
from tests.rules.feed.keys import Key
from tests.rules.feed.picture import AT

_KEY, _STRANGER = Key(), Key()
_PAYLOAD = b"what is signed"
_SIGNED = _KEY.sign(_PAYLOAD)
_HEADER = protected_header(_KEY.certificate.fingerprint)
_MEMBERS = json.loads(urlsafe_b64decode(_HEADER + "=="))


def hold(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    if _verifies(text):
        assert text == _SIGNED
    header = urlsafe_b64encode(data).rstrip(b"=").decode()
    if header and _verifies(_KEY.sign(_PAYLOAD, header)):
        said = json.loads(data)
        assert said == _MEMBERS
        assert said["b64"] is False


def _verifies(jws: str) -> bool:
    try:
        verify_detached(jws, _PAYLOAD, trusted=_KEY.trusted, at=AT)
    except FeedRefusedError as refused:
        require_documented(refused)
        return False
    return True


def _said(**members: object) -> bytes:
    return json.dumps({**_MEMBERS, **members}).encode()


TARGET = Target(
    hold=hold,
    seeds=(
        _SIGNED.encode(),
        _STRANGER.sign(_PAYLOAD).encode(),
        _KEY.sign(b"something else").encode(),
        _SIGNED.replace("..", ".d2hhdCBpcyBzaWduZWQ.").encode(),
        _said(),
        _said(alg="none"),
        _said(alg="HS256"),
        _said(b64=0),
        _said(crit=[]),
        _said(kid=None),
        _said(jwk={}),
        b"[" * 400,
    ),
    words=(b'"alg"', b'"b64"', b'"crit"', b'"kid"', b'"ES256"', b"false", b"0", b"..", b"NaN"),
    longest=1_000,
)
