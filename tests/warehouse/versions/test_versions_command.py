"""`versions`, `export` and the options for reading old versions, as a person types them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.warehouse.conftest import NOW, a_release
from warehouse.database.build_file import build_database
from warehouse.versions import numbers, publish, read_version

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calling import Call
    from tests.shelf import Shelf

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def two_versions(shelf: Shelf, built_once: Path) -> Path:
    """Return a root of two versions with its database; to be copied, never changed."""

    def fill(root: Path) -> None:
        shutil.copytree(built_once, root)
        newer = a_release("2.20.0", rows=3)
        publish(root, [newer], source="a test", now=NOW.replace(day=9))
        build_database(root)

    return shelf.folder("two-versions", fill)


@pytest.fixture
def built(two_versions: Path, root: Path) -> Path:
    """Return a root of two versions with its database."""
    shutil.copytree(two_versions, root)
    return root


@pytest.fixture
def run(built: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command on a root of two versions."""
    monkeypatch.setenv("NEURON_WAREHOUSE_ROOT", str(built))

    def run_it(*arguments: str) -> tuple[int, str, str]:
        done = call(*arguments)
        return done.returncode, done.stdout, done.stderr

    return run_it


def test_versions_alone_lists_them(run: Run) -> None:
    code, out, _ = run("versions", "--format", "json")
    assert code == 0
    assert [row["version"] for row in json.loads(out)] == [2, 1]


@pytest.mark.slow
def test_a_version_is_chosen_by_number_or_date(run: Run) -> None:
    query = ("sql", "SELECT version FROM dataset", "--format", "csv")
    assert run(*query)[1] == "version\n2\n"
    assert run(*query, "--version", "1")[1] == "version\n1\n"
    code, out, err = run(*query, "--as-of", "2025-01-01")
    assert (code, out) == (2, "")
    assert "the oldest here is version 1 of 2026-01-02T03:04:05Z" in err
    now, then = (
        {
            row["name"]: row["rows"]
            for row in json.loads(run("tables", "--format", "json", *when)[1])
        }
        for when in ((), ("--as-of", "2026-01-08"))
    )
    assert (now["benchmarks"], then["benchmarks"]) == (5, 4)
    assert now.keys() == then.keys()


@pytest.mark.parametrize("form", ["table", "csv", "json", "markdown"])
def test_differences_are_shown_in_every_form(run: Run, form: str) -> None:
    code, out, _ = run("versions", "diff", "1", "2", "--format", form)
    assert code == 0
    assert "throughput mean, inferences/s" in out
    assert "43.5" in out


def test_a_descriptor_is_printed_as_it_is_stored(run: Run, built: Path) -> None:
    assert run("versions", "show", "1")[1] == (built / "versions/000001.json").read_text()
    assert run("versions", "show", "7")[0] == 2


def test_verifying_ends_in_one_where_something_is_wrong(run: Run, built: Path) -> None:
    code, out, err = run("versions", "verify")
    assert (code, err) == (0, "")
    assert out.startswith("version 2: ")
    (lost,) = set(read_version(built, 1).files_of("benchmarks")) - set(read_version(built, 2).files)
    (built / lost.path).unlink()
    assert run("versions", "verify")[0] == 0
    code, out, err = run("versions", "verify", "--all", "--format", "json")
    assert (code, [row["path"] for row in json.loads(out)]) == (1, [lost.path])
    assert "versions 1 to 2: " in err
    assert run("versions", "verify", "1")[0] == 1
    code, _, err = run("versions", "restore", "1")
    assert code == 3
    assert f"{lost.path} is missing" in err
    assert len(err.splitlines()) == 1


def test_a_version_lost_from_between_others_is_missed(run: Run, built: Path) -> None:
    run("versions", "restore", "1")
    (built / "versions/000002.json").unlink()
    code, out, _ = run("versions", "verify", "--all", "--format", "json")
    assert (code, [row["path"] for row in json.loads(out)]) == (1, ["versions/000002.json"])


def test_a_damaged_descriptor_is_not_printed(run: Run, built: Path) -> None:
    path = built / "versions/000002.json"
    path.write_bytes(path.read_bytes()[:3000])
    code, out, err = run("versions", "show", "2")
    assert (code, out) == (3, "")
    assert "000002.json is damaged" in err


def test_a_restored_version_is_the_one_that_is_read(run: Run) -> None:
    assert run("versions", "restore", "1")[1] == "Version 3 is equal to version 1.\n"
    assert "3 is equal" not in run("versions", "restore", "1")[1]
    found = run("sql", "SELECT count(*) FROM benchmarks", "--format", "csv")[1]
    assert found == "count_star()\n4\n"


def test_pruning_needs_a_yes(run: Run, built: Path) -> None:
    code, out, _ = run("versions", "prune", "--keep", "1")
    assert code == 0
    assert out.startswith("Would remove 1 version and ")
    assert "add --yes" in out
    assert numbers(built) == (1, 2)
    assert run("versions", "prune", "--keep", "1", "--yes")[1].startswith("Removed 1 version")
    assert numbers(built) == (2,)
    assert run("versions", "prune", "--yes")[1].startswith("Nothing to remove")
    assert run("versions", "prune", "--keep", "0")[0] == 2


def test_the_root_may_stand_before_the_subcommand(run: Run, built: Path, tmp_path: Path) -> None:
    elsewhere = str(tmp_path / "elsewhere")
    assert run("versions", "--root", elsewhere, "verify")[0] == 3
    assert run("versions", "--root", elsewhere, "verify", "--root", str(built))[0] == 0


def test_an_export_says_what_it_added(run: Run, tmp_path: Path) -> None:
    export = ("export", "--format", "delta", str(tmp_path / "lake"))
    assert "Added dataset version 1 to" in run(*export, "--as-of", "2026-01-03")[1]
    assert "Added dataset version 2 to" in run(*export)[1]
    assert run(*export)[1].startswith("Nothing has changed: ")


@pytest.mark.parametrize("name", ["diff", "show", "verify", "restore", "prune", ""])
def test_every_command_has_help_with_an_example(run: Run, name: str) -> None:
    code, out, _ = run("versions", *name.split(), "--help")
    assert code == 0
    assert f"neuron-warehouse versions {name}".strip() in out
