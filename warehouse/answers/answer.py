"""Answers as Python values, for everything that prints rows.

An answer comes from an Arrow table, or straight from DuckDB where its own Python values say all
that there is: importing Arrow takes longer than most queries. Put here what an answer is. How odd
values become Python's lives in `arrow_values`; how a value is written, in `warehouse.output`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from warehouse.answers.arrow_values import column_values

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_NUMBER = r"(?:U?(?:TINY|SMALL|BIG)?INT(?:EGER)?|HUGEINT|FLOAT|DOUBLE|DECIMAL\(\d+,\s*\d+\))"
_IS_NUMBER = re.compile(_NUMBER)
# `TIMESTAMP` alone has microseconds, as Python has; the others have their own rules.
_PLAIN = re.compile(rf"(?:{_NUMBER}|VARCHAR|BOOLEAN|DATE|TIMESTAMP(?: WITH TIME ZONE)?)(\[\])?")
_MOMENTS = re.compile(r"DATE|TIMESTAMP")
_AT_ONCE = 1_000
_MOST_ROWS = 20_000
"""An answer of more rows is read by Arrow, which holds it in less memory."""
_MOST_CHARACTERS = 2**24


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a result: names of its columns, which of them are numbers, and its values."""

    names: tuple[str, ...]
    are_numbers: tuple[bool, ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def num_rows(self) -> int:
        """The number of rows."""
        return len(self.rows)


def answer_of(table: pa.Table) -> Answer:
    """Return an Arrow table's rows as an answer."""
    import pyarrow as pa

    kinds = [field.type for field in table.schema]
    checks = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    values = map(column_values, table.columns)
    return Answer(
        tuple(table.column_names),
        tuple(any(check(kind) for check in checks) for kind in kinds),
        tuple(zip(*values, strict=True)),
    )


def plain_answer(result: duckdb.DuckDBPyConnection) -> Answer | None:
    """Return a result's rows without Arrow; None where only Arrow holds them exactly.

    Args:
        result: What was executed, not yet fetched. After None, it must be executed again.
    """
    columns = result.description or []
    kinds = [str(kind) for _, kind, *_ in columns]
    if not all(map(_PLAIN.fullmatch, kinds)):
        _abandon(result)
        return None
    rows = _fetched(result)
    moments = [index for index, kind in enumerate(kinds) if _MOMENTS.match(kind)]
    if rows is None:
        _abandon(result)
        return None
    if any(not _is_exact(row[index]) for row in rows for index in moments):
        return None
    numbers = tuple(bool(_IS_NUMBER.fullmatch(kind)) for kind in kinds)
    return Answer(tuple(str(name) for name, *_ in columns), numbers, tuple(rows))


def _abandon(result: duckdb.DuckDBPyConnection) -> None:
    """End a result that is not fetched: DuckDB 2 does nothing else on its connection before."""
    abort = getattr(result, "abort", None)  # DuckDB 1.5 does not have it, and needs no such call
    if abort is not None:
        abort()


def _fetched(result: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]] | None:
    rows: list[tuple[Any, ...]] = []
    characters = 0
    try:
        while batch := result.fetchmany(_AT_ONCE):
            rows += batch
            characters += sum(len(value) for row in batch for value in row if _is_text(value))
            if len(rows) > _MOST_ROWS or characters > _MOST_CHARACTERS:
                return None
    except UnicodeError:
        return None
    return rows


def _is_text(value: Any) -> bool:
    return isinstance(value, str | list)


def _is_exact(moment: Any) -> bool:
    """Whether Python's value is the moment itself: DuckDB turns an infinite one into an extreme."""
    return moment is None or (isinstance(moment, date) and 1 < moment.year < date.max.year)
