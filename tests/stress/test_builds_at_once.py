"""Builds at once on one root: no version lost or half-visible, no number twice, all data there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pipelines.contract import BENCHMARKS
from tests import forms
from tests.sites import PERFORMANCE, copy_site
from tests.stress.conftest import (
    AMOUNTS,
    REPOSITORY,
    Driver,
    answers_of_the_file,
    answers_of_the_newest,
    tell,
)
from warehouse.storage.local_locks import FOLDER
from warehouse.versions import live_rows, numbers, plan_prune, prune, read_version
from warehouse.versions.verify import verify_versions

if TYPE_CHECKING:
    from pathlib import Path

BUILDERS = (2, 4) if forms.FULL else (3,)
"""How many build at once."""
EACH = 2
"""Publications of each builder."""


# In short form: `storage.test_two_writers` has two writers at once.
@forms.only_in_full
@pytest.mark.parametrize("builders", BUILDERS)
def test_builds_of_different_releases_all_land(
    driver: Driver, tmp_path: Path, builders: int
) -> None:
    for round_ in range(AMOUNTS.rounds):
        root, there = _root_of(driver, tmp_path, round_)
        wanted = {f"2.{b}.{p}": b + p + 1 for b in range(builders) for p in range(EACH)}
        assert (
            driver.run(
                *(
                    {
                        "root": str(root),
                        "publish": [[[r, n]] for r, n in wanted.items() if f"2.{b}." in r],
                    }
                    for b in range(builders)
                )
            )
            == [0] * builders
        )
        assert numbers(root) == tuple(range(1, there + builders * EACH + 1))
        _chained(root)
        for release, rows in wanted.items():
            assert len(live_rows(root, BENCHMARKS, release)) == rows
        _whole(root)
    tell(f"{AMOUNTS.rounds} rounds of {builders} builds at once, different releases")


# In short form: `storage.test_two_writers` has two writers at once.
@forms.only_in_full
@pytest.mark.parametrize("builders", BUILDERS)
def test_builds_of_the_same_release_make_a_version_each_unless_they_are_equal(
    driver: Driver, tmp_path: Path, builders: int
) -> None:
    for round_ in range(AMOUNTS.rounds):
        root, there = _root_of(driver, tmp_path, round_)
        rows = [1 + (b if round_ % 2 else 0) for b in range(builders)]
        requests = [{"root": str(root), "publish": [[["2.20.0", n]]]} for n in rows]
        assert driver.run(*requests) == [0] * builders
        assert numbers(root) == tuple(range(1, there + len(set(rows)) + 1))
        _chained(root)
        seen = {
            file.rows
            for number in numbers(root)
            for file in read_version(root, number).files_of("benchmarks")
            if file.release == "2.20.0"
        }
        assert seen == set(rows)
        _whole(root)
    tell(f"{AMOUNTS.rounds} rounds of {builders} builds at once, the same release")


# In short form: `versions.test_diff` prunes; `storage.test_s3` keeps removers and writers apart.
@forms.only_in_full
def test_pruning_between_builds_takes_nothing_that_is_needed(
    driver: Driver, tmp_path: Path
) -> None:
    root = tmp_path / "data"
    for round_ in range(AMOUNTS.rounds):
        done = subprocess.Popen(
            [sys.executable, "-c", _PRUNE, str(root)], cwd=REPOSITORY, stdin=subprocess.PIPE
        )
        # The same two states in turn: each build finds files that the one before has given up.
        states = [[["2.20.0", 1]], [["2.20.0", 2]]] * 3
        codes = driver.run(
            {"root": str(root), "publish": states},
            {"root": str(root), "publish": [*states[1:], states[0]]},
        )
        done.communicate()
        assert codes == [0, 0], round_
        assert done.returncode == 0
        there = numbers(root)
        assert there == tuple(range(there[0], there[-1] + 1))
        assert verify_versions(root).clean
    plan = prune(root, 1)
    assert plan.kept == there[-1:]
    assert plan_prune(root, 1).files == ()
    _whole(root)
    tell(f"{AMOUNTS.rounds} rounds of 2 builds while versions are pruned all the time")


_PRUNE = """
import math, select, sys
from warehouse.versions import numbers, prune
while not select.select([sys.stdin], [], [], 0.01)[0]:
    if numbers(sys.argv[1]):
        prune(sys.argv[1], 1, patience=math.inf)  # the builds end, however busy the machine is
"""


# In short form, builds at once without Dagster around them: the tests above.
@forms.only_in_full
def test_two_commands_at_once_both_land(tmp_path: Path) -> None:
    root = tmp_path / "data"
    commands = [
        subprocess.Popen(
            [sys.executable, "-m", "dagster_project", "build", "--root", str(root), "--source",
             str(copy_site(tmp_path / release, release, pages=PERFORMANCE).folder)],
            cwd=REPOSITORY, stdout=subprocess.DEVNULL,
        )
        for release in ("2.20.0", "2.20.2")
    ]  # fmt: skip
    assert [command.wait() for command in commands] == [0, 0]
    assert numbers(root) == (1, 2)
    assert read_version(root, 2).releases == ("2.20.0", "2.20.2")
    _whole(root)


def _root_of(driver: Driver, tmp_path: Path, round_: int) -> tuple[Path, int]:
    """Return a round's root and how many versions it has: none, or in two of three rounds one."""
    root, there = tmp_path / str(round_), tmp_path / "there"
    if round_ % 3 == 0:
        return root, 0
    if not there.exists():
        assert driver.run({"root": str(there), "publish": [[["2.99.0", 1]]]}) == [0]
    shutil.copytree(there, root)
    return root, 1


def _chained(root: Path) -> None:
    for number in numbers(root):
        assert read_version(root, number).previous == (number - 1 or None)


def _whole(root: Path) -> None:
    assert verify_versions(root).clean
    assert answers_of_the_file(root) == answers_of_the_newest(root)
    assert not (root / FOLDER).exists()
