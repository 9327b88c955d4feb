"""Metadata of materializations: counts, medians, schema, a preview, addresses, the version.

This module turns tables, views and versions into Dagster metadata. Put no asset and no check here.
Numbers by release plot over the partitions, so that a jump is seen on an asset's page.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

import dagster as dg

from dagster_project.build.build_report import BuildReport
from dagster_project.build.publish_releases import Outcome
from dagster_project.build.summary import attention_lines
from pipelines.contract import MEASUREMENTS, PAGES, QUALITY_FLAGS, Table
from pipelines.contract.benchmarks import SEVERITIES
from pipelines.contract.metrics import COST, METRICS, THROUGHPUT, cost_unit, wide_columns
from warehouse.database.build_file import Built
from warehouse.schema.types import duckdb_type, type_labelled
from warehouse.schema.views import View
from warehouse.versions import Prepared
from warehouse.visible import markdown, visible_line

_PREVIEW_COLUMNS = 9
_PREVIEW_WIDTH = 48
_FIRST = (
    *("release", "model", "instance_type", "instance_types", "page", "severity", "rule", "message"),
    *("metric", "statistic"),
)
"""Columns that a preview shows first, where a table has them; then come the figures."""
_HIDDEN = ("_id", "_key", "_sha256", "_order", "etag")
_HIDDEN_NAMES = ("row", "column", "position", "text")
"""Endings and names of columns that a preview leaves out: hashes, keys and places."""


def column_schema(table: Table) -> dg.TableSchema:
    """Return a table's columns, with the contract's descriptions."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=duckdb_type(column),
                description=column.description,
                constraints=dg.TableColumnConstraints(nullable=column.nullable),
            )
            for column in table.columns
        ]
    )


def view_schema(view: View) -> dg.TableSchema:
    """Return a view's columns, with their descriptions."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=type_labelled(column.label).duckdb,
                description=column.description,
            )
            for column in view.columns
        ]
    )


def table_metadata(outcome: Outcome, table: Table, release: str) -> Mapping[str, Any]:
    """Return the metadata of one release's part of a table."""
    metadata: dict[str, Any] = {"source": visible_line(outcome.source)}
    if outcome.published is not None:
        metadata["dataset_version"] = outcome.published.version
        metadata["changed"] = release not in outcome.published.unchanged
    held = outcome.held_back.get(release, ())
    if held:
        metadata["held_back"] = dg.MetadataValue.md(
            "\n".join(f"- {page.page}: {markdown(str(page.problems[0]))}" for page in held)
        )
    prepared = outcome.prepared[release]
    if table.name in prepared.encoded:
        metadata["dagster/row_count"] = prepared.encoded[table.name].rows
        metadata["preview"] = dg.MetadataValue.md(_preview_of(prepared, table))
    return metadata | _numbers(prepared, table)


def view_metadata(view: View, rows: int, sample: Sequence[Sequence[Any]]) -> Mapping[str, Any]:
    """Return a view's row count, and a preview.

    Args:
        view: The view.
        rows: How many rows it has.
        sample: A few of them, with all columns.
    """
    names = [column.name for column in view.columns]
    records = [dict(zip(names, row, strict=True)) for row in sample]
    return {
        "dagster/row_count": rows,
        "preview": dg.MetadataValue.md(preview(names, records)),
    }


def version_metadata(built: Built, report: BuildReport) -> Mapping[str, Any]:
    """Return what the warehouse file was built from, and what a person should look at."""
    return {
        "dataset_version": built.version,
        "path": dg.MetadataValue.path(visible_line(str(built.path))),
        "rebuilt": built.rebuilt,
        **{f"{name}_count": count for name, count in report.counts.items()},
        **{f"{severity}_flags": count for severity, count in report.flags.items()},
        "look_at": dg.MetadataValue.md(
            "\n\n".join(markdown(line) for line in attention_lines(report) if line)
            or "Nothing new."
        ),
    }


