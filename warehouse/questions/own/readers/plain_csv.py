"""Our own CSV: a header, then a run a row, in the names of the view `benchmark_results`.

Settings have the names of its dimensions, figures those of its wide columns, which say the unit:
`throughput_output_tokens_per_s`, `ttft_p50_ms`. Any percentile may stand where a name has one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.contract.metrics import METRICS
from pipelines.errors import UsageError
from warehouse.comparison.model_names import nearest
from warehouse.database.own_imports.own_table import SETTING_NAMES
from warehouse.questions.own.own_runs import OwnRun, finite_number, own_figures
from warehouse.questions.own.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from warehouse.questions.own.own_runs import OwnFigure
    from warehouse.questions.own.result_file import ResultFile

_INSTANCE = "instance_type"
_SETTINGS = {
    **{name: name for name in SETTING_NAMES if name not in ("instance_types", "accelerator")},
    _INSTANCE: "instance_types",
}
_STATISTIC = r"(?P<statistic>mean|min|max|p\d{1,2}(?:\.\d{1,3})?)"


def _columns() -> Iterator[tuple[re.Pattern[str], str, str, str]]:
    """Yield the pattern of each figure's name, its metric, unit, and statistic without one."""
    for metric in METRICS:
        for unit in (one for one in metric.units if one.noun):
            name = metric.column.format(statistic="STATISTIC", noun=unit.noun)
            pattern = re.escape(name).replace("STATISTIC", _STATISTIC)
            yield re.compile(pattern), metric.name, unit.name, metric.statistics[0]


_FIGURES = tuple(_columns())


def _figure_column(name: str) -> tuple[str, str, str] | None:
    """Return the metric, statistic and unit that a column's name says; None for no figure."""
    for pattern, metric, unit, otherwise in _FIGURES:
        match = pattern.fullmatch(name)
        if match:
            return metric, match.groupdict().get("statistic") or otherwise, unit
    return None


def _recognises(file: ResultFile) -> bool:
    return any(_figure_column(name) for name in file.header)


def _read(file: ResultFile) -> Iterator[OwnRun]:
    for name in file.header:
        if name not in _SETTINGS and _figure_column(name) is None:
            raise _unknown_column(file, name)
    for record in file.records:
        settings = {_SETTINGS[name]: text for name, text in record.items() if name in _SETTINGS}
        given = {name: text for name, text in settings.items() if text}
        yield OwnRun(given, tuple(_figures(file, record)))


def _figures(file: ResultFile, record: Mapping[str, str]) -> Iterator[OwnFigure]:
    for name, text in record.items():
        column = _figure_column(name)
        if column is None or not text:
            continue
        metric, statistic, unit = column
        if finite_number(text) is None:
            raise UsageError(f"{file.name}: {name} is {text!r}, which is not a number")
        yield from own_figures(metric, statistic, text, unit)


def _unknown_column(file: ResultFile, name: str) -> UsageError:
    wide = [column.name for metric in METRICS for column in metric.wide_columns()]
    near = ", ".join(nearest(name, (*_SETTINGS, *wide)))
    return UsageError(f"{file.name}: unknown column {name!r} (nearest: {near})")


READER = Reader("plain-csv", "our plain CSV", "you", _recognises, _read, order=1)
