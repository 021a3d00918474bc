"""The checker against its primitives and its peers, on messages of four sizes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from rules.service_requests.checker import decide
from rules.service_requests.decision import Action
from rules.service_requests.snapshot import Snapshot
from tests.benchmarks import peers
from tests.benchmarks.figures import Figure
from tests.benchmarks.messages import Samples, Signer
from tests.benchmarks.peers import Verifier
from tests.benchmarks.picture import make_snapshot, question_of
from tests.benchmarks.primitives import primitives
from tests.benchmarks.timing import Compared, Pace, Side, compare

Decider = Callable[[bytes], Action]

_DIGIT = re.compile(rb":(\d+)</sr:RequestID>")
_VALUE = re.compile(rb"<ds:SignatureValue>([A-Za-z0-9+/])")


class NotFitError(Exception):
    """A side does not do what it is to be timed for; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """What the checker is measured against."""

    name: str
    words: str
    goal: float
    make: Callable[[Signer], Verifier] | None
    """None: the primitives, which verify one message that they were prepared for."""


RIVALS = (
    Rival(name="checker/primitives", words="the sum of its primitives", goal=0.75, make=None),
    Rival(
        name="checker/signxml",
        words="signxml with its defaults",
        goal=3.0,
        make=peers.signxml_with_defaults,
    ),
    Rival(
        name="checker/signxml-tuned",
        words="signxml at its fastest tuning",
        goal=2.2,
        make=peers.signxml_tuned,
    ),
    Rival(name="checker/xmlsec", words="python-xmlsec", goal=1.5, make=peers.python_xmlsec),
    Rival(name="checker/pybergshamra", words="pybergshamra", goal=1.25, make=peers.bergshamra),
)
NAMES = tuple(rival.name for rival in RIVALS)


def make_decider(snapshot: Snapshot) -> Decider:
    """Return a call from the octets of a message to what is to be done with it."""
    at = datetime.now(UTC)

    def decide_one(message: bytes) -> Action:
        return decide(question_of(message, at=at), snapshot).decision

    return decide_one


def measure(samples: Samples, *, names: set[str], pace: Pace) -> list[Figure]:
    """Measure the checker against each of the rivals that are named, at every size.

    Raises:
        NotFitError: A side takes what it must refuse, or refuses what it must take.
    """
    rivals = [rival for rival in RIVALS if rival.name in names]
    decider = make_decider(make_snapshot(samples.signer))
    verifiers = {
        rival.name: rival.make(samples.signer) for rival in rivals if rival.make is not None
    }
    by_size = {}
    for message in samples.messages:
        require_fit(message, decider, verifiers)
        by_size[len(message)] = _at_one_size(
            message, samples.signer, decider, rivals, verifiers, pace
        )
    return [_figure(rival, by_size, samples.origin) for rival in rivals]


def require_fit(message: bytes, decider: Decider, verifiers: Mapping[str, Verifier]) -> None:
    """Return quietly when every side accepts a message, and refuses what was changed in it.

    Raises:
        NotFitError: One does not.
    """
    if decider(message) is not Action.PROCESS:
        raise NotFitError("the checker does not process the message")
    for verify in verifiers.values():
        verify(message)
    for changed in (changed_document(message), changed_signature(message)):
        if decider(changed) is not Action.CEASE:
            raise NotFitError("the checker processes a message that was changed")
        for name, verify in verifiers.items():
            try:
                verify(changed)
            except peers.REFUSALS:
                continue
            raise NotFitError(f"{name} accepts a message that was changed")


def changed_document(message: bytes) -> bytes:
    """Return the message with another digit in its RequestID."""
    return _DIGIT.sub(lambda found: b":1" + found[1] + b"</sr:RequestID>", message, count=1)


def changed_signature(message: bytes) -> bytes:
    """Return the message with another first character of its SignatureValue."""
    return _VALUE.sub(
        lambda found: b"<ds:SignatureValue>" + (b"B" if found[1] == b"A" else b"A"),
        message,
        count=1,
    )


def _at_one_size(
    message: bytes,
    signer: Signer,
    decider: Decider,
    rivals: list[Rival],
    verifiers: Mapping[str, Verifier],
    pace: Pace,
) -> dict[str, Compared]:
    def side(rival: Rival) -> Side:
        verify = verifiers.get(rival.name)
        return primitives(message, signer) if verify is None else lambda: verify(message)

    return {
        rival.name: compare(lambda: decider(message), side(rival), pace=pace) for rival in rivals
    }


def _figure(rival: Rival, by_size: Mapping[int, Mapping[str, Compared]], origin: str) -> Figure:
    """Return the figure of the size at which the checker does worst."""
    size, worst = min(
        ((size, compared[rival.name]) for size, compared in by_size.items()),
        key=lambda pair: pair[1].ratio,
    )
    all_sizes = ", ".join(
        f"{compared[rival.name].ratio:.2f} at {each:,}" for each, compared in by_size.items()
    )
    return Figure(
        name=rival.name,
        value=1 / worst.seconds,
        unit="decisions/s",
        ratio=worst.ratio,
        against=f"{rival.words}, at {size:,} octets",
        goal=rival.goal,
        note=f"{all_sizes} octets ({origin})",
    )
