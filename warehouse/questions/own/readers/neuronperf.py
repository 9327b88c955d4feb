"""NeuronPerf: the CSV or JSON that its functions write_csv and write_json make of its reports.

Each report is a run; latencies are in milliseconds, throughput counts inferences.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from warehouse.questions.own.own_runs import OwnRun, known, own_figures, texts, whole
from warehouse.questions.own.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from warehouse.questions.own.own_runs import OwnFigure
    from warehouse.questions.own.result_file import ResultFile

_NEEDED = frozenset({"throughput_avg", "workers_per_model", "batch_size"})
_LATENCY = re.compile(r"latency_ms_(?P<statistic>p\d+(?:\.\d+)?)")
_KEPT = (
    "model_filename",
    "n_models",
    "workers_per_model",
    "throughput_peak",
    "total_infs",
    "total_s",
    "status",
)


def _recognises(file: ResultFile) -> bool:
    return any(report.keys() >= _NEEDED for report in _reports(file))


def _reports(file: ResultFile) -> Sequence[Mapping[str, Any]]:
    if not file.documents:
        return file.records if {*file.header} >= _NEEDED else ()
    reports = [one for document in file.documents for one in _listed(document)]
    return [one for one in reports if isinstance(one, dict)]


def _listed(document: Any) -> Sequence[Any]:
    return document if isinstance(document, list) else (document,)


def _read(file: ResultFile) -> Iterator[OwnRun]:
    for report in _reports(file):
        yield OwnRun(_settings(report), tuple(_figures(report)), texts(report, *_KEPT))


def _settings(report: Mapping[str, Any]) -> dict[str, Any]:
    models, workers = whole(report.get("n_models")), whole(report.get("workers_per_model"))
    # Its own name for a model is a file's, which says too little; without one, --model does.
    return known(
        model=report.get("model_name"),
        instance_types=report.get("instance_type"),
        batch_size=whole(report.get("batch_size")),
        pp_degree=whole(report.get("pipeline_size")),
        concurrency=models * workers if models and workers else None,
    )


def _figures(report: Mapping[str, Any]) -> Iterator[OwnFigure]:
    yield from own_figures("throughput", "mean", report.get("throughput_avg"), "inferences/s")
    for name, value in report.items():
        match = _LATENCY.fullmatch(name)
        # p0 and p100 are its names of the lowest and the highest.
        ends = {"p0": "min", "p100": "max"}
        if match:
            statistic = ends.get(match["statistic"], match["statistic"])
            yield from own_figures("latency", statistic, value, "ms")


READER = Reader(
    "neuronperf", "NeuronPerf", "neuronperf.write_csv or write_json", _recognises, _read
)
