"""GuideLLM: the JSON report, with a run for each of its benchmarks.

Only what it says of successful requests is read. Its `inter_token_latency_ms` leaves out the first
token, as the time per output token of others does; its own `time_per_output_token_ms` counts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.questions.own.own_runs import OwnRun, known, mapping, own_figures, texts, whole
from warehouse.questions.own.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from warehouse.questions.own.own_runs import OwnFigure
    from warehouse.questions.own.result_file import ResultFile

_RATES = {
    "requests_per_second": "requests/s",
    "output_tokens_per_second": "output tokens/s",
    "tokens_per_second": "tokens/s",
}
_TIMES = {
    "time_to_first_token_ms": ("ttft", "ms"),
    "inter_token_latency_ms": ("tpot", "ms"),
    "time_per_output_token_ms": ("latency_per_token", "ms"),
    "request_latency": ("e2e_latency", "s"),
}
_LENGTHS = {"input_length": "prompt_token_count", "output_length": "output_token_count"}
_NAMED = ("mean", "median", "min", "max")
_PERCENTILES = ("p90", "p95", "p99")


def _recognises(file: ResultFile) -> bool:
    return any("requests_per_second" in metrics for _, metrics in _benchmarks(file.document))


def _benchmarks(
    report: Mapping[str, Any],
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Yield each benchmark of a report with its metrics."""
    listed = report.get("benchmarks")
    for benchmark in listed if isinstance(listed, list) else ():
        if isinstance(benchmark, dict) and isinstance(benchmark.get("metrics"), dict):
            yield benchmark, benchmark["metrics"]


def _read(file: ResultFile) -> Iterator[OwnRun]:
    for benchmark, metrics in _benchmarks(file.document):
        lengths = {
            name: whole(_successful(metrics, field).get("mean")) for name, field in _LENGTHS.items()
        }
        settings = known(
            model=_model(file.document, benchmark), concurrency=_streams(benchmark), **lengths
        )
        yield OwnRun(settings, tuple(_figures(metrics)), texts(benchmark, "duration"))


def _successful(metrics: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return mapping(mapping(metrics.get(name)).get("successful"))


def _figures(metrics: Mapping[str, Any]) -> Iterator[OwnFigure]:
    for name, unit in _RATES.items():
        yield from own_figures("throughput", "mean", _successful(metrics, name).get("mean"), unit)
    for name, (metric, unit) in _TIMES.items():
        stats = _successful(metrics, name)
        percentiles = mapping(stats.get("percentiles"))
        for statistic in _NAMED:
            yield from own_figures(metric, statistic, stats.get(statistic), unit)
        for statistic in _PERCENTILES:
            yield from own_figures(metric, statistic, percentiles.get(statistic), unit)


def _model(report: Mapping[str, Any], benchmark: Mapping[str, Any]) -> str | None:
    """Return the model, which each generation of the format has in another place."""
    spec = mapping(mapping(report.get("config")).get("spec"))
    places: tuple[tuple[Any, str], ...] = (
        (spec.get("backend"), "model"),
        (mapping(benchmark.get("config")).get("backend"), "model"),
        (report.get("args"), "model"),
        (benchmark.get("worker"), "backend_model"),
    )
    for place, name in places:
        if isinstance(place, dict) and isinstance(place.get(name), str):
            return str(place[name])
    return None


def _streams(benchmark: Mapping[str, Any]) -> int | None:
    given = mapping(benchmark.get("config") or benchmark.get("args"))
    strategy = mapping(given.get("strategy"))
    return whole(strategy.get("streams") or strategy.get("max_concurrency"))


READER = Reader("guidellm", "GuideLLM", "guidellm benchmark run", _recognises, _read)
