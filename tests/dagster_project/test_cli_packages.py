"""`packages` and `diff-tables` as a person calls them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipelines.contract.accelerators import ACCELERATOR_NAMES
from warehouse.database.build_file import build_database
from warehouse.versions import publish

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipelines.contract import ReleaseTables
    from tests.calling import Call
    from tests.shelf import Shelf


@pytest.fixture(scope="module")
def root(shelf: Shelf, bundled: Mapping[str, ReleaseTables]) -> Path:
    """Return a root of two patches of one minor, with its database; never change it."""

    def fill(root: Path) -> None:
        releases = [bundled["2.20.0"], bundled["2.20.1"]]
        publish(root, releases, source="a test", now=datetime(2026, 1, 2, tzinfo=UTC))
        build_database(root)

    return shelf.folder("two-patches", fill)


@pytest.fixture(autouse=True)
def _on_the_root(call: Call, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call  # it clears the environment
    monkeypatch.setenv("NEURON_WAREHOUSE_ROOT", str(root))


def test_packages_of_two_releases_are_compared_by_accelerator(call: Call) -> None:
    done = call("packages", "2.17", "2.20", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert "2.17 means 2.17.0; 2.20 means 2.20.1" in done.stderr
    rows = json.loads(done.stdout)
    assert {row["accelerator"] for row in rows} == {"inf1", "inf2", "trn1"}
    assert {row["change"] for row in rows} == {"upgraded", "added", "removed"}
    compiler = [row for row in rows if row["package"] == "neuronx-cc"]
    assert {(row["base_version"], row["target_version"]) for row in compiler} == {
        ("2.12.68.0", "2.15.141.0")
    }


def test_an_accelerator_without_a_list_is_told_with_those_that_have_one(call: Call) -> None:
    done = call("packages", "2.20", "--accelerator", "trn2")
    assert done.returncode == 2
    assert "no page lists packages of 2.20.1 for 'trn2'; listed are those for" in done.stderr
    assert {"inf1", "inf2", "trn1"} <= set(done.stderr.replace(",", " ").split())


@pytest.mark.parametrize("command", ["packages", "compare"])
def test_the_help_names_every_accelerator(call: Call, command: str) -> None:
    done = call(command, "--help")
    assert f"only this accelerator: {', '.join(ACCELERATOR_NAMES)}" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("requirements", "neuronx-cc==2.15.141.0"),
        ("constraints", "torch_xla==2.1.4"),
        ("apt", "'aws-neuronx-dkms=2.18.12.0*'"),
    ],
)
def test_pins_are_printed_for_the_latest_patch(call: Call, form: str, line: str) -> None:
    done = call("packages", "2.20", "--pin", form)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# Neuron SDK 2.20.1\n")
    assert line in done.stdout


def test_packages_of_one_release_are_listed_as_csv(call: Call) -> None:
    done = call("packages", "2.9.1", "--accelerator", "inf2", "--format", "csv")
    assert done.stdout.splitlines()[0] == "accelerator,component,package,version"
    assert len(done.stdout.splitlines()) == 23


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("packages", "2.20", "2.17", "--pin", "apt"), "--pin takes one release"),
        (("packages", "9.9"), "unknown release '9.9'"),
        (("packages", "2.20", "--accelerator", "gpu"), "'gpu'"),
        (("diff-tables", "2.20.0", "2.17"), "unknown release '2.17'"),
        (("diff-tables", "2.20.0", "2.20.1", "--page", "x"), "unknown page 'x' (choose from "),
    ],
)
def test_a_mistake_is_one_line(call: Call, arguments: tuple[str, ...], told: str) -> None:
    done = call(*arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_tables_are_compared_page_by_page(call: Call) -> None:
    page = ("--page", "trn1-training", "--format", "json")
    rows = json.loads(call("diff-tables", "2.20.0", "2.20.1", *page).stdout)
    assert {row["change"] for row in rows} == {"cell changed", "row appeared"}
    assert {row["header"] for row in rows} == {"Topology", None}
    whole = json.loads(call("diff-tables", "2.20.0", "2.20.1", "--format", "json").stdout)
    appeared = [row["page"] for row in whole if row["change"] == "table appeared"]
    assert appeared.count("inf1-inference") == 3


@pytest.mark.parametrize("name", ["packages", "diff-tables"])
def test_the_commands_have_examples(call: Call, name: str) -> None:
    assert f"neuron-warehouse {name}" in call(name, "--help").stdout
