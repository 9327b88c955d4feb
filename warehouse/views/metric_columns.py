"""Which column of the wide view each kind of figure stands in.

Here belongs the one mapping from metric, statistic and unit to a column of `benchmark_results`.
A metric or unit that the contract gains must gain a column here; a test says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.schema.quoting import literal, quoted


@dataclass(frozen=True, slots=True)
class MetricColumn:
    """One column of figures of the wide view."""

    name: str
    metric: str
    statistic: str
    unit: str
    description: str

    @property
    def expression(self) -> str:
        """The column in SQL, over the measurements of one benchmark."""
        return (
            f"max(value) FILTER (metric = {literal(self.metric)} "
            f"AND statistic = {literal(self.statistic)} AND unit = {literal(self.unit)}) "
            f"AS {quoted(self.name)}"
        )


def _rate(name: str, unit: str, what: str) -> MetricColumn:
    return MetricColumn(f"throughput_{name}_per_s", "throughput", "mean", unit, what)


def _percentiles(metric: str, what: str) -> tuple[MetricColumn, ...]:
    return (
        MetricColumn(f"{metric}_p50_ms", metric, "p50", "ms", f"Median {what}."),
        MetricColumn(f"{metric}_p99_ms", metric, "p99", "ms", f"99th percentile of {what}."),
    )


def _cost(name: str, unit: str) -> MetricColumn:
    what = f"Cost of a million {name}, as published; see price_basis."
    return MetricColumn(f"usd_per_1m_{name}", "cost", "mean", unit, what)


METRIC_COLUMNS: tuple[MetricColumn, ...] = (
    _rate("inferences", "inferences/s", "Mean throughput in inferences."),
    _rate("images", "images/s", "Mean throughput in images."),
    _rate("tokens", "tokens/s", "Mean throughput in tokens; see token_basis."),
    _rate("output_tokens", "output tokens/s", "Mean throughput in output tokens alone."),
    _rate("sequences", "sequences/s", "Mean throughput in sequences."),
    *_percentiles("latency", "latency"),
    *_percentiles("latency_per_token", "latency per token"),
    *_percentiles("ttft", "time to first token"),
    *_percentiles("tpot", "time per output token"),
    _cost("inferences", "USD per 1M inferences"),
    _cost("images", "USD per 1M images"),
    _cost("tokens", "USD per 1M tokens"),
    MetricColumn(
        "usd_per_hour", "hourly_rate", "stated", "USD/h", "Hourly rate that the page states."
    ),
)
