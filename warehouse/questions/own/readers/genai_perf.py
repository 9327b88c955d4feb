"""GenAI-Perf: `profile_export_genai_perf.json`, and the CSV of the same name.

Both write the unit of each metric: beside it in JSON, in brackets after its name in CSV. The
latency between tokens leaves out the first one, as the time per output token of others does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipelines.errors import UsageError
from warehouse.questions.own.own_runs import OwnRun, known, mapping, own_figures, whole
from warehouse.questions.own.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from warehouse.questions.own.own_runs import OwnFigure
    from warehouse.questions.own.result_file import ResultFile

_METRICS = {
    "request_throughput": ("throughput", "requests"),
    "output_token_throughput": ("throughput", "output tokens"),
    "total_token_throughput": ("throughput", "tokens"),
    "time_to_first_token": ("ttft", ""),
    "inter_token_latency": ("tpot", ""),
    "request_latency": ("e2e_latency", ""),
}
_TIMES = {"ms": "ms", "sec": "s", "s": "s", "us": "µs", "µs": "µs"}
_RATES = {
    **dict.fromkeys(("per sec", "requests/sec", "tokens/sec", "infer/sec"), "s"),
    **dict.fromkeys(("per min", "requests/min", "tokens/min"), "min"),
}
_NAMED = re.compile(r"(?P<name>[\w /-]+?)\s*(?:\((?P<unit>[^)]*)\))?")
_FIRST = ("Metric", "avg")
Stats = dict[str, dict[str, Any]]
"""By metric: its statistics, and its unit."""


def _recognises(file: ResultFile) -> bool:
    if file.documents:
        stats = file.document
        return "input_config" in stats and bool(_METRICS.keys() & stats.keys())
    return file.header[:2] == _FIRST


def _read(file: ResultFile) -> Iterator[OwnRun]:
    stats: Stats = file.document if file.documents else _of_csv(file)
    given = mapping(stats.get("input_config"))
    lengths = {
        f"{what}_length": whole(mapping(stats.get(f"{what}_sequence_length")).get("avg"))
        for what in ("input", "output")
    }
    settings = known(model=_model(given), concurrency=_concurrency(given), **lengths)
    figures = [one for name in _METRICS for one in _figures(file, name, mapping(stats.get(name)))]
    yield OwnRun(settings, tuple(figures))


def _of_csv(file: ResultFile) -> Stats:
    """Return the statistics of both parts of a CSV: of requests, and of the system."""
    stats: Stats = {}
    header: tuple[str, ...] = ()
    for row in file.rows:
        if row[:1] == _FIRST[:1]:
            # A single value of the system is what JSON calls its average.
            header = tuple("avg" if name == "Value" else name for name in row)
        elif any(row) and header:
            named = _NAMED.fullmatch(row[0])
            if named:
                name = named["name"].strip().lower().replace(" ", "_")
                stats[name] = dict(zip(header[1:], row[1:], strict=False))
                stats[name]["unit"] = named["unit"] or ""
    return stats


def _figures(file: ResultFile, name: str, stats: Mapping[str, Any]) -> Iterator[OwnFigure]:
    metric, thing = _METRICS[name]
    for statistic, value in stats.items():
        if statistic != "unit":
            unit = _unit(file, name, thing, str(stats.get("unit", "")))
            yield from own_figures(metric, statistic, value, unit)


def _unit(file: ResultFile, name: str, thing: str, written: str) -> str:
    known_units = _RATES if thing else _TIMES
    unit = known_units.get(written.strip().lower())
    if unit is None:
        raise UsageError(
            f"{file.name}: {name} has the unit {written!r}, which is not known (choose from "
            f"{', '.join(known_units)})"
        )
    return f"{thing}/{unit}" if thing else unit


def _model(given: Mapping[str, Any]) -> str | None:
    """Return the one model of a run; None where several shared it."""
    named = given.get("model") or given.get("model_names") or given.get("models")
    names = named if isinstance(named, list) else [named]
    return names[0] if len(names) == 1 and isinstance(names[0], str) else None


def _concurrency(given: Mapping[str, Any]) -> int | None:
    stimulus = mapping(mapping(given.get("perf_analyzer")).get("stimulus"))
    return whole(stimulus.get("concurrency") or given.get("concurrency"))


READER = Reader("genai-perf", "GenAI-Perf", "genai-perf profile", _recognises, _read)
