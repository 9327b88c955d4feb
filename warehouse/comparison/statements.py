"""The SQL of a comparison: what fills its three files, and what each of its columns says.

This module fills the columns' roles and the metrics' directions into the rules' SQL, and has the
words for the answer's columns. The rules are in `sql/pairing.sql`, `sql/figures.sql` and
`sql/judging.sql`; asking lives in `request`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract import BENCHMARKS, MEASUREMENTS
from pipelines.contract.benchmarks import IDENTITY
from pipelines.contract.metrics import COST, MONEY, THROUGHPUT, better_when
from warehouse.comparison.verdicts import VERDICTS
from warehouse.schema.quoting import listed, literal
from warehouse.schema.views import ViewColumn, columns_of, sql_text

if TYPE_CHECKING:
    from collections.abc import Iterator

PRICE_FACTOR = 1.2
"""Hourly rates further apart than this are another price: bases differ by a factor above two."""

TUNED = BENCHMARKS.with_role("tuned")
SOFTWARE = BENCHMARKS.with_role("software")
_TOLD = (*IDENTITY, *TUNED, *SOFTWARE, *BENCHMARKS.with_role("measured"))
"""Columns whose change an answer tells."""

FIGURES = "sum(hash(m.metric, m.statistic, m.unit, m.value)::HUGEINT)"
"""SQL over a row's measurements `m` that tells its figures from others.

Sixty-four bits a figure: an ordered list of them is exact, and costs ten times as much.
"""

MATCHES = ("exact", "retuned", "mended", "ambiguous")


def comparison_parts(tolerance: str, concerned: str) -> dict[str, str]:
    """Return what fills in a statement that compares.

    `tolerance` is SQL for a number, `concerned` a clause (WHERE or SEMI JOIN) that keeps all rows
    of benchmarks among which the statement chooses.
    """
    candidates = f"(SELECT rowid AS row_id, * FROM benchmarks {concerned})"  # noqa: S608
    parts = {
        "candidates": candidates,
        "flags": f"(\n{sql_text('row_flags', {})})",
        "tuned": ", ".join(map(_hashed, TUNED)),
        "figures": FIGURES,
        "tolerance": tolerance,
        "price_factor": str(PRICE_FACTOR),
        **_metric_parts(),
        "dimension_names": ",\n    ".join(f"d.{name}" for name in IDENTITY),
        "changed": ",\n                ".join(map(_change, _TOLD)),
    }
    compared = "\n".join(sql_text(third, parts).rstrip() for third in ("pairing", "figures"))
    tuning = f"row({', '.join(TUNED)})"
    return {
        "candidates": candidates,
        "tuning": tuning,
        "figures": FIGURES,
        "compared": compared,
        "judged": sql_text("judging", parts).rstrip(),
    }


def _metric_parts() -> dict[str, str]:
    """Return what the metrics fill in: their names, directions and units, as SQL."""
    return {
        "throughput": literal(THROUGHPUT.name),
        "cost": literal(COST.name),
        "money": listed(MONEY),
        "higher_is_better": listed(better_when("higher")),
        "lower_is_better": listed(better_when("lower")),
        "cost_units": "\n            ".join(
            f"WHEN {literal(unit.name)} THEN {literal(unit.cost)}"
            for unit in THROUGHPUT.units
            if unit.cost
        ),
    }


def _hashed(name: str) -> str:
    """Return what to hash of a column: DuckDB hashes no list as it hashes an empty one."""
    return name if _type_of(name) in (str, int) else f"{name}, len({name})"


def _change(name: str) -> str:
    """Return SQL for `name old → new`, or None where nothing changed."""
    before, after = _as_text("b", name), _as_text("d", name)
    return (
        f"CASE WHEN b.{name} IS DISTINCT FROM d.{name} "
        f"THEN concat('{name} ', {before}, ' → ', {after}) END"
    )


def _as_text(side: str, name: str) -> str:
    column = f"{side}.{name}"
    if _type_of(name) is not str:
        column = (
            f"{column}::VARCHAR" if _type_of(name) is int else f"array_to_string({column}, '+')"
        )
    return f"coalesce({column}, 'none')"


def _type_of(name: str) -> object:
    (column,) = (column for column in BENCHMARKS.columns if column.name == name)
    return column.type


def comparison_columns() -> Iterator[ViewColumn]:
    """Return the columns of an answer, in their order."""
    yield from columns_of(BENCHMARKS, "comparison_key")
    for side in ("base", "target"):
        yield ViewColumn(f"{side}_release", "text", f"Docs release of the {side}'s row.")
    for side in ("base", "target"):
        what = f"SDK release that the {side}'s figures were measured on."
        yield ViewColumn(f"{side}_measured_release", "text", what)
    yield from columns_of(BENCHMARKS, *IDENTITY)
    yield from columns_of(MEASUREMENTS, "metric", "statistic")
    yield from _figures()
    yield from _money()
    yield from _beside()


def _figures() -> Iterator[ViewColumn]:
    yield ViewColumn(
        "unit",
        "text",
        "Unit in which the figures are compared; null where they have none in common.",
    )
    yield ViewColumn("base_value", "number", "The base's figure, in the row's unit.")
    yield ViewColumn("target_value", "number", "The target's figure, in the row's unit.")
    yield ViewColumn("change", "number", "target / base - 1; positive is bigger, 0.1 is 10 %.")
    yield ViewColumn(
        "better",
        "boolean",
        "Whether the change is for the better: higher throughput, lower latency and cost; null "
        "where nothing changed or nothing can be said.",
    )
    yield ViewColumn(
        "match", "text", f"How the rows were paired: {', '.join(MATCHES)}; null without a partner."
    )
    yield ViewColumn(
        "changed", "list of text", "What differs between the rows, such as batch_size 16 → 4."
    )
    yield ViewColumn("verdict", "text", f"What it comes to: {', '.join(VERDICTS)}.")
    yield ViewColumn(
        "remeasured",
        "boolean",
        "True where both rows say, differently, what they were measured on.",
    )


def _money() -> Iterator[ViewColumn]:
    for side in ("base", "target"):
        what = f"Hourly rate behind the {side}'s cost; see hourly_rates."
        yield ViewColumn(f"{side}_usd_per_hour", "number", what, "USD/h")
    yield ViewColumn(
        "target_value_at_base_rate",
        "number",
        "What the target's cost would be at the base's hourly rate.",
    )
    yield ViewColumn(
        "speed_change",
        "number",
        "Part of a cost's change that speed made: at one hourly rate, 0.1 is 10 % dearer.",
    )
    yield ViewColumn(
        "price_change",
        "number",
        "Part that the hourly rate made: (1 + speed_change) x (1 + price_change) = 1 + change.",
    )


def _beside() -> Iterator[ViewColumn]:
    for side in ("base", "target"):
        yield ViewColumn(f"{side}_unit", "text", f"Unit of the {side}'s figure, as published.")
    for side in ("base", "target"):
        what = f"Price basis or tokens counted, as the {side}'s page states them."
        yield ViewColumn(f"{side}_basis", "text", what)
    for side in ("base", "target"):
        what = f"Quality flags of the {side}'s row, as severity: rule."
        yield ViewColumn(f"{side}_flags", "list of text", what)
    yield ViewColumn(
        "error_flags",
        "integer",
        "Flags of severity error on either row; see quality_flags.",
        "flags",
    )
    for side in ("base", "target"):
        yield ViewColumn(f"{side}_benchmark_id", "text", f"The {side}'s row in benchmarks.")
