"""The fuzzer holds each parser to its promises, and keeps what breaks them."""

import importlib.util
import multiprocessing
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from rules.certificates.der import DerError, read_der
from rules.messages.reading import parse_xml
from rules.messages.refusals import MessageRefusedError
from tests.fuzz import holding
from tests.fuzz.__main__ import PROJECT
from tests.fuzz.der_mutation import mutate_der
from tests.fuzz.holding import Holding
from tests.fuzz.target import Target, load, names
from tests.fuzz.xml_mutation import mutate_xml
from tests.rules.certificates import builders as b
from tests.rules.messages.builders import MESSAGE


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.fuzz", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def holding_of(hold: Callable[[bytes], None], folder: Path) -> Holding:
    held = Holding(Target(hold=hold, seeds=()), folder)
    held.warm()
    return held


# Of the library's: it will refuse such a certificate itself some day.
@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@pytest.mark.parametrize("name", names())
def test_every_parser_keeps_its_promises_for_every_seed(name: str) -> None:
    target = load(name)
    seeds = list(target.seeds)
    assert seeds
    for seed in seeds:
        target.hold(seed)


def test_what_breaks_a_parser_is_kept_once_for_each_place_and_as_short_as_it_came(
    tmp_path: Path,
) -> None:
    def hold(data: bytes) -> None:
        if b"x" in data:
            raise KeyError(data)
        assert b"y" not in data

    held = holding_of(hold, tmp_path)
    for data in (b"good", b"axa", b"xa", b"bxbb", b"y"):
        held(data)
    kept = {path.read_bytes() for path in tmp_path.iterdir() if path.suffix != ".txt"}
    assert kept == {b"xa", b"y"}
    told = [path.read_text() for path in tmp_path.glob("KeyError-*.txt")]
    assert len(told) == 1
    assert "KeyError: b'xa'" in told[0]


def test_what_takes_too_long_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "MOST_SECONDS", 0.02)

    def hold(data: bytes) -> None:
        until = time.process_time() + 0.03
        while data == b"slow" and time.process_time() < until:
            pass

    held = holding_of(hold, tmp_path)
    held(b"quick")
    assert not list(tmp_path.iterdir())
    held(b"slow")
    assert [path.read_bytes() for path in tmp_path.glob("CostError-????????")] == [b"slow"]


def hold_to_memory(folder: Path) -> None:
    held = holding_of(lambda data: data * 20_000_000, folder)
    held(b"")
    held(b"large")


def test_what_takes_too_much_memory_is_kept(tmp_path: Path) -> None:
    # Forked from a small process: the most memory that this one ever had cannot be known.
    processes = multiprocessing.get_context("forkserver")
    process = processes.Process(target=hold_to_memory, args=(tmp_path,))
    process.start()
    process.join(60)
    assert process.exitcode == 0
    assert [path.read_bytes() for path in tmp_path.glob("CostError-????????")] == [b"large"]


def test_most_changes_to_der_are_read_again() -> None:
    chance = Random(1)  # noqa: S311 -- the same every time

    def plain(octets: bytes, _most: int) -> bytes:
        return octets + chance.randbytes(2)

    changed = [mutate_der(b.request(), 4_096, seed, plain) for seed in range(300)]
    assert len(set(changed)) > 150
    read = 0
    for octets in changed:
        try:
            read += bool(read_der(octets)[0].children)
        except DerError:
            continue
    assert read > 200


def test_many_changes_to_xml_are_parsed_again() -> None:
    changed = [mutate_xml(MESSAGE, 8_192, seed, lambda octets, _: octets) for seed in range(600)]
    assert len(set(changed)) > 300
    parsed = 0
    for octets in set(changed):
        try:
            parsed += parse_xml(octets).tag is not None
        except MessageRefusedError:
            continue
    assert parsed > 100


def test_a_parser_that_is_not_there_is_said_with_those_that_are() -> None:
    done = run("--seconds", "1", "xml")
    assert done.returncode == 2
    assert "no parser is named `xml`; there are: certificates, " in done.stderr


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    done = run("--out", str(tmp_path), "der")
    assert done.returncode == 2
    assert "is not empty" in done.stderr


def test_an_input_that_was_found_is_held_to_again(tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.write_bytes(b.request())
    done = run("--again", str(good), "der")
    assert (done.returncode, done.stderr) == (0, "it holds\n")


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="`make fuzz` installs the fuzzer"
)
def test_a_short_run_says_how_often_it_asked_and_that_nothing_was_found(tmp_path: Path) -> None:
    done = run("--seconds", "2", "--out", str(tmp_path), "mpids", "gbcs")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["mpids", "gbcs"]
    for line in lines:
        assert int(line.split()[1].replace(",", "")) > 100
        assert line.endswith("found 0")
    assert done.stderr == "nothing was found\n"
