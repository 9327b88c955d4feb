"""A slip of a unit is found in the result files of every tool, and none in a clean file."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipelines.contract.metrics import METRICS_BY_NAME
from tests.warehouse.questions.own import result_files as made
from warehouse.questions.own.known_tools import runs_of
from warehouse.questions.own.own_runs import OwnFigure, OwnRun
from warehouse.questions.own.result_file import ResultFile
from warehouse.questions.own.settled_runs import PublishedNames, settled
from warehouse.questions.own.unit_slips import slip_flags

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipelines.contract import ReleaseTables
    from warehouse.questions.own.unit_slips import SlipFlag

MODEL = "Llama-2-13b"
GIVEN = {"model": MODEL, "instance_types": "inf2.48xlarge"}


def _flags(content: bytes, **given: str) -> tuple[SlipFlag, ...]:
    _, (run,) = runs_of(ResultFile("a file", content))
    names = PublishedNames((MODEL,), ("inf2.48xlarge",))
    return slip_flags(settled(run, GIVEN | given, names, "a file").run)


def _said(content: bytes, **given: str) -> set[tuple[str, str]]:
    """Return which metrics are flagged, and as what: the start of each message."""
    return {(flag.metric, flag.message.split(":")[0]) for flag in _flags(content, **given)}


_LATENCIES_IN_US = {
    name: value * 1000 for name, value in made.NEURONPERF.items() if name.startswith("latency")
}
SECONDS, MS = "looks like seconds, stated as ms", "looks like ms, stated as seconds"
MINUTE, ONE = "looks like a rate per minute", "looks like the rate of one of 8 requests, not of all"


@pytest.mark.parametrize(
    "content",
    [
        made.vllm(),
        made.llmperf(),
        made.genai_perf_json(),
        made.genai_perf_csv(),
        made.guidellm(),
        made.neuronperf_csv(),
        made.neuronperf_json(),
        made.plain_csv(),
    ],
)
def test_a_clean_run_has_no_flag(content: bytes) -> None:
    assert _flags(content) == ()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        # One time in seconds under a name in milliseconds.
        (made.vllm(median_ttft_ms=0.11, mean_ttft_ms=0.11, p99_ttft_ms=0.13), {("ttft", SECONDS)}),
        (made.vllm(median_e2el_ms=made.WHOLE / 1000), {("e2e_latency", SECONDS)}),
        # Only one statistic.
        (made.vllm(p99_ttft_ms=0.132), {("ttft", SECONDS)}),
        (made.vllm(p99_tpot_ms=25200.0), {("tpot", MS)}),
        # Milliseconds under a name in seconds.
        (made.llmperf(results_ttft_s_quantiles_p50=110.0), {("ttft", MS)}),
        (
            made.llmperf(results_end_to_end_latency_s_quantiles_p50=made.WHOLE),
            {("e2e_latency", MS)},
        ),
        (made.guidellm(request_latency=1000.0), {("e2e_latency", MS)}),
        (made.guidellm(time_to_first_token_ms=0.001), {("ttft", SECONDS)}),
        (made.guidellm(inter_token_latency_ms=0.001), {("tpot", SECONDS)}),
        # A rate per minute.
        (made.vllm(output_throughput=made.OUTPUT * 60), {("throughput", MINUTE)}),
        (made.vllm(request_throughput=made.REQUESTS * 60), {("throughput", MINUTE)}),
        (made.guidellm(requests_per_second=60.0), {("throughput", MINUTE)}),
        # The rate of one request for that of all.
        (made.vllm(output_throughput=made.OUTPUT / 8), {("throughput", ONE)}),
        (made.guidellm(output_tokens_per_second=1 / 8), {("throughput", ONE)}),
        (made.plain_csv(throughput_output_tokens_per_s=made.OUTPUT / 8), {("throughput", ONE)}),
        # A plain file with few figures.
        (made.plain_csv(ttft_p50_ms=0.11), {("ttft", SECONDS)}),
        (made.plain_csv(throughput_output_tokens_per_s=made.OUTPUT * 60), {("throughput", MINUTE)}),
        (made.neuronperf_csv(latency_ms_p50=0.0012), {("latency", SECONDS)}),
        (made.neuronperf_json(**_LATENCIES_IN_US), {("latency", MS)}),
        (made.genai_perf_csv(first="0.11"), {("ttft", SECONDS)}),
        (made.genai_perf_csv(requests=f"{made.REQUESTS * 60:.2f}"), {("throughput", MINUTE)}),
    ],
)
def test_a_planted_slip_is_named(content: bytes, found: set[tuple[str, str]]) -> None:
    assert _said(content) == found


def test_a_slip_in_every_time_is_one_mistake() -> None:
    document = json.loads(made.vllm())
    slipped = {
        name: value / 1000 if name.endswith("_ms") else value for name, value in document.items()
    }
    found = _said(json.dumps(slipped).encode())
    assert found == {(name, SECONDS) for name in ("ttft", "tpot", "itl", "e2e_latency")}


def test_a_flag_is_on_the_figures_that_it_is_about_and_says_why() -> None:
    (flag,) = _flags(made.vllm(output_throughput=made.OUTPUT * 60))
    _, (run,) = runs_of(ResultFile("a file", made.vllm()))
    concerned = [one.unit for one in run.figures if flag.concerns(one)]
    assert concerned == ["output tokens/s"]
    assert "2.881 requests/s of 128 tokens, and 2.212e+04 output tokens/s" in flag.message


def test_two_units_in_one_metric_are_flagged_where_nothing_says_which_is_right() -> None:
    flags = _flags(made.plain_csv(ttft_p99_ms=0.2))
    assert {(flag.metric, flag.statistic) for flag in flags} == {("ttft", "p50"), ("ttft", "p99")}
    assert all(
        "is in two units: its figures in ms are p50 110, p99 0.2" in f.message for f in flags
    )


def test_figures_that_no_slip_explains_are_said_to_disagree() -> None:
    flags = _flags(made.vllm(output_throughput=made.OUTPUT * 7))
    assert {flag.rule for flag in flags} == {"figures-disagree"}


def test_a_server_that_works_one_request_at_a_time_is_not_flagged() -> None:
    # Seven of eight requests wait: much time goes by before the first token.
    alone = 1000 / made.EACH
    waiting = made.plain_csv(
        throughput_output_tokens_per_s=alone,
        ttft_p50_ms=7 * made.TOKENS * made.EACH,
        e2e_latency_p90_ms=8 * made.TOKENS * made.EACH,
    )
    assert _flags(waiting) == ()


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.25, 2.0])
def test_a_slower_or_faster_run_is_no_slip(factor: float) -> None:
    slower = made.plain_csv(
        throughput_output_tokens_per_s=made.OUTPUT / factor,
        ttft_p50_ms=made.FIRST * factor,
        tpot_p50_ms=made.EACH * factor,
        e2e_latency_p90_ms=made.WHOLE * factor,
    )
    assert _flags(slower) == ()


def _published_runs(bundled: Mapping[str, ReleaseTables]) -> Iterator[OwnRun]:
    """Yield every published row that has no error flag, as a run of one's own."""
    for release in bundled.values():
        doubted = {
            one.benchmark_id for one in release.rows["quality_flags"] if one.severity == "error"
        }
        figures = defaultdict(list)
        for one in release.rows["measurements"]:
            if METRICS_BY_NAME[one.metric].kind in ("speed", "time"):
                figure = OwnFigure(one.metric, one.statistic, one.value, one.unit, one.text)
                figures[one.benchmark_id].append(figure)
        for row in release.rows["benchmarks"]:
            if row.benchmark_id not in doubted:
                names = ("batch_size", "input_length", "output_length")
                settings = {name: getattr(row, name) for name in names}
                yield OwnRun(settings, tuple(figures[row.benchmark_id]))


def test_no_published_row_looks_like_a_slip(bundled: Mapping[str, ReleaseTables]) -> None:
    runs = list(_published_runs(bundled))
    assert len(runs) > 2000
    assert [run for run in runs if slip_flags(run)] == []


@pytest.mark.parametrize(
    ("metric", "factor"), [("throughput", 60.0), ("tpot", 0.001), ("tpot", 1000.0)]
)
def test_a_slip_in_any_published_row_of_a_language_model_is_found(
    bundled: Mapping[str, ReleaseTables], metric: str, factor: float
) -> None:
    count = 0
    for run in _published_runs(bundled):
        if all(one.metric != "tpot" for one in run.figures):
            continue
        slipped = tuple(
            replace(one, value=one.value * factor) if one.metric == metric else one
            for one in run.figures
        )
        assert {flag.metric for flag in slip_flags(replace(run, figures=slipped))} == {metric}
        count += 1
    assert count > 200
