"""The SQL of a comparison: what fills its three files, and what each of its columns says.

This module fills the columns' roles and the metrics' directions into the rules' SQL, and has the
words for the answer's columns. Put a column's SQL and description here. The rules are in
`sql/pairing.sql`, `sql/figures.sql` and `sql/judging.sql`; the request lives in `request`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract import BENCHMARKS, MEASUREMENTS
from pipelines.contract.benchmarks import IDENTITY
from pipelines.contract.metrics import (
    BASES,
    COST,
    METRICS,
    MONEY,
    SCALE_LENGTH,
    THROUGHPUT,
    UNITS,
    better_when,
    cost_thing,
)
from pipelines.performance.names import HYPHENS
from warehouse.comparison.ranges import (
    HOURS_PER_MILLION,
    PRICE_MARGIN,
    RATE_PRECISION,
    half_step,
)
from warehouse.comparison.verdicts import VERDICTS
from warehouse.schema.quoting import listed, literal
from warehouse.schema.views import ViewColumn, columns_of, sql_text

if TYPE_CHECKING:
    from collections.abc import Iterator

TUNED = BENCHMARKS.with_role("tuned")
SOFTWARE = BENCHMARKS.with_role("software")
SETUP = (*TUNED, *(name for name in SOFTWARE if name != "measured_release"))
"""What a row was run with; the release that it was measured on is told apart."""
_TOLD = (*IDENTITY, *TUNED, *SOFTWARE, *BENCHMARKS.with_role("measured"))
"""Columns whose change an answer lists."""

FIGURES = "sum(hash(m.metric, m.statistic, m.unit, m.value)::HUGEINT)"
"""SQL over a row's measurements `m` that tells its figures from others.

