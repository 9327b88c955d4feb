"""Removing old versions, and the files that no kept version needs.

This module decides what is removed and in which order; `warehouse.storage` makes sure that no other
run writes meanwhile. The newest version always stays, so that no number is ever used twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import UsageError
from warehouse.storage.data_paths import FOLDER, MANIFESTS, content_paths
from warehouse.storage.protocol import PATIENCE
from warehouse.storage.roots import Storage, open_root
from warehouse.versions.listing import numbers, path_of, read_version

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Pruning:
    """What is removed and what stays.

    Attributes:
        kept: The numbers of versions that stay, oldest first.
        removed: The numbers of versions that are removed, oldest first.
        files: The paths of files that are removed, those that killed runs left behind included.
        size: The length of all `files` together, in bytes.
    """

    kept: tuple[int, ...]
    removed: tuple[int, ...]
    files: tuple[str, ...]
    size: int


def plan_prune(root: str | Path | Storage, keep: int) -> Pruning:
    """Return what pruning to the newest `keep` versions would remove; change nothing."""
    if keep < 1:
        raise UsageError(f"--keep {keep} would leave no version; keep at least 1")
    storage = open_root(root)
    there = numbers(storage)
    kept = there[-keep:]
    needed = {path for number in kept for path in read_version(storage, number).needed}
    there_are = {**storage.below(FOLDER), **storage.below(MANIFESTS)}
    unneeded = {path: there_are[path] for path in sorted(content_paths(there_are) - needed)}
    return Pruning(kept, there[: len(there) - len(kept)], tuple(unneeded), sum(unneeded.values()))


def prune(root: str | Path | Storage, keep: int, patience: float = PATIENCE) -> Pruning:
    """Remove all but the newest `keep` versions and the files that they do not need.

    Args:
        root: The dataset's root.
        keep: How many versions stay.
        patience: For how many seconds to wait for those who write.

    Raises:
        SourceError: Others still write after that time, or files cannot be removed.
    """
    storage = open_root(root)
    plan = plan_prune(storage, keep)
    if not plan.removed and not plan.files:
        return plan
    with storage.removing(patience) as writer:
        plan = plan_prune(storage, keep)
        # Versions first, the oldest before the others: wherever this is killed, every remaining
        # version has its files, and no number between them is missing.
        for number in plan.removed:
            writer.delete([path_of(number)])
        writer.delete(plan.files)
    return plan
