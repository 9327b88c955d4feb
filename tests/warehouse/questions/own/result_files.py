"""Result files of one run, as each load generator writes it: eight requests of 128 tokens at once.

A request takes 2,777 ms: 110 ms to the first token, 21 ms for each other. Each function takes
changes of fields, so that a test can plant a slip. The fields are those of the tools: GuideLLM was
run against its own mock server; the others follow their source and documentation.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

AT_ONCE, TOKENS, FIRST, EACH = 8, 128, 110.0, 21.0
WHOLE = FIRST + EACH * (TOKENS - 1)
REQUESTS = AT_ONCE / WHOLE * 1000
OUTPUT = REQUESTS * TOKENS
MODEL = "meta-llama/Llama-2-13b-hf"


def vllm(**changes: Any) -> bytes:
    """Return what `vllm bench serve --save-result` writes."""
    document: dict[str, Any] = {
        "date": "20260523-114606",
        "endpoint_type": "openai",
        "backend": "openai",
        "label": None,
        "model_id": MODEL,
        "tokenizer_id": MODEL,
        "num_prompts": 100,
        "request_rate": "inf",
        "burstiness": 1.0,
        "max_concurrency": AT_ONCE,
        "duration": 100 / REQUESTS,
        "completed": 100,
        "failed": 0,
        "total_input_tokens": 100 * TOKENS,
        "total_output_tokens": 100 * TOKENS,
        "request_throughput": REQUESTS,
        "request_goodput": None,
        "output_throughput": OUTPUT,
        "total_token_throughput": 2 * OUTPUT,
    }
    for name, value in (("ttft", FIRST), ("tpot", EACH), ("itl", EACH), ("e2el", WHOLE)):
        document |= {
            f"mean_{name}_ms": value,
            f"median_{name}_ms": value,
            f"std_{name}_ms": 1.0,
            f"p99_{name}_ms": value * 1.2,
        }
    return json.dumps(document | changes).encode()


def llmperf(**changes: Any) -> bytes:
    """Return the summary that `token_benchmark_ray.py` writes."""
    document: dict[str, Any] = {
        "version": "2023-08-31",
        "name": "llama_128_128_summary",
        "model": MODEL,
        "mean_input_tokens": TOKENS,
        "stddev_input_tokens": 0,
        "mean_output_tokens": TOKENS,
        "num_concurrent_requests": AT_ONCE,
        "results_number_errors": 0,
        "results_num_completed_requests": 100,
        "results_num_completed_requests_per_min": REQUESTS * 60,
        "results_mean_output_throughput_token_per_s": OUTPUT,
        "timestamp": 1700000000,
    }
    times = {
        "ttft_s": FIRST / 1000,
        "inter_token_latency_s": WHOLE / TOKENS / 1000,
        "end_to_end_latency_s": WHOLE / 1000,
    }
    for name, value in times.items():
        document[f"results_{name}_mean"] = value
        document[f"results_{name}_stddev"] = 0.001
        document |= {f"results_{name}_quantiles_{one}": value for one in ("p50", "p90")}
        document[f"results_{name}_quantiles_p99"] = value * 1.2
    for name in ("input", "output"):
        document[f"results_number_{name}_tokens_mean"] = TOKENS + 0.2
    return json.dumps(document | changes).encode()


def genai_perf_json(**changes: Any) -> bytes:
    """Return `profile_export_genai_perf.json`; `changes` replaces metrics."""

    def time(value: float) -> dict[str, Any]:
        high = value * 1.2
        return {"unit": "ms", "avg": value, "std": 1.0, "p50": value, "p90": high, "p99": high}

    document: dict[str, Any] = {
        "request_throughput": {"unit": "requests/sec", "avg": REQUESTS},
        "request_latency": time(WHOLE),
        "request_count": {"unit": "count", "avg": 100},
        "time_to_first_token": time(FIRST),
        "inter_token_latency": time(EACH),
        "output_token_throughput": {"unit": "tokens/sec", "avg": OUTPUT},
        "output_token_throughput_per_user": {"unit": "tokens/sec/user", "avg": 1000 / EACH},
        "output_sequence_length": {"unit": "tokens", "avg": float(TOKENS)},
        "input_sequence_length": {"unit": "tokens", "avg": float(TOKENS)},
        "input_config": {
            "model_names": [MODEL],
            "perf_analyzer": {"stimulus": {"concurrency": AT_ONCE}},
        },
    }
    return json.dumps(document | changes).encode()


def genai_perf_csv(*, first: str = f"{FIRST:,.2f}", requests: str = f"{REQUESTS:.2f}") -> bytes:
    """Return `profile_export_genai_perf.csv`, whose figures have commas."""
    return (
        "Metric,avg,min,max,p99,p95,p90,p75,p50,p25\n"
        f"Time To First Token (ms),{first},{first},{first},{first},,,,{first},\n"
        f'Request Latency (ms),"{WHOLE:,.2f}","2,000.00","3,000.00","2,990.00",,,,"{WHOLE:,.2f}",\n'
        f"Inter Token Latency (ms),{EACH},{EACH},{EACH},{EACH},,,,{EACH},\n"
        f"Output Sequence Length (tokens),{TOKENS},,,,,,,{TOKENS},\n"
        f"Input Sequence Length,{TOKENS},,,,,,,{TOKENS},\n"
        "\nMetric,Value\n"
        f"Output Token Throughput (tokens/sec),{OUTPUT:.2f}\n"
        f"Request Throughput (per sec),{requests}\n"
        "Request Count (count),100.00\n"
    ).encode()


def guidellm(**changes: float) -> bytes:
    """Return a GuideLLM report of one benchmark; `changes` multiplies its metrics."""

    def spread(name: str, value: float) -> dict[str, Any]:
        value *= changes.get(name, 1.0)
        stats = {"mean": value, "median": value, "std_dev": 0.1, "min": value, "max": value * 1.3}
        percentiles = {"p001": value, "p50": value, "p90": value, "p95": value, "p99": value * 1.2}
        return {"successful": {**stats, "percentiles": percentiles}, "errored": {"mean": 0.0}}

    values = {
        "requests_per_second": REQUESTS,
        "request_latency": WHOLE / 1000,
        "prompt_token_count": TOKENS,
        "output_token_count": TOKENS,
        "time_to_first_token_ms": FIRST,
        "time_per_output_token_ms": WHOLE / TOKENS,
        "inter_token_latency_ms": EACH,
        "output_tokens_per_second": OUTPUT,
        "tokens_per_second": 2 * OUTPUT,
    }
    report = {
        "metadata": {"version": 2, "guidellm_version": "0.8.1"},
        "config": {"spec": {"backend": {"kind": "openai_http", "model": MODEL}}},
        "benchmarks": [
            {
                "type_": "generative_benchmark",
                "config": {"strategy": {"kind": "concurrent", "streams": AT_ONCE}},
                "metrics": {name: spread(name, value) for name, value in values.items()},
            }
        ],
    }
    return json.dumps(report).encode()


NEURONPERF: Mapping[str, Any] = {
    "n_models": 1,
    "workers_per_model": 2,
    "pipeline_size": 1,
    "batch_size": 1,
    "throughput_avg": 1600.0,
    "throughput_peak": 1610.0,
    "latency_ms_p0": 1.1,
    "latency_ms_p50": 1.2,
    "latency_ms_p90": 1.25,
    "latency_ms_p95": 1.3,
    "latency_ms_p99": 1.4,
    "latency_ms_p100": 2.0,
    "load_avg_ms": 62.2,
    "status": "finished",
    "model_filename": "model_neuron_b1.pt",
    "device_type": "neuron",
    "instance_type": "inf2.xlarge",
}


def neuronperf_json(**changes: Any) -> bytes:
    """Return what NeuronPerf's write_json makes of one report."""
    return json.dumps([{**NEURONPERF, **changes}]).encode()


def neuronperf_csv(**changes: Any) -> bytes:
    """Return what NeuronPerf's write_csv makes of one report."""
    report = {**NEURONPERF, **changes}
    return f"{','.join(report)}\n{','.join(map(str, report.values()))}\n".encode()


def plain_csv(**changes: Any) -> bytes:
    """Return our own CSV of one run."""
    row = {
        "model": "Llama-2-13b",
        "instance_type": "inf2.48xlarge",
        "batch_size": AT_ONCE,
        "input_length": TOKENS,
        "output_length": TOKENS,
        "throughput_output_tokens_per_s": OUTPUT,
        "ttft_p50_ms": FIRST,
        "tpot_p50_ms": EACH,
        "e2e_latency_p90_ms": WHOLE * 1.1,
    } | changes
    return f"{','.join(row)}\n{','.join(map(str, row.values()))}\n".encode()
