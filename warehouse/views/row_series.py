"""What makes rows one series, and what a series is called, as SQL.

This module has what the stored rows, their updates and the view `history` share. Which columns
identify a workload is decided in `pipelines.contract.benchmarks`; how copies are numbered, in
`sql/row_places.sql`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract import BENCHMARKS
from pipelines.contract.benchmarks import IDENTITY
from warehouse.comparison.statements import FIGURES, SOFTWARE, TUNED
from warehouse.schema.parts import SCHEMA
from warehouse.schema.scalars import scalar_sql
from warehouse.schema.views import sql_text

if TYPE_CHECKING:
    from collections.abc import Mapping

SHARED = (*IDENTITY, *TUNED)
"""What many rows of a series have alike, and what is stored with it."""
_PLACE = ("accelerator", "workload", "model_family")
"""What a series' name leaves out: its instance types and its model tell it."""
_FIRST = ("model", "model_details", "instance_types")
_WORDED: Mapping[str, str] = {
    "optimized_for": "optimized for ",
    "sequence_length": "sequence length ",
    "input_length": "input length ",
    "output_length": "output length ",
    "image_size": "image size ",
    "nodes": "nodes ",
}
"""What stands before a value that says nothing by itself, in a series' name."""


def name_sql() -> str:
    """Return SQL for the name of the series of a row `f`, to read."""
    texts = ", ".join(map(_worded, _reading_order()))
    copy = "CASE WHEN f.copy > 1 THEN concat('copy ', f.copy) END"
    return f"concat_ws(', ', {texts}, {_tuning_if_crowded()}, {copy})"


def series_id_sql() -> str:
    """Return SQL for what names the series of a row `f`."""
    return f"left(md5({_series_key()}), 16)"


def number_sql() -> str:
    """Return SQL for a number that stands for what a row `f` has in `SHARED`, and for its series.

    Rows of one series may be spelled or tuned otherwise: then each way has a number.
    """
    key = _series_key()
    # The lengths tell where one text ends and the next begins.
    lengths = ", ".join(
        (
            f"len(f.comparison_key), len({key})",
            *(f"coalesce(len(f.{name}::VARCHAR), -1)" for name in SHARED),
        )
    )
    values = ", ".join(f"f.{name}" for name in SHARED)
    return f"md5_number_lower(concat_ws(' ', {lengths}, {key}, {values}))"


def row_names(chosen: str, columns: str) -> str:
    """Return the query of rows with what tells their series.

    Args:
        chosen: A condition that chooses rows of benchmarks: whole workloads of whole releases.
        columns: What to say of each row `f`.
    """
    return f"SELECT\n    {columns}\nFROM (\n{_row_places(chosen)}\n) AS f"


def _row_places(chosen: str) -> str:
    return sql_text(
        "row_places",
        {
            "schema": SCHEMA,
            "chosen": chosen,
            "scalars": _scalars(),
            "tuning": _tuning("b"),
            "software": ", ".join(f"b.{name}" for name in SOFTWARE),
        },
    ).rstrip()


def series_texts(known: str) -> str:
    """Return the query of what series are called: those of the table `placed` not in `known`."""
    return sql_text(
        "series_texts",
        {
            "known": known,
            "scalars": _scalars(),
            "shared": ", ".join(f"f.{name}" for name in SHARED),
            "series_id": series_id_sql(),
            "name": name_sql(),
        },
    ).rstrip()


def row_series(names: str, *kept: str) -> str:
    """Return the query of where the figures of all rows come from.

    Args:
        names: The query of all rows with their series: release, benchmark_id, measured_release,
            series_id, and the columns that are kept.
        kept: Columns of that query.
    """
    return sql_text(
        "row_series",
        {"names": names, "kept": ", ".join(kept), "figures": FIGURES, "origin": origin_sql()},
    ).rstrip()


def origin_sql() -> str:
    """Return SQL for where a row's figures come from, beside those of the release before."""
    return sql_text("origin", {}).rstrip()


def _reading_order() -> tuple[str, ...]:
    """Return the columns of a series' name as a person would say them, the model first."""
    return (*_FIRST, *(name for name in IDENTITY if name not in {*_PLACE, *_FIRST}))


def _worded(name: str) -> str:
    return f"'{_WORDED[name]}' || f.{name}" if name in _WORDED else f"f.{name}"


def _series_key() -> str:
    copy = "CASE WHEN f.copy > 1 THEN f.copy END"
    return f"concat_ws(' | ', f.comparison_key, {_tuning_if_crowded()}, {copy})"


def _tuning_if_crowded() -> str:
    return f"CASE WHEN f.is_crowded THEN {_tuning('f')} END"


def _scalars() -> str:
    return ", ".join(scalar_sql(column, "s") for column in BENCHMARKS.columns)


def _tuning(alias: str) -> str:
    texts = ", ".join(f"'{name} ' || {alias}.{name}" for name in TUNED)
    return f"concat_ws(', ', {texts})"
