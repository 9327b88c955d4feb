"""Running an untrusted query: one statement, which can touch nothing but the dataset.

This module decides which statements are run, and bounds their result. Opening the warehouse lives
in `connect`; choosing a version, in `query`.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipelines.errors import UsageError
from warehouse.answers.answer import answer_of, plain_answer
from warehouse.database.connect import lock_down
from warehouse.database.duckdb_errors import is_damage, own_fault, with_hints

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb
    import pyarrow as pa

    from warehouse.answers.answer import Answer

MOST_BYTES = 512 * 2**20
"""How large a result may be, in bytes: it is held in memory until it is written."""

_GAP = r"\"?(?:\s|/\*.*?\*/|--[^\n]*\n)*\("
# Functions that change settings, write files, or run a text as another query. For DuckDB they are
# queries, and its locked configuration does not stop them.
_ACTING = re.compile(
    r"\b(?:(?:enable|disable)_(?:logging|profil\w+|optimizer|object_cache|\w*progress_bar"
    r"|verif\w+|checkpoint\w*)"
    r"|(?:query|query_table|json_execute_serialized_sql|add_parquet_key|truncate_duckdb_logs"
    rf"|import_database|copy_database|checkpoint|force_checkpoint){_GAP})",
    re.IGNORECASE | re.DOTALL,
)
_ANALYZE = re.compile(r"\banaly[sz]e\b", re.IGNORECASE)
_TEXTS = re.compile(r"'[^']*'|\"[^\"]*\"")
# Types whose values change on the way to Arrow.
_NOT_CARRIED = re.compile(r"\b(?:UHUGEINT|BIT|BIGNUM|TIME WITH TIME ZONE|VARIANT|GEOMETRY)\b")


def ask(connection: duckdb.DuckDBPyConnection, sql: str) -> pa.Table:
    """Run one query and return its result; lock the connection for good.

    Raises:
        UsageError: It is not one query, DuckDB refuses it, or its result is too large.
        duckdb.Error: The warehouse file is damaged, or DuckDB failed by a fault of its own.
    """
    with _asking(connection, sql):
        return _table(connection.sql(sql))


def ask_plainly(connection: duckdb.DuckDBPyConnection, sql: str) -> Answer:
    """Run one query as `ask` does, and return its rows as Python values.

    Raises:
        UsageError: It is not one query, DuckDB refuses it, or its result is too large.
        duckdb.Error: The warehouse file is damaged, or DuckDB failed by a fault of its own.
    """
    with _asking(connection, sql):
        plain = plain_answer(connection.execute(sql))
        return answer_of(_table(connection.sql(sql))) if plain is None else plain


@contextmanager
def _asking(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[None]:
    """Refuse what is not one query, lock the connection, and say in one line what fails."""
    from warehouse.schema.engine import duckdb

    try:
        _require_one_query(sql)
        lock_down(connection)
        yield
    except duckdb.OutOfMemoryException as error:
        raise UsageError(str(own_fault(error, "the query"))) from error
    except duckdb.Error as error:
        if is_damage(error) or own_fault(error, "the query"):
            raise
        raise UsageError(with_hints(error)) from error
    except UnicodeError as error:
        raise UsageError("the query is not valid UTF-8") from error


def _require_one_query(sql: str) -> None:
    from warehouse.schema.engine import duckdb

    found = [
        statement
        for statement in duckdb.extract_statements(sql)
        # PIVOT without a list of values is two statements, the first without a text.
        if statement.query or statement.type != duckdb.StatementType.CREATE
    ]
    if not found:
        raise UsageError('the query is empty; write one such as "FROM benchmark_results"')
    if len(found) > 1:
        raise UsageError(f"found {len(found)} statements; write one query")
    kind = found[0].type
    explained = kind == duckdb.StatementType.EXPLAIN and not _ANALYZE.search(sql)
    if kind != duckdb.StatementType.SELECT and not explained:
        raise UsageError(
            f"only a query can be run, in read-only mode, got {kind.name.replace('_', ' ')}"
        )
    acting = _ACTING.search(sql)
    if acting:
        raise UsageError(f"{acting[0].rstrip('(').strip()} is not available here")


def _table(result: duckdb.DuckDBPyRelation) -> pa.Table:
    import pyarrow as pa

    for name, kind, *_ in result.description or ():
        if _NOT_CARRIED.search(_TEXTS.sub("", str(kind))):
            raise UsageError(
                f"column {name} has the type {kind}, which no format can hold; cast it, for "
                f'example "{name}"::VARCHAR'
            )
    reader = result.to_arrow_reader()
    batches: list[pa.RecordBatch] = []
    size = 0
    for batch in reader:
        batches.append(batch)
        size += batch.nbytes
        if size > MOST_BYTES:
            raise UsageError(
                f"the answer is larger than {MOST_BYTES // 2**20} MiB; add a condition or a LIMIT"
            )
    return pa.Table.from_batches(batches, schema=reader.schema)
