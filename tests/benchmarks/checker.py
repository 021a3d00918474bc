"""The checker against its primitives and its peers, on messages of four sizes."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType

from portal.install.terminal import InstallError
from tests.benchmarks.deciding import Decider, NotFitError, changes, make_decider, require_deciding
from tests.benchmarks.figures import Figure
from tests.benchmarks.messages import Samples, Signer
from tests.benchmarks.picture import make_snapshot
from tests.benchmarks.primitives import primitives
from tests.benchmarks.timing import Compared, Pace, Side, compare

Verifier = Callable[[bytes], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """What the checker is measured against."""

    name: str
    words: str
    goal: float
    peer: str = ""
    """What makes it in `tests.benchmarks.peers`; nothing for the primitives."""


RIVALS = (
    Rival(name="checker/primitives", words="the sum of its primitives", goal=0.75),
    Rival(
        name="checker/signxml",
        words="signxml with its defaults",
        goal=3.0,
        peer="signxml_with_defaults",
    ),
    Rival(
        name="checker/signxml-tuned",
        words="signxml at its fastest tuning",
        goal=2.2,
        peer="signxml_tuned",
    ),
    Rival(name="checker/xmlsec", words="python-xmlsec", goal=1.5, peer="python_xmlsec"),
    Rival(name="checker/pybergshamra", words="pybergshamra", goal=1.25, peer="bergshamra"),
)
NAMES = tuple(rival.name for rival in RIVALS)


def measure(samples: Samples, *, names: set[str], pace: Pace) -> list[Figure]:
    """Measure the checker against each of the rivals that are named, at every size.

    Raises:
        NotFitError: A side takes what it must refuse, or refuses what it must take.
    """
    rivals = [rival for rival in RIVALS if rival.name in names]
    decider = make_decider(make_snapshot(samples.signer))
    verifiers = _verifiers(rivals, samples.signer)
    by_size = {}
    for message in samples.messages:
        require_deciding(message, decider)
        for name, verify in verifiers.items():
            _require_verifying(message, name, verify)
        by_size[len(message)] = _at_one_size(
            message, samples.signer, decider, rivals, verifiers, pace
        )
    return [_figure(rival, by_size, samples.origin) for rival in rivals]


def _verifiers(rivals: list[Rival], signer: Signer) -> dict[str, Verifier]:
    """Make the peers ready; only `make bench` installs them."""
    return {rival.name: getattr(_peers(), rival.peer)(signer) for rival in rivals if rival.peer}


def _peers() -> ModuleType:
    try:
        return importlib.import_module("tests.benchmarks.peers")
    except ImportError as missing:
        raise InstallError(f"{missing}: `make bench` installs what is measured against") from None


def _require_verifying(message: bytes, name: str, verify: Verifier) -> None:
    """Return quietly when a peer takes a message, and refuses what was changed in it.

    Raises:
        NotFitError: It does not.
    """
    verify(message)
    for changed in changes(message):
        try:
            verify(changed)
        except _peers().REFUSALS:
            continue
        raise NotFitError(f"{name} accepts a message that was changed")


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
        rival.name: compare(lambda: decider(message).decision, side(rival), pace=pace)
        for rival in rivals
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
