"""What the warehouse's tests share: a release of a handful of rows, and a root holding some."""

from __future__ import annotations

import builtins
import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.contract import (
    BENCHMARKS,
    MEASUREMENTS,
    PACKAGE_VERSIONS,
    PUBLISHED_CELLS,
    PUBLISHED_TABLES,
    QUALITY_FLAGS,
    RELEASES,
    TABLES,
    Benchmark,
    CellChange,
    Measurement,
    PackageVersion,
    Page,
    PublishedCell,
    PublishedTable,
    QualityFlag,
    ReleaseTables,
)
from warehouse.database.build_file import build_database
from warehouse.database.open_version import open_warehouse
from warehouse.storage.data_paths import FILE
from warehouse.versions import Published, prepare, publish
from warehouse.versions.stored_form.descriptor_json import SHORT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import duckdb

    from tests.shelf import Shelf
    from warehouse.versions import Prepared

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CAPTURED = datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC)
MEASURED = (
    ("throughput", "mean", 41.5, "inferences/s", None),
    ("latency", "p50", 1.25, "ms", None),
    ("latency", "p99", 2.5, "ms", None),
    ("cost", "mean", 1111.111, "USD per 1M inferences", "on-demand"),
)


LONG = tuple(f"2.{number // 5}.{number % 5}" for number in range(SHORT + 1))
"""Releases of a history that is too long for one descriptor."""
DOZEN = LONG[:12]
"""Releases of a history with more files than are read where the warehouse file can be."""


def a_page(release: str = "2.20.0", **changes: Any) -> Page:
    """Return one page."""
    facts: dict[str, Any] = {
        "release": release,
        "page": "inf2-inference",
        "url": f"https://docs.example/en/v{release}/inf2.html",
        "title": "Inf2 performance",
        "last_update": date(2024, 7, 3),
        "captured_at": CAPTURED,
        "http_status": 200,
        "etag": '"one"',
        "last_modified": "Wed, 03 Jul 2024 00:00:00 GMT",
        "is_whole": True,
        "byte_count": 1000,
        "content_sha256": "c" * 64,
        "tables_sha256": "d" * 64,
        "archive_record": None,
    }
    return Page(**facts | changes)


def a_benchmark(release: str, row: int = 0, **changes: Any) -> Benchmark:
    """Return one benchmark row, most of its dimensions None."""
    facts: dict[str, Any] = dict.fromkeys(Benchmark.__slots__)
    facts |= {
        "benchmark_id": f"b-{release}-{row}",
        "comparison_key": f"k-{row}",
        "table_id": f"t-{release}",
        "release": release,
        "row": row,
        "measured_release": release,
        "workload": "inference",
        "accelerator": "inf2",
        "model_family": "encoder",
        "model": f"model-{row}",
        "instance_types": ("inf2.xlarge", "inf2.8xlarge"),
        "batch_size": 4,
        "scripts": ("https://scripts.example",),
        "attributes": {"Odd": "1", "Column": "2"},
    }
    return Benchmark(**facts | changes)


def a_flag(release: str, **changes: Any) -> QualityFlag:
    """Return one quality flag."""
    facts: dict[str, Any] = {
        "release": release,
        "benchmark_id": f"b-{release}-0",
        "page": "inf2-inference",
        "rule": "figures-contradict",
        "severity": "error",
        "message": "41.5 inferences/s cannot be.",
        "observed": "41.5",
        "expected": "1950",
    }
    return QualityFlag(**facts | changes)


def a_package(release: str, line: int = 0, **changes: Any) -> PackageVersion:
    """Return one line of a package list that a release prints of an older one."""
    facts: dict[str, Any] = {
        "release": "2.1.0",
        "listed_on": release,
        "accelerator": "inf2",
        "component": None,
        "package": "neuronx-cc",
        "version": "2.1",
        "text": "neuronx-cc-2.1",
        "page": "whats-new",
        "list_number": 0,
        "line": line,
        "heading": "Inf2 packages",
        "product": None,
        "stage": None,
    }
    return PackageVersion(**facts | changes)


