"""Flags that need several releases are the same in whatever order releases are built."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from dagster_project.build.prefetch import ReadResult
from dagster_project.build.publish_releases import publish_read
from pipelines.contract import MEASUREMENTS, QUALITY_FLAGS, RELEASES
from pipelines.sources.site import bundled_site
from tests.forms import some
from warehouse.versions import live_rows, newest, prepare, publish
from warehouse.versions.cross_release_flags import with_cross_release_flags

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipelines.contract import ReleaseTables
    from warehouse.versions import Descriptor, Published

NOW = datetime(2024, 11, 20, tzinfo=UTC)
# 2.18.0 prints twice the latency of three rows, and 2.18.2 prints that of 2.17.0 again.
BEFORE, JUMPED, BACK = "2.17.0", "2.18.0", "2.18.2"


@pytest.fixture(scope="module")
def three(bundled: Mapping[str, ReleaseTables]) -> Mapping[str, ReleaseTables]:
    """Return the releases of a jump and back."""
    return {release: bundled[release] for release in (BEFORE, JUMPED, BACK)}


def read(
    root: Path, releases: Mapping[str, ReleaseTables], version: Descriptor | None = None
) -> ReadResult:
    """Return what reading these releases comes to, compared with the newest version."""
    live = version or newest(root)
    flagged = with_cross_release_flags(root, releases, live)
    return ReadResult(
        {name: prepare(tables, checked=True) for name, tables in flagged.read.items()},
        refused={},
        held_back={},
        revised=flagged.revised,
        base=live.version if live else None,
    )


def build(root: Path, releases: Mapping[str, ReleaseTables]) -> Published:
    result = read(root, releases)
    return publish(
        root, tuple(result.prepared.values()), source="a test", now=NOW, revised=result.revised
    )


def state(root: Path) -> dict[tuple[str, str], str]:
    version = newest(root)
    assert version is not None
    return {(file.table, file.release): file.sha256 for file in version.files}


def jumped_back(root: Path, release: str) -> int:
    return sum(flag.rule == "jumped-back" for flag in live_rows(root, QUALITY_FLAGS, release))


@pytest.fixture(scope="module")
def at_once(three: Mapping[str, ReleaseTables], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a root of the three releases, built at once; never change it."""
    root = tmp_path_factory.mktemp("at-once") / "data"
    build(root, three)
    return root


@pytest.mark.stress
def test_built_at_once_or_one_after_another_in_any_order_the_bytes_are_the_same(
    tmp_path: Path, at_once: Path, three: Mapping[str, ReleaseTables]
) -> None:
    expected = state(at_once)
    assert jumped_back(at_once, JUMPED) == 3
    for number, order in enumerate(some(list(permutations(three)), 3)):
        root = tmp_path / str(number)
        for release in order:
            build(root, {release: three[release]})
        assert state(root) == expected, order


def test_a_newer_release_changes_the_flags_of_an_older_one(
    tmp_path: Path, three: Mapping[str, ReleaseTables]
) -> None:
    build(tmp_path, {name: three[name] for name in (BEFORE, JUMPED)})
    before = state(tmp_path)
    assert jumped_back(tmp_path, JUMPED) == 0
    published = build(tmp_path, {BACK: three[BACK]})
    assert (published.added, published.altered) == ((BACK,), (JUMPED,))
    assert jumped_back(tmp_path, JUMPED) == 3
    after = state(tmp_path)
    assert {key for key in before if after[key] != before[key]} == {
        (QUALITY_FLAGS.name, JUMPED),
        (RELEASES.name, JUMPED),
    }
    (row,) = live_rows(tmp_path, RELEASES, JUMPED)
    assert row.flag_count == len(live_rows(tmp_path, QUALITY_FLAGS, JUMPED))


def test_a_second_build_changes_nothing(
    at_once: Path, tmp_path: Path, three: Mapping[str, ReleaseTables]
) -> None:
    root = tmp_path / "data"
    shutil.copytree(at_once, root)
    again = build(root, three)
    assert not again.changed
    assert build(root, {BACK: three[BACK]}).version == again.version


def test_a_published_release_with_a_damaged_file_is_left_alone(
    tmp_path: Path, three: Mapping[str, ReleaseTables]
) -> None:
    build(tmp_path, {name: three[name] for name in (BEFORE, JUMPED)})
    version = newest(tmp_path)
    assert version is not None
    (file,) = (f for f in version.files_of(MEASUREMENTS.name) if f.release == JUMPED)
    path = tmp_path / file.path
    path.chmod(0o644)
    path.write_bytes(b"")
    assert with_cross_release_flags(tmp_path, {BACK: three[BACK]}, version).revised == ()


def test_two_builds_at_once_end_in_the_same_flags(
    tmp_path: Path, at_once: Path, three: Mapping[str, ReleaseTables]
) -> None:
    root = tmp_path / "raced"
    build(root, {BEFORE: three[BEFORE]})
    stale = newest(root)
    results: Sequence[ReadResult] = [
        read(root, {name: three[name]}, stale) for name in (JUMPED, BACK)
    ]
    for result in results:
        publish_read(bundled_site(), str(root), tuple(result.prepared), result, now=NOW)
    assert state(root) == state(at_once)
