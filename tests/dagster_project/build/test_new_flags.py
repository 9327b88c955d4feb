"""New flags: what no release had in the version before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.build.new_flags import FlagGroup, grouped, new_flags, previous_version
from tests.dagster_project.build.scenes import MOMENT, error, with_flags
from warehouse.versions import newest, publish, read_version

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipelines.contract import QualityFlag, ReleaseTables


def _new_errors(root: Path) -> list[QualityFlag]:
    version = newest(root)
    assert version is not None
    found = new_flags(root, version, previous_version(root, version))
    return [flag for flag in found if flag.severity == "error"]


def test_where_there_is_no_version_before_every_flag_is_known(grown_root: Path) -> None:
    assert new_flags(grown_root, read_version(grown_root, 1), None) == ()


def test_a_new_release_brings_only_what_no_release_had(grown_root: Path) -> None:
    assert [(flag.release, flag.observed) for flag in _new_errors(grown_root)] == [
        ("2.20.1", "a new thing")
    ]


def test_an_error_that_a_changed_release_had_before_is_known(
    tmp_path: Path, bundled: Mapping[str, ReleaseTables]
) -> None:
    old, new = error("2.20.0", "an old thing"), error("2.20.0", "a new thing")
    publish(tmp_path, [with_flags(bundled["2.20.0"], [old])], source="a test", now=MOMENT)
    publish(tmp_path, [with_flags(bundled["2.20.0"], [old, new])], source="a test", now=MOMENT)
    assert _new_errors(tmp_path) == [new]


def test_a_version_before_that_was_pruned_is_none(grown_root: Path) -> None:
    assert previous_version(grown_root, read_version(grown_root, 1)) is None


def test_flags_are_grouped_by_rule_errors_first() -> None:
    flags = [error(release, "a", "b-rule") for release in ("2.19.1", "2.20.0")]
    flags += [error("2.20.0", "c", "a-rule")]
    assert grouped(flags) == (
        FlagGroup(
            "b-rule",
            "error",
            2,
            ("2.19.1", "2.20.0"),
            ("The page of 2.19.1 says a.", "The page of 2.20.0 says a."),
        ),
        FlagGroup("a-rule", "error", 1, ("2.20.0",), ("The page of 2.20.0 says c.",)),
    )