def a_change(release: str, **changes: Any) -> CellChange:
    """Return one edit that upstream made."""
    facts: dict[str, Any] = {
        "release": release,
        "change_number": 1,
        "page": "inf2-inference",
        "table_id": f"t-{release}",
        "row": 0,
        "column": 0,
        "header": "H0",
        "change": "altered",
        "before": "y",
        "after": "x",
        "noticed_at": CAPTURED,
        "record_before": None,
        "record_after": None,
    }
    return CellChange(**facts | changes)


def _figure(release: str, row: int, column: int) -> Measurement:
    metric, statistic, value, unit, basis = MEASURED[column]
    return Measurement(
        benchmark_id=f"b-{release}-{row}",
        release=release,
        metric=metric,
        statistic=statistic,
        value=value + row,
        unit=unit,
        basis=basis,
        text=str(value + row),
        table_id=f"t-{release}",
        row=row,
        column=column,
    )


def a_release(release: str = "2.20.0", rows: int = 2, **tables: Any) -> ReleaseTables:
    """Return one release of a page, a table and some rows; `tables` replace whole tables."""
    cells = [
        PublishedCell(f"t-{release}", release, row, column, f"H{column}", "x", ())
        for row in range(rows)
        for column in range(len(MEASURED))
    ]
    table = PublishedTable(
        table_id=f"t-{release}",
        release=release,
        page="inf2-inference",
        position=0,
        section=("Performance", "Encoder"),
        tab="Throughput optimized",
        caption=None,
        header=tuple(f"H{column}" for column in range(len(MEASURED))),
        row_count=rows,
        notes=("A note.",),
        kind="inference",
    )
    content: dict[str, Any] = {table.name: () for table in TABLES if table is not RELEASES}
    content |= {
        "pages": [a_page(release)],
        "published_tables": [table],
        "published_cells": cells,
        "benchmarks": [a_benchmark(release, row) for row in range(rows)],
        "measurements": [_figure(release, c.row, c.column) for c in cells],
        "quality_flags": [a_flag(release)],
        "cell_changes": [a_change(release)],
    }
    return ReleaseTables(release, content | tables)


FIRST_TABLES, MOST_PACKAGES = 9, 200
"""How much `cut` keeps: a model that all releases print, and rows of every table."""


def cut(release: ReleaseTables) -> ReleaseTables:
    """Return a release with its first benchmarks and the first lines of its package lists."""
    packages = release.rows[PACKAGE_VERSIONS.name][:MOST_PACKAGES]
    of_benchmarks = {row.table_id for row in release.rows[BENCHMARKS.name]}
    tables = [
        table
        for number, table in enumerate(release.rows[PUBLISHED_TABLES.name])
        if number < FIRST_TABLES or table.table_id not in of_benchmarks
    ]
    kept = {table.table_id for table in tables}
    rows = {
        table.name: [row for row in release.rows[table.name] if row.table_id in kept]
        for table in (PUBLISHED_CELLS, BENCHMARKS, MEASUREMENTS)
    }
    # None is the name of a flag's row where the flag is of a page.
    named = {None, *(row.benchmark_id for row in rows[BENCHMARKS.name])}
    flags = [flag for flag in release.rows[QUALITY_FLAGS.name] if flag.benchmark_id in named]
    rows |= {
        PACKAGE_VERSIONS.name: packages,
        PUBLISHED_TABLES.name: tables,
        QUALITY_FLAGS.name: flags,
    }
    return replace(release, rows={**release.rows, **rows})


def copy_linked(root: Path, target: Path) -> None:
    """Copy a root, its Parquet files as links: a writer puts these in place, and changes none."""

    def copy(path: str, to: str) -> object:
        return os.link(path, to) if path.endswith(".parquet") else shutil.copy2(path, to)

    shutil.copytree(root, target, copy_function=copy)


