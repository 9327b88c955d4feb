"""What makes rows one series, and what a series is called, as SQL.

This module has what the stored rows, their updates and the view `history` share. Which columns
identify a workload is decided in `pipelines.contract.benchmarks`; how copies are numbered, in
`sql/row_names.sql`.
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


def name_sql(is_crowded: str = "f.is_crowded") -> str:
    """Return SQL for the name of the series of a row `f`, to read.

    Args:
        is_crowded: SQL that is true where some release prints the row's workload in several rows.
    """
    texts = ", ".join(map(_worded, _reading_order()))
    copy = "CASE WHEN f.copy > 1 THEN concat('copy ', f.copy) END"
    return f"concat_ws(', ', {texts}, {_tuning_if(is_crowded)}, {copy})"


def name_number_sql(is_crowded: str = "f.is_crowded") -> str:
    """Return SQL for a number that stands for the name: quicker to look for than a text."""
    return f"md5_number_lower({name_sql(is_crowded)})"


def series_id_sql(is_crowded: str = "f.is_crowded") -> str:
    """Return SQL for what names the series of a row `f`."""
    copy = "CASE WHEN f.copy > 1 THEN f.copy END"
    key = f"concat_ws(' | ', f.comparison_key, {_tuning_if(is_crowded)}, {copy})"
    return f"left(md5({key}), 16)"


def row_names(chosen: str) -> str:
    """Return the query of the series of rows, of the releases that a condition chooses."""
    return sql_text(
        "row_names",
        {
            "schema": SCHEMA,
            "chosen": chosen,
            "scalars": ", ".join(scalar_sql(column, "s") for column in BENCHMARKS.columns),
            "tuning": _tuning("b"),
            "software": ", ".join(f"b.{name}" for name in SOFTWARE),
            "series_id": series_id_sql(),
            "name_number": name_number_sql(),
        },
    ).rstrip()


def row_series(chosen: str) -> str:
    """Return the query of the series of all rows, with where their figures come from.

    Args:
        chosen: `ALL`, or a condition that chooses no release: the rows depend on one another.
    """
    return sql_text(
        "row_series", {"names": row_names(chosen), "figures": FIGURES, "origin": origin_sql()}
    ).rstrip()


def origin_sql() -> str:
    """Return SQL for where a row's figures come from, beside those of the release before."""
    return sql_text("origin", {}).rstrip()


def _reading_order() -> tuple[str, ...]:
    """Return the columns of a series' name as a person would say them, the model first."""
    return (*_FIRST, *(name for name in IDENTITY if name not in {*_PLACE, *_FIRST}))


def _worded(name: str) -> str:
    return f"'{_WORDED[name]}' || f.{name}" if name in _WORDED else f"f.{name}"


def _tuning_if(is_crowded: str) -> str:
    return f"CASE WHEN {is_crowded} THEN {_tuning('f')} END"


def _tuning(alias: str) -> str:
    texts = ", ".join(f"'{name} ' || {alias}.{name}" for name in TUNED)
    return f"concat_ws(', ', {texts})"
