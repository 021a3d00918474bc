"""Fuzzes one target until its time is up; runs in a process of its own, which libFuzzer ends.

python -m tests.fuzz.one NAME SECONDS FINDINGS WORK
    FINDINGS is the folder for what breaks the target, WORK an empty one that is not kept.
"""

import logging
import os
import signal
import sys
from pathlib import Path

import atheris

from portal.embedded.processes import die_with_parent

# Before anything else imports the parsers: what is imported here is what the fuzzer sees into.
with atheris.instrument_imports(include=["rules"]):
    from tests.fuzz.target import load

    TARGET = load(sys.argv[1])

from tests.fuzz.holding import Holding

HUNG_SECONDS = 120
"""By the clock on the wall, which a busy machine stretches; what is merely slow is kept before."""
MOST_MEGABYTES = 2_048


def main(seconds: int, findings: Path, work: Path) -> None:
    """Fuzz; does not return."""
    seeds = work / "seeds"
    seeds.mkdir()
    for number, seed in enumerate(TARGET.seeds):
        (seeds / f"{number:04}").write_bytes(seed)
    dictionary = work / "words"
    # The comment, since an empty dictionary is taken for a mistake.
    words = [
        "# what inputs are made of",
        *(f'"{_escaped(word)}"' for word in TARGET.words if word),
    ]
    dictionary.write_text("\n".join(words) + "\n")
    findings.mkdir(parents=True, exist_ok=True)
    holding = Holding(TARGET, findings)
    holding.warm()
    # A rule that breaks says so in its answer, which is looked at.
    logging.disable()
    options = {} if TARGET.mutate is None else {"custom_mutator": _mutate}
    atheris.Setup(
        [
            sys.argv[0],
            f"-max_total_time={seconds}",
            f"-max_len={TARGET.longest}",
            f"-timeout={HUNG_SECONDS}",
            f"-rss_limit_mb={MOST_MEGABYTES}",
            f"-dict={dictionary}",
            f"-artifact_prefix={findings}/",
            "-print_final_stats=1",
            str(seeds),
        ],
        holding,
        **options,
    )
    atheris.Fuzz()


def _mutate(data: bytes, most: int, seed: int) -> bytes:
    return TARGET.mutate(
        data, most, seed, lambda octets, longest: bytes(atheris.Mutate(octets, longest))
    )


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{octet:02X}" for octet in word)


if __name__ == "__main__":
    die_with_parent(signal.SIGKILL, parent=os.getppid())
    os.nice(10)
    main(int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