def preview(names: Iterable[str], records: Sequence[Mapping[str, Any]]) -> str:
    """Return a few rows as a Markdown table: what they are about, and their figures.

    Args:
        names: Columns, in the table's order.
        records: The rows, each with all columns. Columns without a value in any of them are left
            out, and so are hashes and keys, and a list that the same table has as one text.
    """
    names = tuple(names)
    shown = [
        name
        for name in names
        if not name.endswith(_HIDDEN)
        and name not in _HIDDEN_NAMES
        and not (name.endswith("s") and name.removesuffix("s") in names)
        and any(_has_value(record[name]) for record in records)
    ]
    chosen = sorted(shown, key=lambda name: _place(name, records))[:_PREVIEW_COLUMNS]
    lines = [f"| {' | '.join(chosen)} |", f"|{' --- |' * len(chosen)}"]
    lines += [f"| {' | '.join(_cell(record[name]) for name in chosen)} |" for record in records]
    return "\n".join(lines) if chosen else "No rows."


def _preview_of(prepared: Prepared, table: Table) -> str:
    """Return the preview of a release's table; a row that refers to a benchmark shows its model."""
    names = [column.name for column in table.columns]
    models = {one.benchmark_id: one.model for one in prepared.heads.get("benchmarks", ())}
    records = []
    for row in prepared.heads.get(table.name, ()):
        record = {name: getattr(row, name) for name in names}
        if "model" not in record and record.get("benchmark_id") in models:
            record["model"] = models[record["benchmark_id"]]
        records.append(record)
    if any("model" in record for record in records) and "model" not in names:
        names.append("model")
        for record in records:
            record.setdefault("model", None)
    return preview(names, records)


def _numbers(prepared: Prepared, table: Table) -> dict[str, Any]:
    """Return numbers of one release that plot, and addresses of its pages."""
    if table is PAGES:
        pages = prepared.rows[PAGES.name]
        return {"pages": dg.MetadataValue.md(_links(pages))} if pages else {}
    if table is QUALITY_FLAGS:
        found = Counter(row["severity"] for row in _rows(prepared, table, "severity"))
        return {f"{severity}_flags": found[severity] for severity in SEVERITIES}
    return _medians(prepared) if table is MEASUREMENTS else {}


def _links(pages: Sequence[Any]) -> str:
    return "\n".join(f"- [{page.page}](<{visible_line(page.url)}>)" for page in pages)


def _medians(prepared: Prepared) -> dict[str, Any]:
    """Return the median of each headline figure, by metric and unit."""
    headlines = {(one.name, one.headline) for one in METRICS if one.headline}
    names = {(one.metric, one.statistic, one.unit): one.name for one in wide_columns()}
    found: dict[str, list[float]] = defaultdict(list)
    columns = ("benchmark_id", "metric", "statistic", "unit", "value")
    rows = _rows(prepared, MEASUREMENTS, *columns)
    speeds = {row["benchmark_id"]: row["unit"] for row in rows if row["metric"] == THROUGHPUT.name}
    for row in rows:
        if (row["metric"], row["statistic"]) in headlines:
            unit = row["unit"]
            if row["metric"] == COST.name:
                unit = cost_unit(unit, speeds.get(row["benchmark_id"]))
            figure = row["metric"], row["statistic"], unit
            found[names.get(figure, row["metric"])].append(row["value"])
    return {f"median_{name}": median(values) for name, values in sorted(found.items())}


def _rows(prepared: Prepared, table: Table, *columns: str) -> list[dict[str, Any]]:
    from warehouse.schema import parquet

    encoded = prepared.encoded[table.name]
    rows: list[dict[str, Any]] = (
        parquet.read(encoded.data, encoded.path).select(list(columns)).to_pylist()
    )
    return rows


def _place(name: str, records: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Return where a column stands in a preview: known names, then figures, then the rest."""
    if name in _FIRST:
        return 0, _FIRST.index(name)
    is_figure = any(isinstance(record[name], float) for record in records)
    return (1, 0) if is_figure else (2, 0)


def _has_value(value: Any) -> bool:
    return value is not None and value not in ((), [], {})


def _cell(value: Any) -> str:
    if isinstance(value, list | tuple):
        value = ", ".join(map(str, value))
    if isinstance(value, float):
        value = f"{value:,.6g}"
    text = "" if value is None else str(value)
    # Shortened first: an escape must not be cut in half.
    return markdown(text if len(text) <= _PREVIEW_WIDTH else f"{text[: _PREVIEW_WIDTH - 1]}…")
