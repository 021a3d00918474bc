"""What a fuzz target is."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.fuzz import targets

Plain = Callable[[bytes, int], bytes]
"""Changes octets anywhere; also given the most that may come out."""
Mutator = Callable[[bytes, int, int, Plain], bytes]
"""From an input, the most octets that the next may have, a seed, and the fuzzer's own way to
change octets, to the next input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A parser, and what must hold of it whatever octets come."""

    hold: Callable[[bytes], None]
    """Returns quietly where all that is promised holds; raises anything at all where not."""
    seeds: Iterable[bytes]
    """What the fuzzer starts from: right input, and wrong input of every known kind."""
    words: Iterable[bytes] = ()
    """What it may put into its input beside."""
    longest: int = 4_096
    """Octets."""
    mutate: Mutator | None = None
    """Makes the next input where octets changed at random would seldom be read at all."""


def names() -> list[str]:
    """Return the name of every target there is, in order."""
    return sorted(module.name for module in pkgutil.iter_modules(targets.__path__))


def load(name: str) -> Target:
    """Return a target by its name."""
    target = importlib.import_module(f"{targets.__name__}.{name}").TARGET
    assert isinstance(target, Target)
    return target
