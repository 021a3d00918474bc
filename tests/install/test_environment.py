"""`make` on a fresh machine: what is missing is said in one line, what is half done is redone."""

import ast
import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from portal.install import assets, browser, packages, steps
from portal.install.terminal import InstallError

PROJECT = Path(__file__).resolve().parent.parent.parent
ENTRANCE = PROJECT / "portal" / "install" / "environment.py"


PRETEND = """
import runpy, sys
sys.version_info = {version}
sys.argv = [{entrance!r}, {arguments!r}]
runpy.run_path({entrance!r}, run_name="__main__")
"""


def enter(
    *, version: tuple[int, int, int], path: str, arguments: str = "run"
) -> subprocess.CompletedProcess[str]:
    """Start the entrance as a Python of another version would see it."""
    return subprocess.run(
        [
            sys.executable,
            "-c",
            PRETEND.format(version=version, entrance=str(ENTRANCE), arguments=arguments),
        ],
        env={"PATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# --- the Python ------------------------------------------------------------------------------


def test_the_entrance_is_written_in_the_language_of_old_pythons() -> None:
    ast.parse(ENTRANCE.read_text(), feature_version=(3, 4))
    # The control: the rest is not, and the check sees it.
    with pytest.raises(SyntaxError):
        ast.parse((PROJECT / "portal/install/packages.py").read_text(), feature_version=(3, 4))


def test_an_old_python_alone_is_told_what_it_needs_in_one_line(tmp_path: Path) -> None:
    told = enter(version=(3, 9, 2), path=str(tmp_path))
    assert told.returncode == 1
    assert told.stderr.startswith("This needs Python 3.11, and here is only Python 3.9: ")
    assert "apt-get install python3.11 python3.11-venv" in told.stderr
    assert told.stderr.count("\n") == 1


def test_an_old_python_hands_over_to_a_python_3_11_on_the_path(tmp_path: Path) -> None:
    standin = tmp_path / "manager" / "python3.11"
    standin.parent.mkdir()
    standin.write_text("#!/bin/sh\necho no such version >&2; exit 127\n")
    standin.chmod(0o755)
    real = tmp_path / "bin" / "python3.11"
    real.parent.mkdir()
    real.symlink_to(sys.executable)
    path = f"{standin.parent}:{real.parent}"
    told = enter(version=(3, 9, 2), path=path, arguments="nonsense")
    # It reached the steps, which refuse the argument.
    assert told.stderr == (
        "usage: python3 portal/install/environment.py run|develop|bench|fuzz|mutate\n"
    )
    assert told.returncode == 2


def test_a_python_without_the_venv_module_is_told_the_debian_package(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = packages.importlib.util.find_spec
    monkeypatch.setattr(
        packages.importlib.util,
        "find_spec",
        lambda name: None if name == "ensurepip" else known(name),
    )
    assert steps.main(["run"]) == 1
    assert capsys.readouterr().err == (
        "this Python has no ensurepip module: install it "
        "(Debian, Ubuntu: apt-get install python3.11-venv)\n"
    )
    assert not (here / ".venv").exists()


# --- the packages ----------------------------------------------------------------------------


TRINKET = {
    "trinket.py": "",
    "trinket-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: trinket\nVersion: 1.0\n",
    "trinket-1.0.dist-info/WHEEL": (
        "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    ),
    "trinket-1.0.dist-info/RECORD": "trinket.py,,\n",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout whose lock files name one package, which lies beside them."""
    wheel = tmp_path / "index" / "trinket-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in TRINKET.items():
            archive.writestr(name, content)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    for name in packages.KINDS:
        lock = tmp_path / f"{name}.lock"
        lock.write_text(f"# for {name}\ntrinket==1.0 --hash=sha256:{digest}\n")
        monkeypatch.setitem(packages.LOCKS, name, lock)
    monkeypatch.setattr(packages, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(packages, "STAMP", tmp_path / ".venv" / "installed.json")
    monkeypatch.setattr(packages, "LOG", tmp_path / ".venv" / "install.log")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    return tmp_path


def has_the_package(here: Path) -> bool:
    return any(here.glob(".venv/lib/python3.11/site-packages/trinket.py"))


@pytest.mark.slow
def test_an_environment_is_made_once_and_again_when_it_was_cut_off_or_the_lock_changed(
    here: Path,
) -> None:
    packages.ensure("run")
    assert has_the_package(here)

    packages.LOG.unlink()
    packages.ensure("run")
    assert not packages.LOG.exists(), "nothing to do, so nothing is asked of pip"

    # The tests' packages are added to those that are there.
    mark = here / ".venv" / "mark"
    mark.touch()
    packages.ensure("develop")
    packages.ensure("run")
    assert mark.exists()

    # Cut off: there is no stamp.
    packages.STAMP.unlink()
    packages.ensure("run")
    assert not mark.exists()
    assert has_the_package(here)

    # Another lock: what is stamped is not what is wanted.
    mark.touch()
    packages.LOCKS["run"].write_text("# changed\n" + packages.LOCKS["run"].read_text())
    packages.ensure("run")
    assert not mark.exists()


@pytest.mark.slow
def test_what_the_benchmarks_need_comes_beside_what_the_tests_need(here: Path) -> None:
    packages.ensure("bench")
    assert has_the_package(here)
    mark = here / ".venv" / "mark"
    mark.touch()
    stamped = packages.STAMP.read_bytes()
    # Nothing is made or installed anew for the tests, nor for the benchmarks again.
    packages.ensure("develop")
    packages.ensure("bench")
    assert packages.STAMP.read_bytes() == stamped

    # Nor for the benchmarks once the fuzzer has come beside them.
    packages.ensure("fuzz")
    stamped = packages.STAMP.read_bytes()
    packages.ensure("bench")
    packages.ensure("fuzz")
    assert packages.STAMP.read_bytes() == stamped

    # Another lock of the tests' is installed before the benchmarks run.
    packages.LOCKS["develop"].write_text("# changed\n" + packages.LOCKS["develop"].read_text())
    packages.ensure("bench")
    assert packages.STAMP.read_bytes() != stamped
    assert mark.exists()


@pytest.mark.slow
def test_a_package_with_another_hash_is_refused_in_one_line_and_leaves_no_stamp(
    here: Path,
) -> None:
    packages.LOCKS["run"].write_text(f"trinket==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(
        InstallError, match=r"^the packages cannot be installed: ERROR: THESE"
    ) as told:
        packages.ensure("run")
    assert "\n" not in str(told.value)
    assert not packages.STAMP.exists()
    assert not has_the_package(here)


@pytest.mark.slow
def test_an_index_that_cannot_be_reached_is_said_in_one_line(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    # Nobody listens on the port for discarded traffic.
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(InstallError) as told:
        packages.ensure("run")
    assert str(told.value) == (
        "the packages cannot be fetched: the package index cannot be reached from here "
        f"(see {here / '.venv' / 'install.log'})"
    )


# --- the page assets -------------------------------------------------------------------------


def test_the_page_assets_carry_none_of_the_branding() -> None:
    css = (assets.BUILT / "portal.css").read_text()
    assert ".govuk-button" in css
    assert "Arimo" in css
    for forbidden in ("GDS Transport", "url(", "crest."):
        assert forbidden not in css
    assert sorted(path.name for path in assets.BUILT.iterdir()) == [
        ".sources",
        "govuk-frontend.min.js",
        "portal.css",
    ]


def test_page_assets_that_are_built_are_not_built_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built = (assets.BUILT / "portal.css").stat().st_mtime_ns
    # Nothing could be built: there is no Node.
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(assets, "VENV", Path("/nowhere"))
    assets.ensure()
    assert (assets.BUILT / "portal.css").stat().st_mtime_ns == built
    with pytest.raises(InstallError, match="there is no Node here"):
        assets.find_node()


def test_without_a_node_on_the_machine_the_one_of_the_wheel_builds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    node = assets.find_node()
    assert node.program.is_relative_to(packages.VENV)
    assert node.npm.is_file()
    assert node.version >= (22, 15)


def test_the_lock_of_the_page_packages_names_no_host() -> None:
    lock = (assets.INSTALL / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') > 10


# --- the browser -----------------------------------------------------------------------------


def test_a_browser_that_is_named_is_the_one_that_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert browser.find() is None
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert browser.find() == program
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "missing"))
    assert browser.find() is None


def test_where_none_can_be_installed_it_says_what_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    browser.ensure()
    assert capsys.readouterr().err.startswith("no Chromium here, so the page tests")
