"""This module answers `compare --own`: which runs are asked for, and how they stand.

Comparing one run lives in `beside_published`; its words, in `told_beside`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.contract.accelerators import ACCELERATOR_NAMES
from pipelines.contract.metrics import METRIC_NAMES
from pipelines.errors import UsageError, refuse_unknown
from pipelines.releases import resolve_release
from warehouse.comparison.model_names import letters, unknown_name
from warehouse.database.own_imports.import_records import all_imports, current_imports
from warehouse.questions.own.beside.beside_published import (
    ComparedRun,
    OwnResult,
    own_results,
    set_beside,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from warehouse.storage.roots import Storage


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """Which own runs are compared, and with which docs release; empty means all."""

    release: str = ""
    model: str = ""
    instance: str = ""
    metrics: tuple[str, ...] = ()
    accelerator: str = ""

    def __post_init__(self) -> None:
        """Reject what can never match, with a `UsageError` that names what can."""
        for metric in self.metrics:
            refuse_unknown("metric", metric, METRIC_NAMES)
        if self.accelerator:
            refuse_unknown("accelerator", self.accelerator.lower(), ACCELERATOR_NAMES)


def compared_own(
    root: str | Path | Storage, connection: duckdb.DuckDBPyConnection, question: OwnQuestion
) -> tuple[ComparedRun, ...]:
    """Return the runs that are asked for, each beside the published row nearest to it.

    Raises:
        UsageError: Nothing was imported, or none of it matches; the release is not known.
        SourceError: An import is damaged.
    """
    every = tuple(own_results(current_imports(all_imports(root))))
    if not every:
        raise UsageError(
            "nothing was imported into this dataset; run `neuron-warehouse measure import FILE`"
        )
    if question.model and not any(_has_model(one, question) for one in every):
        models = sorted({one.model for one in every})
        raise unknown_name("model", question.model, models, " among your imports")
    found = tuple(_asked_for(every, question))
    if not found:
        raise UsageError("no figure that was imported passes the filters")
    release = ""
    if question.release:
        rows = connection.execute("SELECT release FROM releases").fetchall()
        release = resolve_release(question.release, tuple(row[0] for row in rows))
    return set_beside(connection, found, release)


def _has_model(one: OwnResult, question: OwnQuestion) -> bool:
    return letters(question.model) in letters(one.model)


def _asked_for(every: tuple[OwnResult, ...], question: OwnQuestion) -> Iterator[OwnResult]:
    for one in every:
        rows = tuple(
            row for row in one.rows if not question.metrics or row["metric"] in question.metrics
        )
        is_there = one.instance.startswith(question.instance.lower())
        is_of = question.accelerator.lower() in ("", one.settings["accelerator"])
        if rows and is_there and is_of and _has_model(one, question):
            yield replace(one, rows=rows)
