"""Tiny releases for the tests of the quality rules: rows with a few figures, in a table."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from pipelines.contract import Benchmark, Measurement, PublishedTable, QualityFlag, ReleaseTables
from pipelines.quality.context import view_release
from pipelines.quality.rules import row_flags

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RELEASE = "2.20.0"
_METRICS = {
    "throughput": ("throughput", "mean"),
    "p50": ("latency", "p50"),
    "p99": ("latency", "p99"),
    "each": ("latency_per_token", "p50"),
    "ttft": ("ttft", "p50"),
    "tpot": ("tpot", "p50"),
    "cost": ("cost", "mean"),
    "hourly_rate": ("hourly_rate", "stated"),
}
_REQUIRED: Mapping[str, Any] = {
    "model": "a model",
    "scripts": (),
    "attributes": {},
    "workload": "inference",
    "accelerator": "inf2",
    "model_family": "encoder",
    "instance_types": ("inf2.xlarge",),
    "batch_size": 1,
}


@dataclass(frozen=True)
class ARow:
    """A row to be made; `figures` are texts as published, by the names of `_METRICS`."""

    figures: Mapping[str, str]
    run: Mapping[str, Any] = field(default_factory=dict)
    unit: str = "inferences/s"
    cost_unit: str = "USD per 1M inferences"
    basis: str | None = "ri-effective"
    tab: str | None = None


def a_row(run: Mapping[str, Any] | None = None, **figures: str) -> ARow:
    """Make a row of the usual kind with these figures."""
    return ARow(figures, run or {})


def found(rows: Sequence[ARow], rule: str) -> list[tuple[int, str]]:
    """Return what a rule finds: the row's place among all rows, and the severity."""
    return [
        (-1 if flag.benchmark_id is None else int(flag.benchmark_id), flag.severity)
        for flag in flags_of(rows)
        if flag.rule == rule
    ]


def flags_of(rows: Sequence[ARow]) -> tuple[QualityFlag, ...]:
    """Apply all rules to a release of these rows; rows of one tab are in one table."""
    return row_flags(view_release(RELEASE, tables_of(rows), *benchmarks_of(rows)))


def released(release: str, rows: Sequence[ARow]) -> ReleaseTables:
    """Make a release of these rows, whose models are their keys, with the flags of its rows."""
    benchmarks, measurements = benchmarks_of(rows)
    named = [
        replace(
            one,
            release=release,
            benchmark_id=f"{release} {one.benchmark_id}",
            comparison_key=f"{one.model} {one.instance_types}",
        )
        for one in benchmarks
    ]
    figures = [
        replace(one, release=release, benchmark_id=f"{release} {one.benchmark_id}")
        for one in measurements
    ]
    tables = tables_of(rows)
    return ReleaseTables(
        release=release,
        rows={
            "published_tables": tables,
            "benchmarks": named,
            "measurements": figures,
            "quality_flags": row_flags(view_release(release, tables, named, figures)),
        },
    )


def tables_of(rows: Sequence[ARow]) -> list[PublishedTable]:
    """Make the tables of these rows, one for each tab."""
    tabs = dict.fromkeys(row.tab for row in rows)
    return [_table(tab, sum(row.tab == tab for row in rows)) for tab in tabs]


def benchmarks_of(rows: Sequence[ARow]) -> tuple[list[Benchmark], list[Measurement]]:
    """Make the contract's rows."""
    benchmarks = [_benchmark(number, row) for number, row in enumerate(rows)]
    return benchmarks, [
        _measurement(number, row, name, text)
        for number, row in enumerate(rows)
        for name, text in row.figures.items()
    ]


def _benchmark(number: int, row: ARow) -> Benchmark:
    empty = {f.name: None for f in fields(Benchmark)}
    known = {
        **empty,
        **_REQUIRED,
        "model": f"model {number}",
        "benchmark_id": str(number),
        "comparison_key": "",
        "table_id": f"table {row.tab}",
        "release": RELEASE,
        "row": number,
        "optimized_for": row.tab,
        **row.run,
    }
    return Benchmark(**known)


def _measurement(number: int, row: ARow, name: str, text: str) -> Measurement:
    metric, statistic = _METRICS[name]
    units = {"throughput": row.unit, "cost": row.cost_unit, "hourly_rate": "USD/h"}
    return Measurement(
        benchmark_id=str(number),
        release=RELEASE,
        metric=metric,
        statistic=statistic,
        value=float(text.removeprefix("$").replace(",", "")),
        unit=units.get(name, "ms"),
        basis=row.basis if name == "cost" else None,
        text=text,
        table_id=f"table {row.tab}",
        row=number,
        column=list(_METRICS).index(name),
    )


def _table(tab: str | None, row_count: int) -> PublishedTable:
    return PublishedTable(
        table_id=f"table {tab}",
        release=RELEASE,
        page="inf2-inference",
        position=0,
        section=("Performance", "Encoder Models"),
        tab=tab,
        caption=None,
        header=(),
        row_count=row_count,
        notes=(),
        kind="inference",
    )
