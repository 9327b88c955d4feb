"""The partitions: one for each release. A release that appears becomes one by itself.

This module has the partitions and how an instance learns of new ones. Put nothing else here: what
looks for new releases lives in `sensors`, and what is run for them in `automation`.

A Dagster instance keeps a list of partitions. It starts without any, so the releases
of the checked-in list are always added: a new instance, and a run that keeps none, have them too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import dagster as dg

from pipelines.releases import in_order, known_releases, release_order

NAME = "releases"


class ReleasePartitions(dg.DynamicPartitionsDefinition):
    """The releases of the checked-in list, and those that the instance keeps, in order."""

    def __new__(cls) -> Self:
        """Return the partitions; their name is the same everywhere."""
        made: Self = super().__new__(cls, name=NAME)
        return made

    def get_partition_keys(
        self,
        current_time: datetime | None = None,
        dynamic_partitions_store: Any = None,
    ) -> Sequence[str]:
        """Return all releases, oldest first; without an instance, those of the checked-in list."""
        with dg.partition_loading_context(current_time, dynamic_partitions_store) as context:
            store = context.dynamic_partitions_store
            kept = store.get_dynamic_partitions(NAME) if store else ()
        return in_order((*known_releases(), *kept))

    def has_partition_key(
        self,
        partition_key: str,
        current_time: datetime | None = None,
        dynamic_partitions_store: Any = None,
    ) -> bool:
        """Return whether a release is a partition."""
        return partition_key in self.get_partition_keys(current_time, dynamic_partitions_store)

    def filter_valid_partition_keys(self, partition_keys: set[str]) -> set[str]:
        """Return those of these keys that are partitions."""
        return partition_keys & set(self.get_partition_keys())


RELEASES = ReleasePartitions()


@dataclass(frozen=True, slots=True)
class Additions:
    """What must be done to an instance's list of partitions, which keeps the order of adding.

    Attributes:
        removed: Newer releases that are taken out for a moment, so that they come last again.
        added: Releases to add, oldest first.
    """

    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    def requests(self) -> list[Any]:
        """Return the requests with which a sensor asks for it."""
        made: list[Any] = []
        if self.removed:
            made.append(RELEASES.build_delete_request(list(self.removed)))
        if self.added:
            made.append(RELEASES.build_add_request(list(self.added)))
        return made


def additions(present: Sequence[str], wanted: Iterable[str]) -> Additions:
    """Return how to add releases so that all partitions stand oldest first.

    Args:
        present: The instance's partitions, in the order in which they were added.
        wanted: Releases that must be partitions.
    """
    missing = in_order(set(wanted) - set(present))
    if not missing:
        return Additions()
    later = tuple(one for one in present if release_order(one) > release_order(missing[0]))
    return Additions(later, in_order((*missing, *later)))


def add_partitions(instance: dg.DagsterInstance, wanted: Iterable[str]) -> None:
    """Make releases partitions of an instance; one that keeps nothing needs none."""
    if instance.is_ephemeral:
        return
    found = additions(instance.get_dynamic_partitions(NAME), wanted)
    for release in found.removed:
        instance.delete_dynamic_partition(NAME, release)
    if found.added:
        instance.add_dynamic_partitions(NAME, list(found.added))
