"""Signed Pre-Commands: two signatures to verify, that of the message and that of its payload."""

import re
from base64 import b64decode, b64encode
from binascii import a2b_base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from rules.register.snapshot import Snapshot
from rules.roles import DIGITAL_SIGNATURE, SUPPLIER
from rules.service_requests.reasons import CheckReason
from tests.benchmarks.deciding import Decider, NotFitError, make_decider, require_deciding
from tests.benchmarks.figures import Figure
from tests.benchmarks.messages import ORIGINATOR, Signer, make_signer, sign_like_the_tool
from tests.benchmarks.picture import make_snapshot
from tests.benchmarks.primitives import primitives
from tests.benchmarks.timing import Compared, Pace, Side, compare
from tests.rules.messages.builders import TARGET, point
from tests.rules.messages.gbcs_builders import Payload, pre_command

NAME = "signed-pre-command/primitives"
GOAL = 0.75
CONTENTS = (20, 800, 2_000)
"""Octets of what is ordered: an ECS02, and as many as a tariff has."""

_COUNTER = 1_000
_SIGNATURE = 64
_PAYLOAD = re.compile(rb"(<sr:GBCSPayload>)([^<]+)(<)")
_ALGORITHM = ec.ECDSA(hashes.SHA256())
_MESSAGE = """<?xml version="1.0" encoding="UTF-8"?>
<sr:Request xmlns:ds="http://www.w3.org/2000/09/xmldsig#"\
 xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway" schemaVersion="5.4"><sr:Header>\
<sr:RequestID>{originator}:{target}:{counter}</sr:RequestID>\
<sr:CommandVariant>5</sr:CommandVariant><sr:ServiceReference>{reference}</sr:ServiceReference>\
<sr:ServiceReferenceVariant>{variant}</sr:ServiceReferenceVariant></sr:Header><sr:Body>\
{body}</sr:Body></sr:Request>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreCommand:
    """A Signed Pre-Command, and what its payload was made with."""

    octets: bytes
    payload: Payload


def measure(*, pace: Pace) -> list[Figure]:
    """Measure the checker against its primitives, at every size.

    Raises:
        NotFitError: The checker takes what it must refuse, or refuses what it must take.
    """
    signer = make_signer()
    key = ec.generate_private_key(ec.SECP256R1())
    decider = make_decider(with_digital_signing_key(make_snapshot(signer), key))
    by_size: dict[int, Compared] = {}
    for content in CONTENTS:
        made = make_pre_command(content, signer, key)
        require_both_verified(made, signer, decider)
        by_size[len(made.octets)] = compare(
            _deciding(decider, made.octets), pre_command_primitives(made, signer), pace=pace
        )
    return [_figure(by_size)]


def make_pre_command(content: int, signer: Signer, key: ec.EllipticCurvePrivateKey) -> PreCommand:
    """Return a Signed Pre-Command with so many octets of content, signed by the two keys."""
    is_large = content > CONTENTS[0]
    payload = Payload(
        counter=_COUNTER.to_bytes(8, "big"),
        originator=ORIGINATOR,
        recipient=TARGET,
        code="0019" if is_large else "001A",
        content=bytes(number * 151 % 256 for number in range(content)),
        key=key,
    )
    unsigned = _MESSAGE.format(
        originator=ORIGINATOR,
        target=TARGET,
        counter=_COUNTER,
        reference="1.1" if is_large else "1.6",
        variant="1.1.1" if is_large else "1.6",
        body=pre_command(payload.octets()),
    )
    return PreCommand(octets=sign_like_the_tool(unsigned.encode(), signer), payload=payload)


def with_digital_signing_key(snapshot: Snapshot, key: ec.EllipticCurvePrivateKey) -> Snapshot:
    """Return the snapshot in which the signer has a certificate towards Devices too."""
    held = next(each for each in snapshot.certificates.values() if each.eui64 == ORIGINATOR)
    another = replace(
        held,
        serial=held.serial - 1,
        remote_party_role=SUPPLIER,
        public_key=point(key),
        key_usage=DIGITAL_SIGNATURE,
    )
    certificates = {**snapshot.certificates, (another.issuer, another.serial): another}
    return replace(snapshot, certificates=certificates)


def require_both_verified(made: PreCommand, signer: Signer, decider: Decider) -> None:
    """Return quietly when the checker takes it, and refuses it where either signature is wrong.

    Raises:
        NotFitError: It does not.
    """
    require_deciding(made.octets, decider)
    # The message signed anew by its signer, with one octet of what is ordered changed.
    changed = sign_like_the_tool(_PAYLOAD.sub(_with_another_content, made.octets), signer)
    reason = decider(changed).reason
    if reason != CheckReason.GBCS_SIGNATURE_INVALID:
        raise NotFitError(f"the checker says `{reason}` of a payload that was changed")


def _with_another_content(found: re.Match[bytes]) -> bytes:
    octets = bytearray(b64decode(found[2]))
    octets[-_SIGNATURE - 2] ^= 1
    return found[1] + b64encode(octets) + found[3]


def pre_command_primitives(made: PreCommand, signer: Signer) -> Side:
    """Return a call that does what any checker must do for a Signed Pre-Command, once.

    What it must do for any message, and besides it the base64 of the payload, and the payload's
    signature with a key that was parsed before.
    """
    of_any_message = primitives(made.octets, signer)
    signed, public_key = made.payload.signed(), made.payload.key.public_key()
    (text,) = (found[2] for found in _PAYLOAD.finditer(made.octets))
    value = b64decode(text)[-_SIGNATURE:]
    half = _SIGNATURE // 2
    r, s = (int.from_bytes(part, "big") for part in (value[:half], value[half:]))
    encoded = encode_dss_signature(r, s)

    def do_each() -> None:
        of_any_message()
        a2b_base64(text)
        public_key.verify(encoded, signed, _ALGORITHM)

    do_each()
    return do_each


def _deciding(decider: Decider, message: bytes) -> Callable[[], object]:
    return lambda: decider(message).decision


def _figure(by_size: Mapping[int, Compared]) -> Figure:
    size, worst = min(by_size.items(), key=lambda pair: pair[1].ratio)
    all_sizes = ", ".join(f"{each.ratio:.2f} at {octets:,}" for octets, each in by_size.items())
    return Figure(
        name=NAME,
        value=1 / worst.seconds,
        unit="decisions/s",
        ratio=worst.ratio,
        against=f"the sum of its primitives with both verifications, at {size:,} octets",
        goal=GOAL,
        note=f"{all_sizes} octets (our own messages)",
    )
