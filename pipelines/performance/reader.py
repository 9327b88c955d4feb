"""A page of benchmarks, from its tables to rows and findings.

This module applies the steps of this package to a whole page. It decides nothing about what is
published: findings are returned beside whatever could be read. What is decided over several pages
lives in `families` and `pipelines.ingest`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.performance.cell_values import is_whole_release
from pipelines.performance.column_kinds import DimensionColumn
from pipelines.performance.measured_release import restore_by_same_rows
from pipelines.performance.rows import read_rows
from pipelines.performance.table_facts import table_facts, table_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipelines.contract import Benchmark, Measurement
    from pipelines.errors import Problem
    from pipelines.extract import ExtractedTable
    from pipelines.pages.catalog import Workload
    from pipelines.performance.table_facts import PageFacts, TableFacts


@dataclass(frozen=True, slots=True)
class PerformanceRows:
    """What a page of benchmarks came to.

    Attributes:
        benchmarks: Its rows. `model_family` is None below a heading that is not known.
        measurements: Their figures.
        findings: What is worth knowing, each once.
        workloads: What was run, by table.
    """

    benchmarks: tuple[Benchmark, ...]
    measurements: tuple[Measurement, ...]
    findings: tuple[Problem, ...]
    workloads: Mapping[str, Workload]


def read_performance(
    page: PageFacts, tables: Sequence[tuple[str, ExtractedTable]]
) -> PerformanceRows:
    """Read the tables of a page, each given with its `table_id`. Never raises for content."""
    facts = [table_facts(page, table_id, table) for table_id, table in tables]
    measured = frozenset(one for table in facts for one in _whole_releases(table))
    page = replace(page, measured=measured)
    facts = [replace(one, page=page) for one in facts]
    read = [read_rows(one) for one in facts]
    found = (
        one
        for table, rows in zip(facts, read, strict=True)
        for one in (*table_problems(table), *rows.findings)
    )
    benchmarks, findings = restore_by_same_rows(
        [one for rows in read for one in rows.benchmarks], tuple(dict.fromkeys(found))
    )
    return PerformanceRows(
        benchmarks=benchmarks,
        measurements=tuple(one for rows in read for one in rows.measurements),
        findings=findings,
        workloads={one.table_id: one.workload for one in facts},
    )


def _whole_releases(table: TableFacts) -> Iterator[str]:
    """Yield the SDK versions that a table prints in full."""
    column = DimensionColumn("measured_release")
    if column in table.columns:
        at = table.columns.index(column)
        texts = (row[at].text for row in table.table.rows if at < len(row))
        yield from filter(is_whole_release, texts)
