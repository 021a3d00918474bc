"""Fuzzes the parsers of `rules`: `make fuzz`.

python -m tests.fuzz [--seconds N] [--out FOLDER] [NAME …]
    Fuzzes every parser, or those that are named, one after another, N seconds each; without
    `--seconds`, ten minutes are shared out among them. Exit status 0 where nothing was found, 1
    where something was, which lies in the folder that is printed, 2 where it could not be done.
python -m tests.fuzz --again FILE NAME
    Holds one parser to one input that was found, and shows what it breaks.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.target import load, names

PROJECT = Path(__file__).resolve().parent.parent.parent
TOGETHER_SECONDS = 600
_TOLD = 2_000
"""Characters of what a process said that ended too early."""


class FuzzerError(Exception):
    """A target could not be fuzzed; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of one target."""

    name: str
    executions: int
    megabytes: int
    found: tuple[Path, ...]


def main(arguments: list[str]) -> int:
    """Fuzz what is asked for and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names())}")
    parser.add_argument("--seconds", type=int, help="for each parser")
    parser.add_argument("--out", type=Path, help="the folder for what is found")
    parser.add_argument("--again", type=Path, metavar="FILE", help="one input that was found")
    asked = parser.parse_args(arguments)
    unknown = set(asked.names) - set(names())
    if unknown:
        parser.error(f"no parser is named `{min(unknown)}`; there are: {', '.join(names())}")
    if asked.seconds is not None and asked.seconds < 1:
        parser.error("--seconds must be at least 1")
    if asked.again:
        if len(asked.names) != 1:
            parser.error("--again needs the name of one parser")
        load(asked.names[0]).hold(asked.again.read_bytes())
        say("it holds")
        return 0
    chosen = asked.names or names()
    seconds = asked.seconds or max(1, TOGETHER_SECONDS // len(chosen))
    if asked.out and asked.out.exists() and any(asked.out.iterdir()):
        parser.error(f"{asked.out} is not empty")
    folder = asked.out or Path(tempfile.mkdtemp(prefix="fuzz-"))
    found = [path for name in chosen for path in _fuzzed(name, seconds, folder.resolve()).found]
    for path in found:
        say(f"found: {path}")
    if not found:
        say("nothing was found")
        return 0
    say(f"{len(found)} inputs break a parser; they and what they break are in {folder}")
    return 1


def _fuzzed(name: str, seconds: int, folder: Path) -> Run:
    run = fuzz(name, seconds, folder)
    sys.stdout.write(
        f"{run.name:22} {run.executions:10,} executions {run.executions // seconds:7,} a second"
        f" {run.megabytes:5} MB  found {len(run.found)}\n"
    )
    sys.stdout.flush()
    return run


def fuzz(name: str, seconds: int, folder: Path) -> Run:
    """Fuzz one target.

    Raises:
        FuzzerError: It ended before its time and found nothing.
    """
    findings = folder / name
    with tempfile.TemporaryDirectory(prefix="fuzz-work-") as work:
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.one", name, str(seconds), str(findings), work],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    # What is told of an input lies beside it; what libFuzzer ended at has nothing beside it.
    found = sorted(path for path in findings.glob("*") if path.suffix != ".txt")
    if done.returncode and found:
        (findings / "fuzzer.txt").write_text(done.stderr, encoding="utf-8")
    elif done.returncode:
        raise FuzzerError(f"{name} could not be fuzzed: {done.stderr[-_TOLD:]}")
    return Run(
        name=name,
        executions=_stated("number_of_executed_units", done.stderr),
        megabytes=_stated("peak_rss_mb", done.stderr),
        found=tuple(found),
    )


def _stated(what: str, said: str) -> int:
    stated = re.search(rf"^stat::{what}:\s+(\d+)$", said, re.MULTILINE)
    return int(stated[1]) if stated else 0


def say(line: str) -> None:
    """Say something that is not the table."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except FuzzerError as fault:
        say(str(fault))
        sys.exit(2)
    except KeyboardInterrupt:
        say("stopped")
        sys.exit(130)
