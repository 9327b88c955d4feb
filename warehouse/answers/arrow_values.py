"""Arrow values as Python values, also those that Python's own types cannot hold.

This module converts Arrow columns. A date before year 1 or after 9999 and a time with nanoseconds
become texts; a text that is not UTF-8 shows its bytes. How values are written lives in
`warehouse.output.render`.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

_CYCLE_DAYS, _CYCLE_YEARS = 146_097, 400
"""After so many days, and years, the calendar repeats itself."""
_EPOCH = date(1970, 1, 1)
_DAY = 86_400
_A_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_INFINITE = (2**31 - 1, 2**63 - 1)
"""DuckDB's infinite dates and times; their negatives are the infinitely early ones."""


def column_values(column: pa.ChunkedArray) -> list[Any]:
    """Return a column's values; a missing value is None."""
    if not _is_fine_grained(column.type):
        # Fails if at least one value fits no type of Python.
        with suppress(OverflowError, ValueError, TypeError, KeyError):
            return list(column.to_pylist(maps_as_pydicts="lossy"))
    return [_value(scalar) for chunk in column.chunks for scalar in chunk]


def unique_names(names: Sequence[str]) -> list[str]:
    """Return names of columns, each once: a second `a` becomes `a_1`, as in DuckDB itself."""
    found: list[str] = []
    taken = set(names)
    for name in names:
        fresh, number = name, 0
        while fresh in found or (number and fresh in taken):
            number += 1
            fresh = f"{name}_{number}"
        found.append(fresh)
    return found


def _is_fine_grained(kind: pa.DataType) -> bool:
    # With pandas installed, these would be of its own type; without it, they fail.
    return "[ns" in str(kind)


def _value(scalar: Any) -> Any:  # noqa: PLR0911 - one line a type
    import pyarrow as pa

    kind = scalar.type
    if not scalar.is_valid:
        return None
    if pa.types.is_map(kind):
        return _pairs(scalar)
    if pa.types.is_list(kind) or pa.types.is_fixed_size_list(kind) or pa.types.is_large_list(kind):
        return [_value(item) for item in scalar.values]
    if pa.types.is_struct(kind):
        names = unique_names([kind.field(index).name for index in range(kind.num_fields)])
        return {name: _value(scalar[index]) for index, name in enumerate(names)}
    if pa.types.is_temporal(kind):
        return _moment(scalar)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return scalar.as_buffer().to_pybytes().decode(errors="backslashreplace")
    return scalar.as_py()


def _pairs(scalar: Any) -> Any:
    keys, values = scalar.values.field(0), scalar.values.field(1)
    return {_key(_value(key)): _value(value) for key, value in zip(keys, values, strict=True)}


def _key(value: Any) -> Any:
    return str(value) if isinstance(value, list | dict) else value


def _moment(scalar: Any) -> Any:
    """Return a date or time as Python's type if it fits, else as a text."""
    import pyarrow as pa

    kind = scalar.type
    if not (pa.types.is_date(kind) or pa.types.is_timestamp(kind) or pa.types.is_time(kind)):
        return scalar.as_py()
    if not _is_fine_grained(kind):
        with suppress(OverflowError, ValueError):
            return scalar.as_py()
    count = scalar.value
    if abs(count) in _INFINITE:
        return "infinity" if count > 0 else "-infinity"
    if pa.types.is_date(kind):
        return _date_text(count)
    days, rest = divmod(count, _DAY * _A_SECOND[kind.unit])
    time = _time_text(rest, _A_SECOND[kind.unit])
    if pa.types.is_time(kind):
        return time
    return f"{_date_text(days)}T{time}{'Z' if kind.tz else ''}"


def _date_text(days: int) -> str:
    """Return a day since 1970 as a text, for any year; the year before 1 is 0."""
    cycles, rest = divmod(days, _CYCLE_DAYS)
    day = _EPOCH + timedelta(days=rest)
    year = day.year + cycles * _CYCLE_YEARS
    return f"{'-' if year < 0 else ''}{abs(year):04}-{day.month:02}-{day.day:02}"


def _time_text(count: int, a_second: int) -> str:
    seconds, rest = divmod(count, a_second)
    digits = f"{rest:0{len(str(a_second)) - 1}}".rstrip("0") if rest else ""
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{clock}.{digits}" if digits else clock
