"""`packages` and `diff-tables` as a person calls them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from dagster_project.build.publish_releases import BuildSession
from dagster_project.run import BuildRequest, plan_releases, run_build
from pipelines.contract.accelerators import ACCELERATOR_NAMES
from tests.sites import copy_site

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    site = copy_site(folder / "site", "2.20.0", "2.20.1")
    request = BuildRequest(source=str(site.folder), root=str(folder / "data"))
    run_build(request, plan_releases(request), BuildSession())
    return folder / "data"


def _call(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NEURON_WAREHOUSE")}
    command = [sys.executable, "-m", "dagster_project", *arguments, "--root", str(root)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_packages_of_two_releases_are_compared_by_accelerator(root: Path) -> None:
    done = _call(root, "packages", "2.17", "2.20", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert "2.17 stands for 2.17.0; 2.20 stands for 2.20.1" in done.stderr
    rows = json.loads(done.stdout)
    assert {row["accelerator"] for row in rows} == {"inf1", "inf2", "trn1"}
    assert {row["change"] for row in rows} == {"upgraded", "added", "removed"}
    compiler = [row for row in rows if row["package"] == "neuronx-cc"]
    assert {(row["base_version"], row["target_version"]) for row in compiler} == {
        ("2.12.68.0", "2.15.141.0")
    }


def test_an_accelerator_without_a_list_is_told_with_those_that_have_one(root: Path) -> None:
    done = _call(root, "packages", "2.20", "--accelerator", "trn2")
    assert done.returncode == 2
    assert "no page lists packages of 2.20.1 for 'trn2'; listed are those for" in done.stderr
    assert {"inf1", "inf2", "trn1"} <= set(done.stderr.replace(",", " ").split())


@pytest.mark.parametrize("command", ["packages", "compare"])
def test_the_help_names_every_accelerator(root: Path, command: str) -> None:
    done = _call(root, command, "--help")
    assert f"only this accelerator: {', '.join(ACCELERATOR_NAMES)}" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("requirements", "neuronx-cc==2.15.141.0"),
        ("constraints", "torch_xla==2.1.4"),
        ("apt", "'aws-neuronx-dkms=2.18.12.0*'"),
    ],
)
def test_pins_are_printed_for_the_latest_patch(root: Path, form: str, line: str) -> None:
    done = _call(root, "packages", "2.20", "--pin", form)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# Neuron SDK 2.20.1\n")
    assert line in done.stdout


def test_packages_of_one_release_are_listed_as_csv(root: Path) -> None:
    done = _call(root, "packages", "2.9.1", "--accelerator", "inf2", "--format", "csv")
    assert done.stdout.splitlines()[0] == "accelerator,component,package,version"
    assert len(done.stdout.splitlines()) == 23


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("packages", "2.20", "2.17", "--pin", "apt"), "--pin takes one release"),
        (("packages", "9.9"), "there is no release '9.9'"),
        (("packages", "2.20", "--accelerator", "gpu"), "'gpu'"),
        (("diff-tables", "2.20.0", "2.17"), "there is no release '2.17'"),
        (("diff-tables", "2.20.0", "2.20.1", "--page", "x"), "there is no page 'x'"),
    ],
)
def test_a_mistake_is_one_line(root: Path, arguments: tuple[str, ...], told: str) -> None:
    done = _call(root, *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_tables_are_compared_page_by_page(root: Path) -> None:
    page = ("--page", "trn1-training", "--format", "json")
    rows = json.loads(_call(root, "diff-tables", "2.20.0", "2.20.1", *page).stdout)
    assert {row["change"] for row in rows} == {"cell changed", "row appeared"}
    assert {row["header"] for row in rows} == {"Topology", None}
    whole = json.loads(_call(root, "diff-tables", "2.20.0", "2.20.1", "--format", "json").stdout)
    appeared = [row["page"] for row in whole if row["change"] == "table appeared"]
    assert appeared.count("inf1-inference") == 3


def test_the_commands_have_examples_and_import_no_dagster(root: Path) -> None:
    for name in ("packages", "diff-tables"):
        done = _call(root, name, "--help")
        assert f"neuron-warehouse {name}" in done.stdout
    code = (
        "import sys; sys.argv = ['neuron-warehouse', 'packages', '2.20', '--root', sys.argv[1]]\n"
        "from dagster_project.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.exit('dagster was imported' if 'dagster' in sys.modules else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
