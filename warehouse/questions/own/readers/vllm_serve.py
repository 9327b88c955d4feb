"""vLLM: the JSON of `vllm bench serve --save-result`, formerly `benchmark_serving.py`.

Times are in milliseconds and say so in their names; `--append-result` writes one object a line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from warehouse.questions.own.own_runs import OwnRun, known, mean_of, own_figures, texts, whole
from warehouse.questions.own.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from warehouse.questions.own.own_runs import OwnFigure
    from warehouse.questions.own.result_file import ResultFile

_RATES = {
    "request_throughput": "requests/s",
    "output_throughput": "output tokens/s",
    "total_token_throughput": "tokens/s",
}
_TIMES = {"ttft": "ttft", "tpot": "tpot", "itl": "itl", "e2el": "e2e_latency"}
_TIME = re.compile(rf"(?P<statistic>[a-z]+\d*(?:\.\d+)?)_(?P<time>{'|'.join(_TIMES)})_ms")
_KEPT = ("date", "backend", "endpoint_type", "request_rate", "num_prompts", "duration", "failed")


def _recognises(file: ResultFile) -> bool:
    return bool(file.documents) and all(
        isinstance(one, dict) and {"model_id", "output_throughput", "completed"} <= one.keys()
        for one in file.documents
    )


def _read(file: ResultFile) -> Iterator[OwnRun]:
    for document in file.documents:
        yield OwnRun(_settings(document), tuple(_figures(document)), texts(document, *_KEPT))


def _settings(document: Mapping[str, Any]) -> dict[str, Any]:
    completed = document.get("completed")
    return known(
        model=document.get("model_id"),
        input_length=mean_of(document.get("total_input_tokens"), completed),
        output_length=mean_of(document.get("total_output_tokens"), completed),
        tp_degree=whole(document.get("tensor_parallel_size")),
        concurrency=whole(document.get("max_concurrency")),
    )


def _figures(document: Mapping[str, Any]) -> Iterator[OwnFigure]:
    for name, unit in _RATES.items():
        yield from own_figures("throughput", "mean", document.get(name), unit)
    seen = set()
    for name, value in document.items():
        match = _TIME.fullmatch(name)
        for one in (
            own_figures(_TIMES[match["time"]], match["statistic"], value, "ms") if match else ()
        ):
            # It writes the median as `median_` and, where asked for, as `p50_` as well.
            if (one.metric, one.statistic) not in seen:
                seen.add((one.metric, one.statistic))
                yield one


READER = Reader(
    "vllm-serve",
    "vLLM's serving benchmark",
    "vllm bench serve --save-result",
    _recognises,
    _read,
)