Sixty-four bits a figure: an ordered list of them is exact, and costs ten times as much.
"""

COMPARISON_KEY = ("base_benchmark_id", "target_benchmark_id", "metric", "statistic")
"""What names one row of a comparison; one of the two rows of benchmarks may be missing."""

NEEDS = "Needs DuckDB 1.4.2 or newer; tables and all other views answer from 1.1 on."
"""What the description of a comparison says; `tools/old_clients.py` measures it."""

MATCHES = ("exact", "retuned", "renamed", "ambiguous")
NAMES = (
    "model",
    "model_details",
    "task",
    "application_type",
    "run_mode",
    "optimized_for",
    "model_family",
)
"""Columns of the identity that can be written otherwise and still mean the same workload."""

LEAST_LETTERS = 8
"""Letters of the shortest word that can be misspelled: Mistral and Mixtral are two models."""

MOST_SLIPS = 2
"""Letters by which a misspelled word differs at most: added, left out, exchanged or replaced."""

_MARKS = HYPHENS + "".join(
    mark
    for first, last in (("\x20", "\x7e"), ("\xa0", "\xff"), ("\u2000", "\u214f"))
    for mark in map(chr, range(ord(first), ord(last) + 1))
    if not mark.isalnum() and (mark.isprintable() or mark == "\xa0")
)
"""The marks that keep words apart: all hyphens, and the marks of ASCII, of Latin-1 and of Unicode's
punctuation, currencies and symbols like letters."""

LEAST_FIGURES = 3
"""So many equal figures of a row are no accident; a row whose SDK alone changed is relabelled."""

LEAST_LONG_FIGURES, MANY_DIGITS = 2, 4
"""Neither are so many that have so many digits."""

UNIT_SLIP = "unit-slip"
"""The rule whose flag says that a row's figures stand in another unit than their header's."""


def comparison_parts(tolerance: str, concerned: str, *, is_lateral: bool = False) -> dict[str, str]:
    """Return what fills in a statement that compares.

    Args:
        tolerance: SQL for a number.
        concerned: A clause (WHERE or SEMI JOIN) that keeps all rows of benchmarks among which the
            statement chooses.
        is_lateral: Whether the statement is a LATERAL join, in which there is no FULL JOIN.
    """
    candidates = f"(SELECT rowid AS row_id, * FROM benchmarks {concerned})"  # noqa: S608
    parts = {
        "candidates": candidates,
        "flags": f"(\n{sql_text('row_flags', {})})",
        "tuned": ", ".join(map(_hashed, TUNED)),
        "figures": FIGURES,
        "side_by_side": sql_text(f"figures_{'grouped' if is_lateral else 'joined'}", {}).rstrip(),
        "tolerance": tolerance,
        **_range_parts(),
        "names": ", ".join(f"({literal(name)})" for name in NAMES),
        "words": _words("m.model"),
        "digits_of_model": _digits("model"),
        "digits_of_word": _digits("word"),
        "digits_of_base": _digits("f.base_text"),
        "digits_of_target": _digits("f.target_text"),
        "least_letters": str(LEAST_LETTERS),
        "most_slips": str(MOST_SLIPS),
        "doubtful": doubtful_rows(),
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
        "times": listed(metric.name for metric in METRICS if metric.kind == "time"),
        "higher_is_better": listed(better_when("higher")),
        "lower_is_better": listed(better_when("lower")),
        **{
            f"cost_unit_of_{side}": cost_unit_sql(f"f.{side}_unit", f"f.{side}_speed_unit")
            for side in ("base", "target")
        },
    }


def cost_unit_sql(published: str, throughput: str) -> str:
    """Return SQL for the unit that a cost is in, whatever its header says.

    Args:
        published: SQL for the unit that the header gives.
        throughput: SQL for the unit of the row's throughput.
    """
    scale = f"left({published}, {SCALE_LENGTH})"
    branches = " ".join(
        f"WHEN {throughput} = {literal(unit.name)} THEN {scale} || {literal(thing)}"
        for unit in THROUGHPUT.units
        if (thing := cost_thing(unit.name))
    )
    return f"CASE {branches} ELSE {published} END"


def _range_parts() -> dict[str, str]:
    """Return what ranges fill in: their SQL, and the bounds that a rule sets."""
    return {
        "base_half_step": half_step("base_text"),
        "target_half_step": half_step("target_text"),
        "hour_of_base": _hourly_range("base", "br"),
        "hour_of_target": _hourly_range("target", "tr"),
        "price_margin": str(PRICE_MARGIN),
        "rate_precision": str(RATE_PRECISION),
        "least_figures": str(LEAST_FIGURES),
        "least_long_figures": str(LEAST_LONG_FIGURES),
        "many_digits": str(MANY_DIGITS),
    }


def _hourly_range(side: str, rates: str) -> str:
    """Return SQL for what an hour costs on one side; `rates` names its row of `hourly_rates`."""
    parts = {"side": side, "rates": rates, "hours": HOURS_PER_MILLION}
    return sql_text("hourly_range", parts).rstrip()


def doubtful_rows() -> str:
    """Return SQL for the rows whose figures stand in a unit that nothing states."""
    return (
        f"SELECT benchmark_id FROM quality_flags WHERE rule = {literal(UNIT_SLIP)} "  # noqa: S608
        "AND benchmark_id IS NOT NULL"
    )


def _words(name: str) -> str:
    """Return SQL for the words of a name: what spaces, hyphens and other marks keep apart."""
    # No regular expression: DuckDB would compile one for letters of every language each time that
    # it plans a comparison, which takes a tenth of a small one.
    spaced = f"translate(lower({name}), {literal(_MARKS)}, {literal(' ' * len(_MARKS))})"
    return f"list_filter(string_split({spaced}, ' '), lambda word: word <> '')"


def _digits(text: str) -> str:
    """Return SQL for the digits of a text: what is left of it without all that is no digit."""
    return f"translate({text}, translate({text}, '0123456789', ''), '')"


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
        values=UNITS,
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
        "match", "text", "How the rows were paired; null without a partner.", values=MATCHES
    )
    yield ViewColumn(
        "changed", "list of text", "What differs between the rows, such as batch_size 16 → 4."
    )
    yield ViewColumn("verdict", "text", "The conclusion.", values=tuple(VERDICTS))
    yield ViewColumn(
        "remeasured",
        "boolean",
        "True where both rows name the SDK they were measured on, it is not the same, and they are "
        "not merely relabelled.",
    )


def _money() -> Iterator[ViewColumn]:
    for side in ("base", "target"):
        what = f"Hourly rate behind the {side}'s cost; see hourly_rates."
        yield ViewColumn(f"{side}_usd_per_hour", "number", what, "USD/h")
    yield ViewColumn(
        "target_value_at_base_rate",
        "number",
        "What the target's cost would be at the base's hourly rate, from its throughput.",
    )
    yield ViewColumn(
        "speed_change",
        "number",
        "Part of a cost's change that speed made, from throughput where both sides have it: at one "
        "hourly rate, 0.1 is 10 % dearer. Null where a rate is known too poorly.",
    )
    yield ViewColumn(
        "price_change",
        "number",
        "Part that the hourly rate made: (1 + speed_change) x (1 + price_change) is 1 + change, "
        "but for the rounding of printed costs.",
    )


def _beside() -> Iterator[ViewColumn]:
    for side in ("base", "target"):
        what = f"Unit of the {side}'s figure, as the header gives it."
        yield ViewColumn(f"{side}_unit", "text", what, values=UNITS)
    for side in ("base", "target"):
        what = f"Price basis or tokens counted, as the {side}'s page states them."
        yield ViewColumn(f"{side}_basis", "text", what, values=BASES)
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
