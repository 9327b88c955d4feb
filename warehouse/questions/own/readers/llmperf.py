"""LLMPerf: the `…_summary.json` of `token_benchmark_ray.py`. Times are in seconds.

Its latency between tokens is the time of a whole request, shared among its output tokens.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from warehouse.questions.own.own_runs import OwnRun, known, own_figures, texts, whole
from warehouse.questions.own.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from warehouse.questions.own.own_runs import OwnFigure
    from warehouse.questions.own.result_file import ResultFile

_RATES = {
    "results_mean_output_throughput_token_per_s": "output tokens/s",
    "results_num_completed_requests_per_min": "requests/min",
}
_TIMES = {
    "ttft_s": "ttft",
    "inter_token_latency_s": "latency_per_token",
    "end_to_end_latency_s": "e2e_latency",
}
_TIME = re.compile(rf"results_(?P<time>{'|'.join(_TIMES)})_(?:quantiles_)?(?P<statistic>[a-z0-9]+)")
_KEPT = ("timestamp", "results_num_completed_requests", "results_number_errors")


def _recognises(file: ResultFile) -> bool:
    return _RATES.keys() <= file.document.keys()


def _read(file: ResultFile) -> Iterator[OwnRun]:
    document = file.document
    yield OwnRun(_settings(document), tuple(_figures(document)), texts(document, *_KEPT))


def _settings(document: Mapping[str, Any]) -> dict[str, Any]:
    def length(what: str) -> int | None:
        # What was sent counts; what was asked for is drawn at random around it.
        sent = whole(document.get(f"results_number_{what}_tokens_mean"))
        return sent or whole(document.get(f"mean_{what}_tokens"))

    return known(
        model=document.get("model"),
        input_length=length("input"),
        output_length=length("output"),
        concurrency=whole(document.get("num_concurrent_requests")),
    )


def _figures(document: Mapping[str, Any]) -> Iterator[OwnFigure]:
    for name, unit in _RATES.items():
        yield from own_figures("throughput", "mean", document.get(name), unit)
    for name, value in document.items():
        match = _TIME.fullmatch(name)
        if match:
            yield from own_figures(_TIMES[match["time"]], match["statistic"], value, "s")


READER = Reader("llmperf", "LLMPerf", "token_benchmark_ray.py --results-dir", _recognises, _read)
