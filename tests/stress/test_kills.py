"""`kill -9` at any moment of a build: the last version stays, and the next build ends well."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.forms import only_in_full
from tests.sites import PERFORMANCE, CopiedSite, copy_site
from tests.stress.conftest import (
    AMOUNTS,
    REPOSITORY,
    Answers,
    Driver,
    answers_of_the_file,
    answers_of_the_newest,
    data_of,
    read_and_build,
    tell,
)
from tests.warehouse.conftest import NOW, tree
from warehouse.storage.data_paths import FILE, PACKAGE
from warehouse.storage.local_locks import FOLDER
from warehouse.versions import numbers
from warehouse.versions.verify import verify_versions

if TYPE_CHECKING:
    from pathlib import Path

SEED = 20_261_101


FIRST = [["2.20.1", 3]]
CHANGED = [["2.20.1", 4], ["2.20.2", 2]]
"""Releases to publish together, each with its number of rows."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A root before a build, what is published to it, and all about an undisturbed build."""

    before: Path
    releases: list[list[Any]]
    damaged: bool
    answers: dict[int, Answers]
    data: dict[str, bytes]
    steps: int
    writes: int
    seconds: float


@pytest.fixture(scope="module")
def scenes(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scene]:
    folder = tmp_path_factory.mktemp("kills")
    empty, one, damaged = (folder / name for name in ("empty", "one", "damaged"))
    assert driver.run(_build(one, FIRST)) == [0]
    shutil.copytree(one, damaged)
    next(damaged.glob("parquet/benchmarks/*/*")).write_bytes(b"damaged")
    next(damaged.glob("parquet/pages/*/*")).unlink()
    return {
        "a first build": _scene(driver, folder / "a", empty, FIRST),
        "a build of changes": _scene(driver, folder / "b", one, CHANGED),
        "a build that repairs": _scene(driver, folder / "c", damaged, FIRST, damaged=True),
    }


def _build(root: Path, releases: list[list[Any]], **options: Any) -> dict[str, Any]:
    return {"root": str(root), "publish": [releases], "at": NOW.isoformat(), **options}


def _scene(
    driver: Driver, folder: Path, before: Path, releases: list[list[Any]], *, damaged: bool = False
) -> Scene:
    root, count = folder / "data", folder / "count"
    steps = []
    for torn in (True, False):
        folder.mkdir(exist_ok=True)
        _reset(root, before)
        start = time.monotonic()
        assert driver.run(_build(root, releases, count=str(count), torn=torn)) == [0]
        seconds = time.monotonic() - start
        steps.append(int(count.read_text()))
    answers = {numbers(root)[-1]: answers_of_the_file(root)}
    if (before / FILE).exists():
        answers.setdefault(1, answers_of_the_file(before))
    return Scene(before, releases, damaged, answers, data_of(root), steps[1], steps[0], seconds)


def _reset(root: Path, before: Path) -> None:
    shutil.rmtree(root, ignore_errors=True)
    if before.exists():
        shutil.copytree(before, root)


def _moments(scene: Scene, many: int, chance: random.Random) -> list[dict[str, Any]]:
    """Choose moments: most before a step, some within a write, some at any time."""
    timed, torn = many // 5, max(1, many // 8)
    steps = list(range(1, scene.steps + 1))
    chance.shuffle(steps)
    moments: list[dict[str, Any]] = [
        {"kill_at": steps[index % len(steps)]} for index in range(many - timed - torn)
    ]
    moments += [{"kill_at": chance.randint(1, scene.writes), "torn": True} for _ in range(torn)]
    moments += [{"kill_after": chance.uniform(0, scene.seconds)} for _ in range(timed)]
    return moments


