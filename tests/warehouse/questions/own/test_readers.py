"""Each reader finds the figures of its tool, in the unit that the file states, and no others."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.errors import UsageError
from tests.warehouse.questions.own import result_files as made
from warehouse.questions.own.known_tools import all_readers, runs_of
from warehouse.questions.own.own_runs import OwnRun, statistic_named
from warehouse.questions.own.result_file import ResultFile

if TYPE_CHECKING:
    from collections.abc import Mapping

REPOSITORY = Path(__file__).parents[4]
FILES = {
    "vllm-serve": made.vllm(),
    "llmperf": made.llmperf(),
    "genai-perf": made.genai_perf_json(),
    "guidellm": made.guidellm(),
    "neuronperf": made.neuronperf_json(),
    "plain-csv": made.plain_csv(),
}


def _read(content: bytes, tool: str = "") -> tuple[str, OwnRun]:
    reader, (run,) = runs_of(ResultFile("a file", content), tool)
    return reader.tool, run


def _values(run: OwnRun) -> Mapping[tuple[str, str, str], float]:
    return {(one.metric, one.statistic, one.compared_in): one.compared_value for one in run.figures}


def test_the_document_names_every_tool_and_what_writes_its_files() -> None:
    text = (REPOSITORY / "docs/how-to/own-measurements.md").read_text("utf-8")
    for reader in all_readers():
        assert f"| `{reader.tool}` | `{reader.written_by}`" in text


def test_every_reader_has_a_file_here_and_knows_it_among_all() -> None:
    assert {reader.tool for reader in all_readers()} == FILES.keys()
    for tool, content in FILES.items():
        assert _read(content)[0] == tool


@pytest.mark.parametrize(
    "content",
    [made.vllm(), made.llmperf(), made.genai_perf_json(), made.guidellm(), made.genai_perf_csv()],
)
def test_one_run_says_the_same_in_every_format(content: bytes) -> None:
    values = _values(_read(content)[1])
    assert values["throughput", "mean", "requests/s"] == pytest.approx(made.REQUESTS, rel=0.01)
    assert values["throughput", "mean", "output tokens/s"] == pytest.approx(made.OUTPUT, rel=0.01)
    assert values["ttft", "p50", "ms"] == pytest.approx(made.FIRST)
    assert values["e2e_latency", "p50", "ms"] == pytest.approx(made.WHOLE)


def test_the_time_of_a_token_is_called_by_what_it_counts() -> None:
    for content in (made.vllm(), made.genai_perf_json(), made.guidellm()):
        assert _values(_read(content)[1])["tpot", "p50", "ms"] == made.EACH
    for content in (made.llmperf(), made.guidellm()):
        # The first token is among those that share the time.
        value = _values(_read(content)[1])["latency_per_token", "p50", "ms"]
        assert value == pytest.approx(made.WHOLE / made.TOKENS)


@pytest.mark.parametrize("tool", ["vllm-serve", "llmperf", "genai-perf", "guidellm"])
def test_what_a_file_says_of_its_run_is_kept(tool: str) -> None:
    settings = _read(FILES[tool])[1].settings
    assert settings["model"] == made.MODEL
    assert settings["concurrency"] == made.AT_ONCE
    assert (settings["input_length"], settings["output_length"]) == (made.TOKENS, made.TOKENS)


def test_no_deviation_or_odd_percentile_becomes_a_figure() -> None:
    assert statistic_named("std") is None
    assert statistic_named("p001") is None
    assert [statistic_named(name) for name in ("p05", "p99.9", "median", "avg")] == [
        "p5",
        "p99.9",
        "p50",
        "mean",
    ]
    for content in FILES.values():
        statistics = {one.statistic for one in _read(content)[1].figures}
        assert statistics <= {"mean", "min", "max", "p50", "p90", "p95", "p99"}


def test_vllm_appends_results_as_lines_and_each_is_a_run() -> None:
    content = made.vllm() + b"\n" + made.vllm(max_concurrency=4)
    _, runs = runs_of(ResultFile("a file", content))
    assert [run.settings["concurrency"] for run in runs] == [8, 4]


@pytest.mark.parametrize("content", [made.neuronperf_json(), made.neuronperf_csv()])
def test_neuronperf_reports_inferences_and_its_instance(content: bytes) -> None:
    tool, run = _read(content)
    assert tool == "neuronperf"
    values = _values(run)
    assert values["throughput", "mean", "inferences/s"] == 1600
    assert values["latency", "p50", "ms"] == 1.2
    assert values["latency", "max", "ms"] == 2.0
    assert run.settings["instance_types"] == "inf2.xlarge"
    assert run.settings["concurrency"] == 2


def test_genai_perf_says_the_unit_and_it_is_believed() -> None:
    slow = {"unit": "sec", "avg": 0.11, "p50": 0.11}
    values = _values(_read(made.genai_perf_json(time_to_first_token=slow))[1])
    assert values["ttft", "p50", "ms"] == pytest.approx(110)
    with pytest.raises(UsageError, match="has the unit 'furlongs', which is not known"):
        _read(made.genai_perf_json(time_to_first_token={"unit": "furlongs", "avg": 1}))


def test_our_csv_takes_any_percentile_of_a_wide_column() -> None:
    values = _values(_read(made.plain_csv())[1])
    assert values["e2e_latency", "p90", "ms"] == pytest.approx(made.WHOLE * 1.1)


@pytest.mark.parametrize(
    ("content", "tool", "says"),
    [
        (b"\xff\xfe\x00", "", "is not a text in UTF-8"),
        (b'{"a": ', "", "is not valid JSON"),
        (b'{"a": 1}', "", "is of no load generator that is known (genai-perf, guidellm, llmperf"),
        (b"", "", "is of no load generator that is known"),
        (made.vllm(), "vlm", "unknown tool 'vlm' (choose from genai-perf"),
        (made.vllm(), "llmperf", "has no figure that LLMPerf writes"),
        (made.plain_csv(ttft_p50="1"), "", "unknown column 'ttft_p50' (nearest: ttft_p50_ms"),
        (made.plain_csv(ttft_p50_ms="fast"), "", "ttft_p50_ms is 'fast', which is not a number"),
        (b"ttft_p50_ms,model\n1\n", "", "a row has 1 cells where the header has 2"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(content: bytes, tool: str, says: str) -> None:
    with pytest.raises(UsageError) as raised:
        runs_of(ResultFile("a file", content), tool)
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("odd", [None, "x", [], {}, True, -1, float("nan"), 10**400])
def test_an_odd_value_in_json_is_no_crash(odd: Any) -> None:
    for content in FILES.values():
        if not content.startswith((b"{", b"[")):
            continue
        document = json.loads(content)
        first = document[0] if isinstance(document, list) else document
        for name in list(first):
            changed = json.dumps(
                [{**first, name: odd}] if isinstance(document, list) else {**first, name: odd}
            )
            with suppress(UsageError):
                runs_of(ResultFile("a file", changed.encode()))
