"""Which dataset is read where none is named, and what a person without a checkout gets.

The wheel is built and installed in a folder of its own, as its users have it, and nothing of the
checkout is beside it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from neuron_warehouse import bundled_copy
from pipelines.errors import SourceError
from tests.forms import only_in_full

if TYPE_CHECKING:
    from tests.calling import Call
    from tests.shelf import Shelf

REPOSITORY = Path(__file__).parents[2]
PACKAGES = ("pipelines", "warehouse", "dagster_project", "neuron_warehouse")


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder, which is the current one; no dataset is named."""
    monkeypatch.delenv("NEURON_WAREHOUSE_ROOT", raising=False)
    monkeypatch.setattr(bundled_copy, "_cache_folder", lambda: tmp_path / "cache")
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_a_named_dataset_comes_first(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (elsewhere / "data" / "versions").mkdir(parents=True)
    assert bundled_copy.reading_root() == "data"
    monkeypatch.setenv("NEURON_WAREHOUSE_ROOT", "s3://bucket/neuron")
    assert bundled_copy.reading_root() == "s3://bucket/neuron"


def test_a_command_reads_the_copy_and_says_so(
    elsewhere: Path, bundled_root: Path, call: Call
) -> None:
    copy = elsewhere.parent / "cache" / bundled_copy._state_of_package()
    copy.parent.mkdir()
    copy.symlink_to(bundled_root)
    done = call("compare", "2.19", "2.20")
    assert done.returncode == 0
    assert done.stdout.startswith("2.19.1 → 2.20.2: ")
    assert done.stderr == (
        f"neuron-warehouse: there is no dataset in data; reading the bundled capture, from {copy}\n"
    )


def test_what_writes_never_meets_the_copy(elsewhere: Path, call: Call) -> None:
    assert "there is no dataset version 1" in call("versions", "restore", "1").stderr
    assert not (elsewhere.parent / "cache").exists()


def test_a_wrong_command_builds_nothing(elsewhere: Path, call: Call) -> None:
    assert call("compare", "2.19").returncode == 2
    assert not (elsewhere.parent / "cache").exists()


def test_another_capture_or_code_is_another_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bundled_copy._state_of_package()
    assert bundled_copy._state_of_package() == before
    (tmp_path / "more.py").write_text("")
    files = bundled_copy._files
    monkeypatch.setattr(
        bundled_copy, "_files", lambda package: [*files(package), tmp_path / "more.py"]
    )
    assert bundled_copy._state_of_package() != before


def test_a_cache_folder_that_cannot_be_made_is_one_line(elsewhere: Path) -> None:
    (elsewhere.parent / "cache").write_text("a file")
    with pytest.raises(SourceError, match=r"cannot make the cache folder .*--root"):
        bundled_copy.reading_root()


def test_a_build_that_fails_is_one_line(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert elsewhere.is_dir()
    monkeypatch.setattr(sys, "executable", "false")
    with pytest.raises(SourceError, match=r"could not be built into .* \(exit code 1\)"):
        bundled_copy.reading_root()


@pytest.fixture(scope="session")
def wheel(shelf: Shelf) -> Path:
    """Return the wheel of this checkout."""

    def build(folder: Path) -> None:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
        subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)

    (built,) = shelf.folder("wheel", build).glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *PACKAGES],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    expected = {name for name in listed.stdout.splitlines() if (REPOSITORY / name).exists()}
    assert {f"{package}/py.typed" for package in PACKAGES} <= expected
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == expected


# In short form: the tests above read a copy, and the one before this counts the files of the wheel.
@only_in_full
@pytest.mark.stress
@pytest.mark.slow
def test_without_a_checkout_the_first_comparison_builds_the_capture(
    wheel: Path, tmp_path: Path
) -> None:
    installed, home = tmp_path / "installed", tmp_path / "home"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", str(installed), str(wheel)], check=True, capture_output=True)
    home.mkdir()
    # What announces, watches or keeps builds of one's own has no say in this one.
    own = {"NEURON_WAREHOUSE_ON_CHANGE": "false", "DAGSTER_HOME": "nowhere"}
    plain = {name: text for name, text in os.environ.items() if "NEURON_WAREHOUSE" not in name}
    environment = {
        **plain,
        **own,
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "PYTHONPATH": str(installed),
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=home,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    where = run("-c", "import pipelines, neuron_warehouse as nw; print(pipelines.__file__, nw)")
    assert where.stdout.count(str(installed)) == 2
    first = run("-m", "dagster_project", "compare", "2.19", "2.20")
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("2.19.1 → 2.20.2: ")
    assert first.stderr.startswith(
        "neuron-warehouse: there is no dataset in data; building the bundled capture into "
        f"{home / 'cache' / 'neuron-warehouse'}"
    )
    assert first.stderr.count("\n") == 1
    second = run("-c", "import neuron_warehouse as nw; print(len(nw.open().sql('FROM releases')))")
    assert second.stdout == "16\n"
    assert "reading the bundled capture, from" in second.stderr
    assert [path.name for path in home.iterdir()] == ["cache"]