# In short form: `end_to_end.test_killed` kills builds at random moments.
@only_in_full
def test_a_killed_build_leaves_the_last_version_and_the_next_ends_as_if_nothing_was(
    driver: Driver, scenes: dict[str, Scene], tmp_path: Path
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - the same moments every time
    root = tmp_path / "data"
    shares = {"a first build": 0.3, "a build of changes": 0.5, "a build that repairs": 0.2}
    killed = 0
    for name, scene in scenes.items():
        for moment in _moments(scene, round(shares[name] * AMOUNTS.kills), chance):
            _reset(root, scene.before)
            (code,) = driver.run(_build(root, scene.releases, **moment))
            killed += code < 0
            _stands(root, scene, f"{name}, {moment}")
            assert driver.run(_build(root, scene.releases)) == [0]
            _as_if_nothing_was(root, scene, f"{name}, {moment}")
    assert killed >= AMOUNTS.kills * 3 // 4
    tell(
        f"{AMOUNTS.kills} builds, {killed} killed before their end: "
        + ", ".join(f"{name} has {s.steps} steps" for name, s in scenes.items())
    )


def _stands(root: Path, scene: Scene, when: str) -> None:
    """A killed build has left a version or none, whole; no half file has a name."""
    before = data_of(scene.before) if scene.before.exists() else {}
    for path, data in data_of(root).items() if root.exists() else ():
        if not path.startswith(FOLDER):
            assert data in (before.get(path), scene.data.get(path)), (when, path)
    there = numbers(root)
    assert there in (numbers(scene.before), numbers(scene.before) or (1,), (1, 2)), when
    if there and not scene.damaged:
        assert answers_of_the_newest(root) == scene.answers[there[-1]], when
        assert verify_versions(root).clean, when
    if not (root / FILE).exists():
        assert not (scene.before / FILE).exists(), when
    else:
        assert answers_of_the_file(root) in scene.answers.values(), when


def _as_if_nothing_was(root: Path, scene: Scene, when: str) -> None:
    assert data_of(root) == scene.data, when
    assert answers_of_the_file(root) == scene.answers[numbers(root)[-1]], when
    assert verify_versions(root).clean, when


# In short form, killed builds without Dagster around them: the test above, and `test_killed`.
@only_in_full
def test_a_killed_command_leaves_the_last_version(tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 - the same moments every time
    before, after, root = (tmp_path / name for name in ("before", "after", "data"))
    first, changed = (
        copy_site(tmp_path / name, "2.20.1", pages=PERFORMANCE) for name in ("first", "changed")
    )
    changed.edit("2.20.1", "inf2-inference", "41.24", "41.25")
    read_and_build(before, first)
    shutil.copytree(before, after)
    seconds, _ = _command(after, changed)
    answers = {1: answers_of_the_file(before), 2: answers_of_the_file(after)}
    killed = 0
    for _ in range(AMOUNTS.kills_of_the_command):
        _reset(root, before)
        moment = chance.uniform(seconds / 2, seconds)
        spent, ended = _command(root, changed, kill_after=moment)
        if ended:  # the machine was slower when the time was taken
            seconds = min(seconds, spent)
        killed += not ended
        assert verify_versions(root).clean
        version = numbers(root)[-1]
        assert _undated(answers_of_the_newest(root)) == _undated(answers[version])
        assert _undated(answers_of_the_file(root)) in map(_undated, answers.values())
        read_and_build(root, changed)
        assert _timeless(data_of(root)) == _timeless(data_of(after))
    assert killed >= AMOUNTS.kills_of_the_command // 4
    tell(f"the command itself, {AMOUNTS.kills_of_the_command} times, {killed} before its end")


def _command(root: Path, site: CopiedSite, kill_after: float | None = None) -> tuple[float, bool]:
    """Run the command; give the seconds that it took, and whether it ended before it was killed."""
    command = [sys.executable, "-m", "dagster_project", "build"]
    start = time.monotonic()
    with subprocess.Popen(
        [*command, "--source", str(site.folder), "--root", str(root)],
        cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            assert process.wait(kill_after) == 0
        except subprocess.TimeoutExpired:
            process.kill()
    return time.monotonic() - start, process.returncode == 0


def _undated(answers: Answers) -> Answers:
    """Leave out what says when and from where a version was published."""
    return {name: answer for name, answer in answers.items() if name != "dataset"}


def _timeless(data: dict[str, bytes]) -> dict[str, object]:
    return {
        path: {k: v for k, v in json.loads(content).items() if k not in ("created", "sources")}
        if path.startswith("versions/") or path == PACKAGE
        else content
        for path, content in data.items()
    }


@only_in_full
def test_a_file_put_in_place_by_a_killed_build_goes_when_it_is_not_wanted(
    driver: Driver, scenes: dict[str, Scene], tmp_path: Path
) -> None:
    """The killed build had changed rows; the next one has them as they were."""
    changes, first = scenes["a build of changes"], scenes["a first build"]
    root = tmp_path / "data"
    left = 0
    for kill_at in range(changes.steps // 2, changes.steps, 15):
        _reset(root, changes.before)
        driver.run(_build(root, changes.releases, kill_at=kill_at))
        if numbers(root) == (1,):
            left += len(tree(root)) > len(tree(changes.before))
            assert driver.run(_build(root, first.releases)) == [0]
            assert data_of(root) == data_of(changes.before), kill_at
    assert left