def contents(root: Path) -> dict[str, bytes]:
    """Return every file below a folder, with its bytes."""
    return {
        str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()
    }


def tree(root: Path) -> dict[str, str]:
    """Return every file below a folder, with a short checksum: a difference can be read."""
    return {path: hashlib.sha256(data).hexdigest()[:12] for path, data in contents(root).items()}


def state(path: Path) -> tuple[int, int, int]:
    """Return what changes when a file is written or replaced, and not when it is read."""
    facts = path.stat()
    return facts.st_ino, facts.st_mtime_ns, facts.st_size


def without_module(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let every import of a module fail, as where it is not installed."""
    there = builtins.__import__

    def without(imported: str, *arguments: Any) -> Any:
        if imported == name:
            raise ImportError(imported)
        return there(imported, *arguments)

    monkeypatch.setattr(builtins, "__import__", without)


Publish = Callable[..., Published]


@pytest.fixture(scope="session")
def all_releases(
    bundled_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse of the bundled capture, read-only."""
    # A copy: `sql` locks the settings of a file for all of a process that has it open, and then
    # nothing else of the process can open it again.
    folder = tmp_path_factory.mktemp("all-releases")
    shutil.copy(bundled_root / FILE, folder)
    with open_warehouse(folder) as connection:
        yield connection


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the path of a root that does not exist yet."""
    return tmp_path / "data"


@pytest.fixture(scope="session")
def built_once(shelf: Shelf) -> Path:
    """Return a root of two releases with its database; to be copied, never changed."""

    def fill(root: Path) -> None:
        publish(root, [a_release("2.9.0"), a_release("2.20.0")], source="a test", now=NOW)
        build_database(root)

    return shelf.folder("two-small-releases", fill)


@pytest.fixture(scope="session")
def one_release(shelf: Shelf) -> Path:
    """Return a root of one release with its database; never change it."""

    def fill(root: Path) -> None:
        publish(root, [a_release("2.9.0")], source="a test", now=NOW)
        build_database(root)

    return shelf.folder("one-small-release", fill)


@pytest.fixture
def built(built_once: Path, root: Path) -> Path:
    """Return a root of two releases with its database."""
    shutil.copytree(built_once, root)
    return root


@pytest.fixture(scope="session")
def long_prepared(shelf: Shelf) -> Sequence[Prepared]:
    """Return the releases of a long history, ready to be published."""
    return shelf.value("prepared-releases", lambda: [prepare(a_release(name)) for name in LONG])


@pytest.fixture(scope="session")
def long_once(shelf: Shelf, long_prepared: Sequence[Prepared]) -> Path:
    """Return a root of more releases than a descriptor names itself; never change it."""

    def fill(root: Path) -> None:
        publish(root, long_prepared, source="a test", now=NOW)

    return shelf.folder("a-long-history", fill)


@pytest.fixture
def long(long_once: Path, root: Path) -> Path:
    """Return a copy of that root, to be changed."""
    copy_linked(long_once, root)
    return root


@pytest.fixture(scope="session")
def dozen_once(shelf: Shelf, long_prepared: Sequence[Prepared]) -> Path:
    """Return a root of a dozen releases with its database; never change it."""

    def fill(root: Path) -> None:
        publish(root, long_prepared[: len(DOZEN)], source="a test", now=NOW)
        build_database(root)

    return shelf.folder("a-dozen-releases", fill)


@pytest.fixture
def dozen(dozen_once: Path, root: Path) -> Path:
    """Return a copy of that root, to be changed."""
    copy_linked(dozen_once, root)
    return root


@pytest.fixture
def put(root: Path) -> Publish:
    """Return a function that publishes releases into the root."""

    def publish_them(*releases: ReleaseTables, now: datetime = NOW) -> Published:
        return publish(root, releases, source="a test", now=now)

    return publish_them
