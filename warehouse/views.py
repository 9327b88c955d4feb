"""The warehouse's views: their SQL, and a description of every column.

Here belongs what a view is called and says. The SQL itself stands in `sql/`, to be read there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from pipelines.contract import BENCHMARKS, PUBLISHED_TABLES, RELEASES, Table
from warehouse.metrics import METRIC_COLUMNS
from warehouse.schema import column_type, comment, described, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """One column of a view; `label` is its type in a text for people."""

    name: str
    label: str
    description: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """One view of the warehouse."""

    name: str
    description: str
    columns: tuple[ViewColumn, ...]

    @property
    def statements(self) -> tuple[str, ...]:
        """The statements that make the view and comment it."""
        text = files("warehouse").joinpath("sql", f"{self.name}.sql").read_text(encoding="utf-8")
        metrics = ",\n        ".join(column.expression for column in METRIC_COLUMNS)
        return (
            Template(text).substitute(metric_columns=metrics),
            comment("VIEW", quoted(self.name), self.description),
            *(
                comment(
                    "COLUMN",
                    f"{quoted(self.name)}.{quoted(column.name)}",
                    described(column.description, column.unit),
                )
                for column in self.columns
            ),
        )


@cache
def views() -> tuple[View, ...]:
    """Give every view, in the order in which they can be made."""
    return (
        View(
            "benchmark_results",
            "One row a benchmark with all its dimensions, and one column a metric and unit.",
            tuple(_benchmark_results()),
        ),
    )


_IDENTITY = ("benchmark_id", "comparison_key", "table_id", "row")


def _benchmark_results() -> Iterator[ViewColumn]:
    yield from _of(RELEASES, "release", "release_order", "minor", "is_latest_patch")
    yield from _of(BENCHMARKS, "measured_release")
    yield from _of(PUBLISHED_TABLES, "page")
    yield ViewColumn("section", "text", "Headings above the row's table, outermost first.")
    yield from _of(PUBLISHED_TABLES, "tab")
    taken = {"release", "measured_release", *_IDENTITY}
    names = [column.name for column in BENCHMARKS.columns if column.name not in taken]
    for column in _of(BENCHMARKS, *names):
        yield column
        if column.name == "instance_types":
            yield ViewColumn("instance_type", "text", "The instance types as one text.")
    for metric in METRIC_COLUMNS:
        yield ViewColumn(metric.name, "number", metric.description, metric.unit)
    yield ViewColumn(
        "price_basis", "text", "Rate that the page says its costs use: on-demand or ri-effective."
    )
    yield ViewColumn(
        "token_basis", "text", "Tokens that throughput counts: input+output or output."
    )
    yield ViewColumn("error_flags", "integer", "Quality flags of severity error.", "flags")
    yield ViewColumn("warning_flags", "integer", "Quality flags of severity warning.", "flags")
    yield from _of(BENCHMARKS, *_IDENTITY)


def _of(table: Table, *names: str) -> Iterator[ViewColumn]:
    columns = {column.name: column for column in table.columns}
    for name in names:
        column = columns[name]
        label = column_type(column).label
        yield ViewColumn(name, label, column.description, column.facts.unit)
