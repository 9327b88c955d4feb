"""What a DuckDB database of a version holds: the contract's tables, `dataset`, views and macros.

This module makes them in any connection's current database. Their rows live in `load`; the file
that people open, in `build_file`; a version in memory, in `version_tables`.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from pipelines.contract import TABLES
from warehouse.contract_checks import contract_checks
from warehouse.database.load import lacking
from warehouse.schema.quoting import literal
from warehouse.schema.types import comment, comment_statements, create_statement
from warehouse.versions.descriptor import ATTRIBUTION, LICENCE
from warehouse.views.all_views import views
from warehouse.views.question_macros import all_macros
from warehouse.views.release_parts import comments_of_parts, computed_parts, stored_parts

if TYPE_CHECKING:
    import duckdb

    from warehouse.versions import Descriptor

DATASET = "dataset"
DATASET_DESCRIPTION = "One row: which version of the dataset this is, and where it comes from."
DATASET_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("version", "BIGINT", "Number of the dataset version that this file was built from."),
    ("created_at", "TIMESTAMPTZ", "When that version was published. Unit: UTC."),
    ("pipeline_version", "VARCHAR", "Version of the software that published it."),
    ("source", "VARCHAR", "Where its rows were read from."),
    ("licence", "VARCHAR", "Licence of the data."),
    ("attribution", "VARCHAR", "Whom to name when the data are used."),
    ("layout", "VARCHAR", "Fingerprint of this file's tables, views and checks."),
)


def make_layout(
    connection: duckdb.DuckDBPyConnection,
    descriptor: Descriptor,
    *,
    views: bool = True,
    described: bool = True,
    stored: bool = False,
) -> None:
    """Make the tables for a version's rows, and what follows them, in the current database.

    Args:
        connection: The connection.
        descriptor: The version.
        views: Whether to make the views and macros, which take longer than the rows.
        described: Whether to make the hundreds of comments, which take longer still; none are made
            without views.
        stored: Whether the rows of the wide views are tables too, which `load.fill` fills.
    """
    created = (create_statement(table, relaxed=lacking(table, descriptor)) for table in TABLES)
    made = _making(stored=stored) if views else _making(stored=stored)[:1]
    others = (*made, *(_describing(stored=stored) if views and described else ()))
    connection.execute(";\n".join(("BEGIN", *created, *others, "COMMIT")))


def is_whole(descriptor: Descriptor) -> bool:
    """Return whether the version has every column of the contract."""
    return not any(lacking(table, descriptor) for table in TABLES)


def describe_dataset(connection: duckdb.DuckDBPyConnection, descriptor: Descriptor) -> None:
    """Write into `dataset` which version the current database holds."""
    connection.execute(f"DELETE FROM {DATASET}")  # noqa: S608 - a constant
    values = (
        str(descriptor.version),
        literal(descriptor.created.isoformat()),
        literal(descriptor.pipeline_version),
        literal(descriptor.source),
        literal(LICENCE),
        literal(ATTRIBUTION),
        literal(layout()),
    )
    connection.execute(f"INSERT INTO {DATASET} VALUES ({', '.join(values)})")  # noqa: S608


@cache
def layout() -> str:
    """Return the fingerprint of all tables, views and checks.

    A file with another one is built again; what is in one with this one has passed these checks.
    """
    created = (create_statement(table) for table in TABLES)
    checked = (check.sql for check in contract_checks())
    statements = (*created, *_making(stored=True), *_describing(stored=True), *checked)
    return hashlib.sha256("\n".join(statements).encode()).hexdigest()[:16]


def has_layout(connection: duckdb.DuckDBPyConnection, dataset: str = DATASET) -> bool:
    """Return whether a database was made by this software, whose checks its rows have passed.

    Args:
        connection: A connection that has the database open.
        dataset: The name of its table `dataset`.
    """
    query = f"SELECT layout FROM {dataset}"  # noqa: S608 - a constant
    return connection.execute(query).fetchall() == [(layout(),)]


@cache
def _making(*, stored: bool) -> tuple[str, ...]:
    """Return the statements that make what follows the contract's tables."""
    columns = ", ".join(f"{name} {kind} NOT NULL" for name, kind, _ in DATASET_COLUMNS)
    return (
        f"CREATE TABLE {DATASET} ({columns})",
        *(stored_parts() if stored else computed_parts()),
        *(view.select for view in views()),
        *(macro.create for macro in all_macros()),
    )


@cache
def _describing(*, stored: bool) -> tuple[str, ...]:
    """Return the statements that describe all tables, views, macros and columns."""
    return (
        *(statement for table in TABLES for statement in comment_statements(table)),
        comment("TABLE", DATASET, DATASET_DESCRIPTION),
        *(comment("COLUMN", f"{DATASET}.{name}", text) for name, _, text in DATASET_COLUMNS),
        *(statement for view in views() for statement in view.comments),
        *(macro.comment for macro in all_macros()),
        *comments_of_parts(stored=stored),
    )
