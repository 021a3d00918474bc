"""`make bench` measures what it says, on sides that do what they are timed for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from portal.embedded.system import PROJECT
from rules.identifiers import Eui64
from rules.service_requests.decision import Action, Decision
from tests.benchmarks.deciding import NotFitError, changes, make_decider, require_deciding
from tests.benchmarks.messages import SIZES, make_own_samples, make_signer
from tests.benchmarks.picture import make_register, make_snapshot
from tests.benchmarks.pre_commands import (
    CONTENTS,
    make_pre_command,
    pre_command_primitives,
    require_both_verified,
    with_digital_signing_key,
)
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


def test_of_a_signed_pre_command_both_signatures_are_verified() -> None:
    signer, key = make_signer(), ec.generate_private_key(ec.SECP256R1())
    decide = make_decider(with_digital_signing_key(make_snapshot(signer), key))
    for content in CONTENTS:
        made = make_pre_command(content, signer, key)
        require_both_verified(made, signer, decide)
        pre_command_primitives(made, signer)


def test_a_checker_that_does_not_look_at_the_payload_is_not_timed() -> None:
    signer, key = make_signer(), ec.generate_private_key(ec.SECP256R1())
    decide = make_decider(with_digital_signing_key(make_snapshot(signer), key))
    made = make_pre_command(CONTENTS[0], signer, key)

    def careless(message: bytes) -> Decision:
        # It refuses what is wrong with the message itself, and nothing that is in its payload.
        decided = decide(message)
        return decide(made.octets) if decided.reason == "gbcs-signature-invalid" else decided

    with pytest.raises(NotFitError, match="`None` of a payload that was changed"):
        require_both_verified(made, signer, careless)


def test_the_registers_to_follow_have_the_sizes_that_are_said() -> None:
    senders = [make_signer(Eui64(f"90-B3-D5-1F-40-00-00-0{n}"), number=n) for n in range(3)]
    held = make_register(senders, certificates=500, user_ids=50)
    assert (len(held.certificates), len(held.user_ids)) == (500, 50)
    live = [each for each in held.certificates.values() if each.revoked_at is None]
    assert len(live) == len({each.eui64 for each in live}) == 50
    assert {sender.eui64 for sender in senders} <= held.user_ids.keys()


@pytest.mark.alone
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


# Both fill the register, with rows that so fit the tables as they are today.
TWO_OF_A_REGISTER = {
    "snapshot-load",
    "snapshot-load/memory",
    "mpid-lookup",
    "mpid-lookup/statement",
}
ALL_OF_A_REGISTER = TWO_OF_A_REGISTER | {
    "change-seen",
    "outbox/lane-delay",
    "sign-in/names",
    "http-decisions",
    "batch-http/in-process",
    "batch-http/single-requests",
    "pages-100k/home",
    "pages-100k/certificates",
    "pages-100k/requests",
    "pages-100k/certificate",
}


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "measured"),
    [
        pytest.param(("snapshot-load", "mpid"), TWO_OF_A_REGISTER, id="two"),
        pytest.param(
            ("snapshot-load", "change-seen", "outbox", "sign-in", "http", "pages-100k", "mpid"),
            ALL_OF_A_REGISTER,
            id="all",
            marks=pytest.mark.long,
        ),
    ],
)
def test_every_figure_of_a_register_can_be_measured(
    tmp_path: Path, asked: tuple[str, ...], measured: set[str]
) -> None:
    out = tmp_path / "bench.json"
    done = bench("--out", str(out), *asked)
    assert done.returncode == 0, done.stderr
    figures = json.loads(out.read_text())
    assert {figure["name"] for figure in figures} == measured
    assert all(figure.keys() == MEMBERS and figure["value"] > 0 for figure in figures)


@pytest.mark.alone
@pytest.mark.slow
def test_a_register_is_followed_in_processes_of_their_own(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    done = bench("--out", str(out), "snapshot-feed", "snapshot-change", "large-register")
    assert done.returncode == 0, done.stderr
    figures = {figure["name"]: figure for figure in json.loads(out.read_text())}
    units = {name: figure["unit"].partition(" ")[0] for name, figure in figures.items()}
    assert units == {
        "snapshot-feed": "s",
        "snapshot-feed/memory": "MB",
        "snapshot-change": "ms",
        "checker/large-register": "decisions/s",
    }
    # Against what it may be at most, which is thousands of times as much as 500 certificates need.
    feed = figures["snapshot-feed"]
    assert feed["ratio"] == pytest.approx(3 / feed["value"], rel=1e-2)
    assert feed["ratio"] > 1
    assert 10 < figures["snapshot-feed/memory"]["value"] < 300


@pytest.mark.slow
def test_a_name_that_no_figure_has_is_told_those_that_there_are(tmp_path: Path) -> None:
    done = bench("--out", str(tmp_path / "bench.json"), "checker/nothing")
    assert done.returncode == 2
    assert (
        "no figure is named like `checker/nothing`; there are: checker/primitives," in done.stderr
    )
