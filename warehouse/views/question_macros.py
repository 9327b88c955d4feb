"""The macros `trends` and `reproduce`: what the commands of these names answer, in SQL.

This module declares their columns and fills in their SQL. `trends` says again in SQL what
`warehouse.questions.trends` says in Python, which also counts what is left out; a test holds both
together. `warehouse.questions.reproducing` asks `reproduce`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract import BENCHMARKS, MEASUREMENTS, PAGES
from pipelines.contract.metrics import METRICS
from pipelines.quality.rows import dead_script
from warehouse.comparison.macros import Macro, macros
from warehouse.comparison.statements import SOFTWARE, TUNED, doubtful_rows
from warehouse.comparison.verdicts import DEFAULT_TOLERANCE
from warehouse.schema.quoting import listed
from warehouse.schema.views import ViewColumn, columns_of, sql_text
from warehouse.views import shape

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRENDING = tuple(one for one in METRICS if one.kind != "money" and one.better)
TREND_METRICS = tuple(one.name for one in _TRENDING)
"""The metrics that have trends: they are measured, and one direction is better."""
RUN_SOFTWARE = tuple(name for name in SOFTWARE if name != "measured_release")
"""What a row was run with, beside the SDK."""
SETTINGS = (
    *("optimized_for", "application_type", "task", "model_details", "sequence_length"),
    *("input_length", "output_length", "image_size", "run_mode", "nodes"),
    *TUNED,
)
"""What a row was run with, beside its model, its instance type and its software."""
UNTAGGED = r"(/aws-neuron-sdk/(?:blob|tree)/)(?:master|main)/"
"""The part of a script's address that names no release."""


def all_macros() -> tuple[Macro, ...]:
    """Return every macro of the warehouse."""
    return (*macros(), _trends(), _reproduce())


def _trends() -> Macro:
    return Macro(
        "trends",
        f"since := NULL, until := NULL, tolerance := {DEFAULT_TOLERANCE}",
        "What got better or worse most over a span of SDK releases, by what was measured: one row "
        "a figure that was measured twice or more, the most first and what is in doubt last. "
        "Figures that are carried over, relabelled or of a row with an error flag do not count. "
        "A minor holds all of its patches. The command trends also counts what was left out.",
        tuple(_trend_columns()),
        sql_text(
            "trends",
            {
                "default_tolerance": str(DEFAULT_TOLERANCE),
                "metrics": listed(TREND_METRICS),
                "times": listed(one.name for one in _TRENDING if one.kind == "time"),
                "higher": listed(one.name for one in _TRENDING if one.better == "higher"),
                "doubtful": doubtful_rows(),
                "least_points": str(shape.LEAST_POINTS),
                "least_changes": str(shape.LEAST_CHANGES),
                "beside_a_step": str(shape.BESIDE_A_STEP),
                "of_a_drift": str(shape.OF_A_DRIFT),
                "back": str(shape.BACK),
            },
        ),
    )


def _trend_columns() -> Iterator[ViewColumn]:
    meanings = "; ".join(
        f"{word}: {text}" for word, text in shape.SHAPES.items() if word != "single"
    )
    text, texts = "text", "list of text"
    yield ViewColumn("verdict", text, "improved, regressed, or unchanged within the tolerance.")
    yield ViewColumn("shape", text, f"{meanings[0].upper()}{meanings[1:]}.")
    yield ViewColumn("change", "number", "The last value relative to the first: last / first - 1.")
    yield ViewColumn("series_id", text, "Names the series; see history.")
    yield ViewColumn("series", text, "Name of the series, to read.")
    yield from columns_of(MEASUREMENTS, "metric", "statistic", "unit", "basis")
    yield ViewColumn("batch_size", "integer", "Batch size of a time; null for other metrics.")
    yield ViewColumn("first_measured", text, "SDK release of the first measurement.")
    yield ViewColumn("last_measured", text, "SDK release of the last measurement.")
    yield ViewColumn("first_value", "number", "The first measurement, in unit.")
    yield ViewColumn("last_value", "number", "The last measurement, in unit.")
    yield ViewColumn("step_from", text, "SDK release before a step; null for other shapes.")
    yield ViewColumn("step_to", text, "SDK release after a step; null for other shapes.")
    yield ViewColumn("measured", texts, "SDK releases that the figure was measured on.")
    yield ViewColumn("figures", "list of number", "What was measured on each of them.")
    yield ViewColumn("warnings", texts, "Rules that warn of the first or the last measurement.")
    yield ViewColumn("other_tabs", texts, "Tabs that print the very same measurements.")
    yield ViewColumn("releases", texts, "Docs release that prints each measurement last.")
    yield ViewColumn("benchmark_ids", texts, "Benchmark of each measurement.")


def _reproduce() -> Macro:
    dimensions = (*RUN_SOFTWARE, *SETTINGS)
    return Macro(
        "reproduce",
        "benchmark",
        "How benchmarks were measured whose benchmark_id starts with a text: SDK, hardware, "
        "software, settings and scripts, one row each.",
        tuple(_recipe_columns()),
        sql_text(
            "reproduce",
            {
                "dimensions": ",\n        ".join(f"h.{name}" for name in dimensions),
                "told": ",\n    ".join(f"m.{name}" for name in dimensions),
                "untagged": UNTAGGED,
                "dead_script": dead_script.RULE.name,
            },
        ),
    )


def _recipe_columns() -> Iterator[ViewColumn]:
    yield from columns_of(BENCHMARKS, "benchmark_id")
    yield ViewColumn("series_id", "text", "Names the series; see history.")
    yield ViewColumn("series", "text", "Name of the series, to read.")
    yield from columns_of(
        BENCHMARKS, "release", "measured_release", "accelerator", "instance_types"
    )
    yield ViewColumn("device", "text", "Name of the devices.")
    yield ViewColumn("devices", "integer", "Devices of all instances of the run.")
    yield ViewColumn("neuron_cores", "integer", "NeuronCores of all instances of the run.")
    yield from columns_of(BENCHMARKS, *RUN_SOFTWARE, *SETTINGS, "attributes")
    yield ViewColumn(
        "scripts_of", "text", "Oldest release that prints the measurement; the scripts are its."
    )
    yield from columns_of(BENCHMARKS, "scripts")
    yield ViewColumn(
        "scripts_at_tag", "list of text", "The same; those of the SDK's repository at that release."
    )
    yield ViewColumn("dead_scripts", "list of text", "Those that a rule found dead.")
    yield ViewColumn(
        "listed_release",
        "text",
        "SDK release whose packages are meant, for release_packages: the measured one, or where no "
        "page lists it, the newest listed patch of its minor.",
    )
    yield from columns_of(PAGES, "url", "page")
    yield from columns_of(BENCHMARKS, "table_id", "row")
