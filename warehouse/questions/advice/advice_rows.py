"""An answer about costs in rows for programs: every run that is named or left out, and as what.

This module has the columns; words for people live in `told`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.questions.advice.runs import LENGTHS
from warehouse.views.priced_runs import time_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from warehouse.questions.advice.ranking import Advice
    from warehouse.questions.advice.runs import PricedRun

PARTS: Mapping[str, str] = {
    "frontier": "keeps every bound, and no other run is both faster and cheaper",
    "meets": "keeps every bound",
    "nearest": "misses a bound least, where no run keeps all",
    "cheaper-without": "is cheapest without the bound",
    "left-out": "could not be weighed",
}
"""What a run is in an answer."""
ADVICE_COLUMNS: Mapping[str, str] = {
    "part": "string",
    "bound": "string",
    "why": "string",
    "counted": "string",
    "usd_per_1m": "double",
    "usd_per_hour": "double",
    "published_usd_per_1m": "double",
    "price_basis": "string",
    "throughput": "double",
    **{column.name: "double" for column in time_columns()},
    "model": "string",
    "accelerator": "string",
    "instance_type": "string",
    **dict.fromkeys(LENGTHS, "int64"),
    "tuning": "string",
    "series": "string",
    "series_id": "string",
    "release": "string",
    "published_on": "date32",
    "measured_release": "string",
    "warnings": "list of string",
    "url": "string",
    "page": "string",
    "table_id": "string",
    "row": "int64",
    "benchmark_id": "string",
}
"""The columns of an answer's rows for programs, with their types."""


def data_rows(advice: Advice) -> Iterator[dict[str, Any]]:
    """Yield an answer's rows for programs: every run that is named or left out, and as what."""
    for run in advice.meeting:
        yield _data(run, "frontier" if run in advice.frontier else "meets")
    for run in advice.nearest:
        yield _data(run, "nearest")
    for relaxed in advice.relaxed:
        if relaxed.cheapest is not None:
            yield _data(relaxed.cheapest, "cheaper-without", bound=relaxed.bound.option)
    for one in advice.left_out:
        yield _data(one.run, "left-out", why=one.why)


def _data(
    run: PricedRun, part: str, bound: str | None = None, why: str | None = None
) -> dict[str, Any]:
    return {
        "part": part,
        "bound": bound,
        "why": why,
        "counted": run.counted,
        "usd_per_1m": run.usd_per_1m,
        "usd_per_hour": run.usd_per_hour,
        "published_usd_per_1m": run.published_usd_per_1m,
        "price_basis": run.price_basis,
        "throughput": run.throughput,
        **{column.name: run.times.get(column.name) for column in time_columns()},
        "model": run.model,
        "accelerator": run.accelerator,
        "instance_type": run.instance_type,
        **{name: run.lengths.get(name) for name in LENGTHS},
        "tuning": run.tuning,
        "series": run.series,
        "series_id": run.series_id,
        "release": run.release,
        "published_on": run.published_on,
        "measured_release": run.measured_release,
        "warnings": list(run.warnings),
        "url": run.url,
        "page": run.page,
        "table_id": run.table_id,
        "row": run.row,
        "benchmark_id": run.benchmark_id,
    }
