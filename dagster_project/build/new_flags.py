"""The quality flags of a dataset version that no release had before: what a person should look at.

This module compares the flags of two versions. How they are shown lives in `summary`; as a check,
in `dagster_project.asset_checks`.

Upstream repeats its errors: a new release carries old rows over, with the flags of old. So a flag
is known if the version before has one of the same rule and page that met the same thing, in
whichever release. Where there is no version before, there is nothing to compare with, and all flags
are known.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from pipelines.contract import QUALITY_FLAGS
from pipelines.contract.benchmarks import SEVERITIES
from pipelines.releases import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from pipelines.contract import QualityFlag
    from warehouse.versions import Descriptor, FileEntry


@dataclass(frozen=True, slots=True)
class FlagGroup:
    """The new flags of one rule and severity.

    Attributes:
        rule: The rule's name.
        severity: `error`, `warning` or `info`.
        count: How many flags there are.
        releases: Releases that have them, oldest first.
        messages: The first few messages.
    """

    rule: str
    severity: str
    count: int
    releases: tuple[str, ...]
    messages: tuple[str, ...]


_MESSAGES = 3
_Key = tuple[str | None, ...]


def new_flags(
    root: str | Path, version: Descriptor, before: Descriptor | None
) -> tuple[QualityFlag, ...]:
    """Return the flags of a version that are not known from the version before.

    Args:
        root: The dataset's folder, or `s3://bucket/prefix`.
        version: The version to look at.
        before: The version to compare with; None for none.

    Returns:
        The new flags, by release, oldest first; nothing where there is no version before.
    """
    if before is None:
        return ()
    now, then = (frozenset(one.files_of(QUALITY_FLAGS.name)) for one in (version, before))
    if now <= then:
        return ()
    # Of a long history, nearly all files are in both versions: they are read once.
    standing, gone = _flags_of(root, version, now & then), _rows(root, then - now)
    known = {_key(flag) for flag in chain(standing, gone)}
    fresh = _flags_of(root, version, now - then)
    return tuple(flag for flag in fresh if _key(flag) not in known)


def previous_version(root: str | Path, version: Descriptor) -> Descriptor | None:
    """Return the version before; None for the first version, or where it was pruned."""
    from warehouse.versions import numbers, read_version

    if version.previous not in numbers(root):
        return None
    return read_version(root, version.previous)


def grouped(flags: Iterable[QualityFlag]) -> tuple[FlagGroup, ...]:
    """Return flags by rule and severity: errors first, and the most frequent of each first."""
    found: dict[tuple[str, str], list[QualityFlag]] = defaultdict(list)
    for flag in flags:
        found[flag.rule, flag.severity].append(flag)
    groups = [_group(rule, severity, some) for (rule, severity), some in found.items()]
    return tuple(
        sorted(groups, key=lambda one: (SEVERITIES.index(one.severity), -one.count, one.rule))
    )


def _group(rule: str, severity: str, flags: Sequence[QualityFlag]) -> FlagGroup:
    return FlagGroup(
        rule=rule,
        severity=severity,
        count=len(flags),
        releases=tuple(dict.fromkeys(flag.release for flag in flags)),
        messages=tuple(dict.fromkeys(flag.message for flag in flags))[:_MESSAGES],
    )


def flags_of(root: str | Path, version: Descriptor, releases: Iterable[str]) -> list[QualityFlag]:
    """Return the flags of some releases in a dataset version, in the order given."""
    found = _flags_by_release(str(root), version.version)
    return [flag for one in releases for flag in found.get(one, ())]


@lru_cache(maxsize=2)
def _flags_by_release(root: str, number: int) -> Mapping[str, tuple[QualityFlag, ...]]:
    # A build asks several times, of the newest version.
    from warehouse.database.rows_in_file import stored_rows
    from warehouse.versions import read_version

    version = read_version(root, number)
    with stored_rows(root, version) as load:
        files = version.files_of(QUALITY_FLAGS.name)
        return {file.release: load(QUALITY_FLAGS, file) or () for file in files}


def _flags_of(
    root: str | Path, version: Descriptor, files: AbstractSet[FileEntry]
) -> list[QualityFlag]:
    """Return the flags of some files of a dataset version, oldest release first."""
    return flags_of(root, version, in_order(file.release for file in files))


def _rows(root: str | Path, files: Iterable[FileEntry]) -> Iterator[QualityFlag]:
    from warehouse.storage.roots import open_root
    from warehouse.versions import load_rows

    storage = open_root(root)
    for file in files:
        yield from load_rows(storage, QUALITY_FLAGS, file) or ()


def _key(flag: QualityFlag) -> _Key:
    """Return what a flag found, without the release and the row in which it was found."""
    if flag.observed is None and flag.expected is None:
        return flag.page, flag.rule, flag.severity, flag.message.replace(flag.release, "")
    return flag.page, flag.rule, flag.severity, flag.observed, flag.expected
