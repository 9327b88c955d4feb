"""What differs between two versions of the dataset, benchmark by benchmark and figure by figure.

This module sets rows side by side. Counting what changed when a version is made lives in `changes`;
what a difference means for a workload, in `warehouse.comparison`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pipelines.contract import BENCHMARKS, MEASUREMENTS, Benchmark, Measurement, Table
from pipelines.files.regular_files import read_regular
from pipelines.releases import release_order
from warehouse.schema import parquet
from warehouse.storage.roots import Storage, open_root
from warehouse.versions import Descriptor, read_version
from warehouse.versions.verify import faults_of, require

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pyarrow as pa

    from warehouse.versions import FileEntry

_PLACES = frozenset({"table_id", "row", "column"})
"""Where a row is on its page: rows move if one is inserted above them, and mean the same."""


@dataclass(frozen=True, slots=True)
class VersionDifference:
    """One thing that differs: a figure, or one dimension of a benchmark.

    `before` and `after` are texts, None on the side that has none. The two values and their
    relative change (0.1 = +10 %) are None for a dimension.
    """

    release: str
    change: str
    model: str | None
    instance_types: str | None
    what: str
    before: str | None
    after: str | None
    before_value: float | None
    after_value: float | None
    relative_change: float | None
    benchmark_id: str


def diff_versions(root: str | Path | Storage, base: int, target: int) -> pa.Table:
    """Return what differs between two versions, oldest release first; no rows if they are equal.

    Args:
        root: The dataset's root.
        base: The number of the version before.
        target: The number of the version after.

    Returns:
        A table with the columns of `VersionDifference`.

    Raises:
        UsageError: There is no version with one of the numbers.
        SourceError: A file that differs is missing or damaged.
    """
    storage = open_root(root)
    before, after = read_version(storage, base), read_version(storage, target)
    found = [
        asdict(difference)
        for release in _touched(before, after)
        for difference in _differences(
            _Side.load(storage, before, release), _Side.load(storage, after, release)
        )
    ]
    return _table(found)


def _table(found: list[dict[str, Any]]) -> pa.Table:
    import pyarrow as pa

    figures = {"before_value", "after_value", "relative_change"}
    return pa.Table.from_pylist(
        found,
        schema=pa.schema(
            [
                (name, pa.float64() if name in figures else pa.string())
                for name in VersionDifference.__slots__
            ]
        ),
    )


def _touched(before: Descriptor, after: Descriptor) -> list[str]:
    """Return the releases of which a file that holds benchmarks or figures differs."""
    sides = [
        {(file.release, file.sha256) for table in _TABLES for file in version.files_of(table.name)}
        for version in (before, after)
    ]
    return sorted({release for release, _ in sides[0] ^ sides[1]}, key=release_order)


_TABLES: tuple[Table, ...] = (BENCHMARKS, MEASUREMENTS)
_Figure = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class _Side:
    """One release in one version: benchmarks by identifier, figures by what they measure."""

    benchmarks: Mapping[str, Benchmark]
    figures: Mapping[_Figure, Measurement]

    @classmethod
    def load(cls, storage: Storage, version: Descriptor, release: str) -> _Side:
        rows = {table: _rows(storage, version, table, release) for table in _TABLES}
        return cls(
            {row.benchmark_id: row for row in rows[BENCHMARKS]},
            {(r.benchmark_id, r.metric, r.statistic, r.unit): r for r in rows[MEASUREMENTS]},
        )


def _rows(storage: Storage, version: Descriptor, table: Table, release: str) -> tuple[Any, ...]:
    files: list[FileEntry] = [f for f in version.files_of(table.name) if f.release == release]
    with storage.local([file.path for file in files]) as paths:
        require(storage, faults_of(dict(zip(files, paths, strict=True))))
        return tuple(
            row
            for path in paths
            for row in parquet.from_arrow(table, parquet.read(read_regular(path), path.name))
        )


def _differences(before: _Side, after: _Side) -> Iterator[VersionDifference]:
    named = {**before.benchmarks, **after.benchmarks}
    for benchmark_id in sorted(named, key=lambda key: (named[key].row, key)):
        old, new = before.benchmarks.get(benchmark_id), after.benchmarks.get(benchmark_id)
        if old is not None and new is not None:
            yield from _dimensions(old, new)
    figures = {**before.figures, **after.figures}
    for key in sorted(figures, key=lambda key: (figures[key].row, figures[key].column, key)):
        figure = _figure(named[key[0]], before.figures.get(key), after.figures.get(key))
        if figure is not None:
            yield figure


def _dimensions(old: Benchmark, new: Benchmark) -> Iterator[VersionDifference]:
    for column in BENCHMARKS.columns:
        before, after = getattr(old, column.name), getattr(new, column.name)
        if before != after and column.name not in _PLACES:
            yield _difference(new, "altered", column.name, (_text(before), _text(after)))


def _figure(
    of: Benchmark, old: Measurement | None, new: Measurement | None
) -> VersionDifference | None:
    known = new or old
    if known is None or (old and new and _said(old) == _said(new)):
        return None
    change = "added" if old is None else "removed" if new is None else "altered"
    what = f"{known.metric} {known.statistic}, {known.unit}"
    texts = tuple(None if side is None else _shown(side) for side in (old, new))
    values = (old.value if old else None, new.value if new else None)
    return _difference(of, change, what, texts, values)


def _said(figure: Measurement) -> tuple[Any, ...]:
    return figure.value, figure.basis, figure.text


def _shown(figure: Measurement) -> str:
    return figure.text if figure.basis is None else f"{figure.text} ({figure.basis})"


def _difference(
    of: Benchmark,
    change: str,
    what: str,
    texts: tuple[str | None, ...],
    values: tuple[float | None, float | None] = (None, None),
) -> VersionDifference:
    before, after = values
    relative = None if before is None or after is None or not before else after / before - 1
    return VersionDifference(
        release=of.release,
        change=change,
        model=of.model,
        instance_types=_text(of.instance_types),
        what=what,
        before=texts[0],
        after=texts[1],
        before_value=before,
        after_value=after,
        relative_change=relative,
        benchmark_id=of.benchmark_id,
    )


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {value[key]}" for key in sorted(value))
    return str(value)
