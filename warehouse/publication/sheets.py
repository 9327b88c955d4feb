"""The tables of the site: every table of the dataset, and the views that people open first.

This module reads them, and writes each as Parquet, CSV and JSON. Where the files go lives in
`static_site`; what describes them, in `datapackage` and `croissant`.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pipelines.contract import TABLES
from pipelines.errors import SourceError
from warehouse.output.render import render
from warehouse.schema.types import arrow_schema, table_schema
from warehouse.schema.views import table_schema_of_view
from warehouse.versions.live import load_file
from warehouse.views.all_views import views

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb
    import pyarrow as pa

    from pipelines.contract import Table
    from warehouse.storage.roots import Storage
    from warehouse.versions.descriptor import Descriptor

FORMS: Mapping[str, str] = {
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv",
    "json": "application/json",
}
"""The forms of each table: the end of its file's name, and its media type."""
# The views that people open first, each with the order of its rows. Versions never sort as text.
_VIEWS: Mapping[str, str] = {
    "benchmark_results": "string_split(release, '.')::INTEGER[], table_id, \"row\"",
    "history": "series, series_id, release_order, metric, statistic",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of the site.

    Attributes:
        name: The name of its files.
        description: One line about it.
        schema: Its Table Schema: fields, keys and references.
        files: Its content in each of `FORMS`.
    """

    name: str
    description: str
    schema: Mapping[str, Any]
    files: Mapping[str, bytes]


def read_sheets(
    storage: Storage, descriptor: Descriptor, connection: duckdb.DuckDBPyConnection
) -> tuple[Sheet, ...]:
    """Return every table of a version, and the views that people open first.

    Args:
        storage: The dataset's root.
        descriptor: The version.
        connection: The same version, opened for reading.

    Raises:
        SourceError: A file of the version is missing or damaged.
    """
    return (*_tables(storage, descriptor), *_views(connection))


def _tables(storage: Storage, descriptor: Descriptor) -> Iterator[Sheet]:
    for table in TABLES:
        arrow = _content(storage, descriptor, table)
        yield Sheet(table.name, table.description, table_schema(table), _files(arrow))


def _content(storage: Storage, descriptor: Descriptor, table: Table) -> pa.Table:
    """Return all rows of a table, oldest release first, as they are stored."""
    import pyarrow as pa

    parts = [arrow_schema(table).empty_table()]
    for file in descriptor.files_of(table.name):
        part = load_file(storage, file)
        if part is None:
            raise SourceError(
                f"{storage.describe(file.path)} is missing or damaged; run `neuron-warehouse build`"
            )
        parts.append(part)
    # A version of older software may lack a column.
    return pa.concat_tables(parts, promote_options="default").combine_chunks()


def _views(connection: duckdb.DuckDBPyConnection) -> Iterator[Sheet]:
    for view in views():
        if view.name in _VIEWS:
            query = f"SELECT * FROM {view.name} ORDER BY {_VIEWS[view.name]}"  # noqa: S608 - ours
            arrow = connection.sql(query).to_arrow_table().combine_chunks()
            yield Sheet(view.name, view.description, table_schema_of_view(view), _files(arrow))


def _files(arrow: pa.Table) -> dict[str, bytes]:
    return {form: _rendered(arrow, form) for form in FORMS}


def _rendered(arrow: pa.Table, form: str) -> bytes:
    stream = BytesIO()
    render(arrow, form, stream)
    return stream.getvalue()
