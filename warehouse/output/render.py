"""Results as people and programs read them: a terminal's table, CSV, JSON, Markdown, Parquet.

This module decides how a value is written. Every format writes bytes to a binary stream, text as
UTF-8. Queries live in `warehouse.database.query`.
"""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

from pipelines.errors import refuse_unknown
from warehouse.answers.answer import answer_of
from warehouse.answers.arrow_values import unique_names
from warehouse.visible import markdown, spreadsheet_cell, visible, visible_line

if TYPE_CHECKING:
    import pyarrow as pa

    from warehouse.answers.answer import Answer

_UNBOUNDED = 100_000
"""The width of a table without a terminal: a pipe must not lose text to an ellipsis."""

_FOLDED = 24
"""A cell's text with fewer characters is not folded."""

_GAP = 2
"""Characters between columns."""


def render(table: pa.Table, form: str, stream: BinaryIO, *, width: int | None = None) -> None:
    """Write an Arrow table to a stream as one of `FORMATS`.

    Args:
        table: The rows.
        form: One of `FORMATS`.
        stream: Where the bytes go.
        width: The terminal's width in characters; None without a terminal.

    Raises:
        UsageError: The format is unknown.
    """
    if form == PARQUET:
        _parquet(table, stream)
    else:
        render_text(answer_of(table), form, stream, width=width)


def render_text(answer: Answer, form: str, stream: BinaryIO, *, width: int | None = None) -> None:
    """Write an answer to a stream as one of `FORMATS` but Parquet, which needs Arrow's types.

    Args:
        answer: The rows.
        form: One of `FORMATS`.
        stream: Where the bytes go.
        width: The terminal's width in characters; None without a terminal.

    Raises:
        UsageError: The format is unknown.
    """
    refuse_unknown("format", form, FORMATS)
    stream.write(_TEXT[form](answer, width or _UNBOUNDED).encode())


def _table(answer: Answer, width: int) -> str:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    cells = [[visible(_shown(value)) for value in row] for row in answer.rows]
    names = [visible_line(name) for name in answer.names]
    fitting = _fitting(names, cells, width)
    for name, right in list(zip(names, answer.are_numbers, strict=True))[:fitting]:
        table.add_column(Text(name), justify="right" if right else "left", overflow="fold")
    for row in cells:
        table.add_row(*(Text(text) for text in row[:fitting]))
    text = io.StringIO()
    Console(file=text, width=width, color_system=None, legacy_windows=False).print(table)
    # The box pads lines to the table's width; a pipe wants no trailing spaces.
    lines = [line.rstrip() for line in text.getvalue().splitlines()]
    return "\n".join([*lines, _counted(answer, fitting), ""])


def _fitting(names: list[str], cells: list[list[str]], width: int) -> int:
    """Return how many columns, from the left, can be read side by side; at least one."""
    used = 0
    for index, name in enumerate(names):
        longest = max((len(row[index]) for row in cells), default=0)
        used += min(max(len(name), longest), max(len(name), _FOLDED)) + _GAP
        if used > width + _GAP and index:
            return index
    return len(names)


def _counted(answer: Answer, fitting: int) -> str:
    rows, columns = answer.num_rows, len(answer.names)
    text = f"{rows:,} row{'' if rows == 1 else 's'}"
    if fitting == columns:
        return text
    return f"{text}, {fitting} of {columns} columns; select fewer columns, or use --format csv"


def _csv(answer: Answer, _width: int) -> str:
    return _csv_of([answer.names, *([_flat(value) for value in row] for row in answer.rows)])


def _csv_spreadsheet(answer: Answer, _width: int) -> str:
    """Return CSV whose texts no spreadsheet reads as a formula."""
    rows = [answer.names, *([_flat(value) for value in row] for row in answer.rows)]
    return _csv_of([[_harmless(value) for value in row] for row in rows])


def _harmless(value: Any) -> Any:
    return spreadsheet_cell(value) if isinstance(value, str) else value


def _csv_of(rows: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _json(answer: Answer, _width: int) -> str:
    names = unique_names(answer.names)
    records = (
        json.dumps(dict(zip(names, map(_plain, row), strict=True)), ensure_ascii=False)
        for row in answer.rows
    )
    body = ",\n".join(f"  {record}" for record in records)
    return f"[\n{body}\n]\n" if body else "[]\n"


def _markdown(answer: Answer, _width: int) -> str:
    lines = [
        list(map(markdown, answer.names)),
        ["---:" if number else "---" for number in answer.are_numbers],
        *([markdown(_shown(value)) for value in row] for row in answer.rows),
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _parquet(table: pa.Table, stream: BinaryIO) -> None:
    from warehouse.schema.parquet import to_bytes

    # Readers refuse a file with two columns of one name.
    stream.write(to_bytes(table.rename_columns(unique_names(table.column_names))))


_TEXT: Mapping[str, Callable[[Any, int], str]] = {
    "table": _table,
    "csv": _csv,
    "json": _json,
    "markdown": _markdown,
    "csv-spreadsheet": _csv_spreadsheet,
}
PARQUET = "parquet"
FORMATS = (*_TEXT, PARQUET)


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one line a type
    """Return a value as JSON has it; a number that JSON cannot write is a text."""
    if isinstance(value, float):
        return value if math.isfinite(value) else _NOT_FINITE[str(value)]
    if isinstance(value, str):
        return _whole(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return value.isoformat() if value.tzinfo is None else _utc(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        return int(value) if whole else float(value) if _is_exact(value) else str(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, bytes):
        return value.hex()
    return value.total_seconds() if isinstance(value, timedelta) else str(value)


_NOT_FINITE = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _flat(value: Any) -> Any:
    """Return a value for a CSV cell: None is empty, a list or map is JSON."""
    plain = _plain(value)
    if isinstance(plain, list | dict):
        return json.dumps(plain, ensure_ascii=False)
    return {True: "true", False: "false"}[plain] if isinstance(plain, bool) else plain


def _shown(value: Any) -> str:
    """Return a value for a person: None is empty, a list is its values."""
    plain = _plain(value)
    if plain is None:
        return ""
    if isinstance(plain, list) and all(isinstance(item, str) for item in plain):
        return ", ".join(plain)
    return str(_flat(plain))


def _whole(text: str) -> str:
    """Return a text without halves of surrogate pairs, which no encoding can write."""
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()


def _is_exact(value: Decimal) -> bool:
    return len(value.as_tuple().digits) <= sys.float_info.dig
