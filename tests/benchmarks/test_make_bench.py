"""`make bench` measures what it says, on sides that do what they are timed for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from portal.embedded.system import PROJECT
from rules.service_requests.decision import Action
from tests.benchmarks.deciding import NotFitError, changes, make_decider, require_deciding
from tests.benchmarks.messages import SIZES, make_own_samples
from tests.benchmarks.picture import make_snapshot
from tests.benchmarks.primitives import primitives

MEMBERS = {"name", "value", "unit", "ratio", "against", "goal"}


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--quick", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_our_own_messages_have_the_sizes_of_those_they_stand_for() -> None:
    sizes = [len(message) for message in make_own_samples().messages]
    assert [abs(size - wanted) < wanted / 10 for size, wanted in zip(sizes, SIZES, strict=True)]


def test_what_is_timed_takes_the_messages_and_refuses_changed_ones() -> None:
    samples = make_own_samples()
    decide = make_decider(make_snapshot(samples.signer))
    for message in samples.messages:
        require_deciding(message, decide)
        primitives(message, samples.signer)
        document, signature = (decide(changed) for changed in changes(message))
        assert document.reason == "digest-mismatch"
        assert signature.reason == "signature-invalid"


def test_a_checker_that_takes_anything_is_not_timed() -> None:
    samples = make_own_samples()
    decide = make_decider(make_snapshot(samples.signer))
    message = samples.messages[0]
    assert decide(message).decision is Action.PROCESS
    with pytest.raises(NotFitError, match="processes a message that was changed"):
        require_deciding(message, lambda _: decide(message))


@pytest.mark.slow
def test_a_quick_run_writes_the_figures_that_were_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    done = bench("--out", str(out), "bulk-csr")
    assert done.returncode == 0, done.stderr
    (figure,) = json.loads(out.read_text())
    assert figure.keys() == MEMBERS
    assert figure["name"] == "bulk-csr-check"
    assert figure["value"] > 0
    assert 0 < figure["ratio"] < 1, "to ask every rule takes longer than to ask none"
    assert "bulk-csr-check" in done.stdout
    assert "measuring bulk-csr-check …" in done.stderr


@pytest.mark.slow
def test_every_figure_of_a_register_can_be_measured(tmp_path: Path) -> None:
    # So the rows that fill the register fit the tables as they are today.
    out = tmp_path / "bench.json"
    done = bench("--out", str(out), "snapshot-load", "http-decisions", "pages-100k", "mpid")
    assert done.returncode == 0, done.stderr
    figures = json.loads(out.read_text())
    assert {figure["name"] for figure in figures} == {
        "snapshot-load",
        "snapshot-load/memory",
        "http-decisions",
        "pages-100k/home",
        "pages-100k/certificates",
        "pages-100k/requests",
        "pages-100k/certificate",
        "mpid-lookup",
        "mpid-lookup/statement",
    }
    assert all(figure.keys() == MEMBERS and figure["value"] > 0 for figure in figures)


@pytest.mark.slow
def test_a_name_that_no_figure_has_is_told_those_that_there_are(tmp_path: Path) -> None:
    done = bench("--out", str(tmp_path / "bench.json"), "checker/nothing")
    assert done.returncode == 2
    assert (
        "no figure is named like `checker/nothing`; there are: checker/primitives," in done.stderr
    )
