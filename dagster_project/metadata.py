"""What a materialization says of itself: counts, schema, a preview, the version it belongs to.

Here belongs turning tables and versions into Dagster metadata; no asset and no check.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from dagster_project.build.publish_releases import Outcome
from pipelines.contract import Table
from warehouse.database.bring_up import Built
from warehouse.output.visible import markdown, visible_line
from warehouse.schema.types import duckdb_type

_PREVIEW_COLUMNS = 8
_PREVIEW_WIDTH = 40


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


def table_metadata(outcome: Outcome, table: Table, release: str) -> Mapping[str, Any]:
    """Return what one release's share of a table came to."""
    metadata: dict[str, Any] = {"source": visible_line(outcome.source)}
    if outcome.published is not None:
        metadata["dataset_version"] = outcome.published.version
        metadata["changed"] = release not in outcome.published.unchanged
    prepared = outcome.prepared[release]
    if table.name in prepared.encoded:
        metadata["dagster/row_count"] = prepared.encoded[table.name].rows
        head = prepared.heads.get(table.name, ())
        metadata["preview"] = dg.MetadataValue.md(_markdown(table, head))
    return metadata


def version_metadata(built: Built) -> Mapping[str, Any]:
    """Return what the warehouse file stands on."""
    return {
        "dataset_version": built.version,
        "path": dg.MetadataValue.path(visible_line(str(built.path))),
        "rebuilt": built.rebuilt,
    }


def _markdown(table: Table, rows: Sequence[Any]) -> str:
    names = [column.name for column in table.columns[:_PREVIEW_COLUMNS]]
    lines = [f"| {' | '.join(names)} |", f"|{' --- |' * len(names)}"]
    lines += [f"| {' | '.join(_cell(getattr(row, name)) for name in names)} |" for row in rows]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    # Shortened first: an escape must not be cut in half.
    return markdown(text if len(text) <= _PREVIEW_WIDTH else f"{text[: _PREVIEW_WIDTH - 1]}…")
