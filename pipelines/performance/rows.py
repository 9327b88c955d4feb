"""Rows of a table as benchmarks with their measurements and keys.

This module reads the rows of a table whose columns are known. What a column or a cell means is
decided in `headers`, `dimensions` and `values`.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pipelines.contract import BENCHMARKS, Benchmark, Measurement
from pipelines.contract.benchmarks import IDENTITY
from pipelines.contract.metrics import MONEY, page_basis
from pipelines.errors import Problem
from pipelines.performance import cell_values as values
from pipelines.performance import vocabulary
from pipelines.performance.dimensions import read_dimension
from pipelines.performance.headers import Figures
from pipelines.quality.flags import row_flag
from pipelines.quality.reading.cells import unknown_category

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.contract import QualityFlag
    from pipelines.extract import Cell
    from pipelines.performance.table_facts import TableFacts
    from pipelines.performance.vocabulary import Dimension

# What a column holds where a row does not fill it.
_EMPTY: Mapping[str, Any] = {
    "model": "",
    "instance_types": (),
    "scripts": (),
    **{column.name: None for column in BENCHMARKS.columns if column.nullable},
}


@dataclass(frozen=True, slots=True)
class BenchmarkRows:
    """What a table's rows came to.

    `problems` name the row that they were met in.
    """

    benchmarks: tuple[Benchmark, ...]
    measurements: tuple[Measurement, ...]
    flags: tuple[QualityFlag, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Row:
    """One row while it is read."""

    found: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    identity: dict[str, str] = field(default_factory=dict)
    figures: list[tuple[int, Figures, float, str]] = field(default_factory=list)
    remarks: list[tuple[int, values.Doubtful]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_rows(facts: TableFacts) -> BenchmarkRows:
    """Read every row of a table into a benchmark with its measurements."""
    benchmarks: list[Benchmark] = []
    measurements: list[Measurement] = []
    flags: list[QualityFlag] = []
    problems: list[Problem] = []
    seen: Counter[str] = Counter()
    for number, cells in enumerate(facts.table.rows):
        row = _read_row(facts, number, cells)
        name = json.dumps([facts.table_id, row.identity], sort_keys=True, ensure_ascii=False)
        seen[name] += 1
        benchmark = _benchmark(facts, number, row, _hashed(f"{name}#{seen[name]}"))
        benchmarks.append(benchmark)
        measurements.extend(_measurement(facts, number, benchmark, f) for f in row.figures)
        flags.extend(_remark(facts, number, benchmark, *remark) for remark in row.remarks)
        problems.extend(replace(one, benchmark_id=benchmark.benchmark_id) for one in row.problems)
    return BenchmarkRows(tuple(benchmarks), tuple(measurements), tuple(flags), tuple(problems))


def _read_row(facts: TableFacts, number: int, cells: tuple[Cell, ...]) -> _Row:
    row = _Row()
    for at, (header, column, cell) in enumerate(
        zip(facts.table.header, facts.columns, cells, strict=False)
    ):
        if column is None:
            row.attributes[header] = cell.text
            row.identity[header] = cell.text
            continue
        try:
            if isinstance(column, Figures):
                _read_figure(row, at, column, cell)
            else:
                _read_dimension(row, at, column, cell, facts)
        except values.UnreadableError as error:
            row.attributes[header] = cell.text
            row.problems.append(_problem(facts, number, header, cell, error))
    return row


def _read_figure(row: _Row, at: int, column: Figures, cell: Cell) -> None:
    money = column.metric.metric in MONEY
    value = values.number(cell.text, money=money)
    if value is not None:
        row.figures.append((at, column, value, cell.text))


def _read_dimension(row: _Row, at: int, column: Dimension, cell: Cell, facts: TableFacts) -> None:
    row.identity[column.field] = cell.text
    for name, value in read_dimension(column.field, cell, facts.page).items():
        if isinstance(value, values.Doubtful):
            row.remarks.append((at, value))
            row.found[name] = value.value
        elif value is not None:
            row.found[name] = value


def _benchmark(facts: TableFacts, number: int, row: _Row, benchmark_id: str) -> Benchmark:
    kind = facts.page.kind
    known = {
        **_EMPTY,
        **row.found,
        "table_id": facts.table_id,
        "release": facts.page.release,
        "row": number,
        "workload": kind.workload,
        "accelerator": kind.accelerator,
        "model_family": facts.family,
        "optimized_for": facts.optimized_for,
        "attributes": row.attributes,
    }
    return Benchmark(benchmark_id=benchmark_id, comparison_key=comparison_key(known), **known)


def comparison_key(known: Mapping[str, Any]) -> str:
    """Write the identity of a workload: its stated columns, as `name=value`, in a fixed order."""
    parts = []
    for name in IDENTITY:
        value = known[name]
        if value not in (None, ()):
            text = "+".join(value) if isinstance(value, tuple) else str(value)
            parts.append(f"{name}={text}")
    return " | ".join(parts)


def _measurement(
    facts: TableFacts, number: int, benchmark: Benchmark, figure: tuple[int, Figures, float, str]
) -> Measurement:
    at, column, value, text = figure
    return Measurement(
        benchmark_id=benchmark.benchmark_id,
        release=facts.page.release,
        metric=column.metric.metric,
        statistic=column.metric.statistic,
        value=value,
        unit=column.unit,
        basis=_basis(facts, column),
        text=text,
        table_id=facts.table_id,
        row=number,
        column=at,
    )


def _basis(facts: TableFacts, column: Figures) -> str | None:
    """Return what the header states, or else what the page's notes state for the whole page."""
    if column.metric.basis is not None:
        return column.metric.basis
    stated = {"price": facts.page.price_basis, "tokens": facts.page.token_basis, None: None}
    return stated[page_basis(column.metric.metric, column.unit)]


def _remark(
    facts: TableFacts, number: int, benchmark: Benchmark, at: int, read: values.Doubtful
) -> QualityFlag:
    header = facts.table.header[at]
    text = facts.table.rows[number][at].text
    place = facts.where(number, header)
    return row_flag(
        read.rule,
        benchmark,
        facts.page.kind.page,
        f"{place}: {text!r} stands where {read.expected!r} is meant.",
        observed=text,
        expected=read.expected,
    )


def _problem(
    facts: TableFacts, number: int, header: str, cell: Cell, error: values.UnreadableError
) -> Problem:
    return Problem(
        rule=error.rule,
        where=facts.where(number, header),
        observed=cell.text,
        expected=error.expected,
        remedy=f"add it to CATEGORIES in {vocabulary.FILE}, or publish it as it stands with "
        "--allow-unknown"
        if error.rule == unknown_category.RULE
        else "correct pipelines/performance/cell_values.py if this is right, or publish it as it "
        "stands with --allow-unknown",
    )


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
