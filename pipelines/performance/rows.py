"""Rows of a table as benchmarks, with their measurements and keys.

This module puts a row together from its cells. What a column is lives in `headers`; what a cell
says in `dimensions` and `cell_values`; how a key is written in `keys`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.contract import BENCHMARKS, Benchmark, Measurement
from pipelines.contract.benchmarks import IDENTITY
from pipelines.contract.metrics import page_basis
from pipelines.errors import Problem
from pipelines.performance import keys, vocabulary
from pipelines.performance.cell_values import UnreadableError, figure
from pipelines.performance.column_kinds import (
    TRAINING_DATA_TYPES,
    DimensionColumn,
    MetricColumn,
    OtherDimensionColumn,
)
from pipelines.performance.columns.unread_columns import columns_that_tell_rows_apart
from pipelines.performance.dimensions import Context, Read, context_of, read_dimension
from pipelines.performance.known_words import Remark
from pipelines.performance.table_facts import is_hidden
from pipelines.quality.reading.cells import (
    hidden_text,
    malformed_version,
    marked_cell,
    new_category,
    slip,
    unreadable_value,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipelines.extract import Cell
    from pipelines.performance.column_kinds import Reading
    from pipelines.performance.known_words import Remarks
    from pipelines.performance.table_facts import TableFacts

_BY_PLACE = ("model_family", "optimized_for")
# What a column holds where no cell of a row fills it.
_EMPTY: Mapping[str, Any] = {
    "model": "",
    "instance_types": (),
    "scripts": (),
    **{
        column.name: None
        for column in BENCHMARKS.columns
        if column.nullable and column.name not in _BY_PLACE
    },
}
_identity = itemgetter(*IDENTITY)
_no_identity = itemgetter(
    *(name for role in ("tuned", "software", "measured") for name in BENCHMARKS.with_role(role))
)
_KEPT = Read({}, kept=True)
_REMEDIES: Mapping[str, str] = {
    new_category.RULE.name: f"add it to WORDS in {vocabulary.FILE} if it is right",
    slip.RULE.name: f"add it to WORDS in {vocabulary.FILE} if it is right after all",
    malformed_version.RULE.name: "see whether the page's other rows are of that time",
    marked_cell.RULE.name: "look at the note that the mark points to",
    hidden_text.RULE.name: "look at the page's source; the hidden text is not read",
    unreadable_value.RULE.name: "extend pipelines/performance/cell_values.py if it is right",
}


@dataclass(frozen=True, slots=True)
class TableRows:
    """What a table's rows came to, with what is worth knowing of them."""

    benchmarks: tuple[Benchmark, ...]
    measurements: tuple[Measurement, ...]
    findings: tuple[Problem, ...]


class _CellRead(NamedTuple):
    """What one cell came to.

    Attributes:
        at: Its column, from 0.
        text: The cell, as printed.
        columns: The columns of `benchmarks` that it fills.
        value: Its figure, if it is one.
        kept: Whether it belongs to `attributes`.
        remarks: What is worth knowing of it.
    """

    # A tuple: there is one for each cell of each page, and a frozen dataclass takes thrice as long
    # to make.
    at: int
    text: str
    columns: Mapping[str, Any]
    value: float | None
    kept: bool
    remarks: Remarks


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that is read.

    Attributes:
        benchmark_id: Its name within its release.
        columns: What it says in the columns of `benchmarks`.
        cells: Its cells.
    """

    benchmark_id: str
    columns: Mapping[str, Any]
    cells: tuple[_CellRead, ...]


def read_rows(facts: TableFacts) -> TableRows:
    """Read every row of a table into a benchmark with its measurements.

    Rows without a text, rows that a reader does not see, and rows of another width than the header
    are no benchmarks; neither are the rows of a table without figures.
    """
    rows = tuple(_read_rows(facts)) if facts.has_figures else ()
    benchmarks = tuple(map(_benchmark, rows, _keys(facts, rows)))
    both = tuple(zip(benchmarks, rows, strict=True))
    return TableRows(
        benchmarks=benchmarks,
        measurements=tuple(
            one for benchmark, row in both for one in _figures(facts, benchmark, row)
        ),
        findings=tuple(one for benchmark, row in both for one in _findings(facts, benchmark, row)),
    )


def is_blank(cells: Iterable[Cell]) -> bool:
    """Return whether a row says nothing: a published row, and no benchmark."""
    return not any(cell.text or cell.links for cell in cells)


def _read_rows(facts: TableFacts) -> Iterator[_Row]:
    names = tuple(_named(facts, at, column) for at, column in enumerate(facts.columns))
    seen: Counter[str] = Counter()
    for number, texts in enumerate(facts.table.rows):
        if is_blank(texts) or is_hidden(texts) or len(texts) != len(facts.columns):
            continue
        cells = tuple(_read_cell(facts, at, cell) for at, cell in enumerate(texts))
        said = {names[cell.at]: cell.text for cell in cells if names[cell.at]}
        name = keys.benchmark_name(facts.table_id, said)
        seen[name] += 1
        benchmark_id = keys.benchmark_id(name, seen[name])
        yield _Row(benchmark_id, _columns(facts, number, cells), cells)


def _named(facts: TableFacts, at: int, column: Reading | None) -> str:
    """Return what a column is in the names of its rows; "" for figures, which are no part of them.

    The two columns of data types were one before a page had both; names of rows must not change.
    """
    if column is None:
        return facts.attribute_names[at]
    if isinstance(column, MetricColumn):
        return ""
    if column == DimensionColumn(TRAINING_DATA_TYPES) and "model_data_types" not in facts.slots:
        return "model_data_types"
    return column.slot


def _read_cell(facts: TableFacts, at: int, cell: Cell) -> _CellRead:
    column = facts.columns[at]
    read = _read_text(at, cell.text, column, context_of(cell, column, facts))
    if cell.marks or cell.hidden:
        return read._replace(remarks=(*_unseen(cell), *read.remarks))
    return read


# Pages repeat few texts many times.
@lru_cache(maxsize=10_000)
def _read_text(at: int, text: str, column: Reading | None, context: Context) -> _CellRead:
    try:
        said = _said(text, column, context)
    except UnreadableError as error:
        said = Read({}, (Remark(unreadable_value.RULE, text, error.expected),), kept=True)
    return _CellRead(at, text, said.columns, said.value, said.kept, said.remarks)


def _said(text: str, column: Reading | None, context: Context) -> Read:
    if isinstance(column, MetricColumn):
        return Read({}, value=figure(text, column))
    return read_dimension(column, text, context) if isinstance(column, DimensionColumn) else _KEPT


def _unseen(cell: Cell) -> Iterator[Remark]:
    """Yield what a cell has beside its text."""
    if cell.marks:
        yield Remark(marked_cell.RULE, f"{cell.text} with {', '.join(cell.marks)}", cell.text)
    if cell.hidden:
        yield Remark(hidden_text.RULE, cell.text, "a cell without hidden text")


def _columns(facts: TableFacts, number: int, cells: Sequence[_CellRead]) -> Mapping[str, Any]:
    filled = {name: v for cell in cells for name, v in cell.columns.items() if v is not None}
    return {
        **_EMPTY,
        "table_id": facts.table_id,
        "release": facts.page.release,
        "row": number,
        "workload": facts.workload,
        "accelerator": facts.page.kind.accelerator,
        "model_family": facts.family,
        "optimized_for": facts.optimized_for,
        "attributes": {facts.attribute_names[cell.at]: cell.text for cell in cells if cell.kept},
        **filled,
    }


def _benchmark(row: _Row, key: str) -> Benchmark:
    return Benchmark(benchmark_id=row.benchmark_id, comparison_key=key, **row.columns)


def _keys(facts: TableFacts, rows: Sequence[_Row]) -> Sequence[str]:
    """Return the keys of a table's rows: identity, and what else tells the rows apart."""
    stated = [_stated_identity(facts, row) for row in rows]
    found = [_key(row, more) for row, more in zip(rows, stated, strict=True)]
    untyped = [_untyped(facts, row) for row in rows]
    more = columns_that_tell_rows_apart(
        [(key, _no_identity(row.columns)) for row, key in zip(rows, found, strict=True)],
        untyped,
        [facts.attribute_names[at] for at in _columns_of(facts, OtherDimensionColumn)],
    )
    if not more:
        return found
    return [
        _key(row, {**identity, **{name: texts[name] for name in more}})
        for row, identity, texts in zip(rows, stated, untyped, strict=True)
    ]


