"""Write the datasets of `examples/superset` from what the warehouse declares.

    python -m tools.refresh_superset

A dataset there is a view or a table with the type and the description of every column, so that
Superset knows them before it has seen the file. Put another dataset into `DATASETS`. Charts and the
dashboard are written by hand; a test checks that they use only columns that are there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import NAMESPACE_DNS, uuid5

from warehouse.schema.types import column_type, tables_by_name, type_labelled, with_description
from warehouse.views.all_views import views

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).resolve().parent.parent / "examples" / "superset" / "dashboard"
DATASETS = ("history", "release_comparisons", "releases", "quality_flags")
_HEAD = "# Written by `python -m tools.refresh_superset`; edit the descriptions in the contract.\n"


def stable_id(name: str) -> str:
    """Return the identifier under which Superset keeps an object: the same at each import."""
    return str(uuid5(NAMESPACE_DNS, f"neuron-warehouse.{name}"))


def dataset_file(name: str) -> Path:
    """Return the file of a dataset."""
    return FOLDER / "datasets" / "neuron_warehouse" / f"{name}.yaml"


def dataset_text(name: str) -> str:
    """Return a dataset in Superset's form of export; a text in JSON is one in YAML too."""
    description, columns = _declared(name)
    facts = {
        "table_name": name,
        "description": description,
        "uuid": stable_id(name),
        "database_uuid": stable_id("database"),
        "version": "1.0.0",
    }
    lines = (f"{key}: {json.dumps(value)}" for key, value in facts.items())
    rows = (
        f"- {{column_name: {column}, type: {kind}, description: {json.dumps(text)}}}"
        for column, kind, text in columns
    )
    return _HEAD + "\n".join((*lines, "columns:", *rows, ""))


def _declared(name: str) -> tuple[str, Iterator[tuple[str, str, str]]]:
    """Return what a view or table is, and its columns: name, type in DuckDB, description."""
    if table := tables_by_name().get(name):
        return table.description, (
            (
                column.name,
                column_type(column).duckdb,
                with_description(column.description, column.facts.unit),
            )
            for column in table.columns
        )
    view = next(one for one in views() if one.name == name)
    return view.description, (
        (
            column.name,
            type_labelled(column.label).duckdb,
            with_description(column.description, column.unit),
        )
        for column in view.columns
    )


def main() -> None:
    """Write every dataset."""
    for name in DATASETS:
        dataset_file(name).write_text(dataset_text(name), encoding="utf-8")


if __name__ == "__main__":
    main()
