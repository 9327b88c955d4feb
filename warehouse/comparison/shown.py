"""Which rows of a comparison are listed one by one, in which order, and how a row is named.

This module chooses and names; terminal columns live in `report`, Markdown in `markdown`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.contract.metrics import THROUGHPUT
from warehouse.comparison.conclusion import percent
from warehouse.comparison.results import believable, by_effect, counts, flagged
from warehouse.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from warehouse.comparison.results import ComparedRow

# Counted, and listed only where `--only` names them: nothing changed, or there is no change.
QUIET = (
    "unchanged",
    "carried-over",
    "relabelled",
    "added",
    "removed",
    "not-comparable",
    "corrected",
)
# One figure stands for the row: the others say the same.
_ONE_A_ROW = ("added", "removed", "not-comparable", "corrected", "relabelled")


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """Rows that are listed together; `title` is empty for those that nothing speaks against."""

    title: str
    rows: tuple[ComparedRow, ...]


def groups(rows: Sequence[ComparedRow], only: Sequence[str]) -> tuple[ShownGroup, ...]:
    """Return the rows to list, the biggest change first, and doubtful ones after the others.

    Args:
        rows: All rows that the filters leave.
        only: The verdicts to list; empty means all that say something.
    """
    chosen = _chosen(believable(rows), only)
    found = (
        ShownGroup("", tuple(row for row in chosen if not row.is_in_doubt)),
        ShownGroup(
            "In doubt: a quality rule warns of these rows",
            tuple(row for row in chosen if row.is_in_doubt),
        ),
        ShownGroup(
            "Not to be believed: rows with an error flag, which no median and no --fail-on counts",
            _chosen(flagged(rows), only),
        ),
    )
    return tuple(group for group in found if group.rows)


def _chosen(rows: Iterable[ComparedRow], only: Sequence[str]) -> tuple[ComparedRow, ...]:
    wanted = [row for row in rows if (row.verdict in only if only else row.verdict not in QUIET)]
    return tuple(by_effect(_once_a_row(wanted)))


def _once_a_row(rows: Iterable[ComparedRow]) -> list[ComparedRow]:
    """Keep one figure a row where all say the same: throughput, which every row has."""
    kept: dict[object, ComparedRow] = {}
    for number, row in enumerate(rows):
        key = (row.pair, row.verdict) if row.verdict in _ONE_A_ROW else number
        if key not in kept or row.metric == THROUGHPUT.name:
            kept[key] = row
    return list(kept.values())


def hidden(rows: Sequence[ComparedRow], only: Sequence[str]) -> str:
    """Return which verdicts are not listed, and what lists them; empty where all are."""
    found = [
        one for one in counts(rows) if (one.verdict not in only if only else one.verdict in QUIET)
    ]
    if not found:
        return ""
    listed = ", ".join(f"{one.figures:,} {one.verdict}" for one in found)
    option = ",".join(one.verdict for one in found)
    return f"Figures not listed: {listed}. List them with --only {option}"


def shown_change(row: ComparedRow) -> float | None:
    """Return the change to show: of a cost at another rate, the part that speed made."""
    return row.speed_change if row.verdict == "price-basis-changed" else row.change


def row_label(row: ComparedRow) -> str:
    """Return what names a row for a person."""
    parts = (
        row.model,
        row.model_details,
        "/".join(row.instance_types),
        row.application_type,
        f"for {row.optimized_for}" if row.optimized_for else None,
        f"input {row.input_length}, output {row.output_length}" if row.input_length else None,
        f"length {row.sequence_length}" if row.sequence_length and not row.input_length else None,
        row.image_size,
        f"{row.nodes} nodes" if row.nodes and row.nodes > 1 else None,
    )
    return visible_line(", ".join(part for part in parts if part))


def shown_figure(value: float | None) -> str:
    """Return a figure with six digits at most."""
    return "" if value is None else f"{value:,.6g}"


def beside(row: ComparedRow) -> Iterator[str]:
    """Yield what has to be known beside a row's figures."""
    if row.match in ("retuned", "renamed"):
        yield visible_line(f"{row.match}: {'; '.join(row.changed)}")
    if row.verdict == "price-basis-changed" and row.speed_change is not None:
        yield (
            f"published {percent(row.change)}: {percent(row.speed_change)} from speed, "
            f"{percent(row.price_change)} from the hourly rate"
        )
    elif row.verdict == "price-basis-changed":
        yield f"published {percent(row.change)}; the hourly rates are known too poorly for a split"
    for severity in ("error", "warning"):
        rules = _rules(row, f"{severity}: ")
        if rules:
            yield f"{severity} flags: {', '.join(rules)}"


def _rules(row: ComparedRow, start: str) -> list[str]:
    found = {flag for flag in (*row.base_flags, *row.target_flags) if flag.startswith(start)}
    return sorted(flag.removeprefix(start) for flag in found)