def _key(row: _Row, more: Mapping[str, str]) -> str:
    return keys.key_of(_identity(row.columns), tuple(more.items()))


def _columns_of(facts: TableFacts, kind: type) -> Iterator[int]:
    return (at for at, column in enumerate(facts.columns) if isinstance(column, kind))


def _stated_identity(facts: TableFacts, row: _Row) -> dict[str, str]:
    """Return what is known to be identity and has no typed column.

    That is a tab that is not known, a dimension without a column such as a context length, and a
    cell that could not be read, such as an instance type of another form.
    """
    unknown_tab = facts.table.tab if facts.optimized_for is None else None
    found = {"tab": unknown_tab or ""}
    for at, column in facts.dimensions:
        cell = row.cells[at]
        if isinstance(column, DimensionColumn):
            if cell.kept and column.field in IDENTITY:
                found[f"{column.field.replace('_', ' ')} as printed"] = cell.text
        elif column.role == "identity":
            found[column.name] = cell.text
    return found


def _untyped(facts: TableFacts, row: _Row) -> dict[str, str]:
    """Return the texts of columns that are in no column of `benchmarks` and in no key yet."""
    return {
        facts.attribute_names[at]: row.cells[at].text
        for at, column in enumerate(facts.columns)
        if column is None or (isinstance(column, OtherDimensionColumn) and column.role == "tuned")
    }


def _figures(facts: TableFacts, benchmark: Benchmark, row: _Row) -> Iterator[Measurement]:
    for at, column in facts.metrics:
        cell = row.cells[at]
        if cell.value is not None:
            yield Measurement(
                benchmark_id=benchmark.benchmark_id,
                release=benchmark.release,
                metric=column.metric,
                statistic=column.statistic,
                value=cell.value,
                unit=column.unit,
                basis=_basis(facts, column),
                text=cell.text,
                table_id=benchmark.table_id,
                row=benchmark.row,
                column=at,
            )


def _basis(facts: TableFacts, column: MetricColumn) -> str | None:
    """Return what the header states, or else what the page's notes state for the whole page."""
    if column.basis is not None:
        return column.basis
    stated = {"price": facts.page.price_basis, "tokens": facts.page.token_basis, None: None}
    return stated[page_basis(column.metric, column.unit)]


def _findings(facts: TableFacts, benchmark: Benchmark, row: _Row) -> Iterator[Problem]:
    for cell in row.cells:
        header = facts.table.header[cell.at]
        for remark in cell.remarks:
            # A new word is one finding of its table, however many rows have it.
            whole_table = remark.rule is new_category.RULE
            yield Problem(
                rule=remark.rule,
                where=facts.where(None if whole_table else benchmark.row, header),
                observed=remark.observed,
                expected=remark.expected,
                remedy=_REMEDIES[remark.rule.name],
                benchmark_id=None if whole_table else benchmark.benchmark_id,
            )
