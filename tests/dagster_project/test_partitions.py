"""Partitions: which releases an instance has, and in which order."""

from __future__ import annotations

import dagster as dg
import pytest

from dagster_project.partitions import NAME, RELEASES, Additions, add_partitions, additions
from pipelines.releases import known_releases


def test_without_an_instance_the_checked_in_releases_are_partitions() -> None:
    assert tuple(RELEASES.get_partition_keys()) == known_releases()
    assert RELEASES.has_partition_key(known_releases()[0])
    assert RELEASES.filter_valid_partition_keys({known_releases()[0], "9.9.9"}) == {
        known_releases()[0]
    }


def test_a_release_that_an_instance_was_told_of_is_a_partition_in_its_place() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(NAME, ["2.99.0", "2.17.5"])
        keys = RELEASES.get_partition_keys(dynamic_partitions_store=instance)
    assert keys[-1] == "2.99.0"
    assert keys.index("2.17.5") == keys.index("2.17.0") + 1


@pytest.mark.parametrize(
    ("present", "wanted", "expected"),
    [
        ((), ("2.20.0", "2.19.1"), Additions((), ("2.19.1", "2.20.0"))),
        (("2.19.1", "2.20.0"), ("2.20.0",), Additions()),
        (("2.19.1", "2.20.0"), ("2.21.0",), Additions((), ("2.21.0",))),
        (
            ("2.19.1", "2.20.0", "2.21.0"),
            ("2.19.2",),
            Additions(("2.20.0", "2.21.0"), ("2.19.2", "2.20.0", "2.21.0")),
        ),
    ],
)
def test_partitions_are_added_so_that_all_stand_oldest_first(
    present: tuple[str, ...], wanted: tuple[str, ...], expected: Additions
) -> None:
    assert additions(present, wanted) == expected


def test_an_instance_keeps_its_releases_in_order(tmp_path_factory: pytest.TempPathFactory) -> None:
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("home"))) as instance:
        add_partitions(instance, ["2.20.0", "2.18.0"])
        add_partitions(instance, ["2.19.1"])
        assert instance.get_dynamic_partitions(NAME) == ["2.18.0", "2.19.1", "2.20.0"]
